package cohort

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// mixed returns texts of n users on three topics, each with words of its own
// topic and some of others', and their topics.
func mixed(n int) ([]Text, map[string]int) {
	r := rand.New(rand.NewPCG(6, 6))
	var texts []Text
	of := map[string]int{}
	for u := range n {
		topic := r.IntN(3)
		var words []string
		for range 7 {
			t := topic
			if r.IntN(3) == 0 {
				t = r.IntN(3)
			}
			words = append(words, "w"+string(rune('a'+t))+string(rune('a'+r.IntN(20))))
		}
		id := "u" + strconv.Itoa(u)
		texts, of[id] = append(texts, Text{User: id, Text: strings.Join(words, " ")}), topic
	}
	return texts, of
}

func agreement(tb testing.TB, s *Segmentation, of map[string]int) float64 {
	tb.Helper()
	var truth, found []int
	for _, u := range s.Users {
		truth, found = append(truth, of[u.ID]), append(found, u.Segment)
	}
	v, err := eval.ARI(truth, found)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// Refined segments are nearer to the topics, the run says so, and a saved
// segmenter places the same users in the same segments and new ones by theirs.
func TestRefine(t *testing.T) {
	t.Parallel()
	texts, of := mixed(testdir.Sized(600, 300))
	known, further := texts[:len(texts)*2/3], texts[len(texts)*2/3:]
	o := Options{Model: &bag.Model{}, K: 3, Bootstrap: 2}
	plain, err := Segment(t.Context(), Slice(known), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Refine = true
	stages := map[string]bool{}
	o.Progress = func(p Progress) { stages[p.Stage] = true }
	m, err := Fit(t.Context(), Slice(known), o)
	if err != nil {
		t.Fatal(err)
	}
	s := m.Segmentation()
	if r := s.Run.Refine; plain.Run.Refine != nil || r == nil || !r.Refined || r.Moved == 0 || !strings.HasPrefix(r.Reason, "Refined: ") || !stages["refine"] {
		t.Fatalf("%+v, %v", r, stages)
	}
	before, after := agreement(t, plain, of), agreement(t, s, of)
	if after < before+0.1 {
		t.Errorf("agreement with the topics %.3f, before %.3f", after, before)
	}
	if !strings.HasPrefix(s.Run.Clusterer, "kmeans") || s.Run.Reduce != "" {
		t.Errorf("%s, %s", s.Run.Clusterer, s.Run.Reduce)
	}
	for _, threads := range []int{3, 1}[:testdir.Sized(2, 1)] {
		o.Threads = threads
		again, err := Segment(t.Context(), Slice(known), o)
		if err != nil {
			t.Fatal(err)
		}
		for i, u := range again.Users {
			if v := s.Users[i]; u.Segment != v.Segment || u.Margin != v.Margin { //nolint:testifylint // the same bits
				t.Fatalf("%d threads: user %s is in %d (%v), before %d (%v)", threads, u.ID, u.Segment, u.Margin, v.Segment, v.Margin)
			}
		}
	}
	loaded := restored(t, m)
	placedAsFound(t, loaded, known, s)
	placed, err := loaded.Assign(t.Context(), Slice(further), Options{Model: &bag.Model{}})
	if err != nil {
		t.Fatal(err)
	}
	var truth, got []int
	for _, a := range placed {
		truth, got = append(truth, of[a.User]), append(got, a.Segment)
	}
	if v, err := eval.ARI(truth, got); err != nil || v < before {
		t.Errorf("new users: agreement with the topics %.3f, of known ones without refinement %.3f; %v", v, before, err)
	}
}

// restored returns m after saving and loading it.
func restored(tb testing.TB, m *Segmenter) *Segmenter {
	tb.Helper()
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		tb.Fatal(err)
	}
	loaded, err := LoadSegmenter(&b)
	if err != nil {
		tb.Fatal(err)
	}
	return loaded
}

// placedAsFound requires m to place the users of texts in their segments of s.
func placedAsFound(tb testing.TB, m *Segmenter, texts []Text, s *Segmentation) {
	tb.Helper()
	found := map[string]int{}
	for _, u := range s.Users {
		found[u.ID] = u.Segment
	}
	placed, err := m.Assign(tb.Context(), Slice(texts), Options{Model: &bag.Model{}})
	if err != nil {
		tb.Fatal(err)
	}
	for _, a := range placed {
		if a.Segment != found[a.User] {
			tb.Errorf("user %s is placed in %d, found in %d", a.User, a.Segment, found[a.User])
		}
	}
}

// everyThird puts every third point into one cluster, the others into another:
// clusters that nothing speaks for.
type everyThird struct{ n int }

func (everyThird) Cluster(_ context.Context, x mat.Matrix) (cluster.Partition, error) {
	n, _ := x.Dims()
	return everyThird{n}, nil
}

func (e everyThird) Assignments() []int {
	of := make([]int, e.n)
	for i := range of {
		of[i] = min(i%3, 1)
	}
	return of
}

func (everyThird) NumClusters() int { return 2 }

func (everyThird) Predict(_ context.Context, x mat.Matrix) ([]int, error) {
	n, _ := x.Dims()
	return everyThird{n}.Assignments(), nil
}

// Where refinement is not possible, or cannot be judged, the segments are as
// without it, and the run says why.
func TestRefineFallsBack(t *testing.T) {
	t.Parallel()
	texts, _ := mixed(120)
	odd := append(slices.Clone(texts), Text{User: "odd", Text: "quite another thing altogether zz yy xx"})
	for name, c := range map[string]struct {
		texts []Text
		o     Options
		want  string
	}{
		"few users":   {texts[:20], Options{K: 3}, "Not refined: 20 users are too few"},
		"noise":       {odd, Options{Clusterer: cluster.DBSCAN{Eps: 0.9, MinSamples: 4}}, "Not refined: the clusterer left users out."},
		"one segment": {texts, Options{Clusterer: cluster.DBSCAN{Eps: 5, MinSamples: 4}}, "Not refined: there is only one segment."},
		"no segments": {texts, Options{Clusterer: everyThird{}}, "Not refined: training found other segments ("},
		"dimensions":  {texts, Options{K: 7, Model: &bag.Model{Features: 5}}, "Not refined: there are more segments (7) than features (5)."},
	} {
		c.o.Bootstrap = -1
		if c.o.Model == nil {
			c.o.Model = &bag.Model{}
		}
		plain, err := Segment(t.Context(), Slice(c.texts), c.o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c.o.Refine = true
		s, err := Segment(t.Context(), Slice(c.texts), c.o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r := s.Run.Refine; r == nil || r.Refined || !strings.HasPrefix(r.Reason, c.want) {
			t.Errorf("%s: %+v, want %s", name, r, c.want)
		}
		for i, u := range s.Users {
			if u.Segment != plain.Users[i].Segment {
				t.Errorf("%s: user %s is in %d, without refinement in %d", name, u.ID, u.Segment, plain.Users[i].Segment)
			}
		}
	}
}

func TestRefineRefuses(t *testing.T) {
	t.Parallel()
	texts, _ := mixed(60)
	for name, o := range map[string]Options{
		"mixture":  {Pooling: PoolMixture},
		"features": {Features: &features.Options{Columns: []features.Column{{Name: "x"}}}},
	} {
		o.Model, o.Refine = &bag.Model{}, true
		if _, err := Segment(t.Context(), Slice(texts), o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Segment(ctx, Slice(texts), Options{Model: &bag.Model{}, K: 3, Refine: true, Progress: func(p Progress) {
		if p.Stage == "refine" && p.Done == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Edits name the refined segments.
func TestRefineWithEdits(t *testing.T) {
	t.Parallel()
	texts, _ := mixed(testdir.Sized(300, 150))
	o := Options{Model: &bag.Model{}, K: 3, Refine: true, Bootstrap: -1}
	before, err := Segment(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Edits = []Edit{{Op: "merge", Segments: []int{1, 3}, Name: "both"}}
	after, err := Segment(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	if !before.Run.Refine.Refined || len(before.Segments) != 3 || len(after.Segments) != 2 || *before.Run.Refine != *after.Run.Refine {
		t.Fatalf("%d and %d segments; %+v", len(before.Segments), len(after.Segments), after.Run.Refine)
	}
	for i, u := range after.Users {
		if was := before.Users[i].Segment; (u.Segment == 1) != (was == 1 || was == 3) {
			t.Errorf("user %s is in %d, before in %d", u.ID, u.Segment, was)
		}
	}
}
