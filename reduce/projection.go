package reduce

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// RandomProjection multiplies points by a random matrix. By the lemma of
// Johnson & Lindenstrauss (1984) this preserves all distances within a factor
// 1±Epsilon, with a number of features that depends only on the number of
// points. Fitting costs almost nothing.
type RandomProjection struct {
	// Components is the number of features to return, at most that of the input; 0
	// means JohnsonLindenstrauss of the number of points and Epsilon.
	Components int

	// Epsilon is the permitted distortion if Components is 0, in (0, 1); 0 means
	// 0.1.
	Epsilon float64

	// Density is the share of nonzero entries of the matrix. With 1, or with 0 for
	// the default, all entries come from the normal distribution; with less,
	// nonzero entries are ±1 up to scaling (Achlioptas 2003 with 1/3; Li, Hastie &
	// Church 2006 with 1/sqrt(d)), which makes Transform faster in proportion.
	Density float64

	// Seed determines the matrix.
	Seed uint64

	// Threads is the number of goroutines to use; 0 means GOMAXPROCS. It does not
	// affect the results.
	Threads int
}

// RandomProjectionResult is a fitted RandomProjection. Do not modify it.
type RandomProjectionResult struct {
	// Components is the matrix, [k, d]. Its entries have variance 1/k, so that
	// distances keep their scale.
	Components *mat.Dense

	sparse  [][]entry // [k] nonzero entries, for sparse matrices
	threads int
}

type entry struct {
	col   int32
	value float64
}

// JohnsonLindenstrauss returns the number of features that preserves the
// distances of n points within a factor 1±epsilon: 4 ln n / (ε²/2 - ε³/3)
// (Dasgupta & Gupta 2003). It returns 0 if epsilon is outside (0, 1) or n is
// less than 1.
func JohnsonLindenstrauss(n int, epsilon float64) int {
	if n < 1 || !(epsilon > 0 && epsilon < 1) {
		return 0
	}
	return int(4 * math.Log(float64(n)) / (epsilon*epsilon/2 - epsilon*epsilon*epsilon/3))
}

func (o RandomProjection) withDefaults() RandomProjection {
	if o.Epsilon == 0 {
		o.Epsilon = 0.1
	}
	if o.Density == 0 {
		o.Density = 1
	}
	return o
}

// Fit draws the matrix for points like the rows of x [n, d]. Only n and d
// matter, but all values must be finite.
func (o RandomProjection) Fit(ctx context.Context, x mat.Matrix) (*RandomProjectionResult, error) {
	o = o.withDefaults()
	if !(o.Epsilon > 0 && o.Epsilon < 1) {
		return nil, &OptionError{Estimator: "random projection", Option: "Epsilon", Got: o.Epsilon, Want: "in (0, 1)"}
	}
	if !(o.Density > 0 && o.Density <= 1) {
		return nil, &OptionError{Estimator: "random projection", Option: "Density", Got: o.Density, Want: "in (0, 1]"}
	}
	p, err := view(ctx, "random projection", x, 0, o.Threads)
	if err != nil {
		return nil, err
	}
	d := p.Dim()
	if o.Components == 0 {
		o.Components = max(1, JohnsonLindenstrauss(p.Len(), o.Epsilon))
	}
	if o.Components < 0 || o.Components > d {
		return nil, &ComponentsError{Method: "random projection", Want: o.Components, Max: d}
	}
	r := &RandomProjectionResult{Components: mat.NewDense(o.Components, d, nil), threads: o.Threads}
	random := rand.New(rand.NewPCG(o.Seed, 0x12a4d))
	if o.Density == 1 {
		scale := 1 / math.Sqrt(float64(o.Components))
		for i := range o.Components {
			row := r.Components.RawRowView(i)
			for j := range row {
				row[j] = scale * random.NormFloat64()
			}
		}
		return r, nil
	}
	scale := 1 / math.Sqrt(o.Density*float64(o.Components))
	r.sparse = make([][]entry, o.Components)
	for i := range o.Components {
		row := r.Components.RawRowView(i)
		for j := range row {
			u := random.Float64()
			if u >= o.Density {
				continue
			}
			row[j] = scale
			if u < o.Density/2 {
				row[j] = -scale
			}
			r.sparse[i] = append(r.sparse[i], entry{int32(j), row[j]})
		}
	}
	return r, nil
}

// Reduce implements Reducer by calling Fit.
func (o RandomProjection) Reduce(ctx context.Context, x mat.Matrix) (Projection, error) {
	r, err := o.Fit(ctx, x)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Dims returns the numbers of features of the input and of the output.
func (r *RandomProjectionResult) Dims() (features, components int) {
	k, d := r.Components.Dims()
	return d, k
}

// Transform returns the rows of x [m, d] multiplied by the matrix, [m, k].
func (r *RandomProjectionResult) Transform(ctx context.Context, x mat.Matrix) (*mat.Dense, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	d, k := r.Dims()
	p, err := view(ctx, "random projection", x, d, r.threads)
	if err != nil {
		return nil, err
	}
	if r.sparse == nil {
		return multiply(ctx, p, nil, denseRows(r.Components), r.threads)
	}
	out := mat.NewDense(p.Len(), k, nil)
	err = eachBlock(ctx, p, r.threads, func(i int, row []float64) {
		dst := out.RawRowView(i)
		for c, entries := range r.sparse {
			var sum float64
			for _, e := range entries {
				sum += e.value * row[e.col]
			}
			dst[c] = sum
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
