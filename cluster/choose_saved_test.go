package cluster

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// savedChoices are choices among both kinds of estimators, from both types of
// points, with scores that are NaN and without.
func savedChoices(tb testing.TB) []*Choice {
	tb.Helper()
	rng := rand.New(rand.NewPCG(9, 4))
	x := blobs(rng, 60, 4, 3, 0.3)
	var all []*Choice
	for _, o := range []ChooseOptions{
		{K: []int{2, 3, 4}, References: -1, Bootstraps: -1},
		{K: []int{2, 3}, Metric: Cosine, References: 2, Bootstraps: 2},
		{Eps: []float64{1e-9, 0.5, 1, 1e9}, References: -1, Bootstraps: -1},
		{Density: true, Metric: Manhattan, References: -1, Bootstraps: 2},
	} {
		for _, x := range []mat.Matrix{x, toSingle(x)} {
			c, err := Choose(tb.Context(), x, o)
			if err != nil {
				tb.Fatal(err)
			}
			all = append(all, c)
		}
	}
	return all
}

// TestConformSavedChoice: a choice comes back from bytes and gob with the same
// candidates, whose partitions predict the same labels, and is saved as the same
// bytes again; JSON is refused.
func TestConformSavedChoice(t *testing.T) {
	t.Parallel()
	other := blobs(rand.New(rand.NewPCG(9, 5)), 30, 4, 3, 1)
	for _, c := range savedChoices(t) {
		data, err := c.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		q := new(Choice)
		if err := q.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		if again, err := q.MarshalBinary(); err != nil || !bytes.Equal(data, again) {
			t.Errorf("saved again it is other bytes (%v)", err)
		}
		var b bytes.Buffer
		viaGob := new(Choice)
		if err := errors.Join(gob.NewEncoder(&b).Encode(c), gob.NewDecoder(&b).Decode(viaGob)); err != nil {
			t.Fatal(err)
		}
		for _, q := range []*Choice{q, viaGob} {
			if q.Best != c.Best || q.Knee != c.Knee || q.Reason != c.Reason || !sameNumber(q.OneGap, c.OneGap) || !sameNumber(q.OneGapError, c.OneGapError) || len(q.Candidates) != len(c.Candidates) {
				t.Fatalf("another choice: %v", q.Reason)
			}
			for i := range c.Candidates {
				// Every field, so that one that is new is not forgotten.
				got, want := reflect.ValueOf(q.Candidates[i]), reflect.ValueOf(c.Candidates[i])
				for f := range want.NumField() {
					switch name := want.Type().Field(f).Name; {
					case name == "Partition":
						a, err := c.Candidates[i].Partition.Predict(t.Context(), other)
						if err != nil {
							t.Fatal(err)
						}
						b, err := q.Candidates[i].Partition.Predict(t.Context(), other)
						if err != nil || !slices.Equal(a, b) || !slices.Equal(q.Candidates[i].Partition.Assignments(), c.Candidates[i].Partition.Assignments()) {
							t.Errorf("candidate %d predicts otherwise (%v)", i, err)
						}
					case want.Field(f).Kind() == reflect.Float64:
						if !sameNumber(got.Field(f).Float(), want.Field(f).Float()) {
							t.Errorf("candidate %d: %s is %v, was %v", i, name, got.Field(f), want.Field(f))
						}
					case !reflect.DeepEqual(got.Field(f).Interface(), want.Field(f).Interface()):
						t.Errorf("candidate %d: %s is %v, was %v", i, name, got.Field(f), want.Field(f))
					}
				}
			}
		}
		if text, err := json.Marshal(c); !errors.Is(err, ErrNoJSON) {
			t.Errorf("JSON: %.80s, %v", text, err)
		}
		for _, at := range []int{0, 9, len(data) / 3, len(data) / 2, len(data) - 1} {
			bad := slices.Clone(data)
			bad[at] ^= 4
			for _, bad := range [][]byte{data[:at], bad} {
				if err := new(Choice).UnmarshalBinary(bad); !errors.Is(err, ErrSaved) {
					t.Errorf("byte %d changed or cut: %v", at, err)
				}
			}
		}
	}
	for _, c := range []Choice{{}, {Candidates: make([]Candidate, 1), Best: 1}, {Candidates: []Candidate{{Partition: &KMeansResult{}}}}, {Candidates: []Candidate{{Partition: &DBSCANResult{}}}}} {
		if _, err := c.MarshalBinary(); !errors.Is(err, ErrNotFitted) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	for _, p := range []Partition{nil, mine{}, &HDBSCANResult{}} {
		if _, err := (Choice{Candidates: []Candidate{{Partition: p}}}).MarshalBinary(); !errors.Is(err, ErrSaved) {
			t.Errorf("a %T: %v", p, err)
		}
	}
}

// sameNumber reports whether two numbers are equal or both NaN.
func sameNumber(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// FuzzUnmarshalChoice: whatever the bytes, an error or a choice that can be
// used.
func FuzzUnmarshalChoice(f *testing.F) {
	for _, c := range savedChoices(f) {
		data, err := c.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	x := mat.NewDense(2, 4, []float64{0, 0, 0, 1, 1, 0, 9, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := new(Choice)
		if err := c.UnmarshalBinary(data); err != nil {
			if !errors.Is(err, ErrSaved) {
				t.Fatal(err)
			}
			return
		}
		_ = c.Recommended().Name()
		for i := range c.Candidates {
			_, _ = c.Candidates[i].Partition.Predict(t.Context(), x) // must not panic
		}
	})
}
