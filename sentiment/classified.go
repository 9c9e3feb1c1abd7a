package sentiment

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Classified scores texts with a text classifier, such as Model.Classify of
// package bert. A text's sentiment is the mean of the labels' values, weighted
// by their scores.
type Classified struct {
	Name   string    // name of the classifier, for the report
	Values []float64 // [labels] each in [-1, 1]; see LabelValues
	// Scores returns the scores [texts][labels] of texts, none of them negative.
	Scores func(ctx context.Context, texts []string) ([][]float64, error)
}

// Describe returns a description of the classifier for a report.
func (c Classified) Describe() string { return "classifier " + c.Name }

// Feelings returns one Feeling per text; the vectors are not used.
func (c Classified) Feelings(ctx context.Context, texts []string, _ mat.Matrix) ([]Feeling, error) {
	if ctx == nil {
		return nil, fmt.Errorf("sentiment: %w", parallel.ErrNilContext)
	}
	if c.Scores == nil {
		return nil, fmt.Errorf("sentiment: classifier %q has no Scores", c.Name)
	}
	scores, err := c.Scores(ctx, texts)
	if err != nil {
		return nil, err
	}
	out := make([]Feeling, len(scores))
	for i, s := range scores {
		if len(s) != len(c.Values) {
			return nil, fmt.Errorf("sentiment: classifier %s gave %d scores, want %d", c.Name, len(s), len(c.Values))
		}
		var sum, total float64
		for j, x := range s {
			sum += x * c.Values[j]
			total += x
		}
		if total > 0 {
			out[i].Value = sum / total
		}
	}
	return out, nil
}

// LabelValues derives the values in [-1, 1] of a classifier's labels from their
// names: negative, neutral and positive (also abbreviated, with "very", and in
// Chinese), or numbers of stars ("1 star" to "5 stars"). Others are an
// ErrLabels, including LABEL_0 and the like, which do not say which end is
// positive.
func LabelValues(labels []string) ([]float64, error) {
	out := make([]float64, len(labels))
	strong := false
	stars := 0
	for _, l := range labels {
		strong = strong || strings.Contains(strings.ToLower(l), "very")
		stars = max(stars, starsOf(l))
	}
	for i, l := range labels {
		low := strings.ToLower(l)
		x := 1.0
		if strong && !strings.Contains(low, "very") {
			x = 0.5
		}
		n := starsOf(l)
		switch {
		case n > 0 && stars > 1:
			out[i] = 2*float64(n-1)/float64(stars-1) - 1
		case strings.HasPrefix(low, "neu") || strings.Contains(l, "中性") || low == "mixed":
		case strings.Contains(low, "neg") || strings.ContainsAny(l, "负") || strings.Contains(l, "消极"):
			out[i] = -x
		case strings.Contains(low, "pos") || strings.ContainsAny(l, "正") || strings.Contains(l, "积极"):
			out[i] = x
		default:
			return nil, fmt.Errorf("%w: %q: name their values", ErrLabels, labels)
		}
	}
	if len(labels) < 2 {
		return nil, fmt.Errorf("%w: %q: want two or more", ErrLabels, labels)
	}
	return out, nil
}

// starsOf returns the number of stars that a label names, or 0 if it names
// none.
func starsOf(label string) int {
	f := strings.Fields(strings.ToLower(label))
	if len(f) == 0 || len(f) > 2 || len(f) == 2 && !strings.HasPrefix(f[1], "star") {
		return 0
	}
	n, err := strconv.Atoi(f[0])
	if err != nil || n < 1 || n > 10 {
		return 0
	}
	return n
}
