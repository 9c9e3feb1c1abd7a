package main

import (
	"maps"
	"slices"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/bert"
)

// callFlags say how texts are passed to the model.
type callFlags struct {
	as         string
	prompt     string
	overlength string
	specials   specialFlags
	options    bert.EmbedOptions
}

func (f *callFlags) add(s *pflag.FlagSet) {
	s.StringVar(&f.as, "as", "", "put the model's prompt for this before texts: query, document, or the `name` of one of its prompts")
	s.StringVar(&f.prompt, "prompt", "", "put this `text` before each text, in place of the model's own prompt")
	s.IntVar(&f.options.Dim, "dim", 0, "keep this many features, the first ones (0 means all)")
	s.IntVar(&f.options.MaxLength, "max-length", 0, "texts may have this many tokens (0 means as many as the model reads)")
	f.specials.add(s)
	s.StringVar(&f.overlength, "overlength", "truncate", "what becomes of longer texts: truncate, error, or mean (of the vectors of their parts)")
}

// overlengths are the values of --overlength.
var overlengths = map[string]bert.Overlength{"truncate": bert.Truncate, "error": bert.Refuse, "mean": bert.MeanOfChunks}

// check reports usage errors before a model is loaded.
func (f *callFlags) check() error {
	var ok bool
	if f.options.Overlength, ok = overlengths[f.overlength]; !ok {
		return usagef("--overlength is %q, want truncate, error or mean", f.overlength)
	}
	if f.as != "" && f.prompt != "" {
		return usagef("--as and --prompt exclude each other")
	}
	if f.options.Dim < 0 || f.options.MaxLength < 0 {
		return usagef("--dim and --max-length must not be negative")
	}
	f.options.Prompt, f.options.SpecialTokensAsText = f.prompt, f.specials.asText
	return nil
}

// resolve selects one of m's prompts.
func (f *callFlags) resolve(m *bert.Model) error {
	names := []string{f.as}
	switch f.as {
	case "":
		return nil
	case "query":
	case "document":
		names = []string{"document", "passage", "corpus"}
	}
	prompts := m.Prompts()
	for _, n := range names {
		if _, ok := prompts[n]; ok {
			f.options.PromptName = n
			return nil
		}
	}
	if f.as == "query" || f.as == "document" {
		return nil // the model has none: texts are embedded as they are
	}
	return usagef("the model has no prompt %q; it has %q", f.as, slices.Sorted(maps.Keys(prompts)))
}
