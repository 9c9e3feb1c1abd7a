package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/int8dot"

	"github.com/seed-56ee9438/cohort/internal/persist"
)

// Predictor predicts like the result that it was prepared from, but does not
// process all fitted points again in each call. Use it for many calls of a few
// rows. It is immutable and safe for concurrent use.
type Predictor struct {
	unsavedState

	predict func(ctx context.Context, q *points, labels []int) error
	near    *nearIndex
	name    string
}

// Predict returns a label for each row of x, [rows, d], the same as the
// result's own Predict. Its allocations do not grow with the number of fitted
// points.
func (p *Predictor) Predict(ctx context.Context, x mat.Matrix) ([]int, error) {
	if p == nil || p.predict == nil {
		return nil, persist.NotFitted("Predictor", "it is not the result of Prepare")
	}
	q, err := newPointsLike(ctx, p.name, x, p.near.metric, 1, p.near.p)
	if err != nil {
		return nil, err
	}
	labels := make([]int, q.n)
	if err := p.predict(ctx, q, labels); err != nil {
		return nil, err
	}
	return labels, nil
}

// Prepare returns a Predictor for r, whose points must not change afterwards.
func (r *DBSCANResult) Prepare(ctx context.Context) (*Predictor, error) {
	const name = "DBSCAN"
	if err := r.check(); err != nil {
		return nil, err
	}
	cores := make([]int32, len(r.CoreSampleIndices))
	for k, i := range r.CoreSampleIndices {
		cores[k] = int32(i)
	}
	near, err := newNearIndex(ctx, name, r.Points, r.Metric, cores)
	if err != nil {
		return nil, err
	}
	b := newBall(r.Metric, r.Eps)
	p := &Predictor{name: name, near: near}
	p.predict = func(ctx context.Context, q *points, labels []int) error {
		return eachBlock(ctx, q.n, predictRows, 0, func(_, _, lo, hi int) {
			for i := lo; i < hi; i++ {
				labels[i] = Noise
				near.each(q, i, func() float64 { return r.Eps }, func(j int32) {
					if l := r.Labels[j]; (labels[i] == Noise || l < labels[i]) && b.holds(q, i, near.p, int(j)) {
						labels[i] = l
					}
				})
			}
		})
	}
	return p, nil
}

// Prepare returns a Predictor for r, whose points must not change afterwards.
func (r *HDBSCANResult) Prepare(ctx context.Context) (*Predictor, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	n, _ := r.Points.Dims()
	return newPredictor(ctx, "HDBSCAN", r.Points, r.Metric, func(near *nearIndex, q *points, i int) int {
		for k := r.MinSamples; ; k = min(n, 4*k) {
			if l, again := r.placeNew(near.nearest(q, i, k), n); !again {
				return l
			}
		}
	})
}

// Prepare returns a Predictor for r, whose points must not change afterwards.
func (r *AgglomerativeResult) Prepare(ctx context.Context) (*Predictor, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return newPredictor(ctx, "Agglomerative", r.Points, r.Metric, func(near *nearIndex, q *points, i int) int {
		return r.Labels[near.nearest(q, i, 1)[0].index]
	})
}

// newPredictor returns a Predictor whose labels are those that place gives to row i
// of q, by the index of all fitted points x [n, d].
func newPredictor(ctx context.Context, name string, x mat.Matrix, m Metric, place func(near *nearIndex, q *points, i int) int) (*Predictor, error) {
	n, _ := x.Dims()
	near, err := newNearIndex(ctx, name, x, m, upTo(n))
	if err != nil {
		return nil, err
	}
	predict := func(ctx context.Context, q *points, labels []int) error {
		return eachBlock(ctx, q.n, predictRows, 0, func(_, _, lo, hi int) {
			for i := lo; i < hi; i++ {
				labels[i] = place(near, q, i)
			}
		})
	}
	return &Predictor{name: name, near: near, predict: predict}, nil
}

// predictRows is the number of rows that one piece of work labels.
const predictRows = 16

// nearIndex finds fitted points near a row. If the metric can use products, it
// keeps the view rows of the points as bytes, whose products rule out most
// points; the rest is decided in exact space.
type nearIndex struct {
	p      *points
	metric Metric
	index  []int32 // rows of p, ascending
	stride int
	codes  []int8    // [len(index), stride]; nil if there are no bytes
	scale  []float32 // [len(index)]
	away   []float32 // [len(index)] distance between a view row and its bytes
	norm   []float32 // [len(index)] length of a view row
}

