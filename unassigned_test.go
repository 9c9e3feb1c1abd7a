package cohort

import (
	"bytes"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
)

// A run in which nobody was assigned can be saved, assigned to, explained and
// compared.
func TestAllUnassigned(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(2, 2)
	some, err := Fit(t.Context(), Slice(texts), Options{Model: &bag.Model{}, K: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"hdbscan": {Clusterer: cluster.HDBSCAN{MinClusterSize: 6}},
		"dbscan":  {Clusterer: cluster.DBSCAN{Eps: 1e-6, MinSamples: 3}},
		"reduced": {Clusterer: cluster.HDBSCAN{MinClusterSize: 6}, Reduce: reduce.PCA{Components: 2}},
		"mixture": {Clusterer: cluster.DBSCAN{Eps: 1e-6, MinSamples: 9}, Pooling: PoolMixture},
	} {
		o.Model = &bag.Model{}
		made, err := Fit(t.Context(), Slice(texts), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := len(made.Segmentation().Segments); n != 0 {
			t.Fatalf("%s: %d segments", name, n)
		}
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m, err := LoadSegmenter(&b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		placed, err := m.Assign(t.Context(), Slice(texts), Options{Model: &bag.Model{}})
		if err != nil || len(placed) != 6 {
			t.Fatalf("%s: %d users, %v", name, len(placed), err)
		}
		for _, a := range placed {
			if a.Segment != Unassigned || a.RunnerUp != Unassigned || a.Texts != 2 {
				t.Errorf("%s: %+v", name, a)
			}
		}
		why, err := m.Why(t.Context(), "u00", Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{})
		if err != nil || why.Segment != Unassigned {
			t.Errorf("%s: %+v, %v", name, why, err)
		}
		for _, pair := range [][2]*Segmenter{{m, m}, {m, some}, {some, m}} {
			before, after := made.Segmentation(), made.Segmentation()
			if pair[0] == some {
				before = some.Segmentation()
			}
			if pair[1] == some {
				after = some.Segmentation()
			}
			for _, by := range []drift.By{"", drift.ByCentres} {
				d, err := drift.Compare(before, after, drift.Options{By: by, Before: pair[0].Centres(), After: pair[1].Centres(), MinShared: 1})
				if err != nil || len(d.Segments) != len(before.Segments)+len(after.Segments) {
					t.Errorf("%s by %q: %+v, %v", name, by, d, err)
				}
			}
		}
	}
}
