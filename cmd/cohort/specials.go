package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
)

// embedder is a model, with or without settings of its own.
type embedder interface {
	cohort.Embedder
	Legible(text string) bool
	Words() []string
}

// specialFlags say how the names of special tokens in texts are read.
type specialFlags struct {
	asText bool
}

// specialFlag is the name of the flag.
const specialFlag = "special-tokens-as-text"

func (f *specialFlags) add(s *pflag.FlagSet) {
	s.BoolVar(&f.asText, specialFlag, false, "read the names of special tokens in texts, such as [SEP], as text and not as the tokens; for texts of people one does not trust")
}

// embedder returns the model as it is to read texts.
func (f *specialFlags) embedder(m *bert.Model) (embedder, error) {
	if !f.asText {
		return m, nil
	}
	return m.With(bert.EmbedOptions{SpecialTokensAsText: true})
}

// hint says what may be the matter if the segments were found by another model.
func (f *specialFlags) hint(err error) error {
	if !errors.Is(err, cohort.ErrModel) {
		return prepareHint(err)
	}
	if f.asText {
		return fmt.Errorf("%w (leave out --%s if the first run had none)", err, specialFlag)
	}
	return fmt.Errorf("%w (use --%s if the first run did)", err, specialFlag)
}
