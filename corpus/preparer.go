package corpus

import (
	"context"

	"github.com/seed-56ee9438/cohort/text/clean"
)

// Preparer cleans and masks texts before they are embedded, counted and quoted.
type Preparer interface {
	// Prepare returns each text cleaned and masked, one Prepared per text. It
	// must always return the same result for the same text, since texts are read
	// more than once. An error ends the run.
	Prepare(ctx context.Context, texts []string) ([]Prepared, error)
	// Describe returns a short description of what is done, for the report.
	Describe() string
}

// Prepared is a text as a Preparer returned it.
type Prepared struct {
	Text   string         // "" if the text is to be left out
	Masked map[string]int // number of masked spans by recogniser; nil: none
	Steps  clean.Steps    // the cleaning steps that changed it, for Segmentation.Cleaning
}

// NamePreparer is a Preparer that also prepares names for display. The names in
// Options.Edits and those of fields of Meta, which appear in every output, pass
// through it.
type NamePreparer interface {
	Preparer
	PrepareName(ctx context.Context, name string) (string, error)
}
