package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// prepareFlags say how texts are cleaned and masked before any other use.
type prepareFlags struct {
	noMask   bool
	clean    string
	urls     string
	mentions string
	hashtags string
	emoji    string
	simplify bool
	keyFile  string
	personal personalFlags
}

var treatments = []string{"keep", "drop", "replace"}

func (f *prepareFlags) add(s *pflag.FlagSet) {
	s.BoolVar(&f.noMask, "no-mask", false, "do not mask personal data")
	f.personal.add(s)
	s.StringVar(&f.keyFile, "user-key-file", "", "hash users' names with the key in this `file` (16 bytes or more)")
	s.StringVar(&f.clean, "clean", "standard", "`steps` of cleaning: standard (encodings, HTML, invisible characters, widths, repeats, white space) or none")
	s.StringVar(&f.urls, "urls", "drop", "`action` for links: keep, drop or replace")
	s.StringVar(&f.mentions, "mentions", "keep", "`action` for @names: keep, drop or replace")
	s.StringVar(&f.hashtags, "hashtags", "replace", "`action` for #words: keep, drop or replace (by the word)")
	s.StringVar(&f.emoji, "emoji", "keep", "`action` for emoji: keep, drop or replace (by their names)")
	s.BoolVar(&f.simplify, "simplify", false, "convert traditional Chinese characters to simplified ones")
}

// preparer returns the preparer that cleans and masks; invalid values are usage
// errors.
func (f *prepareFlags) preparer() (cohort.PrivacyPreparer, error) {
	var p cohort.PrivacyPreparer
	if err := f.cleaner(&p); err != nil {
		return p, err
	}
	if f.keyFile != "" {
		key, err := os.ReadFile(f.keyFile)
		if err != nil {
			return p, err
		}
		if len(key) < 16 {
			return p, fmt.Errorf("--user-key-file %s: %d bytes, want 16 or more", f.keyFile, len(key))
		}
		p.UserKey = key
	}
	if f.noMask {
		return p, nil
	}
	m, err := f.personal.masker(pii.Policy{})
	p.Mask, p.MaskedBy = m, f.personal.describe()
	return p, err
}

func (f *prepareFlags) cleaner(p *cohort.PrivacyPreparer) error {
	switch f.clean {
	case "none":
		return nil
	case "standard":
	default:
		return usagef("--clean is %s, want standard or none", shownValue(f.clean))
	}
	o := clean.Options{Simplify: f.simplify, NoOffsets: true}
	by := []string{"cleaned"}
	for _, t := range []struct {
		name, value, usual string
		to                 *clean.Treatment
	}{
		{"urls", f.urls, "drop", &o.URLs}, {"mentions", f.mentions, "keep", &o.Mentions},
		{"hashtags", f.hashtags, "replace", &o.Hashtags}, {"emoji", f.emoji, "keep", &o.Emoji},
	} {
		switch t.value {
		case "keep":
			*t.to = clean.Keep
		case "drop":
			*t.to = clean.Drop
		case "replace":
			*t.to = clean.Replace
		default:
			return usagef("--%s is %s, want keep, drop or replace", t.name, shownValue(t.value))
		}
		if t.value != t.usual {
			by = append(by, t.name+" "+t.value)
		}
	}
	if f.simplify {
		by = append(by, "simplified")
	}
	p.CleanedBy = strings.Join(by, ", ")
	p.Cleaner = clean.New(o)
	return nil
}
