package cohort

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/reduce"
)

var reducers = map[string]reduce.Reducer{
	"pca":    reduce.PCA{Components: 4},
	"random": reduce.RandomProjection{Components: 16, Seed: 1},
	"sparse": reduce.RandomProjection{Components: 16, Density: 0.3, Seed: 1},
	"umap":   reduce.UMAP{Components: 2, Neighbors: 6, MinDist: 0.01, Seed: 1},
	"cosine": reduce.UMAP{Components: 2, Neighbors: 6, MinDist: 0.01, Metric: reduce.Cosine, Seed: 1},
}

// A reduction must be part of the saved segmenter: the users of the first run
// are placed where they were, by the same distances.
func TestReducedRunIsAssignedThroughTheReduction(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(8, 3)
	for name, r := range reducers {
		for _, pooling := range []Pooling{PoolMean, PoolMixture} {
			made := fit(t, texts, Options{Clusterer: cluster.KMeans{K: 3, NInit: 5}, Reduce: r, Pooling: pooling, Bootstrap: -1})
			s := made.Segmentation()
			for u, user := range s.Users {
				if user.Segment != s.Users[u%3].Segment {
					t.Errorf("%s: user %d is not with his topic", name, u)
				}
			}
			if !strings.Contains(s.Run.Reduce, map[string]string{"pca": "pca", "umap": "umap", "cosine": "umap"}[name]) {
				t.Errorf("%s: the run says %q", name, s.Run.Reduce)
			}
			var b bytes.Buffer
			if err := made.Save(&b); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			m, err := LoadSegmenter(bytes.NewReader(b.Bytes()))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if m.saved.Placer.Space.By == nil {
				t.Fatalf("%s: no reduction in the file", name)
			}
			got, err := m.Assign(context.Background(), Slice(texts), Options{Model: &bag.Model{}})
			if err != nil {
				t.Fatal(err)
			}
			for i, a := range got {
				u := s.Users[i]
				if a.Segment != u.Segment {
					t.Errorf("%s, %v: user %s was in %d, is assigned to %d", name, pooling, u.ID, u.Segment, a.Segment)
				}
				// UMAP draws points anew near their places, not on them.
				if _, anew := r.(reduce.UMAP); !anew && (math.Abs(a.Margin-u.Margin) > 1e-6 || math.Abs(a.Distance-u.Distance) > 1e-6) {
					t.Errorf("%s, %v: assigned %+v, was %+v", name, pooling, a, u)
				}
			}
		}
	}
}

// Distances are those of the reduced space, not of the vectors.
func TestReducedDistances(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(8, 3)
	s := segment(t, texts, Options{K: 3, Reduce: reduce.PCA{Components: 2}, Bootstrap: -1})
	x := means(t, texts)
	p, err := reduce.PCA{Components: 2}.Fit(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	y, err := p.Transform(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	for u, user := range s.Users {
		var cx, cy, n float64
		for v, other := range s.Users {
			if other.Segment == user.Segment {
				cx, cy, n = cx+y.At(v, 0), cy+y.At(v, 1), n+1
			}
		}
		if want := math.Hypot(y.At(u, 0)-cx/n, y.At(u, 1)-cy/n); math.Abs(want-user.Distance) > 1e-5 {
			t.Errorf("user %d: distance %v, want %v", u, user.Distance, want)
		}
	}
}

type ownReducer struct{ reduce.PCA }

type ownProjection struct{ reduce.Projection }

func (o ownReducer) Reduce(ctx context.Context, x mat.Matrix) (reduce.Projection, error) {
	p, err := o.PCA.Reduce(ctx, x)
	return ownProjection{p}, err
}

func TestSaveRefuses(t *testing.T) {
	t.Parallel()
	made := fit(t, bag.Texts(8, 3), Options{K: 3, Reduce: ownReducer{reduce.PCA{Components: 2}}, Bootstrap: -1})
	if err := made.Save(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "ownProjection") {
		t.Errorf("a reducer unknown to the format was saved: %v", err)
	}
}

// Whatever is done to a saved file, loading must fail with ErrSegmenter or give
// a segmenter that assigns without a panic.
func TestLoadSegmenterRefuses(t *testing.T) {
	t.Parallel()
	for name, r := range reducers {
		made := fit(t, bag.Texts(8, 3), Options{K: 3, Reduce: r, Bootstrap: -1})
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			t.Fatal(err)
		}
		whole := b.Bytes()
		for _, edit := range [][2]string{
			{`\"version\":2`, `\"version\":1`}, {`\"version\":2`, `\"version\":3`}, {`\"dim\":32`, `\"dim\":31`}, {`anchors`, `anchorz`},
			{`\"pooling\":\"mean\"`, `\"pooling\":\"best\"`}, {`reduce.`, `reducf.`},
		} {
			bad := bytes.Replace(whole, []byte(edit[0]), []byte(edit[1]), 1)
			if bytes.Equal(bad, whole) {
				t.Fatalf("%s: the file has no %s", name, edit[0])
			}
			if _, err := LoadSegmenter(bytes.NewReader(bad)); !errors.Is(err, ErrSegmenter) {
				t.Errorf("%s: with %s: %v", name, edit[1], err)
			}
		}
		for _, i := range []int{0, 1, 8, 9, 100, len(whole) / 2, len(whole) - 1} {
			if _, err := LoadSegmenter(bytes.NewReader(whole[:i])); !errors.Is(err, ErrSegmenter) {
				t.Errorf("%s: %d of %d bytes: %v", name, i, len(whole), err)
			}
		}
	}
}

// withoutDigest returns a saved segmenter without its digest, as the first
// files were.
func withoutDigest(tb testing.TB, data []byte) []byte {
	tb.Helper()
	f, err := safetensors.Parse("segmenter", data)
	if err != nil {
		tb.Fatal(err)
	}
	metadata := f.Metadata()
	delete(metadata, "cohort.sha256")
	var b bytes.Buffer
	if err := safetensors.Write(&b, f.Tensors(), metadata); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// FuzzLoadSegmenter: a file from anywhere is refused or can be used.
func FuzzLoadSegmenter(f *testing.F) {
	for _, name := range []string{"pca", "umap"} {
		made, err := Fit(context.Background(), Slice(bag.Texts(4, 2)), Options{Model: &bag.Model{Features: 4}, K: 3, Reduce: reducers[name], Bootstrap: -1})
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(withoutDigest(f, b.Bytes()))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := LoadSegmenter(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, ErrSegmenter) {
				t.Fatal(err)
			}
			return
		}
		m.saved.Digest = (&bag.Model{}).Digest()
		m.saved.Prepare = ""
		if m.saved.Dim == 4 { // an error is fine, a panic is not
			_, _ = m.Assign(context.Background(), Slice(bag.Texts(1, 1)), Options{Model: &bag.Model{Features: 4}})
		}
	})
}

