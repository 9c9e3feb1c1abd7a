package main

import (
	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
)

// repeatsFlags say how repeated parts of texts are handled.
type repeatsFlags struct {
	of, boilerplate string
	minLetters      int
}

func (f *repeatsFlags) add(s *pflag.FlagSet) {
	s.StringVar(&f.of, "near-duplicates", "user", "drop near-duplicates `among` the texts of each user (user), among all texts (all), or keep them (keep)")
	s.StringVar(&f.boilerplate, "boilerplate", "drop", "`action` for sentences that many texts share, such as signatures: drop (reads the input once more) or keep")
	s.IntVar(&f.minLetters, "min-letters", 0, "drop texts with fewer letters and digits than this; a Chinese character counts as two")
}

func (f *repeatsFlags) options() (*cohort.Repeats, error) {
	of, err := cohort.ParseRepeatsOf(f.of)
	if err != nil {
		return nil, usagef("--near-duplicates is %s, want user, all or keep", shownValue(f.of))
	}
	if f.boilerplate != "drop" && f.boilerplate != "keep" {
		return nil, usagef("--boilerplate is %s, want drop or keep", shownValue(f.boilerplate))
	}
	if f.minLetters < 0 {
		return nil, usagef("--min-letters is %d, want 0 or more", f.minLetters)
	}
	return &cohort.Repeats{Of: of, KeepBoilerplate: f.boilerplate == "keep", MinLetters: f.minLetters}, nil
}

func (f *repeatsFlags) describe() string {
	return "near-duplicates " + f.of + ", boilerplate " + f.boilerplate
}
