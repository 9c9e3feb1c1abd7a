package engine

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Disentangled adds two terms to the scores: a query's content with the
// relative position of the key, and a key's content with that of the query
// (DeBERTa: He et al. 2020, arXiv:2006.03654).
type Disentangled struct {
	Span    int // relative positions are clipped to -Span ≤ d < Span, in buckets if there are any
	Buckets int // of distances beyond half of them, logarithmic; 0: none
	Most    int // the distance at which the buckets end
}

// bucket returns the row of a relative position table for a key that lies
// distance tokens before the query (after it, if negative).
func (d *Disentangled) bucket(distance int) int {
	if d.Buckets > 0 {
		distance = logBucket(distance, d.Buckets, d.Most)
	}
	return min(max(distance+d.Span, 0), 2*d.Span-1)
}

// logBucket keeps distances up to half of the buckets as they are; beyond that,
// they grow logarithmically up to most.
func logBucket(distance, buckets, most int) int {
	middle := buckets / 2
	if -middle < distance && distance < middle {
		return distance
	}
	size := math.Abs(float64(distance))
	if distance == 0 || size <= float64(middle) {
		return distance
	}
	log := math.Ceil(math.Log(size/float64(middle))/math.Log(float64(most-1)/float64(middle))*float64(middle-1)) + float64(middle)
	if distance < 0 {
		return -int(log)
	}
	return int(log)
}

// positionTerms are the projections of one layer's relative positions, packed
// by head for multiplication with queries and keys.
type positionTerms struct {
	block       *Block
	withQueries []kernel.Weights // [positions, dim] each, or none
	withKeys    []kernel.Weights // [positions, dim] each, or none
}

func newPositionTerms(b *Block, w *LayerWeights) *positionTerms {
	rows, dim, width := 2*b.Disentangled.Span, b.HeadDim, b.queries()
	// byHead packs the columns of each head of a table [positions, heads·dim].
	byHead := func(table []float32) []kernel.Weights {
		if table == nil {
			return nil
		}
		all := kernel.RowMajor(table, rows, width)
		out := make([]kernel.Weights, b.Heads)
		for h := range out {
			var mem *kernel.Memory
			out[h] = mem.Weights(kernel.FormatFloat32, all.Slice(0, rows, h*dim, (h+1)*dim))
		}
		return out
	}
	return &positionTerms{b, byHead(w.PositionKey), byHead(w.PositionQuery)}
}

// add adds the terms of a head to bias [queries, keys], for queries q [queries,
// dim] starting at token first and keys k [keys, dim] starting at token lo.
func (p *positionTerms) add(s *Scratch, bias []float32, head int, q, k kernel.Matrix, first, lo int) {
	d, scale := p.block.Disentangled, float32(p.block.scale())
	// Rows of the tables by distance, query minus key, from that of the first
	// query and the last key on.
	least := first - (lo + k.Rows - 1)
	s.places = Grow(s.places, q.Rows+k.Rows-1)
	for i := range s.places {
		s.places[i] = int32(d.bucket(least + i))
	}
	product := func(x kernel.Matrix, w kernel.Weights) kernel.Matrix {
		s.terms = Grow(s.terms, x.Rows*2*d.Span)
		out := kernel.RowMajor(s.terms, x.Rows, 2*d.Span)
		w.Multiply(out, x, nil, kernel.Epilogue{}, &s.kernel)
		return out
	}
	if p.withQueries != nil {
		terms := product(q, p.withQueries[head])
		for i := range q.Rows {
			row, out := terms.Row(i), bias[i*k.Rows:(i+1)*k.Rows]
			for j := range out {
				out[j] += scale * row[s.places[i+k.Rows-1-j]]
			}
		}
	}
	if p.withKeys != nil {
		terms := product(k, p.withKeys[head])
		for j := range k.Rows {
			row := terms.Row(j)
			for i := range q.Rows {
				bias[i*k.Rows+j] += scale * row[s.places[i+k.Rows-1-j]]
			}
		}
	}
}
