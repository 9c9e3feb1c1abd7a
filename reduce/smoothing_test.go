package reduce

import (
	"math"
	"math/rand/v2"
	"sort"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// smoothedSlowly returns the points after smoothing, scaled to length 1, by the
// definition, with dense matrices in float64.
func smoothedSlowly(x *mat.Dense, neighbors, steps int) *mat.Dense {
	n, d := x.Dims()
	unit := func(y *mat.Dense) *mat.Dense {
		out := mat.DenseCopyOf(y)
		for i := range n {
			row := out.RawRowView(i)
			l := mat.Norm(mat.NewVecDense(d, row), 2)
			for j := range row {
				row[j] /= l
			}
		}
		return out
	}
	y := unit(x)
	var cos, a mat.Dense
	cos.Mul(y, y.T())
	a.CloneFrom(mat.NewDense(n, n, nil))
	for i := range n {
		var others []int
		for j := range n {
			if j != i {
				others = append(others, j)
			}
		}
		sort.SliceStable(others, func(p, q int) bool { return cos.At(i, others[p]) > cos.At(i, others[q]) })
		for _, j := range others[:neighbors] {
			w := max(0, cos.At(i, j)) / 2
			a.Set(i, j, a.At(i, j)+w)
			a.Set(j, i, a.At(j, i)+w)
		}
		a.Set(i, i, 1)
	}
	degree := make([]float64, n)
	for i := range n {
		for j := range n {
			degree[i] += a.At(i, j)
		}
	}
	a.Apply(func(i, j int, v float64) float64 { return v / math.Sqrt(degree[i]*degree[j]) }, &a)
	for range steps {
		var next mat.Dense
		next.Mul(&a, y)
		y = &next
	}
	return unit(y)
}

// TestSmoothingIsItsDefinition: distances among all components are those of the
// points smoothed with dense matrices.
func TestSmoothingIsItsDefinition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	const n, d = 60, 7
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			x.Set(i, j, r.NormFloat64()+float64(i%3)*float64(j%2))
		}
	}
	for _, o := range []Smoothing{{Neighbors: 5, Steps: 1}, {Neighbors: 3}, {}, {Neighbors: 1000, Steps: 2}} {
		got := must(o.Fit(t.Context(), x))
		c, _ := o.check()
		want := smoothedSlowly(x, min(c.Neighbors, n-1), c.Steps)
		for i := range n {
			for j := range i {
				a := distanceOf(got.Embedding, i, j)
				if b := distanceOf(want, i, j); math.Abs(a-b) > 1e-5 {
					t.Fatalf("%+v: points %d and %d are %g apart, want %g", o, i, j, a, b)
				}
			}
		}
		again := must(got.Transform(t.Context(), x))
		if !mat.Equal(again, got.Embedding) {
			t.Errorf("%+v: fitted points move", o)
		}
		// A new point stands among its neighbours, nearer to its twin than others.
		near := mat.NewDense(1, d, nil)
		for j := range d {
			near.Set(0, j, 3*x.At(4, j)+1e-3)
		}
		if p := must(got.Transform(t.Context(), near)); o.Neighbors == 3 {
			own, far := 0.0, 0.0
			for j := range d {
				own += math.Pow(p.At(0, j)-got.Embedding.At(4, j), 2)
				far += math.Pow(p.At(0, j)-got.Embedding.At(3, j), 2)
			}
			if own > far {
				t.Errorf("a new point is %g from its twin and %g from another", own, far)
			}
		}
	}
}

func distanceOf(m *mat.Dense, i, j int) float64 {
	var s float64
	for f, v := range m.RawRowView(i) {
		s += (v - m.At(j, f)) * (v - m.At(j, f))
	}
	return math.Sqrt(s)
}

func BenchmarkSmoothing(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	x := mat.NewDense(2000, 384, nil)
	for i := range 2000 {
		for j := range 384 {
			x.Set(i, j, r.NormFloat64())
		}
	}
	for b.Loop() {
		if _, err := (Smoothing{}).Fit(b.Context(), x); err != nil {
			b.Fatal(err)
		}
	}
}
