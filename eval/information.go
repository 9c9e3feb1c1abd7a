package eval

import (
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// Average determines which mean of the two entropies NMI and AMI divide by.
type Average uint8

// The values of Average.
const (
	// Arithmetic is (a+b)/2, the default here and in scikit-learn.
	Arithmetic Average = iota
	// Geometric is sqrt(a b).
	Geometric
	// Min is the smaller of the two.
	Min
	// Max is the larger of the two.
	Max
)

// String returns scikit-learn's name for the average.
func (a Average) String() string {
	switch a {
	case Arithmetic:
		return "arithmetic"
	case Geometric:
		return "geometric"
	case Min:
		return "min"
	case Max:
		return "max"
	}
	return fmt.Sprintf("Average(%d)", uint8(a))
}

func (a Average) of(x, y float64) float64 {
	switch a {
	case Geometric:
		return math.Sqrt(x * y)
	case Min:
		return min(x, y)
	case Max:
		return max(x, y)
	}
	return (x + y) / 2
}

// information holds the entropies of two labellings, in nats.
type information struct {
	t          *score.Table
	mi, hA, hB float64
}

func newInformation(t *score.Table) information {
	n := float64(t.N)
	return information{t: t, hA: entropy(t.SumA, n), hB: entropy(t.SumB, n), mi: mutual(t)}
}

// mutual returns the mutual information Σ p log(p/q) of the table, where p is a
// cell's share of the points and q the share expected under independence.
//
// For labellings that share little, terms of both signs cancel. Since both p
// and q sum to 1, the value is also Σ p log(p/q) - p + q, whose terms are all
// nonnegative; the empty cells contribute the part of Σ q that the others do
// not.
func mutual(t *score.Table) float64 {
	n := float64(t.N)
	empty := n * n // n² times the sum of q over the empty cells: whole numbers
	var sum float64
	for _, c := range t.Cell {
		q := t.SumA[c.I] * t.SumB[c.J]
		empty -= q
		sum += q * excess((c.N*n-q)/q)
	}
	return max(0, (sum+empty)/(n*n))
}

// excess returns (1+r) log(1+r) - r for r > -1, which is 0 at r = 0 and
// positive elsewhere.
func excess(r float64) float64 {
	if math.Abs(r) > 0.1 {
		return (1+r)*math.Log1p(r) - r
	}
	// r²/2 - r³/6 + r⁴/12 - …
	var sum float64
	power := r * r
	for k := 2.0; k < 18; k++ {
		sum += power / (k * (k - 1))
		power *= -r
	}
	return sum
}

func entropy(sizes []float64, n float64) float64 {
	if len(sizes) == 1 {
		return 0
	}
	var h float64
	for _, s := range sizes {
		h -= s / n * math.Log(s/n)
	}
	return h
}

// trivial reports whether both labellings consist of one label, in which case
// they agree but have no information to share.
func (i information) trivial() bool { return len(i.t.A) == 1 && len(i.t.B) == 1 }

// epsilon is the rounding error of mutual information.
const epsilon = 0x1p-52

func (i information) nmi(a Average) float64 {
	if i.trivial() {
		return 1
	}
	if i.mi <= epsilon {
		return 0
	}
	return i.mi / a.of(i.hA, i.hB)
}

func (i information) ami(a Average) float64 {
	if i.trivial() {
		return 1
	}
	chance := expectedMI(i.t)
	top, bottom := i.mi-chance, a.of(i.hA, i.hB)-chance
	// If chance explains all that the labellings could share, as for partitions
	// that are as fine as the points, they either share all of it or there is
	// nothing to share.
	if math.Abs(bottom) <= 4*epsilon*max(1, i.hA, i.hB) {
		if i.mi > epsilon {
			return 1
		}
		return 0
	}
	return top / bottom
}

func (i information) homogeneity() float64 {
	if i.hA == 0 {
		return 1
	}
	return min(1, i.mi/i.hA)
}

func (i information) completeness() float64 {
	if i.hB == 0 {
		return 1
	}
	return min(1, i.mi/i.hB)
}

func (i information) vMeasure(beta float64) float64 {
	h, c := i.homogeneity(), i.completeness()
	bottom := beta*h + c
	if bottom == 0 { // also if beta and completeness are both 0
		return 0
	}
	return (1 + beta) * h * c / bottom
}

// expectedMI returns the expected mutual information of random labellings with
// the same cluster sizes (Vinh, Epps & Bailey 2010): a sum over the sizes a and
// b and over the number n of points they have in common, which is
// hypergeometric.
func expectedMI(t *score.Table) float64 {
	total := float64(t.N)
	as, bs := countSizes(t.SumA), countSizes(t.SumB)
	var sum float64
	for _, a := range as {
		for _, b := range bs {
			lo, hi := max(0, a.size+b.size-total), min(a.size, b.size)
			term := func(n float64) float64 {
				if n == 0 {
					return 0
				}
				return n / total * math.Log(total*n/(a.size*b.size))
			}
			// Start at the most likely n and go outwards until the remainder is
			// negligible. The probabilities follow from each other by recurrence; the
			// first follows from their sum being 1. This avoids factorials, whose
			// logarithms have too few digits.
			mode := math.Floor((a.size + 1) * (b.size + 1) / (total + 2))
			mode = min(max(mode, lo), hi)
			s, all := term(mode), 1.0
			for n, p := mode+1, 1.0; n <= hi && p > 1e-25; n++ {
				p *= (a.size - n + 1) * (b.size - n + 1) / (n * (total - a.size - b.size + n))
				s += p * term(n)
				all += p
			}
			for n, p := mode-1, 1.0; n >= lo && p > 1e-25; n-- {
				p *= (n + 1) * (total - a.size - b.size + n + 1) / ((a.size - n) * (b.size - n))
				s += p * term(n)
				all += p
			}
			sum += a.count * b.count * s / all
		}
	}
	return sum
}

type sizeCount struct{ size, count float64 }

// countSizes groups equal sizes, in order of their first appearance.
func countSizes(sizes []float64) []sizeCount {
	place := make(map[float64]int)
	var out []sizeCount
	for _, s := range sizes {
		i, ok := place[s]
		if !ok {
			i = len(out)
			place[s] = i
			out = append(out, sizeCount{size: s})
		}
		out[i].count++
	}
	return out
}

// MutualInformation returns the mutual information of two labellings in nats.
func MutualInformation(truth, labels []int) (float64, error) {
	return onInformation("mutual information", truth, labels, func(i information) float64 { return i.mi })
}

// NMI returns the normalised mutual information: the mutual information divided
// by the average of the two entropies. It is 1 if both labellings consist of
// one cluster, and 0 if they share nothing.
func NMI(truth, labels []int, a Average) (float64, error) {
	if a > Max {
		return 0, fmt.Errorf("NMI: %v: %w", a, ErrOption)
	}
	return onInformation("NMI", truth, labels, func(i information) float64 { return i.nmi(a) })
}

// AMI returns the adjusted mutual information (Vinh, Epps & Bailey 2010): NMI
// corrected for chance given the sizes of the clusters, so that unrelated
// partitions score about 0 for any number of clusters.
func AMI(truth, labels []int, a Average) (float64, error) {
	if a > Max {
		return 0, fmt.Errorf("AMI: %v: %w", a, ErrOption)
	}
	return onInformation("AMI", truth, labels, func(i information) float64 { return i.ami(a) })
}

// Homogeneity returns the degree to which each cluster of labels contains only
// points of one class of truth (Rosenberg & Hirschberg 2007).
func Homogeneity(truth, labels []int) (float64, error) {
	return onInformation("homogeneity", truth, labels, information.homogeneity)
}

// Completeness returns the degree to which all points of a class of truth lie
// in one cluster of labels.
func Completeness(truth, labels []int) (float64, error) {
	return onInformation("completeness", truth, labels, information.completeness)
}

// VMeasure returns the weighted harmonic mean (1+beta)·h·c/(beta·h+c) of
// homogeneity h and completeness c; with beta 1 it equals NMI. A beta that is
// negative, NaN or infinite is an ErrOption.
func VMeasure(truth, labels []int, beta float64) (float64, error) {
	if !(beta >= 0) || math.IsInf(beta, 1) {
		return 0, fmt.Errorf("beta of the V-measure: got %v, want 0 or more: %w", beta, ErrOption)
	}
	return onInformation("V-measure", truth, labels, func(i information) float64 { return i.vMeasure(beta) })
}

func onInformation(name string, truth, labels []int, f func(information) float64) (float64, error) {
	t, err := score.Cross(name, truth, labels)
	if err != nil {
		return 0, err
	}
	return f(newInformation(t)), nil
}
