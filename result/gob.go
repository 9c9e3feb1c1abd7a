package result

import "github.com/seed-56ee9438/cohort/internal/gobform"

// GobEncode implements gob.GobEncoder: a number that is 0 stays apart from one
// that is not known.
func (e Explanation) GobEncode() ([]byte, error) { return gobform.Encode(e) }

// GobDecode implements gob.GobDecoder.
func (e *Explanation) GobDecode(data []byte) error { return gobform.Decode(data, e) }

// GobEncode implements gob.GobEncoder: a number that is 0 stays apart from one
// that is not known.
func (p Profile) GobEncode() ([]byte, error) { return gobform.Encode(p) }

// GobDecode implements gob.GobDecoder.
func (p *Profile) GobDecode(data []byte) error { return gobform.Decode(data, p) }

// GobEncode implements gob.GobEncoder: a sentiment of 0 stays apart from none.
func (t Text) GobEncode() ([]byte, error) { return gobform.Encode(t) }

// GobDecode implements gob.GobDecoder.
func (t *Text) GobDecode(data []byte) error { return gobform.Decode(data, t) }
