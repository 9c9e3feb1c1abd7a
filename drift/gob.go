package drift

import "github.com/seed-56ee9438/cohort/internal/gobform"

// GobEncode implements gob.GobEncoder: an ARI of 0 stays apart from none.
func (c Comparison) GobEncode() ([]byte, error) { return gobform.Encode(c) }

// GobDecode implements gob.GobDecoder.
func (c *Comparison) GobDecode(data []byte) error { return gobform.Decode(data, c) }
