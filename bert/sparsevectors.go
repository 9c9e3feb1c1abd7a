package bert

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/persist"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// SparseVectors are sparse vectors of some texts: for each one, the indices of
// the features that are not 0, in ascending order, and their values. Of a model
// the features are the tokens of its vocabulary.
type SparseVectors struct {
	// Tokens is the number of tokens that were encoded, special ones included.
	Tokens int
	// Truncated is the number of texts that were truncated because they
	// exceeded the model's length.
	Truncated int

	offsets []int // [texts+1]; the entries of text i are offsets[i] to offsets[i+1]
	indices []int32
	values  []float32
	dim     int
}

// NewSparseVectors returns sparse vectors of dim features: of text i, the
// indices, ascending and below dim, and as many values. Anything else gives an
// ErrInput.
func NewSparseVectors(dim int, indices [][]int32, values [][]float32) (*SparseVectors, error) {
	if dim < 0 || len(indices) != len(values) {
		return nil, fmt.Errorf("%w: indices of %d texts, values of %d, %d features", ErrInput, len(indices), len(values), dim)
	}
	v := &SparseVectors{dim: dim, offsets: []int{0}}
	for i := range indices {
		v.append(sparseRow{indices[i], values[i]})
		if len(indices[i]) != len(values[i]) {
			return nil, fmt.Errorf("%w: text %d has %d indices and %d values", ErrInput, i, len(indices[i]), len(values[i]))
		}
	}
	if err := v.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return v, nil
}

func (v *SparseVectors) append(r sparseRow) {
	v.indices, v.values = append(v.indices, r.indices...), append(v.values, r.values...)
	v.offsets = append(v.offsets, len(v.indices))
}

// check requires ascending indices within range.
func (v *SparseVectors) check() error {
	for i := range v.Len() {
		last := int32(-1)
		indices, _ := v.Row(i)
		for _, k := range indices {
			if k <= last || int(k) >= v.dim {
				return fmt.Errorf("text %d: index %d after %d, want ascending ones below %d", i, k, last, v.dim)
			}
			last = k
		}
	}
	return nil
}

// Len returns the number of texts.
func (v *SparseVectors) Len() int { return max(len(v.offsets)-1, 0) }

// Dim returns the number of features, most of which are 0.
func (v *SparseVectors) Dim() int { return v.dim }

// Row returns the indices, ascending, and values of text i, without a copy.
func (v *SparseVectors) Row(i int) (indices []int32, values []float32) {
	from, to := v.offsets[i], v.offsets[i+1]
	return v.indices[from:to:to], v.values[from:to:to]
}

// Dense returns the vector of text i with all its features, [dim].
func (v *SparseVectors) Dense(i int) []float32 {
	out := make([]float32, v.dim)
	indices, values := v.Row(i)
	for k, index := range indices {
		out[index] = values[k]
	}
	return out
}

// Dot returns the dot product of the vectors of text i and of text k of other:
// the score of a document for a query.
func (v *SparseVectors) Dot(i int, other *SparseVectors, k int) float64 {
	a, x := v.Row(i)
	b, y := other.Row(k)
	sum := 0.0
	for p, q := 0, 0; p < len(a) && q < len(b); {
		switch {
		case a[p] < b[q]:
			p++
		case a[p] > b[q]:
			q++
		default:
			sum += float64(x[p]) * float64(y[q])
			p++
			q++
		}
	}
	return sum
}

// Term is a feature of a sparse vector as a word.
type Term struct {
	Index  int32
	Token  string // as in the vocabulary, such as "##ing"
	Weight float32
}

