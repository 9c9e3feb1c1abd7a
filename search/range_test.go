package search

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// times returns x·2^power, as float32 rows or as float64.
func times(x dense.Matrix, power int, narrow bool) mat.Matrix {
	y := mat.NewDense(x.Len, x.Dim, nil)
	y.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, power) }, x)
	if narrow {
		return dense.Matrix{Rows: dense.Narrow(y)}
	}
	return y
}

// TestLengths: rows and queries of any length find what those of usual lengths
// find, with scores of their length, or are refused.
func TestLengths(t *testing.T) {
	t.Parallel()
	x, q := cloud(120, 8, 11, false), cloud(3, 8, 12, false)
	for _, kind := range []Kind{Float32, Int8, Binary} {
		for m := Cosine; m <= Euclidean; m++ {
			o := Options{Metric: m, Kind: kind, Threads: 1}
			want, err := TopK(t.Context(), x, q, 5, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, narrow := range []bool{true, false} {
				for _, p := range []int{-1030, -300, -140, -118, -90, -70, -40, 40, 70, 100, 123, 300, 1010} {
					if narrow && (p < -120 || p > 124) { // not in float32
						continue
					}
					both, other := p, p // the queries' length is another than the rows'
					if m == Cosine {
						other = -p / 2
					}
					name := fmt.Sprintf("%v %v float32=%v 2^%d", kind, m, narrow, p)
					usual := m == Cosine || p > -90 && p < 120
					lengthsFind(t, name, times(x, both, narrow), times(q, other, narrow), o, scaledHits(want, kind, m, p), usual)
				}
			}
		}
	}
}

// scaledHits returns hits with the scores of rows and queries times 2^power.
func scaledHits(hits [][]Hit, kind Kind, m Metric, power int) [][]Hit {
	out := make([][]Hit, len(hits))
	for i := range hits {
		for _, h := range hits[i] {
			switch {
			case kind == Binary || m == Cosine:
			case m == Dot:
				h.Score = math.Ldexp(h.Score, 2*power)
			default:
				h.Score = math.Ldexp(h.Score, power)
			}
			out[i] = append(out[i], h)
		}
	}
	return out
}

// lengthsFind fails unless TopK, an index and, for full vectors, Similarities find
// want, or refuse what is not usual.
func lengthsFind(t *testing.T, name string, x, q mat.Matrix, o Options, want [][]Hit, usual bool) {
	t.Helper()
	found := map[string]func() ([][]Hit, error){
		"TopK": func() ([][]Hit, error) { return TopK(t.Context(), x, q, 5, o) },
		"Index": func() ([][]Hit, error) {
			ix, err := New(t.Context(), x, o)
			if err != nil {
				return nil, err
			}
			return ix.Search(t.Context(), q, Query{K: 5})
		},
	}
	if o.Kind == Float32 {
		found["Similarities"] = func() ([][]Hit, error) {
			out := make([][]Hit, len(want))
			return out, Similarities(t.Context(), q, x, o, func(first int, block *mat.Dense) error {
				for i := range len(want) {
					for _, h := range want[first+i] {
						out[first+i] = append(out[first+i], Hit{h.Index, block.At(i, h.Index)})
					}
				}
				return nil
			})
		}
	}
	for by, find := range found {
		got, err := find()
		if err != nil {
			if usual || !errors.Is(err, ErrNotFinite) {
				t.Errorf("%s, %s: %v", name, by, err)
			}
			continue
		}
		for i := range want {
			for h, w := range want[i] {
				if g := got[i][h]; g.Index != w.Index || !(math.Abs(g.Score-w.Score) <= 1e-5*math.Abs(w.Score)) {
					t.Errorf("%s, %s: query %d, hit %d: %v, want %v", name, by, i, h, g, w)
				}
			}
		}
	}
}

// TestTooShort: what float32, or bytes, cannot stand for under a metric of lengths
// is refused by row and column, also in the vectors to score by; zeros are not.
func TestTooShort(t *testing.T) {
	t.Parallel()
	usual := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	for _, c := range []struct {
		row    []float64
		o      Options
		refuse bool
		cosine bool // it is refused under Cosine, too
	}{
		{[]float64{0, 0}, Options{Metric: Dot}, false, true},
		{[]float64{0, 1e-60}, Options{Metric: Dot}, true, false},
		{[]float64{0, 1e-60}, Options{Metric: Euclidean, Kind: Int8}, true, false},
		{[]float64{-1e-60, 1}, Options{Metric: Euclidean}, false, false},
		{[]float64{0, 1e-34}, Options{Metric: Dot}, false, false},
		{[]float64{0, 1e-34}, Options{Metric: Dot, Kind: Int8}, true, false},
		{[]float64{0, 1e39}, Options{Metric: Dot}, true, false},
		{[]float64{3e38, 3e38}, Options{Metric: Dot}, true, false},
		{[]float64{math.Inf(1), 1}, Options{Metric: Dot}, true, true},
		{[]float64{math.NaN(), 1}, Options{Metric: Dot}, true, true},
	} {
		x := mat.NewDense(2, 2, []float64{1, 2, c.row[0], c.row[1]})
		for _, m := range []Metric{c.o.Metric, Cosine} {
			o, refuse := c.o, c.refuse
			if o.Metric = m; m == Cosine {
				refuse = c.cosine
			}
			name := fmt.Sprintf("%v %+v", c.row, o)
			_, of := TopK(t.Context(), x, usual, 1, o)
			_, by := TopK(t.Context(), usual, x, 1, o)
			ix, err := New(t.Context(), usual, o)
			if err != nil {
				t.Fatal(err)
			}
			_, again := ix.Search(t.Context(), usual, Query{K: 2, Vectors: x})
			for part, err := range map[string]error{"vectors": of, "queries": by, "vectors to score by": again} {
				if part == "vectors to score by" && errors.Is(of, errCodes) {
					continue // they are in full
				}
				is := errors.Is(err, ErrNotFinite) || m == Cosine && errors.Is(err, ErrZeroRow)
				if refuse != is || !refuse && err != nil {
					t.Errorf("%s, %s: %v, refused: want %v", name, part, err, refuse)
				}
			}
		}
	}
}

// TestSignsOfTiny: a bit is set for every value that is positive, however small it
// is beside others.
func TestSignsOfTiny(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(2, 3, []float64{1, 1e-300, -1e-300, 1, -1e-300, -1e-300})
	for m := Cosine; m <= Euclidean; m++ {
		got, err := TopK(t.Context(), x, x.Slice(0, 1, 0, 3), 2, Options{Metric: m, Kind: Binary})
		if err != nil || got[0][0] != (Hit{0, 1}) || got[0][1].Score > 0.5 {
			t.Errorf("%v: %v, %v", m, got, err)
		}
	}
}
