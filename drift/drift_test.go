package drift

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/result"
)

// made is a run with users[i] in segment i+1.
func made(users ...[]string) *result.Segmentation {
	s := &result.Segmentation{}
	for i, us := range users {
		s.Segments = append(s.Segments, result.Profile{ID: i + 1, Name: fmt.Sprint("s", i+1), Users: len(us)})
		for _, u := range us {
			s.Users = append(s.Users, result.User{ID: u, Segment: i + 1})
		}
	}
	return s
}

func named(prefix string, from, to int) (out []string) {
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprint(prefix, i))
	}
	return out
}

func TestByUsers(t *testing.T) {
	t.Parallel()
	before := made(named("a", 0, 100), named("b", 0, 60), named("c", 0, 40))
	// a loses a third to a new segment, b stays and comes first, c falls apart into
	// a and b, and 20 are new in b.
	after := made(
		slices.Concat(named("b", 0, 60), named("c", 0, 20), named("n", 0, 20)),
		slices.Concat(named("a", 0, 60), named("c", 20, 40)),
		named("a", 60, 95),
	)
	d, err := Compare(before, after, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d.By != ByUsers || d.Shared != 195 || d.Joined != 20 || d.Left != 5 {
		t.Errorf("%+v", d)
	}
	// Moved: 35 of a, all 40 of c.
	if d.Moved != 75 || math.Abs(d.MovedShare-75./195) > 1e-12 || d.ARI == nil || *d.ARI <= 0 || *d.ARI >= 1 {
		t.Errorf("moved %d (%v), ari %v", d.Moved, d.MovedShare, d.ARI)
	}
	var got []string
	for _, s := range d.Segments {
		got = append(got, fmt.Sprintf("%s %d>%d %v", s.Status, s.Before, s.After, s.Flows))
	}
	want := []string{
		"grown 2>1 [{2 s2 60} {3 s3 20}]",
		"shrunk 1>2 [{1 s1 60} {3 s3 20}]",
		"born 0>3 [{1 s1 35}]",
		"gone 3>0 [{1 s1 20} {2 s2 20}]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	same, err := Compare(before, before, Options{})
	if err != nil || same.Moved != 0 || *same.ARI != 1 {
		t.Errorf("with itself: %+v, %v", same, err)
	}
	for _, s := range same.Segments {
		if s.Status != Steady || s.Similarity != 1 || s.Before != s.After {
			t.Errorf("with itself: %+v", s)
		}
	}
}

// run groups the users of texts.
func run(t *testing.T, texts []cohort.Text, o cohort.Options) *cohort.Segmenter {
	t.Helper()
	if o.Model == nil {
		o.Model = &bag.Model{}
	}
	m, err := cohort.Fit(t.Context(), cohort.Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Users that are numbers of rows say nothing; then, or with other users,
// segments are matched by their centres.
func TestByCentres(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(10, 3)
	fromA := run(t, texts, cohort.Options{K: 3, Bootstrap: -1})
	for i := range texts { // other people of the same kinds, in another order
		texts[i].User = "x" + texts[i].User
	}
	slices.Reverse(texts)
	fromB := run(t, texts, cohort.Options{K: 3, Bootstrap: -1})
	a, b := fromA.Segmentation(), fromB.Segmentation()
	if _, err := Compare(a, b, Options{}); !errors.Is(err, ErrNotComparable) {
		t.Errorf("nothing in common: %v", err)
	}
	d, err := Compare(a, b, Options{Before: fromA.Centres(), After: fromB.Centres()})
	if err != nil {
		t.Fatal(err)
	}
	if d.By != ByCentres || len(d.Segments) != 3 || d.Shared != 0 || d.ARI != nil {
		t.Fatalf("%+v", d)
	}
	word := func(s *result.Segmentation, id int) int {
		return slices.IndexFunc(bag.Topics, func(t []string) bool { return slices.Contains(t, s.Profile(id).Words[0].Text) })
	}
	for _, s := range d.Segments {
		if s.Status != Steady || s.Similarity < 0.9 || word(a, s.Before) != word(b, s.After) {
			t.Errorf("%+v: topics %d and %d", s, word(a, s.Before), word(b, s.After))
		}
	}
	fromOther := run(t, texts, cohort.Options{K: 3, Bootstrap: -1, Model: &bag.Model{Version: "2"}})
	if _, err := Compare(a, fromOther.Segmentation(), Options{Before: fromA.Centres(), After: fromOther.Centres()}); !errors.Is(err, ErrNotComparable) || !errors.Is(err, ErrModel) {
		t.Errorf("another model: %v", err)
	}
	short := fromB.Centres()
	short.Segments[1].Vector = short.Segments[1].Vector[1:]
	if _, err := Compare(a, b, Options{Before: fromA.Centres(), After: short}); !errors.Is(err, ErrNotComparable) {
		t.Errorf("centres of unlike length: %v", err)
	}
	if _, err := Compare(a, b, Options{Before: fromA.Centres(), After: &result.Centres{Digest: short.Digest}}); !errors.Is(err, ErrNotComparable) {
		t.Errorf("centres of no segments: %v", err)
	}
	rows := func(n int) *result.Segmentation { return made(named("", 1, n+1), named("", n+1, 2*n+1)) }
	if _, err := Compare(rows(30), rows(40), Options{}); !errors.Is(err, ErrNotComparable) {
		t.Errorf("users that are numbers of rows were taken for the same: %v", err)
	}
	if _, err := Compare(a, b, Options{By: "names"}); !errors.Is(err, ErrOptions) {
		t.Errorf("unknown By: %v", err)
	}
}

func TestIsJSON(t *testing.T) {
	t.Parallel()
	d, err := Compare(made(named("a", 0, 30)), made(), Options{By: ByCentres})
	if err == nil {
		t.Errorf("no segmenters, yet %+v", d)
	}
	d, err = Compare(made(named("a", 0, 30), named("b", 0, 30)), made(named("a", 0, 30)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(d)
	if err != nil || !strings.Contains(string(b), `"status":"gone"`) || !strings.Contains(string(b), `"moved":0`) {
		t.Errorf("%s, %v", b, err)
	}
}
