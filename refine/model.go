package refine

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/knn"
)

// Tuning, on ten sets of labelled texts (docs/quality.md). Half or twice of a
// value mostly changes the adjusted Rand index by a point or less.
const (
	spread     = 8    // standard deviation, over segments, of a user's scores by directions
	listening  = 4    // weight of neighbours, times the logarithm of their share
	leastShare = 0.02 // added to shares, since neighbours may all be wrong
	unseen     = 0.05 // added to counts of words (Lidstone)
	negligible = 1e-4 // memberships below it are not counted
)

// model labels users by the mean directions and the words of segments, and by
// their neighbours.
type model struct {
	x       dense.Rows[float32] // [n, d] of length 1
	words   *words              // nil: unknown
	users   inverted            // of words
	graph   *graph
	k       int
	threads int

	products  products
	size      []float64 // [k] of segments; nil: those that they have
	sharp     float64   // concentration of directions; 0 before the first step
	listening float64   // as the constant, until sizes are given
}

func newModel(ctx context.Context, o Options, x dense.Rows[float32], near *knn.Graph, bags []Bag, k int) (*model, error) {
	m := &model{x: x, k: k, threads: o.Threads, listening: listening, products: newProducts(x, o.Threads)}
	if bags != nil {
		m.words = newWords(bags, common)
		m.users = m.words.inverted()
	}
	var err error
	m.graph, err = newGraph(ctx, near, m.words, o.Neighbors, o.Threads)
	return m, err
}

// step fits the model to the soft labels q [n, k] and returns those that the
// model, the neighbours and the sizes of segments lead to.
func (m *model) step(ctx context.Context, q dense.Rows[float32]) (dense.Rows[float32], error) {
	next := dense.New[float32](q.Len, q.Dim)
	size := m.size
	var err error
	if size == nil {
		if size, err = m.sizes(ctx, q); err != nil {
			return next, err
		}
	}
	toward, err := m.directions(ctx, q)
	if err != nil {
		return next, err
	}
	w := kernel.Pack(matrix(toward))
	if err := eachPiece(ctx, q.Len, m.threads, func(_, _, lo, hi int) {
		kernel.Gemm(matrix(next.Slice(lo, hi)), matrix(m.x.Slice(lo, hi)), w, kernel.Epilogue{})
	}); err != nil {
		return next, err
	}
	if m.sharp == 0 {
		if m.sharp, err = m.sharpness(ctx, next); err != nil {
			return next, err
		}
	}
	frequency, err := m.frequencies(ctx, q)
	if err != nil {
		return next, err
	}
	shares, said := dense.New[float32](pieces(q.Len), m.k), dense.New[float64](pieces(q.Len), m.k)
	err = eachRow(ctx, q.Len, m.threads, func(piece, i int) {
		share, words := shares.Row(piece), said.Row(piece)
		m.graph.mean(share, q, i)
		m.said(words, frequency, i)
		row := next.Row(i)
		for c := range row {
			row[c] = float32(m.sharp*float64(row[c]) + words[c] + m.listening*math.Log(float64(share[c])+leastShare))
		}
	})
	if err != nil {
		return next, err
	}
	return next, transport(ctx, next, size, m.threads)
}

// sizes returns the sums of the columns of q, [k].
func (m *model) sizes(ctx context.Context, q dense.Rows[float32]) ([]float64, error) {
	parts := dense.New[float64](pieces(q.Len), m.k)
	err := eachRow(ctx, q.Len, m.threads, func(piece, i int) {
		for c, v := range q.Row(i) {
			parts.Row(piece)[c] += float64(v)
		}
	})
	return summed(parts), err
}

// directions returns the mean directions of segments, [k, d] of length 1.
func (m *model) directions(ctx context.Context, q dense.Rows[float32]) (dense.Rows[float32], error) {
	d := m.x.Dim
	parts := dense.New[float64](pieces(q.Len), m.k*d)
	out := dense.New[float32](m.k, d)
	err := eachPiece(ctx, q.Len, m.threads, func(worker, piece, lo, hi int) {
		sum := parts.Row(piece)
		for j, v := range m.products.sums(worker, piece, q.Slice(lo, hi), m.x.Slice(lo, hi)) {
			sum[j] = float64(v)
		}
	})
	if err != nil {
		return out, err
	}
	sum := summed(parts)
	for c := range m.k {
		row, squares := sum[c*d:(c+1)*d], 0.0
		for _, v := range row {
			squares += v * v
		}
		if squares == 0 {
			continue
		}
		for j, v := range row {
			out.Row(c)[j] = float32(v / math.Sqrt(squares))
		}
	}
	return out, nil
}

// sharpness returns the concentration at which the scores of a user, cosines
// [n, k] times it, have the standard deviation spread on the mean, whatever range
// the model's cosines have.
func (m *model) sharpness(ctx context.Context, cosines dense.Rows[float32]) (float64, error) {
	parts := dense.New[float64](pieces(cosines.Len), 1)
	err := eachRow(ctx, cosines.Len, m.threads, func(piece, i int) {
		mean, squares := 0.0, 0.0
		for _, v := range cosines.Row(i) {
			mean += float64(v) / float64(m.k)
		}
		for _, v := range cosines.Row(i) {
			squares += (float64(v) - mean) * (float64(v) - mean)
		}
		parts.Row(piece)[0] += math.Sqrt(squares / float64(m.k))
	})
	deviation := summed(parts)[0] / float64(cosines.Len)
	if !(deviation > 1e-9) {
		return spread, err // the directions are one; they cannot tell users apart
	}
	return spread / deviation, err
}

// frequencies returns the logarithms of the frequencies of words in segments,
// [count, k]; nothing if words are unknown.
func (m *model) frequencies(ctx context.Context, q dense.Rows[float32]) (dense.Rows[float64], error) {
	if m.words == nil || m.words.count == 0 {
		return dense.Rows[float64]{}, nil
	}
	out := dense.New[float64](m.words.count, m.k)
	err := eachRow(ctx, out.Len, m.threads, func(_, w int) {
		row := out.Row(w)
		for _, u := range m.users.of(w) {
			for c, v := range q.Row(int(u.user)) {
				row[c] += u.count * float64(v)
			}
		}
	})
	if err != nil {
		return out, err
	}
	total := make([]float64, m.k)
	for w := range out.Len {
		for c, v := range out.Row(w) {
			total[c] += v
		}
	}
	return out, eachRow(ctx, out.Len, m.threads, func(_, w int) {
		row := out.Row(w)
		for c, v := range row {
			row[c] = math.Log((v + unseen) / (total[c] + unseen*float64(out.Len)))
		}
	})
}

// said writes the log-likelihoods of i's words in each segment to dst [k], as if
// they had said only the square root of their number: words are not independent,
// and those who write much would else be labelled by words alone.
func (m *model) said(dst []float64, frequency dense.Rows[float64], i int) {
	clear(dst)
	if frequency.Len == 0 || m.words.size[i] == 0 {
		return
	}
	for _, t := range m.words.bags[i] {
		for c, v := range frequency.Row(int(t.Word)) {
			dst[c] += float64(t.Count) * v / m.words.size[i]
		}
	}
}
