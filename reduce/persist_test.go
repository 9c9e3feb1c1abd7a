package reduce

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSavedTransformsTheSame: what comes back from bytes, gob and JSON puts points
// where it did before, to the last bit, and is saved as the same bytes again.
func TestSavedTransformsTheSame(t *testing.T) {
	t.Parallel()
	x, y := smallPoints(60, 6), smallPoints(13, 6)
	for _, o := range []Describer{
		PCA{}, PCA{Components: 2, Whiten: true}, RandomProjection{Components: 3}, RandomProjection{Components: 4, Density: 0.3},
		UMAP{Epochs: 10}, UMAP{Epochs: 10, Metric: Cosine, Components: 3, Init: InitRandom, Neighbors: 7, Seed: 4},
		Smoothing{Components: 3, Neighbors: 5},
	} {
		name := o.Describe().String()
		p, err := o.Reduce(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		want, err := p.Transform(t.Context(), y)
		if err != nil {
			t.Fatal(err)
		}
		check := func(how string, q Projection, err error) {
			t.Helper()
			if err != nil {
				t.Errorf("%s: %s: %v", name, how, err)
				return
			}
			if got, err := q.Transform(t.Context(), y); err != nil || !mat.Equal(got, want) {
				t.Errorf("%s: %s: transforms otherwise (%v)", name, how, err)
			}
		}
		data, err := Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		q, err := Unmarshal(data)
		check("bytes", q, err)
		if again, err := Marshal(q); err != nil || !bytes.Equal(data, again) {
			t.Errorf("%s: saved again it is other bytes (%v)", name, err)
		}
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(p); err != nil {
			t.Fatal(err)
		}
		text, errJSON := json.Marshal(p)
		switch p.(type) {
		case *PCAResult:
			r, s := new(PCAResult), new(PCAResult)
			check("gob", r, gob.NewDecoder(&b).Decode(r))
			check("JSON", s, errors.Join(errJSON, json.Unmarshal(text, s)))
		case *RandomProjectionResult:
			r, s := new(RandomProjectionResult), new(RandomProjectionResult)
			check("gob", r, gob.NewDecoder(&b).Decode(r))
			check("JSON", s, errors.Join(errJSON, json.Unmarshal(text, s)))
		case *SmoothingResult:
			r := new(SmoothingResult)
			check("gob", r, gob.NewDecoder(&b).Decode(r))
			if !errors.Is(errJSON, ErrNoJSON) {
				t.Errorf("%s: JSON: %v", name, errJSON)
			}
		case *UMAPResult:
			r := new(UMAPResult)
			check("gob", r, gob.NewDecoder(&b).Decode(r))
			if !errors.Is(errJSON, ErrNoJSON) {
				t.Errorf("%s: JSON: %v", name, errJSON)
			}
		}
		for _, at := range []int{0, 9, len(data) / 3, len(data) - 1} {
			if _, err := Unmarshal(data[:at]); !errors.Is(err, ErrSaved) {
				t.Errorf("%s: cut at %d: %v", name, at, err)
			}
			bad := slices.Clone(data)
			bad[at] ^= 4
			if _, err := Unmarshal(bad); !errors.Is(err, ErrSaved) {
				t.Errorf("%s: byte %d changed: %v", name, at, err)
			}
		}
	}
}

// TestNotFitted: a result that no fit returned is an error to use or to save.
func TestNotFitted(t *testing.T) {
	t.Parallel()
	x := smallPoints(5, 3)
	for _, p := range []Projection{&PCAResult{}, &RandomProjectionResult{}, &UMAPResult{}, &SmoothingResult{}, &PCAResult{Components: mat.NewDense(1, 3, nil)}} {
		if _, err := p.Transform(t.Context(), x); !errors.Is(err, ErrNotFitted) {
			t.Errorf("%T: transform: %v", p, err)
		}
		if _, err := Marshal(p); !errors.Is(err, ErrNotFitted) {
			t.Errorf("%T: marshal: %v", p, err)
		}
	}
	if err := json.Unmarshal([]byte(`{"components":[[1,2],[3]]}`), new(PCAResult)); !errors.Is(err, ErrSaved) {
		t.Errorf("rows of two lengths: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"components":[[1,2]],"mean":[1]}`), new(PCAResult)); !errors.Is(err, ErrSaved) {
		t.Errorf("a mean too short: %v", err)
	}
}

// FuzzUnmarshal: whatever the bytes, an error or a result that can be used.
func FuzzUnmarshal(f *testing.F) {
	x := smallPoints(8, 3)
	for _, o := range []Reducer{PCA{}, RandomProjection{Components: 2, Density: 0.5}, UMAP{Epochs: 2, Neighbors: 3}, Smoothing{Neighbors: 2}} {
		p, err := o.Reduce(f.Context(), x)
		if err != nil {
			f.Fatal(err)
		}
		data, err := Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Unmarshal(data)
		if err != nil {
			if !errors.Is(err, ErrSaved) {
				t.Fatal(err)
			}
			return
		}
		if _, err := p.Transform(t.Context(), x); err != nil {
			_ = fmt.Sprint(err)
		}
	})
}
