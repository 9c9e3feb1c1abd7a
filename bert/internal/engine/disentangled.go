package engine

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Disentangled adds to the scores how a query's content goes with the relative
// position of the key, and a key's content with that of the query (DeBERTa: He et
// al. 2020, arXiv:2006.03654).
type Disentangled struct {
	Span    int // relative positions are cut to -Span ≤ d < Span, in buckets if there are any
	Buckets int // of distances beyond half of them, logarithmic; 0: none
	Most    int // the distance where the buckets end
}

// bucket returns the row of a table of relative positions for a key that lies
// distance tokens before the query (after it, if negative).
func (d *Disentangled) bucket(distance int) int {
	if d.Buckets > 0 {
		distance = logBucket(distance, d.Buckets, d.Most)
	}
	return min(max(distance+d.Span, 0), 2*d.Span-1)
}

// logBucket leaves distances up to half of the buckets as they are; beyond, they
// grow logarithmically up to most.
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

// positionTerms are the projections of the relative positions of one layer, by
// head, as they are multiplied with queries and keys.
type positionTerms struct {
	block        *Block
	keys, querys []float32 // [positions, heads·dim], or nil
}

func newPositionTerms(b *Block, w *LayerWeights) *positionTerms {
	return &positionTerms{b, append([]float32(nil), w.PositionKey...), append([]float32(nil), w.PositionQuery...)}
}

// add adds the terms of a head to bias [queries, keys], for queries q
// [queries, dim] from token first on and keys k [keys, dim] from token lo on.
func (p *positionTerms) add(_ *Scratch, bias []float32, head int, q, k kernel.Matrix, first, lo int) {
	d, dim, width := p.block.Disentangled, p.block.HeadDim, p.block.queries()
	scale := float32(p.block.scale())
	row := func(table []float32, at int) []float32 { return table[at*width+head*dim : at*width+(head+1)*dim] }
	for i := range q.Rows {
		for j := range k.Rows {
			distance := first + i - lo - j // query minus key
			sum := float32(0)
			if len(p.keys) > 0 {
				sum += kernel.Dot(q.Row(i), row(p.keys, d.bucket(distance)))
			}
			if len(p.querys) > 0 {
				sum += kernel.Dot(k.Row(j), row(p.querys, d.bucket(distance)))
			}
			bias[i*k.Rows+j] += sum * scale
		}
	}
}
