package eval

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// Agreement holds every score that compares a labelling with a known truth. All
// but MI lie between 0 and 1, where 1 means equal partitions; ARI and AMI can
// be slightly negative. The values of the labels do not matter, and noise is a
// label like any other. The JSON keys are the names of scikit-learn's
// functions.
type Agreement struct {
	ARI            float64 `json:"ari"`          // adjusted Rand index
	Rand           float64 `json:"rand"`         // Rand index
	NMI            float64 `json:"nmi"`          // normalised mutual information, arithmetic mean
	AMI            float64 `json:"ami"`          // adjusted mutual information, arithmetic mean
	MI             float64 `json:"mi"`           // mutual information, in nats
	Homogeneity    float64 `json:"homogeneity"`  // each cluster holds one class
	Completeness   float64 `json:"completeness"` // each class lies in one cluster
	VMeasure       float64 `json:"v_measure"`    // harmonic mean of the two
	FowlkesMallows float64 `json:"fmi"`          // geometric mean of pairwise precision and recall
	Purity         float64 `json:"purity"`       // share of points whose class is the most common one in their cluster
}

// Compare computes all scores of labels [n] against truth [n] at once.
func Compare(truth, labels []int) (Agreement, error) {
	t, err := score.Cross("agreement", truth, labels)
	if err != nil {
		return Agreement{}, err
	}
	i := newInformation(t)
	return Agreement{
		ARI: t.AdjustedRand(), Rand: rand(t), NMI: i.nmi(Arithmetic), AMI: i.ami(Arithmetic), MI: i.mi,
		Homogeneity: i.homogeneity(), Completeness: i.completeness(), VMeasure: i.vMeasure(1),
		FowlkesMallows: fowlkesMallows(t), Purity: purity(t),
	}, nil
}

// ARI returns the adjusted Rand index (Hubert & Arabie 1985): the Rand index
// corrected for chance, so that unrelated partitions score about 0.
func ARI(truth, labels []int) (float64, error) { return score.AdjustedRand(truth, labels) }

// Rand returns the Rand index (Rand 1971): the share of pairs of points that
// the labellings agree on, by putting both points together or apart.
func Rand(truth, labels []int) (float64, error) {
	return onTable("Rand index", truth, labels, rand)
}

func rand(t *score.Table) float64 {
	both, a, b, neither := t.Pairs()
	if a == 0 && b == 0 {
		return 1
	}
	return (both + neither) / (both + a + b + neither)
}

// FowlkesMallows returns the Fowlkes-Mallows index (1983): the geometric mean
// of precision and recall over pairs of points.
func FowlkesMallows(truth, labels []int) (float64, error) {
	return onTable("Fowlkes-Mallows index", truth, labels, fowlkesMallows)
}

func fowlkesMallows(t *score.Table) float64 {
	both, a, b, _ := t.Pairs()
	if both == 0 {
		return 0
	}
	return math.Sqrt(both/(both+a)) * math.Sqrt(both/(both+b))
}

// Purity returns the share of points whose class is the most common one in
// their cluster. It is 1 if every point is its own cluster, so consider the
// number of clusters, too.
func Purity(truth, labels []int) (float64, error) {
	return onTable("purity", truth, labels, purity)
}

func purity(t *score.Table) float64 {
	best := make([]float64, len(t.B))
	for _, c := range t.Cell {
		best[c.J] = max(best[c.J], c.N)
	}
	var sum float64
	for _, n := range best {
		sum += n
	}
	return sum / float64(t.N)
}

func onTable(name string, truth, labels []int, f func(*score.Table) float64) (float64, error) {
	t, err := score.Cross(name, truth, labels)
	if err != nil {
		return 0, err
	}
	return f(t), nil
}
