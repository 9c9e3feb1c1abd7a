package bert

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
)

// TestEmbeddingsSaved: what comes back from bytes, gob and JSON is the same to the
// last bit, also as a field of a struct; what is damaged is refused.
func TestEmbeddingsSaved(t *testing.T) {
	t.Parallel()
	some, err := NewEmbeddings([]float32{1, -0.1, math.Pi, 1e-30, 5, math.SmallestNonzeroFloat32}, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	some.Tokens, some.Truncated = 12, 1
	none, err := NewEmbeddings(nil, 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	type holder struct{ E *Embeddings }
	for _, e := range []*Embeddings{some, none} {
		same := func(how string, got *Embeddings, err error) {
			t.Helper()
			if err != nil || got.rows != e.rows || got.dim != e.dim || !slices.Equal(got.data, e.data) || got.Tokens != e.Tokens || got.Truncated != e.Truncated {
				t.Errorf("%s: %+v, %v", how, got, err)
			}
		}
		data, err := e.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var b, g, j Embeddings
		same("bytes", &b, b.UnmarshalBinary(data))
		var buf bytes.Buffer
		if err := gob.NewEncoder(&buf).Encode(holder{e}); err != nil {
			t.Fatal(err)
		}
		var h holder
		err = gob.NewDecoder(&buf).Decode(&h)
		g = *h.E
		same("gob", &g, err)
		text, err := json.Marshal(*e)
		if err != nil {
			t.Fatal(err)
		}
		same("JSON", &j, json.Unmarshal(text, &j))
		for at := range data {
			bad := slices.Clone(data)
			bad[at] ^= 1
			before := Embeddings{rows: 7}
			if err := before.UnmarshalBinary(bad); !errors.Is(err, ErrSaved) || !reflect.DeepEqual(before, Embeddings{rows: 7}) {
				t.Fatalf("byte %d changed: %v", at, err)
			}
		}
	}
	for _, s := range []string{`{"rows":1,"dim":2,"embeddings":[[1]]}`, `{"rows":2,"dim":1,"embeddings":[[1]]}`, `{"rows":-1,"dim":1}`, `[]`} {
		if err := json.Unmarshal([]byte(s), new(Embeddings)); !errors.Is(err, ErrSaved) {
			t.Errorf("%s: %v", s, err)
		}
	}
}
