package cohort

import (
	"errors"
	"fmt"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Defaults that nobody gave fit few users; what was asked for is refused where
// there are too few.
func TestDefaultsFitFewUsers(t *testing.T) {
	t.Parallel()
	few := func(n int) []Text {
		var out []Text
		for i := range n {
			out = append(out, Text{User: fmt.Sprint(i), Text: fmt.Sprint("word", i, " lens")})
		}
		return out
	}
	same := append(few(2), Text{User: "x", Text: few(1)[0].Text}, Text{User: "y", Text: few(1)[0].Text})
	pca := reduce.PCA{Components: 50}
	for _, c := range []struct {
		name     string
		texts    []Text
		o        Options
		segments int // 0: an error
		wanted   int
	}{
		{"two users", few(2), Options{}, 2, DefaultK},
		{"three users", few(3), Options{}, 3, DefaultK},
		{"four users, two of whom differ", same, Options{}, 2, DefaultK},
		{"one user", few(1), Options{}, 0, 0},
		{"k given", few(3), Options{K: DefaultK}, 0, 0},
		{"minibatch", few(3), Options{Clusterer: cluster.AtMost{Clusterer: cluster.MiniBatchKMeans{K: 4}}}, 3, 4},
		{"bisecting", few(3), Options{Clusterer: cluster.AtMost{Clusterer: cluster.BisectingKMeans{K: 4}}}, 3, 4},
		{"agglomerative", few(3), Options{Clusterer: cluster.AtMost{Clusterer: cluster.Agglomerative{K: 4}}}, 3, 4},
		{"enough users", bag.Texts(4, 2), Options{Clusterer: cluster.AtMost{Clusterer: cluster.KMeans{K: 4}}}, 4, 0},
		{"pca", few(3), Options{K: 2, Reduce: reduce.AtMost{Reducer: pca}}, 2, 0},
		{"pca resampled", few(20), Options{K: 2, Reduce: reduce.AtMost{Reducer: pca}, Bootstrap: 3}, 2, 0},
		{"pca given, resampled", few(20), Options{K: 2, Reduce: reduce.PCA{Components: 18}, Bootstrap: 3}, 2, 0},
		{"pca given", few(3), Options{K: 2, Reduce: pca}, 0, 0},
		{"umap", few(3), Options{K: 2, Reduce: reduce.AtMost{Reducer: reduce.UMAP{Components: 40}}}, 2, 0},
		{"umap given", few(3), Options{K: 2, Reduce: reduce.UMAP{Components: 40}}, 0, 0},
		{"votes", few(3), Options{Pooling: PoolMixture}, 3, DefaultK},
	} {
		o := c.o
		o.Model = &bag.Model{}
		s, err := Segment(t.Context(), Slice(c.texts), o)
		if c.segments == 0 {
			if !errors.Is(err, ErrTooFewUsers) && !errors.Is(err, estimator.ErrOption) && !errors.Is(err, estimator.ErrShape) && !errors.Is(err, reduce.ErrComponents) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(s.Segments) != c.segments || s.Counts.Wanted != c.wanted {
			t.Errorf("%s: %d segments, wanted %d; want %d, %d", c.name, len(s.Segments), s.Counts.Wanted, c.segments, c.wanted)
		}
		if o.Reduce != nil {
			if r, err := reduce.Parse(*s.Run.Settings.Reduce); err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else if p, ok := r.(reduce.PCA); ok && p.Components > len(c.texts) {
				t.Errorf("%s: the run says %d components", c.name, p.Components)
			}
		}
	}
}

// Density's defaults fit few users, too: all may be noise.
func TestDensityOfFewUsers(t *testing.T) {
	t.Parallel()
	texts := []Text{{User: "a", Text: "lens"}, {User: "b", Text: "plug"}, {User: "c", Text: "parcel"}}
	s := segment(t, texts, Options{Clusterer: cluster.HDBSCAN{}})
	if s.Counts.Unassigned != 3 || len(s.Segments) != 0 {
		t.Errorf("%d segments, %d unassigned", len(s.Segments), s.Counts.Unassigned)
	}
	if _, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, Clusterer: cluster.HDBSCAN{MinSamples: 5}}); !errors.Is(err, cluster.ErrTooFewPoints) {
		t.Errorf("MinSamples of 5: %v", err)
	}
}
