package main

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

// repairFlag says whether misspelt words are put right.
type repairFlag struct {
	mode string
	told *cohort.Repaired // what was decided; nil: nothing
}

func (f *repairFlag) add(s *pflag.FlagSet) {
	s.StringVar(&f.mode, "repair", "auto", "put misspelt words right before the model reads them, and missing spaces back: `auto` (if the texts are noisy), on or off; quotations stay as they are written")
}

// addAgain adds the flag to a verb that reads texts as an earlier run did.
func (f *repairFlag) addAgain(s *pflag.FlagSet) {
	s.StringVar(&f.mode, "repair", "auto", "put misspelt words right by the words of the first run: `auto` (if that run did, or the texts are noisy), on or off")
}

// set sets the option, and notes what is decided.
func (f *repairFlag) set(o *cohort.Options) error {
	var err error
	if o.Repair, err = cohort.ParseRepair(f.mode); err != nil {
		return usagef("--repair is %s, want auto, on or off", shownValue(f.mode))
	}
	o.Cleaned = func(c cohort.Cleaning) { f.told = c.Repair }
	return nil
}

// mender returns what puts the words of src right for m, as they are without
// cleaning, and notes what is decided.
func (f *repairFlag) mender(ctx context.Context, src *source.Source, m *bert.Model) (func(string) string, error) {
	var o cohort.Options
	if err := f.set(&o); err != nil || o.Repair == cohort.RepairOff {
		return func(s string) string { return s }, err
	}
	texts := func(yield func(cohort.Text, error) bool) {
		for r, err := range src.Rows(ctx) {
			if !yield(cohort.Text{User: r.User, Text: r.Text}, err) || err != nil {
				return
			}
		}
	}
	r, err := reading.Open(ctx, texts, reading.Config{Mend: &reading.Mend{Mode: o.Repair, Vocabulary: m.Words(), Dictionary: chinese.Lazy{}.Dictionary()}})
	if err != nil {
		return nil, err
	}
	o.Cleaned(r.Survey().Cleaning)
	return r.Mend, nil
}

// tell says on standard error what auto decided.
func (f *repairFlag) tell(a *app) {
	r := f.told
	if r == nil || !r.On || r.Mode != "auto" {
		return
	}
	if r.By == "segmenter" {
		fmt.Fprintln(a.err, "cohort: note: misspelt words are put right, as in the run that found the segments (--repair off leaves them)")
		return
	}
	if r.CharacterNoise >= result.NoisyCharacters {
		fmt.Fprintf(a.err, "cohort: note: %.1f%% of the Chinese characters look wrong; they were put right for the model (--repair off leaves them)\n", 100*r.CharacterNoise)
	}
	if r.Noise >= result.NoisyShare {
		fmt.Fprintf(a.err, "cohort: note: %.0f%% of the words look misspelt; they were put right for the model (--repair off leaves them)\n", 100*r.Noise)
	}
}
