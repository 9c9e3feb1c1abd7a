package bert

import (
	"encoding/json"
	"fmt"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

// ErrSaved: the bytes are not what MarshalBinary or MarshalJSON of Embeddings
// returned, are damaged, or were written by a newer version.
var ErrSaved = estimator.ErrSaved

const kindEmbeddings = "bert.Embeddings"

// embeddingsHead is what is saved of Embeddings besides the vectors.
type embeddingsHead struct {
	Tokens    int `json:"tokens"`
	Truncated int `json:"truncated"`
}

// MarshalBinary encodes e for UnmarshalBinary; encoding/gob uses it, too. The
// result is a safetensors file with the tensor "embeddings", float32 [texts,
// dim]; see docs/formats.md.
func (e Embeddings) MarshalBinary() ([]byte, error) {
	var w persist.Writer
	w.Float32("embeddings", e.data, e.rows, e.dim)
	return w.Encode(kindEmbeddings, 1, embeddingsHead{e.Tokens, e.Truncated})
}

// UnmarshalBinary sets e to the value that MarshalBinary encoded. It fails with
// ErrSaved and then leaves e unchanged.
func (e *Embeddings) UnmarshalBinary(data []byte) error {
	var head embeddingsHead
	r, err := persist.Decode(data, kindEmbeddings, 1, &head)
	if err != nil {
		return err
	}
	rows, dim := r.Shape2("embeddings")
	out := Embeddings{data: r.Float32("embeddings", rows, dim), rows: rows, dim: dim, Tokens: head.Tokens, Truncated: head.Truncated}
	if err := r.Err(); err != nil {
		return err
	}
	*e = out
	return nil
}

// embeddingsJSON is the JSON form of Embeddings.
type embeddingsJSON struct {
	Rows       int         `json:"rows"`
	Dim        int         `json:"dim"`
	Embeddings [][]float32 `json:"embeddings"`
	embeddingsHead
}

// MarshalJSON writes rows, dim, embeddings (a list of lists), tokens and
// truncated, with enough digits for each number to be read back exactly.
func (e Embeddings) MarshalJSON() ([]byte, error) {
	out := embeddingsJSON{Rows: e.rows, Dim: e.dim, Embeddings: make([][]float32, e.rows), embeddingsHead: embeddingsHead{e.Tokens, e.Truncated}}
	for i := range out.Embeddings {
		out.Embeddings[i] = e.Row(i)
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails with ErrSaved and then
// leaves e unchanged.
func (e *Embeddings) UnmarshalJSON(data []byte) error {
	var in embeddingsJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("%s: %w: %w", kindEmbeddings, ErrSaved, err)
	}
	if in.Rows != len(in.Embeddings) || in.Dim < 0 {
		return fmt.Errorf("%s: %w: %d rows of %d, %d are there", kindEmbeddings, ErrSaved, in.Rows, in.Dim, len(in.Embeddings))
	}
	out := Embeddings{rows: in.Rows, dim: in.Dim, Tokens: in.Tokens, Truncated: in.Truncated}
	for i, row := range in.Embeddings {
		if len(row) != in.Dim {
			return fmt.Errorf("%s: %w: row %d has %d numbers, want %d", kindEmbeddings, ErrSaved, i, len(row), in.Dim)
		}
		out.data = append(out.data, row...)
	}
	*e = out
	return nil
}
