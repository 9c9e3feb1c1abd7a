package group

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/refine"
)

// Words are tried where each segment may have 80 users and words are known.
func TestAnew(t *testing.T) {
	t.Parallel()
	bags := make([]refine.Bag, 320)
	for _, c := range []struct {
		name     string
		c        Config
		users, k int
		tried    bool
	}{
		{"enough", Config{Words: bags, Every: bags}, 320, 4, true},
		{"too few", Config{Words: bags, Every: bags}, 319, 4, false},
		{"no words", Config{}, 320, 4, false},
		{"no words with content", Config{Every: bags}, 320, 4, false},
	} {
		if got := c.c.Anew(c.users, c.k); (got > 0) != c.tried {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Segments found anew take the numbers of those that were there, in labels and
// memberships, and who moved is counted from these.
func TestTrainedAnewKeepsNumbers(t *testing.T) {
	t.Parallel()
	const n, k = 240, 3
	r := rand.New(rand.NewPCG(8, 8))
	x, bags, truth := dense.New[float32](n, 6), make([]refine.Bag, n), make([]int, n)
	for i := range n {
		c := r.IntN(k)
		truth[i] = c
		for j := range x.Dim {
			x.Row(i)[j] = float32(0.2 * r.NormFloat64())
		}
		x.Row(i)[c]++
		bags[i] = refine.Bag{{Word: int32(c), Count: 1}, {Word: int32(k + r.IntN(9)), Count: 1}}
	}
	start := slices.Clone(truth)
	for i := range 20 {
		start[i] = (truth[i] + 1) % k
	}
	for _, weight := range []float64{0, 0.3, 0.45} {
		got, err := trained(t.Context(), Training{Begin: weight}, refine.Options{}, x, bags, bags, start, k)
		if err != nil {
			t.Fatal(err)
		}
		moved := 0
		for i, l := range got.Labels {
			if l != start[i] {
				moved++
			}
			if m := mat.Row(nil, i, got.Memberships); slices.Max(m) != m[l] {
				t.Fatalf("weight %g: user %d of segment %d has the memberships %v", weight, i, l, m)
			}
		}
		if !slices.Equal(got.Labels, truth) || got.Moved != 20 || moved != 20 {
			t.Errorf("weight %g: %d moved, said %d, want 20", weight, moved, got.Moved)
		}
	}
}

// Labels before segments are drawn towards one size are numbered as those after.
func TestTrainedEvenKeepsNumbers(t *testing.T) {
	t.Parallel()
	const n, k = 200, 4
	x, bags, start := dense.New[float32](n, 6), make([]refine.Bag, n), make([]int, n)
	r := rand.New(rand.NewPCG(9, 9))
	for i := range n {
		start[i] = i % k
		for j := range x.Dim {
			x.Row(i)[j] = float32(0.1 * r.NormFloat64())
		}
		x.Row(i)[start[i]]++
		bags[i] = refine.Bag{{Word: int32(start[i]), Count: 1}}
	}
	for _, begin := range []float64{0, 0.45} {
		for _, even := range []bool{true, false} {
			way := Training{Begin: begin, Sizes: refine.SizesKept}
			want := []int(nil)
			if even {
				way.Sizes, want = refine.SizesEven, start
			}
			got, err := trained(t.Context(), way, refine.Options{}, x, bags, bags, start, k)
			if err != nil {
				t.Fatal(err)
			}
			if (got.Kept != nil) != even || !slices.Equal(got.Labels, start) || !slices.Equal(got.Kept, want) {
				t.Errorf("%+v: labels kept %v", way, got.Kept)
			}
		}
	}
}
