package cohort

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Users whom HDBSCAN leaves out join segments if the options say so; those in
// segments stay where they are, and the report says how it was done.
func TestRestJoinsSegments(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(12, 3)
	for u := range 6 { // half of one topic, half of another: between them
		for range 3 {
			texts = append(texts, Text{User: fmt.Sprint("between", u), Text: bag.Topics[u%3][u] + " " + bag.Topics[u%3][u/2] + " " + bag.Topics[(u+1)%3][u] + " odd" + fmt.Sprint(u)})
		}
	}
	options := func(r Rest) Options {
		return Options{Clusterer: cluster.HDBSCAN{MinClusterSize: 6}, Rest: r, Bootstrap: 5}
	}
	kept := segment(t, texts, options(RestUnassigned))
	if kept.Counts.Unassigned == 0 || kept.Run.Rest != "" {
		t.Fatalf("%d unassigned, rest %q", kept.Counts.Unassigned, kept.Run.Rest)
	}
	byID := func(s *Segmentation, id string) []string { // the users of the same segment
		var own int
		for _, u := range s.Users {
			if u.ID == id {
				own = u.Segment
			}
		}
		var out []string
		for _, u := range s.Users {
			if u.Segment == own {
				out = append(out, u.ID)
			}
		}
		return out
	}
	for _, rest := range []Rest{RestByCentre, RestByMembership, RestByWords} {
		m, err := Fit(t.Context(), Slice(texts), withModel(options(rest)))
		if err != nil {
			t.Fatal(err)
		}
		s := m.Segmentation()
		if s.Counts.Joined != kept.Counts.Unassigned {
			t.Errorf("%v: %d joined, want %d", rest, s.Counts.Joined, kept.Counts.Unassigned)
		}
		if s.Counts.Unassigned != 0 || s.Run.Rest != rest.String() || len(s.Segments) != len(kept.Segments) {
			t.Errorf("%v: %d unassigned, rest %q, %d segments, want %d", rest, s.Counts.Unassigned, s.Run.Rest, len(s.Segments), len(kept.Segments))
		}
		for _, u := range kept.Users {
			if u.Segment == Unassigned {
				continue
			}
			now := byID(s, u.ID)
			for _, other := range byID(kept, u.ID) {
				if !slices.Contains(now, other) {
					t.Errorf("%v: %s and %s are no longer together", rest, u.ID, other)
				}
			}
		}
		placed, err := m.Assign(t.Context(), Slice([]Text{{User: "far", Text: "nothing like it"}}), withModel(Options{}))
		if err != nil || placed[0].Segment == Unassigned {
			t.Errorf("%v: a new user: %+v, %v", rest, placed, err)
		}
		if byText := segment(t, texts, Options{Clusterer: cluster.HDBSCAN{MinClusterSize: 6}, Rest: rest, Pooling: PoolMixture, Bootstrap: -1}); byText.Counts.Unassigned != 0 {
			t.Errorf("%v by text: %d unassigned", rest, byText.Counts.Unassigned)
		}
	}
}

func withModel(o Options) Options {
	o.Model = &bag.Model{}
	return o
}

