package group

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/result"
)

func users(t *testing.T, texts []corpus.Text) *pool.Users {
	t.Helper()
	r, err := reading.Open(t.Context(), corpus.Slice(texts), reading.Config{})
	if err != nil {
		t.Fatal(err)
	}
	u, err := pool.Gather(t.Context(), r, pool.Config{Model: &bag.Model{}, Memory: 1 << 20, TextsOf: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(u.Close)
	return u
}

func TestVote(t *testing.T) {
	t.Parallel()
	u := &pool.Users{
		Vectors: dense.New[float32](3, 1), Row: []int{0, -1, 1, 2},
		Owner: []int32{0, 0, 2, 0, 3, 2}, Weight: []float64{1, 2, 1, 1, 5, 1},
	}
	const noise = result.Unassigned
	for _, c := range []struct{ texts, of, want []int }{
		{nil, []int{0, 1, 2, 0, noise, 1}, []int{0, 1, noise}},            // ties go to the lower label
		{nil, []int{0, 1, 2, 1, 0, noise}, []int{1, 2, 0}},                // by weight
		{[]int{3, 5}, []int{4, 3}, []int{4, 3, noise}},                    // of some texts
		{nil, slices.Repeat([]int{noise}, 6), []int{noise, noise, noise}}, // nobody votes
	} {
		if got := vote(u, c.texts, c.of); !slices.Equal(got, c.want) {
			t.Errorf("%v of %v: %v, want %v", c.of, c.texts, got, c.want)
		}
	}
}

// The same users give the same groups again, whether they or their texts are
// clustered; those drawn are labelled in their order.
func TestAgain(t *testing.T) {
	t.Parallel()
	u := users(t, bag.Texts(6, 3))
	for _, byText := range []bool{false, true} {
		c := Config{Clusterer: cluster.Auto{ChooseOptions: cluster.ChooseOptions{K: []int{2, 3}}}, ByText: byText}
		g, err := Find(t.Context(), u, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := g.Clusterer.(cluster.KMeans); !ok || g.Chosen == "" || len(g.Centres) != 3 {
			t.Fatalf("by %T, %q, %d groups", g.Clusterer, g.Chosen, len(g.Centres))
		}
		again, err := NewAgain(u, g, c)
		if err != nil {
			t.Fatal(err)
		}
		rows := []int{0, 1, 2, 3, 4, 5, 9, 10, 17}
		got, err := again.Label(t.Context(), rows)
		if err != nil || len(got) != len(rows) {
			t.Fatalf("%v, %v", got, err)
		}
		for i := range rows {
			for j := range rows {
				if (got[i] == got[j]) != (g.Of[rows[i]] == g.Of[rows[j]]) {
					t.Errorf("by text %v: rows %d and %d", byText, rows[i], rows[j])
				}
			}
		}
	}
}

func TestEdited(t *testing.T) {
	t.Parallel()
	placed := dense.New[float32](6, 1)
	for i := range 6 {
		placed.Row(i)[0] = float32(i * i)
	}
	parts := func() []part {
		return []part{{id: 1, members: []int{0, 3, 5}}, {id: 2, name: "two", members: []int{1, 4}}, {id: 3, members: []int{2}}}
	}
	for _, c := range []struct {
		name  string
		edits []result.Edit
		want  []part // nil: an error
	}{
		{"none", nil, parts()},
		{"merge", []result.Edit{{Op: "merge", Segments: []int{3, 1}, Name: "both"}}, []part{{2, "two", []int{1, 4}}, {3, "both", []int{0, 2, 3, 5}}}},
		{"split", []result.Edit{{Op: "split", Segment: 2}}, []part{{1, "", []int{0, 3, 5}}, {2, "two", []int{4}}, {3, "", []int{2}}, {4, "", []int{1}}}},
		{"rename what a split made", []result.Edit{{Op: "split", Segment: 1}, {Op: "rename", Segment: 4, Name: "four"}},
			[]part{{1, "", []int{0, 3}}, {2, "two", []int{1, 4}}, {3, "", []int{2}}, {4, "four", []int{5}}}},
		{"no such segment", []result.Edit{{Op: "rename", Segment: 9, Name: "x"}}, nil},
		{"no name", []result.Edit{{Op: "rename", Segment: 1}}, nil},
		{"twice", []result.Edit{{Op: "merge", Segments: []int{1, 1}}}, nil},
		{"alone", []result.Edit{{Op: "merge", Segments: []int{1}}}, nil},
		{"too many parts", []result.Edit{{Op: "split", Segment: 3}}, nil},
		{"no op", []result.Edit{{Op: "burn"}}, nil},
	} {
		got, err := edited(t.Context(), parts(), placed, Config{Edits: c.edits})
		if c.want == nil {
			if err == nil {
				t.Errorf("%s: no error", c.name)
			}
			continue
		}
		if d := cmp.Diff(c.want, got, cmp.AllowUnexported(part{})); err != nil || d != "" {
			t.Errorf("%s: %v %s", c.name, err, d)
		}
	}
}

// Nobody is placed where there is no segment at all.
func TestPlacerWithoutSegments(t *testing.T) {
	t.Parallel()
	u := users(t, bag.Texts(1, 2))
	for _, byText := range []bool{false, true} {
		p := Placer{Noise: true, ByText: byText}
		got, err := p.Users(t.Context(), u, nil)
		if err != nil || len(got) != 3 {
			t.Fatalf("%v, %v", got, err)
		}
		for _, a := range got {
			if a.Segment != result.Unassigned || a.RunnerUp != result.Unassigned || a.Texts != 2 {
				t.Errorf("%+v", a)
			}
		}
	}
}
