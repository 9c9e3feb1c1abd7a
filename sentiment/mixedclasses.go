package sentiment

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// The number of features of words that Classes take, without and with a blend.
const (
	classWords      = 6
	classWordsBlend = 8

	wordsTurnedValue = 1 // places of two of them
	wordsTurned      = 4
)

// classWords returns the number of features of words.
func (m *Mixed) classWords() int {
	if m.Blend != nil {
		return classWordsBlend
	}
	return classWords
}

// classFeatures returns the features of words of each text, described at
// Mixed.Classes: [len(texts)][classWords].
func (m *Mixed) classFeatures(ctx context.Context, texts []string, x mat.Matrix) ([][]float64, error) {
	var base []Feeling
	if m.Blend != nil {
		var err error
		if base, err = m.Blend.Feelings(ctx, texts, x); err != nil {
			return nil, err
		}
	}
	words := m.words()
	out := make([][]float64, len(texts))
	for i, s := range texts {
		if i%256 == 0 {
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
		}
		l := words(s)
		n := float64(max(l.Words, 1))
		turned := l.Negated * l.Negated * min(1, shortText/n)
		none := 0.0
		if l.Value == 0 {
			none = 1
		}
		said := l.Value
		if base != nil { // a blend reads all words of a long text and does not need the few in the lexicon
			said *= min(1, max(0, 2-n/(2*shortText)))
		}
		out[i] = []float64{said, turned * said, math.Abs(l.Value), none, turned, math.Log1p(float64(l.Words)) / 3}
		if base != nil {
			z := logOdds(base[i].Value) / 3
			out[i] = append(out[i], z, turned*z)
		}
	}
	return out, nil
}

// classified scores texts by Classes.
func (m *Mixed) classified(ctx context.Context, texts []string, x mat.Matrix) ([]Feeling, error) {
	n, d := x.Dims()
	if d != m.Classes.Dim() {
		return nil, fmt.Errorf("%w: got length %d, want %d (%s)", ErrDim, d, m.Classes.Dim(), m.Classes.Model)
	}
	if m.words() == nil {
		return nil, fmt.Errorf("%w: language %q, want en or zh", ErrDim, m.Lang)
	}
	words, err := m.classFeatures(ctx, texts, x)
	if err != nil {
		return nil, err
	}
	out := make([]Feeling, n)
	row := rowReader(x)
	for i := range out {
		out[i] = m.Classes.feeling(m.Classes.probabilities(row(i), words[i]))
	}
	return out, nil
}

// widen sets the novelty of feelings and widens their standard errors.
func (m *Mixed) widen(x mat.Matrix, feelings []Feeling) error {
	if m.Familiar == nil {
		return nil
	}
	if _, d := x.Dims(); d != m.Familiar.Dim {
		return fmt.Errorf("%w: got length %d, want %d", ErrDim, d, m.Familiar.Dim)
	}
	row := rowReader(x)
	for i := range feelings {
		share, by := m.Familiar.Novelty(m.Familiar.Distance(row(i)))
		feelings[i].Novelty = share
		feelings[i].StdErr *= by
	}
	return nil
}

// rowReader returns a function that returns row i of x, which is valid until its
// next call.
func rowReader(x mat.Matrix) func(i int) []float32 {
	if fast, ok := dense.Float32(x); ok {
		return fast.Row
	}
	_, d := x.Dims()
	row := make([]float32, d)
	return func(i int) []float32 {
		for j := range row {
			row[j] = float32(x.At(i, j))
		}
		return row
	}
}
