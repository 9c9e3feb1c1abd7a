package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// personalFlags say what counts as personal data.
type personalFlags struct {
	allow      []string
	regions    []string
	addresses  bool
	namesModel string
	nameLabels []string

	names *namer
}

func (f *personalFlags) add(s *pflag.FlagSet) {
	s.StringSliceVar(&f.allow, "allow", nil, "`values` to leave unmasked, separated by commas")
	s.StringSliceVar(&f.regions, "regions", nil, "`countries` whose telephone numbers are masked, separated by commas (default US,GB,CN)")
	s.BoolVar(&f.addresses, "addresses", false, "also mask street addresses")
	s.StringVar(&f.namesModel, "names-model", "", "also mask people's names, found by the token-classification model in this `directory`")
	s.StringSliceVar(&f.nameLabels, "names-labels", []string{"PER", "PERSON"}, "`labels` of that model that mark people, separated by commas")
}

// masker returns the masker of personal data under p; invalid values are usage
// errors.
func (f *personalFlags) masker(p pii.Policy) (*pii.Masker, error) {
	o := f.options()
	if f.namesModel != "" {
		var err error
		if f.names, err = newNamer(f.namesModel, f.nameLabels); err != nil {
			return nil, err
		}
		o.Names = f.names.find
	}
	return maskerOf(o, p)
}

// nameless returns the masker without the names model, which could only guess
// from a column's name.
func (f *personalFlags) nameless(p pii.Policy) (*pii.Masker, error) { return maskerOf(f.options(), p) }

// options returns what to look for, except persons' names.
func (f *personalFlags) options() pii.Options {
	o := pii.Options{Allow: f.allow, Regions: f.regions}
	if f.addresses {
		o.Types = append(pii.DefaultTypes(), pii.Address)
	}
	return o
}

func maskerOf(o pii.Options, p pii.Policy) (*pii.Masker, error) {
	d, err := pii.New(o)
	if errors.Is(err, pii.ErrRegion) {
		return nil, usagef("--regions: %v", err)
	}
	if err != nil {
		return nil, err
	}
	return pii.NewMasker(d, p)
}

// describe describes what is looked for beyond the defaults, and must also be
// in later runs. Allowed values may be personal and are only counted.
func (f *personalFlags) describe() string {
	var parts []string
	if f.addresses {
		parts = append(parts, "street addresses too")
	}
	if f.names != nil {
		parts = append(parts, fmt.Sprintf("names as %s by model %.12s", strings.Join(slices.Sorted(maps.Keys(f.names.labels)), "+"), f.names.model.Digest()))
	}
	if len(f.regions) > 0 {
		parts = append(parts, "telephones of "+strings.ToUpper(strings.Join(f.regions, "+")))
	}
	if len(f.allow) > 0 {
		parts = append(parts, fmt.Sprintf("%d values allowed", len(f.allow)))
	}
	return strings.Join(parts, ", ")
}

func (f *personalFlags) close() {
	if f.names != nil {
		f.names.model.Close()
	}
}

// namer finds persons' names with a model.
type namer struct {
	model  *bert.Model
	labels map[string]bool // in upper case, without B- and I-
}

func newNamer(dir string, labels []string) (*namer, error) {
	m, err := bert.Load(dir, bert.Options{})
	if err != nil {
		return nil, fmt.Errorf("names model %s: %w", dir, err)
	}
	n := &namer{model: m, labels: map[string]bool{}}
	for _, l := range labels {
		n.labels[strings.ToUpper(l)] = true
	}
	known := false
	for _, l := range m.Config().Labels {
		known = known || n.labels[kindOf(l)]
	}
	if _, err = m.Tag(context.Background(), []string{"a"}, bert.TagOptions{}); err == nil && !known {
		err = usagef("--names-labels: none of them is a label of the model, whose labels are %s", strings.Join(m.Config().Labels, ", "))
	}
	if err != nil {
		m.Close()
		return nil, fmt.Errorf("names model %s: %w", dir, err)
	}
	return n, nil
}

// kindOf returns a label without the B- or I- of the BIO scheme, in upper case.
func kindOf(label string) string {
	label = strings.ToUpper(label)
	if k, ok := strings.CutPrefix(label, "B-"); ok {
		return k
	}
	return strings.TrimPrefix(label, "I-")
}

// find implements pii.NameTagger.
func (n *namer) find(ctx context.Context, texts []string) ([][]pii.Span, error) {
	spans := make([][]pii.Span, len(texts))
	var asked []int // texts with something to read
	var valid []string
	for i, t := range texts {
		if strings.TrimSpace(t) != "" {
			asked, valid = append(asked, i), append(valid, validInPlace(t))
		}
	}
	if len(asked) == 0 {
		return spans, nil
	}
	got, err := n.model.Tag(ctx, valid, bert.TagOptions{Aggregation: bert.AggregateFirst})
	if err != nil {
		return nil, fmt.Errorf("names model: %w", err)
	}
	for k, i := range asked {
		for _, e := range got[k] {
			if n.labels[kindOf(e.Label)] {
				// Its best label decides, even if uncertain: the score is at
				// least 0.5.
				spans[i] = append(spans[i], pii.Span{Start: e.Start, End: e.End, Type: pii.Person, Score: 0.5 + e.Score/2, Reason: "a model's label"})
			}
		}
	}
	return spans, nil
}

// validInPlace returns s with each byte that is not UTF-8 replaced by a
// question mark, so that positions in the result are positions in s.
func validInPlace(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	b := []byte(s)
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			b[i] = '?'
		}
		i += n
	}
	return string(b)
}
