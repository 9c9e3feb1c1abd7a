package reduce

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// RandomProjection multiplies points by a random matrix. By the lemma of
// Johnson & Lindenstrauss (1984) that keeps all distances within a factor
// 1±Epsilon, with as few features as depend on the number of points alone. It
// costs next to nothing to fit.
type RandomProjection struct {
	// Components is the number of features to give, at most those taken; 0 for
	// JohnsonLindenstrauss of the number of points and Epsilon.
	Components int

	// Epsilon is the distortion to allow where Components is 0, in (0, 1);
	// 0 for 0.1.
	Epsilon float64

	// Density is the share of entries of the matrix that are not 0. 1, or 0 for
	// the default, draws all entries from the normal distribution; less draws
	// ±1 with that share (Achlioptas 2003 with 1/3; Li, Hastie & Church 2006
	// with 1/sqrt(d)), which transforms faster by as much.
	Density float64

	// Seed chooses the matrix.
	Seed uint64

	// Threads is how many goroutines to use, 0 for GOMAXPROCS. It does not
	// change a single bit of the results.
	Threads int
}

// RandomProjectionResult is a fitted RandomProjection. Do not modify it.
type RandomProjectionResult struct {
	// Components is the matrix, [k, d]. Its entries have variance 1/k, so that
	// distances keep their size.
	Components *mat.Dense

	sparse  [][]entry // [k] what is not 0, for sparse matrices
	threads int
}

type entry struct {
	col   int32
	value float64
}

// JohnsonLindenstrauss returns how many features keep the distances of n points
// within a factor 1±epsilon: 4 ln n / (ε²/2 - ε³/3) (Dasgupta & Gupta 2003).
// It returns 0 where epsilon is outside (0, 1) or n below 1.
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
// matter, and that all is finite.
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

// Reduce is Fit, as Reducer has it.
func (o RandomProjection) Reduce(ctx context.Context, x mat.Matrix) (Projection, error) {
	r, err := o.Fit(ctx, x)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Dims returns the number of features taken and of features given.
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
