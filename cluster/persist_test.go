package cluster

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestConformSaved: what comes back from bytes, gob and JSON is the same result,
// predicts the same labels, and is saved as the same bytes again; or it is
// refused.
func TestConformSaved(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 1))
	wide := blobs(rng, 80, 5, 3, 0.4)
	other := blobs(rng, 40, 5, 3, 1.5)
	eachEstimator(t, func(t *testing.T, e fitter) {
		for _, x := range []mat.Matrix{wide, toSingle(wide)} {
			p, err := e.make(3, 1).Cluster(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			want, err := p.Predict(t.Context(), other)
			if err != nil {
				t.Fatal(err)
			}
			check := func(how string, q Partition, err error) {
				t.Helper()
				if err != nil {
					t.Errorf("%s: %v", how, err)
					return
				}
				if got, err := q.Predict(t.Context(), other); err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: predicts otherwise (%v)", how, err)
				}
				if !slices.Equal(q.Assignments(), p.Assignments()) || q.NumClusters() != p.NumClusters() {
					t.Errorf("%s: other labels", how)
				}
			}
			data, err := Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			q, err := Unmarshal(data)
			check("bytes", q, err)
			if again, err := Marshal(q); err != nil || !bytes.Equal(data, again) {
				t.Errorf("saved again it is other bytes (%v)", err)
			}
			var b bytes.Buffer
			if err := gob.NewEncoder(&b).Encode(p); err != nil {
				t.Fatal(err)
			}
			r := reflect.New(reflect.TypeOf(p).Elem()).Interface().(Partition)
			check("gob", r, gob.NewDecoder(&b).Decode(r))
			// By value, as a field of a struct is.
			text, err := json.Marshal(reflect.ValueOf(p).Elem().Interface())
			if _, ok := p.(*KMeansResult); ok {
				s := new(KMeansResult)
				check("JSON", s, errors.Join(err, json.Unmarshal(text, s)))
				if !reflect.DeepEqual(s, p) {
					t.Error("JSON: another result")
				}
			} else if !errors.Is(err, ErrNoJSON) {
				t.Errorf("JSON: %s, %v", text, err)
			}
			for _, at := range []int{0, 9, len(data) / 3, len(data) / 2, len(data) - 1} {
				if _, err := Unmarshal(data[:at]); !errors.Is(err, ErrSaved) {
					t.Errorf("cut at %d: %v", at, err)
				}
				bad := slices.Clone(data)
				bad[at] ^= 4
				if _, err := Unmarshal(bad); !errors.Is(err, ErrSaved) {
					t.Errorf("byte %d changed: %v", at, err)
				}
			}
		}
	})
}

// TestNotFitted: a result that no fit returned is an error to use or to save.
func TestNotFitted(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6})
	for _, p := range []Partition{
		&KMeansResult{}, &DBSCANResult{}, &HDBSCANResult{}, &AgglomerativeResult{}, (*KMeansResult)(nil),
		&KMeansResult{Centers: mat.NewDense(2, 2, nil), Labels: []int{2}}, &DBSCANResult{Points: x, Labels: []int{0}, Eps: 1},
		&DBSCANResult{Points: x, Labels: []int{0, 0, 0}, Clusters: 1, Eps: 1, CoreSampleIndices: []int{7}},
		&HDBSCANResult{Points: x, MinSamples: 1}, &AgglomerativeResult{Points: x, Labels: []int{0, 5, 0}, Clusters: 1},
	} {
		if _, err := p.Predict(t.Context(), x); !errors.Is(err, ErrNotFitted) {
			t.Errorf("%T: predict: %v", p, err)
		}
		if p == (*KMeansResult)(nil) {
			continue
		}
		if _, err := Marshal(p); !errors.Is(err, ErrNotFitted) {
			t.Errorf("%T: marshal: %v", p, err)
		}
	}
	if _, err := Marshal(mine{}); !errors.Is(err, ErrSaved) {
		t.Errorf("a partition of the caller's: %v", err)
	}
	for _, s := range []string{`{}`, `{"cluster_centers":[[1],[1,2]],"metric":"euclidean"}`, `{"cluster_centers":[[1]],"metric":"far"}`, `{"labels":[3],"cluster_centers":[[1]],"metric":"euclidean"}`} {
		if err := json.Unmarshal([]byte(s), new(KMeansResult)); !errors.Is(err, ErrSaved) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// mine is a caller's Partition.
type mine struct{ Partition }

// FuzzUnmarshal: whatever the bytes, an error or a result that can be used.
func FuzzUnmarshal(f *testing.F) {
	x := mat.NewDense(6, 2, []float64{0, 0, 0, 1, 1, 0, 9, 9, 9, 8, 8, 9})
	for _, m := range []Clusterer{KMeans{K: 2}, DBSCAN{Eps: 2, MinSamples: 2}, HDBSCAN{MinClusterSize: 2}, Agglomerative{}} {
		for _, x := range []mat.Matrix{x, toSingle(x)} {
			p, err := m.Cluster(f.Context(), x)
			if err != nil {
				f.Fatal(err)
			}
			data, err := Marshal(p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Unmarshal(data)
		if err != nil {
			if !errors.Is(err, ErrSaved) {
				t.Fatal(err)
			}
			return
		}
		_, _ = p.Predict(t.Context(), x) // must not panic
	})
}