// Top returns the n greatest features of text i, greatest first, those of equal
// weight by index. Their names are t's, usually [Model.Tokenizer].
func (v *SparseVectors) Top(i, n int, t *tokenize.Tokenizer) []Term {
	indices, values := v.Row(i)
	terms := make([]Term, len(indices))
	for k, index := range indices {
		terms[k] = Term{Index: index, Weight: values[k]}
	}
	slices.SortStableFunc(terms, func(a, b Term) int {
		switch {
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return 0
	})
	terms = terms[:min(max(n, 0), len(terms))]
	for k := range terms {
		if t != nil {
			terms[k].Token, _ = t.Token(terms[k].Index)
		}
	}
	return terms
}

const kindSparse = "bert.SparseVectors"

// sparseHead is what is saved of SparseVectors besides the entries.
type sparseHead struct {
	Texts   int `json:"texts"`
	Dim     int `json:"dim"`
	Entries int `json:"entries"`
	embeddingsHead
}

// MarshalBinary encodes v for UnmarshalBinary; encoding/gob uses it, too. The
// result is a safetensors file with the tensors "offsets" [texts+1] and
// "indices" [entries] of int64 and "values" [entries] of float32; see
// docs/formats.md.
func (v SparseVectors) MarshalBinary() ([]byte, error) {
	var w persist.Writer
	offsets := v.offsets
	if len(offsets) == 0 {
		offsets = []int{0}
	}
	indices := make([]int, len(v.indices))
	for i, k := range v.indices {
		indices[i] = int(k)
	}
	w.Ints("offsets", offsets)
	w.Ints("indices", indices)
	w.Float32("values", v.values, len(v.values))
	return w.Encode(kindSparse, 1, sparseHead{v.Len(), v.dim, len(v.indices), embeddingsHead{v.Tokens, v.Truncated}})
}

// UnmarshalBinary sets v to the value that MarshalBinary encoded. It fails with
// ErrSaved and then leaves v unchanged.
func (v *SparseVectors) UnmarshalBinary(data []byte) error {
	var head sparseHead
	r, err := persist.Decode(data, kindSparse, 1, &head)
	if err != nil {
		return err
	}
	if head.Texts < 0 || head.Entries < 0 || head.Dim < 0 || head.Dim > maxVocab {
		r.Fail("%d texts, %d entries, %d features", head.Texts, head.Entries, head.Dim)
		return r.Err()
	}
	out := SparseVectors{dim: head.Dim, Tokens: head.Tokens, Truncated: head.Truncated}
	out.offsets = r.Ints("offsets", head.Texts+1, 0, head.Entries+1)
	indices := r.Ints("indices", head.Entries, 0, head.Dim)
	out.values = r.Float32("values", head.Entries)
	if err := r.Err(); err != nil {
		return err
	}
	out.indices = make([]int32, len(indices))
	for i, k := range indices {
		out.indices[i] = int32(k)
	}
	if out.offsets[0] != 0 || out.offsets[head.Texts] != head.Entries || !slices.IsSorted(out.offsets) {
		r.Fail("the offsets do not cover the %d entries in order", head.Entries)
		return r.Err()
	}
	if err := out.check(); err != nil {
		r.Fail("%v", err)
		return r.Err()
	}
	*v = out
	return nil
}

// sparseJSON is the JSON form of SparseVectors.
type sparseJSON struct {
	Dim     int            `json:"dim"`
	Vectors []sparseVector `json:"vectors"`
	embeddingsHead
}

type sparseVector struct {
	Indices []int32   `json:"indices"`
	Values  []float32 `json:"values"`
}

// MarshalJSON writes dim, vectors (of each text, indices and values), tokens and
// truncated, with enough digits for each number to be read back exactly.
func (v SparseVectors) MarshalJSON() ([]byte, error) {
	out := sparseJSON{Dim: v.dim, Vectors: make([]sparseVector, v.Len()), embeddingsHead: embeddingsHead{v.Tokens, v.Truncated}}
	for i := range out.Vectors {
		indices, values := v.Row(i)
		out.Vectors[i] = sparseVector{append([]int32{}, indices...), append([]float32{}, values...)}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails with ErrSaved and then
// leaves v unchanged.
func (v *SparseVectors) UnmarshalJSON(data []byte) error {
	var in sparseJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("%s: %w: %w", kindSparse, ErrSaved, err)
	}
	indices, values := make([][]int32, len(in.Vectors)), make([][]float32, len(in.Vectors))
	for i, r := range in.Vectors {
		indices[i], values[i] = r.Indices, r.Values
	}
	out, err := NewSparseVectors(in.Dim, indices, values)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", kindSparse, ErrSaved, err)
	}
	out.Tokens, out.Truncated = in.Tokens, in.Truncated
	*v = *out
	return nil
}
