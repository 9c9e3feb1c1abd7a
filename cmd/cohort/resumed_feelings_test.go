package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/journal"
)

// counted is a Sentiment that counts the texts it has scored.
type counted struct{ texts int }

func (c *counted) Describe() string { return "counted" }

func (c *counted) Feelings(_ context.Context, texts []string, _ mat.Matrix) ([]cohort.Feeling, error) {
	out := make([]cohort.Feeling, len(texts))
	for i := range texts {
		c.texts++
		out[i] = cohort.Feeling{Value: math.Sin(float64(c.texts)), StdErr: 1 / float64(c.texts), Unknown: c.texts%3 == 0}
	}
	return out, nil
}

// Texts that an earlier run has scored are not scored again, to the bit; other
// texts, or another classifier, are refused.
func TestResumedFeelings(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	by, err := classifier(tinyModels+"bert-sequence-classification", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer by.model.Close()
	blocks := [][]string{{"a", "b", "c"}, {"d", "e"}, {"f"}}
	scorer := &counted{}
	settings := []journal.Setting{{Name: "input", Value: "x"}}
	run := func(blocks [][]string, settings []journal.Setting) (all []cohort.Feeling, err error) {
		j, err := journal.Open(path, settings)
		if err != nil {
			t.Fatal(err)
		}
		first := &checkpoint{j: j, settings: settings, release: func() {}}
		defer first.close()
		felt, own, err := first.feelings(by)
		if err != nil {
			return nil, err
		}
		first.second = own
		felt.(*resumedFeelings).Sentiment = scorer
		for _, b := range blocks {
			f, err := felt.Feelings(t.Context(), b, nil)
			if err != nil {
				return nil, err
			}
			all = append(all, f...)
		}
		return all, nil
	}
	before, err := run(blocks[:2], settings) // and is killed
	if err != nil || scorer.texts != 5 {
		t.Fatal(err, scorer.texts)
	}
	after, err := run(blocks, settings)
	if err != nil || scorer.texts != 6 || !slices.Equal(after[:5], before) {
		t.Errorf("%d texts were scored in all, %v: %s", scorer.texts, err, fmt.Sprint(after))
	}
	if _, err := run([][]string{{"a", "b", "other"}}, settings); !errors.Is(err, journal.ErrMismatch) {
		t.Errorf("other texts: %v", err)
	}
	if _, err := parseFeelings(&journal.Encoded{Texts: 2, Data: make([]byte, 5)}); !errors.Is(err, journal.ErrFormat) {
		t.Errorf("cut: %v", err)
	}
}
