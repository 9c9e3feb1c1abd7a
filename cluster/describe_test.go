package cluster

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// withoutEffect are the options that change no result.
var withoutEffect = []string{"Threads", "Progress", "MaxBytes"}

// another returns a value for an option that is neither its zero nor its
// default.
func another(t *testing.T, f reflect.Value) reflect.Value {
	t.Helper()
	switch f.Interface().(type) {
	case int:
		return reflect.ValueOf(4)
	case uint64:
		return reflect.ValueOf(uint64(1<<63 + 5))
	case float64:
		return reflect.ValueOf(0.25)
	case bool:
		return reflect.ValueOf(true)
	case Metric:
		return reflect.ValueOf(Cosine)
	case InitMethod:
		return reflect.ValueOf(Parallel)
	case Linkage:
		return reflect.ValueOf(Average)
	case Selection:
		return reflect.ValueOf(Leaf)
	case []float64:
		return reflect.ValueOf([]float64{1, 2})
	}
	if f.Type() == reflect.TypeFor[mat.Matrix]() {
		return reflect.ValueOf(mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 6}))
	}
	t.Fatalf("a new kind of option: %s", f.Type())
	return f
}

// everyEstimator is the zero value of each.
func everyEstimator() []Describer {
	return []Describer{KMeans{}, MiniBatchKMeans{}, BisectingKMeans{}, DBSCAN{}, HDBSCAN{}, Agglomerative{}}
}

// reread returns d as it comes back from JSON.
func reread(t *testing.T, d estimator.Description) estimator.Description {
	t.Helper()
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var out estimator.Description
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	if !reflect.DeepEqual(out, d) {
		t.Errorf("%#v came back as %#v", d, out)
	}
	return out
}

// TestEveryOptionIsDescribed sets one field after the other.
func TestEveryOptionIsDescribed(t *testing.T) {
	t.Parallel()
	for _, zero := range everyEstimator() {
		typ := reflect.TypeOf(zero)
		for i := range typ.NumField() {
			name := typ.Field(i).Name
			m := reflect.New(typ).Elem()
			if slices.Contains(withoutEffect, name) {
				continue
			}
			m.Field(i).Set(another(t, m.Field(i)))
			d := m.Interface().(Describer).Describe()
			if d.String() == zero.Describe().String() {
				t.Errorf("%s: %s is not described: %s", typ.Name(), name, d)
			}
			again, err := Parse(reread(t, d))
			if name == "Centers" || name == "Weights" {
				var p *estimator.ParamError
				if !errors.As(err, &p) || again != nil {
					t.Errorf("%s: data made an estimator: %v", d, err)
				}
				again, err = Parse(reread(t, d.Without("sample_weight")))
				if name == "Weights" && (err != nil || Describe(again).String() != zero.Describe().String()) {
					t.Errorf("%s without weights: %v, %v", d, again, err)
				}
				continue
			}
			if err != nil || Describe(again).String() != d.String() {
				t.Errorf("%s: %v, %v", d, again, err)
			}
		}
	}
}

// TestParsedFindsTheSame fits estimators with many options set, and what Parse
// makes of their descriptions.
func TestParsedFindsTheSame(t *testing.T) {
	t.Parallel()
	x, _ := apart(90, 3, 5)
	for _, m := range []Describer{
		KMeans{}, KMeans{K: 4, Init: Random, NInit: 2, MaxIter: 3, Tol: -1, Metric: Cosine, Seed: 1 << 63},
		MiniBatchKMeans{K: 3, BatchSize: 16, Init: Parallel, InitSize: 40, NInit: 2, MaxIter: 4, MaxNoImprovement: -1, Tol: 1e-3, ReassignmentRatio: -1, Seed: 5},
		BisectingKMeans{K: 5, SplitLargest: true, Init: Random, NInit: 3, MaxIter: 2, Tol: 0.5, Seed: 3},
		DBSCAN{}, DBSCAN{Eps: 1.5, MinSamples: 3, Metric: Manhattan}, HDBSCAN{},
		HDBSCAN{MinClusterSize: 7, MinSamples: 2, Selection: Leaf, Epsilon: 0.5, AllowSingleCluster: true, MaxClusterSize: 40, Metric: Chebyshev},
		Agglomerative{}, Agglomerative{Threshold: 2.5, Linkage: Complete, Metric: Cosine}, Agglomerative{K: 6, Linkage: Single},
	} {
		again, err := Parse(reread(t, m.Describe()))
		if err != nil {
			t.Errorf("%s: %v", m.Describe(), err)
			continue
		}
		want, err := m.Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Cluster(t.Context(), x)
		if err != nil || !slices.Equal(got.Assignments(), want.Assignments()) {
			t.Errorf("%s: other labels, %v", m.Describe(), err)
		}
		if w := Wanted(m); w != 0 && w != want.NumClusters() {
			t.Errorf("%s: %d clusters, want %d as said", m.Describe(), want.NumClusters(), w)
		}
	}
}

func TestWanted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m    Clusterer
		want int
	}{
		{KMeans{}, 8}, {KMeans{K: 3}, 3}, {KMeans{Centers: mat.NewDense(4, 1, nil)}, 4}, {MiniBatchKMeans{}, 8}, {BisectingKMeans{}, 8},
		{Agglomerative{}, 2}, {Agglomerative{Threshold: 1}, 0}, {DBSCAN{}, 0}, {HDBSCAN{}, 0}, {own{}, 0},
	} {
		if got := Wanted(c.m); got != c.want {
			t.Errorf("%T: %d, want %d", c.m, got, c.want)
		}
	}
}

// own is a caller's Clusterer.
type own struct{ KMeans }

func (own) Describe() string { return "my own" }
func (own) Wanted() int      { return 0 }

func TestOwnClustererIsDescribed(t *testing.T) {
	t.Parallel()
	d := Describe(own{})
	if d.String() != "my own" {
		t.Errorf("got %s", d)
	}
	if _, err := Parse(d); !errors.Is(err, estimator.ErrDescription) {
		t.Errorf("got %v", err)
	}
	if d := Describe(struct{ Clusterer }{}); !strings.Contains(d.Name, "struct") {
		t.Errorf("got %s", d)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"missing":      `{"name":"dbscan","params":{"eps":1,"metric":"cosine"}}`,
		"unknown":      `{"name":"dbscan","params":{"eps":1,"min_samples":5,"metric":"cosine","leaf_size":30}}`,
		"wrong kind":   `{"name":"dbscan","params":{"eps":"far","min_samples":5,"metric":"cosine"}}`,
		"not whole":    `{"name":"dbscan","params":{"eps":1,"min_samples":5.5,"metric":"cosine"}}`,
		"bool for int": `{"name":"dbscan","params":{"eps":1,"min_samples":true,"metric":"cosine"}}`,
	} {
		var d estimator.Description
		if err := json.Unmarshal([]byte(s), &d); err != nil {
			t.Fatal(err)
		}
		if c, err := Parse(d); !errors.Is(err, estimator.ErrParam) || c != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse(estimator.Description{Name: "dbscan", Params: []estimator.Param{{Name: "eps", Value: 1.0}, {Name: "min_samples", Value: 2}, {Name: "metric", Value: "far"}}}); err == nil {
		t.Error("an unknown metric")
	}
}