func TestAssignRefusesOtherPreparing(t *testing.T) {
	t.Parallel()
	made := fit(t, bag.Texts(4, 2), Options{K: 3, Bootstrap: -1, Prepare: PrivacyPreparer{Clean: strings.ToLower, CleanedBy: "lower case"}})
	_, err := made.Assign(context.Background(), Slice(bag.Texts(1, 1)), Options{Model: &bag.Model{}})
	if !errors.Is(err, ErrPrepare) || !strings.Contains(err.Error(), "lower case") {
		t.Errorf("got %v", err)
	}
}

// Every estimator must find the plain bag.Topics, and the run must name it.
func TestAnyClusterer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]cluster.Clusterer{
		"kmeans":        cluster.KMeans{K: 3},
		"minibatch":     cluster.MiniBatchKMeans{K: 3},
		"bisecting":     cluster.BisectingKMeans{K: 3},
		"dbscan":        cluster.DBSCAN{Eps: 0.6, MinSamples: 3},
		"hdbscan":       cluster.HDBSCAN{MinClusterSize: 5},
		"agglomerative": cluster.Agglomerative{K: 3},
		"auto":          Auto{},
		"auto dbscan":   Auto{ChooseOptions: cluster.ChooseOptions{Density: true, MinSamples: 3}},
	} {
		s := segment(t, bag.Texts(12, 5), Options{Clusterer: c, Bootstrap: 3})
		if len(s.Segments) != 3 {
			t.Errorf("%s: %d segments: %s", name, len(s.Segments), s.Run.Clusterer)
			continue
		}
		for u, user := range s.Users {
			if user.Segment != s.Users[u%3].Segment && user.Segment != Unassigned {
				t.Errorf("%s: user %d is in %d", name, u, user.Segment)
			}
		}
		wants := name
		if _, ok := c.(Auto); ok {
			wants = map[string]string{"auto": "k 3", "auto dbscan": "dbscan"}[name]
			if s.Run.Chosen == "" {
				t.Errorf("%s: the run does not say why", name)
			}
		}
		if !strings.Contains(s.Run.Clusterer, wants) {
			t.Errorf("%s: the run says %q", name, s.Run.Clusterer)
		}
	}
}

// The largest tensor of a file without a reduction is the centres: no user's
// vector is in it.
func TestSegmenterHoldsNoUser(t *testing.T) {
	t.Parallel()
	made := fit(t, bag.Texts(8, 3), Options{K: 3, Reduce: reducers["pca"], Bootstrap: -1})
	var b bytes.Buffer
	if err := made.Save(&b); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Parse("x", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Clone(f.Names())
	slices.Sort(names)
	if want := []string{"anchors", "centres", "reduce.components", "reduce.mean"}; !slices.Equal(names, want) {
		t.Errorf("tensors %v, want %v", names, want)
	}
	if bytes.Contains(b.Bytes(), []byte("u00")) {
		t.Error("a user's name is in the file")
	}
}
