package bert

import (
	"encoding/json"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

// MultiVectors are the multi-vectors of some texts: a matrix [tokens, dim] of
// each, whose number of tokens differs.
type MultiVectors struct {
	// Tokens is the number of tokens that were encoded, special ones and those
	// that expand queries included.
	Tokens int
	// Truncated is the number of texts that were truncated because they
	// exceeded the model's length.
	Truncated int

	texts [][]float32 // [tokens, dim] each
	dim   int
}

// NewMultiVectors returns multi-vectors over matrices [tokens, dim], which are
// not copied. An ErrInput says that the length of one does not fit.
func NewMultiVectors(dim int, texts [][]float32) (*MultiVectors, error) {
	for i, x := range texts {
		if dim < 1 || len(x)%dim != 0 {
			return nil, fmt.Errorf("%w: text %d has %d values for vectors of %d features", ErrInput, i, len(x), dim)
		}
	}
	return &MultiVectors{texts: texts, dim: dim}, nil
}

// Len returns the number of texts.
func (v *MultiVectors) Len() int { return len(v.texts) }

// Dim returns the number of features of each vector.
func (v *MultiVectors) Dim() int { return v.dim }

// Count returns the number of vectors of text i.
func (v *MultiVectors) Count(i int) int {
	if v.dim == 0 {
		return 0
	}
	return len(v.texts[i]) / v.dim
}

// Text returns the vectors of text i, [tokens, dim], without a copy.
func (v *MultiVectors) Text(i int) []float32 { return v.texts[i] }

// Vector returns vector k of text i, [dim], without a copy.
func (v *MultiVectors) Vector(i, k int) []float32 {
	return v.texts[i][k*v.dim : (k+1)*v.dim : (k+1)*v.dim]
}

// MaxSim returns the score of text k of documents for query i: the sum over the
// query's vectors of the greatest dot product with any of the document's. It is
// 0 if either has no vectors. Divided by v.Count(i) it is what
// sentence-transformers calls meanmaxsim. It panics if the dimensions differ.
func (v *MultiVectors) MaxSim(i int, documents *MultiVectors, k int) float64 {
	if v.dim != documents.dim {
		panic(fmt.Sprintf("bert: MaxSim of vectors with %d and %d features", v.dim, documents.dim))
	}
	if documents.Count(k) == 0 {
		return 0
	}
	sum := 0.0
	for q := range v.Count(i) {
		query := v.Vector(i, q)
		best := kernel.Dot64(query, documents.Vector(k, 0))
		for d := 1; d < documents.Count(k); d++ {
			best = max(best, kernel.Dot64(query, documents.Vector(k, d)))
		}
		sum += best
	}
	return sum
}

const kindMulti = "bert.MultiVectors"

// multiHead is what is saved of MultiVectors besides the vectors.
type multiHead struct {
	Texts int `json:"texts"`
	embeddingsHead
}

// MarshalBinary encodes v for UnmarshalBinary; encoding/gob uses it, too. The
// result is a safetensors file with the tensors "counts" [texts] of int64, the
// number of vectors of each text, and "vectors" of float32, [vectors, dim]; see
// docs/formats.md.
func (v MultiVectors) MarshalBinary() ([]byte, error) {
	var w persist.Writer
	counts, total := make([]int, len(v.texts)), 0
	var all []float32
	for i, x := range v.texts {
		counts[i] = v.Count(i)
		total += counts[i]
		all = append(all, x...)
	}
	w.Ints("counts", counts)
	w.Float32("vectors", all, total, v.dim)
	return w.Encode(kindMulti, 1, multiHead{len(v.texts), embeddingsHead{v.Tokens, v.Truncated}})
}

// UnmarshalBinary sets v to the value that MarshalBinary encoded. It fails with
// ErrSaved and then leaves v unchanged.
func (v *MultiVectors) UnmarshalBinary(data []byte) error {
	var head multiHead
	r, err := persist.Decode(data, kindMulti, 1, &head)
	if err != nil {
		return err
	}
	total, dim := r.Shape2("vectors")
	if head.Texts < 0 {
		r.Fail("%d texts", head.Texts)
		return r.Err()
	}
	counts := r.Ints("counts", head.Texts, 0, total+1)
	all := r.Float32("vectors", total, dim)
	if err := r.Err(); err != nil {
		return err
	}
	out := MultiVectors{dim: dim, texts: make([][]float32, len(counts)), Tokens: head.Tokens, Truncated: head.Truncated}
	at := 0
	for i, n := range counts {
		if n > total-at {
			r.Fail("the counts exceed the %d vectors", total)
			return r.Err()
		}
		out.texts[i] = all[at*dim : (at+n)*dim : (at+n)*dim]
		at += n
	}
	if at != total {
		r.Fail("the counts add up to %d, there are %d vectors", at, total)
		return r.Err()
	}
	*v = out
	return nil
}

// multiJSON is the JSON form of MultiVectors.
type multiJSON struct {
	Dim     int           `json:"dim"`
	Vectors [][][]float32 `json:"vectors"`
	embeddingsHead
}

// MarshalJSON writes dim, vectors (of each text, a list of lists), tokens and
// truncated, with enough digits for each number to be read back exactly.
func (v MultiVectors) MarshalJSON() ([]byte, error) {
	out := multiJSON{Dim: v.dim, Vectors: make([][][]float32, len(v.texts)), embeddingsHead: embeddingsHead{v.Tokens, v.Truncated}}
	for i := range out.Vectors {
		out.Vectors[i] = v.Rows(i)
	}
	return json.Marshal(out)
}

// Rows returns the vectors of text i one by one, without copying them.
func (v *MultiVectors) Rows(i int) [][]float32 {
	rows := make([][]float32, v.Count(i))
	for k := range rows {
		rows[k] = v.Vector(i, k)
	}
	return rows
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails with ErrSaved and then
// leaves v unchanged.
func (v *MultiVectors) UnmarshalJSON(data []byte) error {
	var in multiJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("%s: %w: %w", kindMulti, ErrSaved, err)
	}
	out := MultiVectors{dim: in.Dim, texts: make([][]float32, len(in.Vectors)), Tokens: in.Tokens, Truncated: in.Truncated}
	if in.Dim < 0 {
		return fmt.Errorf("%s: %w: %d features", kindMulti, ErrSaved, in.Dim)
	}
	for i, rows := range in.Vectors {
		for k, row := range rows {
			if len(row) != in.Dim {
				return fmt.Errorf("%s: %w: vector %d of text %d has %d numbers, want %d", kindMulti, ErrSaved, k, i, len(row), in.Dim)
			}
			out.texts[i] = append(out.texts[i], row...)
		}
	}
	*v = out
	return nil
}