func TestParseRest(t *testing.T) {
	t.Parallel()
	for _, r := range []Rest{RestUnassigned, RestByCentre, RestByMembership, RestByWords} {
		if got, err := ParseRest(r.String()); err != nil || got != r {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	if _, err := ParseRest("colour"); !errors.Is(err, ErrOptions) {
		t.Error(err)
	}
	for _, o := range []Options{{Rest: 9}, {Rest: RestByWords, RestThreshold: 1.1}, {Rest: RestByWords, RestThreshold: math.NaN()}, {Rest: RestByCentre, RestThreshold: 0.5}, {RestThreshold: 0.5}} {
		if _, err := Segment(t.Context(), Slice(bag.Texts(3, 1)), withModel(o)); !errors.Is(err, ErrOptions) {
			t.Errorf("%v, %v: %v", o.Rest, o.RestThreshold, err)
		}
	}
}

// outsiders returns texts of three topics, of users between two topics, and of
// users who share no word with anyone in a segment.
func outsiders() []Text {
	texts := bag.Texts(12, 3)
	for u := range 4 {
		for n := range 3 {
			texts = append(texts, Text{User: fmt.Sprint("between", u), Text: bag.Topics[u%3][u] + " " + bag.Topics[(u+1)%3][n]})
		}
	}
	for u := range 3 {
		texts = append(texts, Text{User: fmt.Sprint("alone", u), Text: fmt.Sprintf("zzyx%c qwop%c", 'a'+u, 'a'+u)})
	}
	return texts
}

func restOptions(r Rest) Options {
	return Options{Clusterer: cluster.HDBSCAN{MinClusterSize: 6}, Rest: r, Bootstrap: -1}
}

// Users without a word of a segment stay unassigned, and so does everybody below
// the threshold. The result depends neither on the order of texts nor on the run.
func TestRestByWords(t *testing.T) {
	t.Parallel()
	texts := outsiders()
	s := segment(t, texts, restOptions(RestByWords))
	of := map[string]int{}
	for _, u := range s.Users {
		of[u.ID] = u.Segment
	}
	if s.Counts.Joined == 0 || s.Counts.Unassigned < 3 {
		t.Fatalf("%+v", s.Counts)
	}
	for u := range 3 {
		if id := of[fmt.Sprint("alone", u)]; id != Unassigned {
			t.Errorf("alone%d is in segment %d", u, id)
		}
	}
	o := restOptions(RestByWords)
	o.RestThreshold = 1
	if high := segment(t, texts, o); high.Counts.Joined != 0 || high.Run.RestThreshold != 1 {
		t.Errorf("threshold 1: %+v, %v", high.Counts, high.Run.RestThreshold)
	}
	slices.Reverse(texts)
	for _, u := range segment(t, texts, restOptions(RestByWords)).Users {
		if u.Segment != of[u.ID] {
			t.Errorf("%s: segment %d, in another order %d", u.ID, of[u.ID], u.Segment)
		}
	}
}

// AssignSoft gives the users of a run the memberships that the run gave them, also
// once it is saved, and what Assign gives; users without a text have none.
func TestAssignSoft(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"kmeans": {K: 3, Bootstrap: -1}, "hdbscan": restOptions(RestUnassigned), "agglomerative": {Clusterer: cluster.Agglomerative{K: 3}, Bootstrap: -1},
		"by text": {K: 3, Bootstrap: -1, Pooling: PoolMixture}, "reduced": {K: 3, Bootstrap: -1, Reduce: reduce.PCA{Components: 3}},
	} {
		texts := append(outsiders(), Text{User: "silent", Text: " "})
		o.Memberships = true
		m, err := Fit(t.Context(), Slice(texts), withModel(o))
		if err != nil {
			t.Fatal(err)
		}
		want := map[string][]float64{}
		for _, u := range m.Segmentation().Users {
			want[u.ID] = u.Memberships
		}
		var saved bytes.Buffer
		if err := m.Save(&saved); err != nil {
			t.Fatal(err)
		}
		if m, err = LoadSegmenter(&saved); err != nil {
			t.Fatal(err)
		}
		hard, err := m.Assign(t.Context(), Slice(texts), withModel(Options{}))
		if err != nil {
			t.Fatal(err)
		}
		placed, degrees, err := m.AssignSoft(t.Context(), Slice(texts), withModel(Options{}))
		if err != nil || !slices.Equal(placed, hard) || len(degrees) != len(placed) {
			t.Fatalf("%s: %d degrees of %d users, places as those of Assign: %v, %v", name, len(degrees), len(placed), slices.Equal(placed, hard), err)
		}
		for u, p := range placed {
			if len(degrees[u]) != len(want[p.User]) || (degrees[u] == nil) != (p.User == "silent") {
				t.Errorf("%s: %s: %v, want %v", name, p.User, degrees[u], want[p.User])
				continue
			}
			for i, d := range degrees[u] {
				if math.Abs(d-want[p.User][i]) > 1e-5 {
					t.Errorf("%s: %s: %v, want %v", name, p.User, degrees[u], want[p.User])
				}
			}
		}
	}
}

// A segmenter saved without the widths of its segments says so.
func TestAssignSoftOfOldFiles(t *testing.T) {
	t.Parallel()
	m, err := Fit(t.Context(), Slice(bag.Texts(6, 2)), withModel(Options{K: 3, Bootstrap: -1}))
	if err != nil {
		t.Fatal(err)
	}
	m.saved.Placer.Centres[1].Width = math.NaN()
	var saved bytes.Buffer
	if err := m.Save(&saved); err != nil {
		t.Fatal(err)
	}
	if m, err = LoadSegmenter(&saved); err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.AssignSoft(t.Context(), Slice(bag.Texts(6, 2)), withModel(Options{})); !errors.Is(err, ErrSegmenter) {
		t.Errorf("error %v", err)
	}
	if _, err := m.Assign(t.Context(), Slice(bag.Texts(6, 2)), withModel(Options{})); err != nil {
		t.Error(err)
	}
}

// Memberships are there if asked for: of all users with a text, unassigned ones
// too, summing to 1, the same each time, and those of cluster.Memberships.
func TestMemberships(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"kmeans": {K: 3, Bootstrap: -1}, "hdbscan": restOptions(RestUnassigned), "by words": restOptions(RestByWords),
		"by text": {K: 3, Bootstrap: -1, Pooling: PoolMixture}, "reduced": {K: 3, Bootstrap: -1, Reduce: reduce.PCA{Components: 3}},
	} {
		texts := append(outsiders(), Text{User: "silent", Text: " "})
		for _, u := range segment(t, texts, o).Users {
			if u.Memberships != nil {
				t.Fatalf("%s: %s has memberships that nobody asked for", name, u.ID)
			}
		}
		o.Memberships = true
		s, again := segment(t, texts, o), segment(t, texts, o)
		best, in := 0, 0
		for n, u := range s.Users {
			if u.ID == "silent" {
				if u.Memberships != nil {
					t.Errorf("%s: a user without a text has memberships", name)
				}
				continue
			}
			sum := 0.0
			for _, m := range u.Memberships {
				sum += m
			}
			if len(u.Memberships) != len(s.Segments) || math.Abs(sum-1) > 1e-12 {
				t.Errorf("%s: %s: %v", name, u.ID, u.Memberships)
				continue
			}
			if !slices.Equal(u.Memberships, again.Users[n].Memberships) {
				t.Errorf("%s: %s: another run, other memberships", name, u.ID)
			}
			if u.Segment == Unassigned {
				continue
			}
			if in++; s.Segments[slices.Index(u.Memberships, slices.Max(u.Memberships))].ID == u.Segment {
				best++
			}
		}
		if best < in*3/4 {
			t.Errorf("%s: %d of %d are most a member of their own segment", name, best, in)
		}
	}
}
