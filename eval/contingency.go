package eval

import (
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// Contingency returns the contingency table of two labellings: counts.At(i, j),
// of counts [len(a), len(b)], is the number of points with label a[i] in truth
// and b[j] in labels. a and b are ascending, with noise first.
func Contingency(truth, labels []int) (counts *mat.Dense, a, b []int, err error) {
	t, err := score.Cross("contingency", truth, labels)
	if err != nil {
		return nil, nil, nil, err
	}
	counts = mat.NewDense(len(t.A), len(t.B), nil)
	for _, c := range t.Cell {
		counts.Set(c.I, c.J, c.N)
	}
	return counts, t.A, t.B, nil
}

// PairCounts counts unordered pairs of points by whether each labelling puts
// both into one cluster.
type PairCounts struct {
	Both      float64 // together in both
	TruthOnly float64 // together in truth, apart in labels
	LabelOnly float64 // apart in truth, together in labels
	Neither   float64 // apart in both
}

// Pairs counts the pairs in O(n) rather than O(n²) time.
func Pairs(truth, labels []int) (PairCounts, error) {
	t, err := score.Cross("pair counts", truth, labels)
	if err != nil {
		return PairCounts{}, err
	}
	var p PairCounts
	p.Both, p.TruthOnly, p.LabelOnly, p.Neither = t.Pairs()
	return p, nil
}
