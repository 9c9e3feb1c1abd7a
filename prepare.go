package cohort

import "strings"

// Preparer makes a text fit to be embedded, counted and quoted.
type Preparer interface {
	// Prepare returns the text cleaned and masked, and how many spans were
	// masked by recogniser (nil: none). An empty text is left out. The same
	// text must always give the same result, since texts are read twice.
	Prepare(text string) (clean string, masked map[string]int)
	// Describe says in a few words what is done, for the report.
	Describe() string
}

// prepare returns what is left of a text, "" where nothing is.
func (o *Options) prepare(s string) (string, map[string]int) {
	var masked map[string]int
	if o.Prepare != nil {
		s, masked = o.Prepare.Prepare(s)
	}
	return strings.ToValidUTF8(strings.TrimSpace(s), "\ufffd"), masked
}