func newNearIndex(ctx context.Context, name string, x mat.Matrix, m Metric, index []int32) (*nearIndex, error) {
	p, err := newPoints(ctx, name, "fitted points", x, m, 0)
	if err != nil {
		return nil, err
	}
	s := &nearIndex{p: p, metric: m, index: index}
	if newBall(m, 0).exactOnly(p, p) || p.d > int8dot.MaxDim {
		return s, nil
	}
	n := len(index)
	s.stride = int8dot.Stride(p.d)
	s.codes = make([]int8, n*s.stride)
	s.scale, s.away, s.norm = make([]float32, n), make([]float32, n), make([]float32, n)
	err = eachBlock(ctx, n, blockRows, 0, func(_, _, lo, hi int) {
		row := make([]float32, p.d)
		for k := lo; k < hi; k++ {
			p.viewRow(row, int(index[k]))
			s.scale[k], s.away[k] = int8dot.Quantize(s.codes[k*s.stride:][:s.stride], row)
			s.norm[k] = float32(math.Sqrt(p.norm2[index[k]]))
		}
	})
	return s, err
}

// nearBlock is the number of points multiplied at once.
const nearBlock = 512

// each calls visit, in order, with the points whose distance from row i of q
// may be up to limit(). limit may decrease during the calls.
func (s *nearIndex) each(q *points, i int, limit func() float64, visit func(j int32)) {
	if s.codes == nil || q.outOfRange {
		for _, j := range s.index {
			visit(j)
		}
		return
	}
	row := make([]float32, q.d)
	q.viewRow(row, i)
	code, scale, away := int8dot.Query(row)
	norm2 := q.norm2[i]
	norm := math.Sqrt(norm2)
	reach := norm + float64(away)
	// The rounding of rows, lengths and scales to float32, and the error of
	// products of view rows.
	rounding := max(q.relError, s.p.relError) + 1e-6
	var products [nearBlock]int32
	for lo := 0; lo < len(s.index); lo += nearBlock {
		hi := min(lo+nearBlock, len(s.index))
		int8dot.Dots(products[:hi-lo], s.codes[lo*s.stride:hi*s.stride], code)
		most := s.squared(limit())
		for k := lo; k < hi; k++ {
			c := float64(s.norm[k])
			dot := float64(products[k-lo])*float64(s.scale[k])*float64(scale) + float64(away)*c + reach*float64(s.away[k])
			if least := norm2 + c*c - 2*dot; least-4*rounding*(norm2+c*c+norm*c)-4*s.p.absError > most {
				continue
			}
			visit(s.index[k])
			most = s.squared(limit())
		}
	}
}

// squared converts a distance to a squared distance between view rows.
func (s *nearIndex) squared(d float64) float64 {
	if s.metric == Cosine {
		return 2 * d
	}
	return d * d * s.p.scale * s.p.scale
}

// nearest returns the k points nearest to row i of q, like nearestOf.
func (s *nearIndex) nearest(q *points, i, k int) []neighbor {
	heap := make([]neighbor, 0, k) // farthest of the nearest so far on top
	farther := func(a, b neighbor) bool {
		return a.distance > b.distance || a.distance == b.distance && a.index > b.index
	}
	limit := func() float64 {
		if len(heap) < k {
			return math.Inf(1)
		}
		return heap[0].distance
	}
	s.each(q, i, limit, func(j int32) {
		nb := neighbor{j, q.distance(s.metric, i, s.p, int(j))}
		if len(heap) < k {
			heap = append(heap, nb)
			for at := len(heap) - 1; at > 0; {
				up := (at - 1) / 2
				if !farther(heap[at], heap[up]) {
					break
				}
				heap[at], heap[up] = heap[up], heap[at]
				at = up
			}
			return
		}
		if !farther(heap[0], nb) {
			return
		}
		heap[0] = nb
		for at := 0; ; {
			top := at
			for c := 2*at + 1; c <= 2*at+2 && c < len(heap); c++ {
				if farther(heap[c], heap[top]) {
					top = c
				}
			}
			if top == at {
				break
			}
			heap[at], heap[top] = heap[top], heap[at]
			at = top
		}
	})
	slices.SortFunc(heap, func(a, b neighbor) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.index, b.index))
	})
	return heap
}
