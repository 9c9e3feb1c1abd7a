package watch

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// prepared is a Preparer that remembers the open window's texts, which are read
// once to place the rows and once to place the users.
type prepared struct {
	cohort.Preparer
	known map[string]cohort.Prepared
}

// Prepare implements cohort.Preparer.
func (p *prepared) Prepare(ctx context.Context, texts []string) ([]cohort.Prepared, error) {
	var unknown []string
	for _, t := range texts {
		if _, ok := p.known[t]; !ok {
			unknown = append(unknown, t)
		}
	}
	if len(unknown) > 0 {
		got, err := p.Preparer.Prepare(ctx, unknown)
		if err != nil {
			return nil, err
		}
		if len(got) != len(unknown) {
			return nil, fmt.Errorf("%w: Prepare returned %d texts for %d", ErrOptions, len(got), len(unknown))
		}
		for i, t := range unknown {
			p.known[t] = got[i]
		}
	}
	out := make([]cohort.Prepared, len(texts))
	for i, t := range texts {
		out[i] = p.known[t]
	}
	return out, nil
}

// masker returns what masks the texts that alerts quote; nil if p masks them
// already.
func masker(p cohort.Preparer) (*pii.Masker, error) {
	if own, ok := p.(cohort.PrivacyPreparer); ok && own.Mask != nil {
		return nil, nil
	}
	d, err := pii.New(pii.Options{})
	if err != nil {
		return nil, err
	}
	return pii.NewMasker(d, pii.Policy{})
}

// masked returns texts that may be shown.
func masked(ctx context.Context, m *pii.Masker, texts []string) ([]string, error) {
	if m == nil {
		return texts, nil
	}
	got, err := m.MaskAll(ctx, texts)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(texts))
	for i, g := range got {
		out[i] = g.Text
	}
	return out, nil
}
