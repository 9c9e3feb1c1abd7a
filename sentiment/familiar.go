package sentiment

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Familiar tells how far a vector is from those that a head was fitted on: the
// cosine distance to the nearest of a few centres of them (spherical k-means,
// Dhillon and Modha 2001), expressed as the share of left-out vectors of the same
// kinds that are nearer. Once fitted or read it is immutable and safe for
// concurrent use.
type Familiar struct {
	Centres weights `json:"centres"` // [centres, dim] of float32, of length 1
	Dim     int     `json:"dim"`
	// Quantiles are the distances of left-out vectors, ascending, at equal steps of
	// probability from 0 to 1.
	Quantiles []float64 `json:"quantiles"`
	// Slope is how fast errors grow with distance: at the distance that 95 % of the
	// left-out vectors do not exceed, the squared error is 1 + Slope times that at
	// their median, at twice that excess 1 + 4 Slope times.
	Slope float64 `json:"slope"`
}

// FamiliarOptions configures FitFamiliar.
type FamiliarOptions struct {
	Centres int // 0: 16, at most one a vector
	Seed    uint64
}

const (
	defaultCentres    = 16
	mostCentres       = 1 << 12
	familiarRounds    = 20
	familiarQuantiles = 41
	mostSlope         = 1e3
)

// FitFamiliar fits the centres to vectors x [n, dim] and the quantiles to
// vectors that were left out, held [m, dim]. Errors wrap ErrTraining.
func FitFamiliar(ctx context.Context, x, held mat.Matrix, o FamiliarOptions) (*Familiar, error) {
	for _, m := range []mat.Matrix{x, held} {
		if err := given(ctx, m); err != nil {
			return nil, err
		}
	}
	n, d := x.Dims()
	m, d2 := held.Dims()
	if n == 0 || m == 0 || d == 0 || d != d2 {
		return nil, trainingError("vectors [%d, %d] to fit and [%d, %d] left out", n, d, m, d2)
	}
	if o.Centres == 0 {
		o.Centres = defaultCentres
	}
	if err := checkLimits(limits{"Centres", float64(o.Centres), 1, mostCentres}); err != nil {
		return nil, err
	}
	rows, ok := unitRows(x)
	left, ok2 := unitRows(held)
	if !ok || !ok2 {
		return nil, trainingError("a vector is not finite")
	}
	f := &Familiar{Dim: d}
	if err := f.cluster(ctx, rows, min(o.Centres, n), o.Seed); err != nil {
		return nil, err
	}
	distances := make([]float64, len(left))
	for i, v := range left {
		distances[i] = f.Distance(v)
	}
	slices.Sort(distances)
	for q := range familiarQuantiles {
		f.Quantiles = append(f.Quantiles, distances[q*(len(distances)-1)/(familiarQuantiles-1)])
	}
	return f, nil
}

// unitRows returns the rows of x in length 1, or false if one is not finite.
func unitRows(x mat.Matrix) ([][]float32, bool) {
	from := dense.Float64(x)
	out := make([][]float32, from.Len)
	for i := range out {
		row := make([]float32, from.Dim)
		sum := 0.0
		for _, v := range from.Row(i) {
			sum += v * v
		}
		if sum-sum != 0 {
			return nil, false
		}
		length := math.Sqrt(sum)
		for j, v := range from.Row(i) {
			if length > 0 {
				row[j] = float32(v / length)
			}
		}
		out[i] = row
	}
	return out, true
}

// cluster sets the centres.
func (f *Familiar) cluster(ctx context.Context, rows [][]float32, k int, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, uint64(k)))
	for _, i := range r.Perm(len(rows))[:k] {
		f.Centres = append(f.Centres, rows[i]...)
	}
	for range familiarRounds {
		if err := parallel.Cause(ctx); err != nil {
			return err
		}
		sums, counts := make([]float64, k*f.Dim), make([]int, k)
		for _, v := range rows {
			c, _ := f.nearest(v)
			counts[c]++
			for j, x := range v {
				sums[c*f.Dim+j] += float64(x)
			}
		}
		for c := range k {
			sum := sums[c*f.Dim : (c+1)*f.Dim]
			length := 0.0
			for _, s := range sum {
				length += s * s
			}
			if length == 0 { // nothing is near it: it stays
				continue
			}
			for j, s := range sum {
				f.Centres[c*f.Dim+j] = float32(s / math.Sqrt(length))
			}
		}
	}
	f.Centres = f.Centres.rounded()
	return nil
}

// nearest returns the centre with the largest product with v.
func (f *Familiar) nearest(v []float32) (centre int, product float64) {
	product = math.Inf(-1)
	for c := range len(f.Centres) / f.Dim {
		s := float32(0)
		for j, w := range f.Centres[c*f.Dim : (c+1)*f.Dim] {
			s += w * v[j]
		}
		if float64(s) > product {
			centre, product = c, float64(s)
		}
	}
	return centre, product
}

// Distance returns the cosine distance of a vector [Dim] to the nearest centre, 1
// for a vector of length 0.
func (f *Familiar) Distance(v []float32) float64 {
	_, product := f.nearest(v)
	length := 0.0
	for _, x := range v {
		length += float64(x) * float64(x)
	}
	if length == 0 {
		return 1
	}
	return 1 - product/math.Sqrt(length)
}

// Novelty returns the share of left-out vectors that are nearer than a distance,
// and the factor by which it widens a standard error.
func (f *Familiar) Novelty(distance float64) (share, widen float64) {
	q := f.Quantiles
	last := len(q) - 1
	i, _ := slices.BinarySearch(q, distance)
	switch {
	case i > last:
		share = 1
	case i > 0:
		share = (float64(i-1) + (distance-q[i-1])/(q[i]-q[i-1])) / float64(last)
	}
	median, far := q[last/2], q[last*19/20]
	if excess := distance - median; excess > 0 && far > median {
		excess /= far - median
		return share, math.Sqrt(1 + f.Slope*excess*excess)
	}
	return share, 1
}

// check requires what Distance and Novelty rely on.
func (f *Familiar) check() error {
	switch {
	case f == nil || f.Dim < 1 || len(f.Centres) == 0 || len(f.Centres)%f.Dim != 0:
		return fmt.Errorf("%w: no centres of what is familiar", ErrFormat)
	case len(f.Quantiles) < 3 || !slices.IsSorted(f.Quantiles) || math.IsInf(f.Quantiles[0], 0) || math.IsInf(f.Quantiles[len(f.Quantiles)-1], 0) || math.IsNaN(f.Quantiles[0]):
		return fmt.Errorf("%w: %d quantiles of what is familiar, want 3 or more, finite and ascending", ErrFormat, len(f.Quantiles))
	case !(f.Slope >= 0 && f.Slope <= mostSlope):
		return fmt.Errorf("%w: slope %v, want 0 to %v", ErrFormat, f.Slope, mostSlope)
	}
	for i, c := range f.Centres {
		if c-c != 0 {
			return fmt.Errorf("%w: number %d of the centres is not finite", ErrFormat, i)
		}
	}
	return nil
}
