package corpus

import (
	"context"

	"github.com/seed-56ee9438/cohort/text/clean"
)

// Preparer makes texts fit to be embedded, counted and quoted.
type Preparer interface {
	// Prepare returns what is left of each text, cleaned and masked, as many as
	// there are texts. The same text must always give the same result, since
	// texts are read twice. An error ends the run.
	Prepare(ctx context.Context, texts []string) ([]Prepared, error)
	// Describe says in a few words what is done, for the report.
	Describe() string
}

// Prepared is a text that a Preparer made fit.
type Prepared struct {
	Text   string         // "" for a text to leave out
	Masked map[string]int // spans masked, by recogniser; nil: none
	Steps  clean.Steps    // the steps of cleaning that changed it, for Segmentation.Cleaning
}

// NamePreparer is a Preparer that also makes names fit to be shown that the
// caller gave: those of Options.Edits, which every output repeats, pass through
// it.
type NamePreparer interface {
	Preparer
	PrepareName(ctx context.Context, name string) (string, error)
}
