package cohort

import (
	"context"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// wordFeeling calls texts with "good" glad and with "bad" sad.
type wordFeeling struct{}

func (wordFeeling) Describe() string { return "by two words" }

func (wordFeeling) Feelings(_ context.Context, texts []string, _ mat.Matrix) ([]Feeling, error) {
	out := make([]Feeling, len(texts))
	for i, t := range texts {
		out[i].Value = float64(strings.Count(t, "good") - strings.Count(t, "bad"))
	}
	return out, nil
}
