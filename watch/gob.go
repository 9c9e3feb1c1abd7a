package watch

import "github.com/seed-56ee9438/cohort/internal/gobform"

// GobEncode implements gob.GobEncoder: a sentiment of 0 stays apart from none.
func (a Assigned) GobEncode() ([]byte, error) { return gobform.Encode(a) }

// GobDecode implements gob.GobDecoder.
func (a *Assigned) GobDecode(data []byte) error { return gobform.Decode(data, a) }

// GobEncode implements gob.GobEncoder: numbers that are 0 stay apart from those
// that are missing.
func (m Measured) GobEncode() ([]byte, error) { return gobform.Encode(m) }

// GobDecode implements gob.GobDecoder.
func (m *Measured) GobDecode(data []byte) error { return gobform.Decode(data, m) }
