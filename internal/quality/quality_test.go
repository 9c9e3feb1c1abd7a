package quality

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/result"
)

func centres(r *rand.Rand, k, dim int) group.Centres {
	out := make(group.Centres, k)
	for i := range out {
		out[i] = group.Centre{ID: 3*i + 2, Vector: make([]float32, dim)}
		for j := range out[i].Vector {
			out[i].Vector[j] = float32(r.NormFloat64())
		}
	}
	return out
}

// joined joins the two most similar sets of segments until one is left, by looking
// at every pair of sets each time.
func joined(c group.Centres) []result.Join {
	like := Similarity(c)
	type node struct {
		id      int
		members []int
	}
	var nodes []node
	next := 0
	for i, p := range c {
		nodes = append(nodes, node{p.ID, []int{i}})
		next = max(next, p.ID+1)
	}
	tree := []result.Join{}
	for len(nodes) > 1 {
		bi, bj, best := 0, 0, 0.0
		for i := range nodes {
			for j := i + 1; j < len(nodes); j++ {
				var d float64
				for _, a := range nodes[i].members {
					for _, b := range nodes[j].members {
						d += 1 - like[a][b]
					}
				}
				d /= float64(len(nodes[i].members) * len(nodes[j].members))
				if bj == 0 || d < best {
					bi, bj, best = i, j, d
				}
			}
		}
		tree = append(tree, result.Join{A: nodes[bi].id, B: nodes[bj].id, Distance: max(best, 0)})
		nodes[bi] = node{next, append(nodes[bi].members, nodes[bj].members...)}
		nodes = slices.Delete(nodes, bj, bj+1)
		next++
	}
	return tree
}

func TestTreeIsOfAverageLinkage(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	near := cmpopts.EquateApprox(0, 1e-12)
	for k := range 13 {
		for range 10 {
			c := centres(r, k, 4)
			got, err := Tree(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(joined(c), got, near); d != "" {
				t.Fatalf("%d segments: %s", k, d)
			}
		}
	}
	c := centres(r, 4, 3) // centres without a direction are like no other
	clear(c[1].Vector)
	clear(c[3].Vector)
	got, err := Tree(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var distances, want []float64
	for i, j := range joined(c) {
		distances, want = append(distances, got[i].Distance), append(want, j.Distance)
	}
	if d := cmp.Diff(want, distances, near); d != "" {
		t.Error(d)
	}
}

// Points in a plane of a space of more dimensions must keep their distances, and
// the map must show all of the variance.
func TestDrawKeepsDistancesInAPlane(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 9))
	const users, dim = 30, 7
	axes := centres(r, 2, dim)
	u := &pool.Users{Vectors: dense.New[float32](users, dim)}
	for i := range users {
		a, b := float32(r.NormFloat64()), float32(r.NormFloat64())
		for j := range dim {
			u.Vectors.Row(i)[j] = a*axes[0].Vector[j] + b*axes[1].Vector[j]
		}
	}
	c := &group.Groups{Centres: group.Centres{{Vector: slices.Clone(u.Vectors.Row(3))}}, Members: [][]int{{3}}}
	d, err := Draw(t.Context(), u, c, 0)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(d.Explained-1) > 1e-6 || d.Segments[0] != d.Users[3] {
		t.Errorf("explained %v, a centre on user 3 %v is at %v", d.Explained, d.Users[3], d.Segments[0])
	}
	for i := range users {
		for j := range i {
			var want float64
			for k, x := range u.Vectors.Row(i) {
				want += math.Pow(float64(x)-float64(u.Vectors.Row(j)[k]), 2)
			}
			if got := math.Hypot(d.Users[i].X-d.Users[j].X, d.Users[i].Y-d.Users[j].Y); math.Abs(got-math.Sqrt(want)) > 1e-5 {
				t.Fatalf("users %d and %d: %v apart on the map, want %v", i, j, got, math.Sqrt(want))
			}
		}
	}
	line := &pool.Users{Vectors: dense.New[float32](5, 1)} // one feature
	for i := range 5 {
		line.Vectors.Row(i)[0] = float32(i)
	}
	if d, err := Draw(t.Context(), line, &group.Groups{}, 0); err != nil || d.Users[4].Y != 0 || math.Abs(d.Users[4].X-2) > 1e-12 {
		t.Errorf("%+v, %v", d, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Draw(ctx, u, c, 0); err == nil {
		t.Error("a drawing that was cancelled")
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	null := &result.Estimate{High: 0.3}
	for _, c := range []struct {
		segments  int
		agreement float64
		r         Resampled
		want      result.Verdict
	}{
		{1, 0.9, Resampled{Null: null, Beaten: true}, result.VerdictNone},
		{2, 0.99, Resampled{Null: null, Beaten: true}, result.VerdictClear}, {2, 0.75, Resampled{Null: null, Beaten: true}, result.VerdictClear},
		{3, 0.74, Resampled{Null: null, Beaten: true}, result.VerdictFair}, {3, 0.5, Resampled{Null: null, Beaten: true}, result.VerdictFair},
		{9, 0.49, Resampled{Null: null, Beaten: true}, result.VerdictWeak},
		{2, 0.99, Resampled{Null: null}, result.VerdictNoSegments}, {5, 0.01, Resampled{Null: null}, result.VerdictNoSegments},
	} {
		for _, silhouette := range []float64{0.9, 0.01} { // has no say
			c.r.ARI = &result.Estimate{Mean: c.agreement}
			got := Judge(result.Scores{Defined: true, Silhouette: silhouette}, c.segments, c.r, false)
			if unread := Judge(result.Scores{Defined: true}, c.segments, c.r, true); unread.Verdict == result.VerdictClear || unread.Verdict == result.VerdictFair {
				t.Errorf("%+v, texts that the model cannot read: %v", c, unread.Verdict)
			}
			if got.Verdict != c.want || got.Resampled != c.r.ARI || got.Null != null {
				t.Errorf("%+v: %+v", c, got)
			}
		}
	}
	if got := Judge(result.Scores{Defined: true, Silhouette: 0.9}, 4, Resampled{}, false); got.Verdict != result.VerdictUnmeasured {
		t.Errorf("nothing resampled: %v", got.Verdict)
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, most int
		want    []int
	}{{0, 3, nil}, {3, 3, []int{0, 1, 2}}, {3, 9, []int{0, 1, 2}}, {6, 3, []int{0, 2, 4}}, {5, 2, []int{0, 2}}} {
		if got := spread(c.n, c.most); !slices.Equal(got, c.want) {
			t.Errorf("%d of %d: %v, want %v", c.most, c.n, got, c.want)
		}
	}
}
