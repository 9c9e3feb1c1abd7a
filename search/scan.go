package search

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/int8dot"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// floatRows is the number of rows that are measured and then compared with all
// queries while they are in a near cache, if nothing is known of them.
const floatRows = 16

// together is the number of queries compared with the rows in one pass.
const together = 64

// Search returns, for each row of q [m, d], the K rows most similar to it, best
// first. Equally similar rows are in ascending order.
func (ix *Index) Search(ctx context.Context, q mat.Matrix, want Query) ([][]Hit, error) {
	if want.K < 1 {
		return nil, &estimator.OptionError{Estimator: "search", Option: "K", Got: want.K, Want: "at least 1"}
	}
	if want.Rescore < 0 {
		return nil, &estimator.OptionError{Estimator: "search", Option: "Rescore", Got: want.Rescore, Want: "at least 0"}
	}
	if ctx == nil {
		return nil, fmt.Errorf("search: %w", estimator.ErrNilContext)
	}
	rows, err := view("queries", q, ix.o.Metric)
	if err != nil {
		return nil, err
	}
	if rows.Dim != ix.d {
		return nil, &estimator.ShapeError{Estimator: "search", What: "features of the queries", Got: rows.Dim, Want: ix.d}
	}
	if want.Vectors != nil {
		if n, d := want.Vectors.Dims(); n != ix.n || d != ix.d {
			return nil, &estimator.ShapeError{Estimator: "search", What: "numbers of the vectors to score by", Got: n * d, Want: ix.n * ix.d}
		}
	}
	k := min(want.K, ix.n)
	keep := ix.keep(k, want)
	out := make([][]Hit, rows.Len)
	for lo := 0; lo < rows.Len; lo += together {
		hi := min(lo+together, rows.Len)
		queries := make([]asked, hi-lo)
		for i := range queries {
			if queries[i], err = ix.ask(rows.Row(lo+i), lo+i); err != nil {
				return nil, err
			}
		}
		found, err := ix.scan(ctx, queries, keep, want.Filter)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if out[lo+i], err = ix.finish(ctx, &queries[i], lo+i, found[i], k, keep, want); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// keep returns the number of best hits that are rescored or passed to Rerank.
func (ix *Index) keep(k int, want Query) int {
	if want.Vectors == nil && want.Rerank == nil {
		return k
	}
	times := want.Rescore
	if times == 0 {
		times = 4
	}
	if times > ix.n/k {
		return ix.n
	}
	return times * k
}

// asked is a prepared query.
type asked struct {
	row   []float32 // [d]
	norm  float64
	codes int8dot.Codes // query as bytes
	scale float64
	reach float64 // |q'|, the length of the bytes
	away  float64 // |q - q'|
	signs []byte
}

// ask prepares a query.
func (ix *Index) ask(row []float32, i int) (asked, error) {
	norm, err := normOf("queries", row, i, ix.o.Metric)
	if err != nil {
		return asked{}, err
	}
	if ix.o.Kind == Int8 || ix.o.Metric == Cosine {
		if row, norm, err = ix.coded("queries", row, norm, i); err != nil {
			return asked{}, err
		}
	}
	a := asked{row: row, norm: norm}
	if ix.codes != nil {
		codes, scale, away := int8dot.Query(row)
		a.codes, a.scale, a.away = codes, float64(scale), float64(away)
		a.reach = norm + a.away
	}
	if ix.signs != nil {
		a.signs = make([]byte, 8*ix.words)
		setSigns(a.signs, row)
	}
	return a, nil
}

// scratch is the scratch memory of one goroutine.
type scratch struct {
	products []int32   // [blockRows]
	norms    []float32 // [floatRows]
	dots     []float32 // [blockRows]
	tops     []top     // [queries]
}

// scan compares all rows and returns the best of each query, in no particular
// order. Higher scores are better.
func (ix *Index) scan(ctx context.Context, queries []asked, k int, filter func(int) bool) ([][]Hit, error) {
	work := make([]*scratch, parallel.Threads(ix.o.Threads))
	bad := make([]error, ix.blocks())
	err := parallel.Do(ctx, ix.o.Threads, ix.blocks(), func(worker, b int) {
		s := work[worker]
		if s == nil {
			s = &scratch{products: make([]int32, blockRows), norms: make([]float32, floatRows), dots: make([]float32, blockRows), tops: make([]top, len(queries))}
			for i := range s.tops {
				s.tops[i].k = k
			}
			work[worker] = s
		}
		step := blockRows
		if ix.norm == nil {
			step = floatRows
		}
		for lo, end := b*blockRows, min((b+1)*blockRows, ix.n); lo < end; lo += step {
			hi := min(lo+step, end)
			var norms []float32
			if ix.norm != nil {
				norms = ix.norm[lo:hi]
			} else {
				norms = s.norms[:hi-lo]
				products(s.dots, norms, ix.rows.Slice(lo, hi), queries[0].row)
				if bad[b] = ix.roots(norms, lo); bad[b] != nil {
					return
				}
			}
			for i := range queries {
				switch q := &queries[i]; {
				case ix.signs != nil:
					ix.bySigns(q, lo, hi, &s.tops[i], filter)
				case ix.o.Kind == Int8:
					ix.byBytes(s, q, lo, hi, norms, &s.tops[i], filter)
				case ix.codes != nil:
					ix.byBounds(s, q, lo, hi, norms, &s.tops[i], filter)
				default:
					if i > 0 || ix.norm != nil { // the first query has them
						for r := lo; r < hi; r++ {
							s.dots[r-lo] = kernel.Dot(q.row, ix.rows.Row(r))
						}
					}
					ix.byFloats(s.dots, q, lo, hi, norms, &s.tops[i], filter)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for _, err := range bad {
		if err != nil {
			return nil, err
		}
	}
	out := make([][]Hit, len(queries))
	for _, s := range work {
		if s == nil {
			continue
		}
		for i := range out {
			out[i] = append(out[i], s.tops[i].hits...)
		}
	}
	return out, nil
}

// measure writes the lengths of the rows from lo on to norms [rows], with a
// relative error of at most productError.
func (ix *Index) measure(norms []float32, lo int) error {
	for i := range norms {
		row := ix.rows.Row(lo + i)
		norms[i] = kernel.Dot(row, row)
	}
	return ix.roots(norms, lo)
}

// roots turns the squares of the lengths of the rows from lo on into lengths.
func (ix *Index) roots(norms []float32, lo int) error {
	for i, square := range norms {
		if square > 1e-30 && square < 1e30 {
			norms[i] = float32(math.Sqrt(float64(square)))
			continue
		}
		norm, err := normOf("vectors", ix.rows.Row(lo+i), lo+i, ix.o.Metric)
		if err != nil {
			return err
		}
		norms[i] = single(norm)
	}
	return nil
}

// productsByRow is products by a row at a time.
func productsByRow(dots, squares []float32, rows dense.Rows[float32], q []float32) {
	for i := range rows.Len {
		row := rows.Row(i)
		dots[i], squares[i] = kernel.Dot(q, row), kernel.Dot(row, row)
	}
}

// productError bounds the error of float32 products of rows with |x| |y|.
func (ix *Index) productError() float64 { return float64(ix.d+64) * 0x1p-24 }

// exact returns the score of a row in float64; higher is better.
func (ix *Index) exact(q *asked, row []float32) float64 {
	switch ix.o.Metric {
	case Euclidean:
		return -kernel.SquaredDistance(q.row, row)
	case Cosine:
		return kernel.Dot64(q.row, row) / (q.norm * math.Sqrt(kernel.Dot64(row, row)))
	}
	return kernel.Dot64(q.row, row)
}

// ahead returns the score of a row from its length and its product with the
// query, dot.
func (ix *Index) ahead(q *asked, dot, norm float64) float64 {
	switch ix.o.Metric {
	case Euclidean:
		return 2*dot - norm*norm - q.norm*q.norm
	case Cosine:
		return dot / (q.norm * norm)
	}
	return dot
}

// byBounds compares in full the rows that bytes leave undecided.
func (ix *Index) byBounds(s *scratch, q *asked, lo, hi int, norms []float32, t *top, filter func(int) bool) {
	products := s.products[:hi-lo]
	int8dot.Dots(products, ix.codes[lo*ix.stride():hi*ix.stride()], q.codes)
	// Allow for float32 rounding of the scales, lengths and distances.
	away := q.away + 1e-6*(q.norm+q.reach)
	scale, part := ix.scale[lo:hi], ix.away[lo:hi]
	low, high := q.lengths()
	for i, p := range products {
		norm := float64(norms[i])
		if t.full() && norm >= low && norm <= high {
			most := float64(p)*float64(scale[i])*q.scale + away*norm + q.reach*float64(part[i])
			if !(ix.ahead(q, most, norm)+1e-6*math.Abs(t.hits[0].Score) >= t.hits[0].Score-ix.floor(q, norm)) {
				continue
			}
		}
		if filter != nil && !filter(lo+i) {
			continue
		}
		t.add(Hit{lo + i, ix.exact(q, ix.rows.Row(lo+i))})
	}
}

// floor returns the largest error of a squared distance due to float32 lengths.
func (ix *Index) floor(q *asked, norm float64) float64 {
	if ix.o.Metric == Euclidean {
		return 1e-6 * (norm*norm + q.norm*q.norm)
	}
	return 0
}

// byFloats is byBounds using float32 products. The lengths have their error, too.
func (ix *Index) byFloats(dots []float32, q *asked, lo, hi int, norms []float32, t *top, filter func(int) bool) {
	e := ix.productError()
	slack := 3 * e * q.norm
	low, high := q.lengths()
	for i := range hi - lo {
		norm := float64(norms[i])
		if t.full() && norm >= low && norm <= high {
			most := float64(dots[i]) + slack*norm
			floor := ix.floor(q, norm)
			if ix.o.Metric == Euclidean {
				floor += 3 * e * norm * norm
			}
			if !(ix.ahead(q, most, norm)+1e-6*math.Abs(t.hits[0].Score) >= t.hits[0].Score-floor) {
				continue
			}
		}
		if filter != nil && !filter(lo+i) {
			continue
		}
		t.add(Hit{lo + i, ix.exact(q, ix.rows.Row(lo+i))})
	}
}

// byBytes scores rows of which only bytes are available.
func (ix *Index) byBytes(s *scratch, q *asked, lo, hi int, norms []float32, t *top, filter func(int) bool) {
	products := s.products[:hi-lo]
	int8dot.Dots(products, ix.codes[lo*ix.stride():hi*ix.stride()], q.codes)
	scale := ix.scale[lo:hi]
	for i, p := range products {
		h := Hit{lo + i, ix.ahead(q, float64(p)*float64(scale[i])*q.scale, float64(norms[i]))}
		if t.full() && !worse(t.hits[0], h) || filter != nil && !filter(lo+i) {
			continue
		}
		t.add(h)
	}
}

// bySigns scores rows by their signs.
func (ix *Index) bySigns(q *asked, lo, hi int, t *top, filter func(int) bool) {
	width := 8 * ix.words
	for i := lo; i < hi; i++ {
		row, differ := ix.signs[i*width:(i+1)*width], 0
		for w := 0; w < width; w += 8 {
			differ += bits.OnesCount64(binary.LittleEndian.Uint64(row[w:]) ^ binary.LittleEndian.Uint64(q.signs[w:]))
		}
		h := Hit{i, 1 - 2*float64(differ)/float64(ix.d)}
		if t.full() && !worse(t.hits[0], h) || filter != nil && !filter(i) {
			continue
		}
		t.add(h)
	}
}

// finish takes the keep best of hits, rescores them if requested, and returns k
// of them, best first.
func (ix *Index) finish(ctx context.Context, q *asked, query int, hits []Hit, k, keep int, want Query) ([]Hit, error) {
	hits = best(hits, keep) // independent of which goroutines found them
	bySigns := ix.signs != nil
	if want.Vectors != nil {
		bySigns = false
		if err := ix.rescore(q, hits, want.Vectors); err != nil {
			return nil, err
		}
		hits = best(hits, keep)
	}
	if ix.o.Metric == Euclidean && !bySigns {
		for h := range hits {
			hits[h].Score = math.Sqrt(max(0, -hits[h].Score))
		}
	}
	if want.Rerank != nil {
		var err error
		if hits, err = want.Rerank(ctx, query, hits); err != nil {
			return nil, fmt.Errorf("search: reranking for query %d: %w", query, err)
		}
	}
	return hits[:min(k, len(hits))], nil
}

// rescore computes the scores of hits from the full vectors.
func (ix *Index) rescore(q *asked, hits []Hit, vectors mat.Matrix) error {
	rows, held := dense.Float32(vectors)
	row := make([]float32, ix.d)
	for h := range hits {
		i := hits[h].Index
		if held {
			row = rows.Row(i)
		} else if err := narrow(row, "vectors", vectors, i, ix.o.Metric); err != nil {
			return err
		}
		if _, err := normOf("vectors", row, i, ix.o.Metric); err != nil {
			return err
		}
		hits[h].Score = ix.exact(q, row)
	}
	return nil
}
