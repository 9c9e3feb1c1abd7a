package cohort

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/bag"
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
	for _, rest := range []Rest{RestByCentre, RestByMembership} {
		m, err := Fit(t.Context(), Slice(texts), withModel(options(rest)))
		if err != nil {
			t.Fatal(err)
		}
		s := m.Segmentation()
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
	for _, r := range []Rest{RestUnassigned, RestByCentre, RestByMembership} {
		if got, err := ParseRest(r.String()); err != nil || got != r {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	if _, err := ParseRest("words"); !errors.Is(err, ErrOptions) {
		t.Error(err)
	}
	o := withModel(Options{Rest: 9})
	if _, err := Segment(t.Context(), Slice(bag.Texts(3, 1)), o); !errors.Is(err, ErrOptions) {
		t.Error(err)
	}
}
