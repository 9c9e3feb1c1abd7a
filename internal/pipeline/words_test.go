package pipeline

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/refine"
)

// spoken returns a bag for each point: of, if not below 0, has words of its own,
// which it shares with few others.
func spoken(seed uint64, of []int) []refine.Bag {
	r := rand.New(rand.NewPCG(seed, 11))
	out := make([]refine.Bag, len(of))
	for i, c := range of {
		said := map[int32]int32{}
		for range 6 {
			w := r.IntN(40)
			if c >= 0 && r.IntN(3) > 0 {
				w = 40 + 10*c + r.IntN(10)
			}
			said[int32(w)]++
		}
		for w := range int32(1000) {
			if said[w] > 0 {
				out[i] = append(out[i], refine.Term{Word: w, Count: said[w]})
			}
		}
	}
	return out
}

// slowTold is told by its definition: for each point, everything is counted anew
// without it.
func slowTold(bags []refine.Bag, of []int, k int) float64 {
	points := map[int32]int{}
	for _, b := range bags {
		for _, t := range b {
			points[t.Word]++
		}
	}
	share, all := map[int32]float64{}, 0.0
	for _, b := range bags {
		for _, t := range b {
			if points[t.Word] > 1 {
				share[t.Word] += float64(t.Count)
				all += float64(t.Count)
			}
		}
	}
	said, hits := make([]float64, k), 0.0
	size := make([]float64, k)
	for i, b := range bags {
		size[of[i]]++
		best, most := 0, math.Inf(-1)
		for c := range k {
			others, words, count := 0.0, 0.0, map[int32]float64{}
			for j, o := range bags {
				if j == i || of[j] != c {
					continue
				}
				others++
				for _, t := range o {
					if points[t.Word] > 1 {
						words += float64(t.Count)
						count[t.Word] += float64(t.Count)
					}
				}
			}
			if others == 0 {
				continue
			}
			sum, total := 0.0, 0.0
			for _, t := range b {
				if points[t.Word] > 1 {
					p := share[t.Word] / all
					sum += float64(t.Count) * math.Log((count[t.Word]+weightOfAll*p)/(words+weightOfAll)/p)
					total += float64(t.Count)
				}
			}
			if s := math.Log(others) + sum/math.Sqrt(max(total, 1)); s > most {
				best, most = c, s
			}
		}
		said[best]++
		if best == of[i] {
			hits++
		}
	}
	n, chance := float64(len(bags)), 0.0
	for c := range k {
		chance += size[c] * said[c] / (n * n)
	}
	return (hits/n - chance) / (1 - chance)
}

// TestToldIsItsDefinition: with a point alone in its cluster, points without
// words, and words of a single point.
func TestToldIsItsDefinition(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 3))
		of := make([]int, 60)
		for i := range of {
			of[i] = r.IntN(4)
		}
		bags := spoken(seed, of)
		of[0] = 4
		bags[1], bags[2] = nil, refine.Bag{{Word: 999, Count: 3}}
		got, want := newVocabulary(bags).told(of, 5), slowTold(bags, of, 5)
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("seed %d: %g, want %g", seed, got, want)
		}
		if got < 0.3 || got > 0.999 {
			t.Errorf("seed %d: %g tells nothing", seed, got)
		}
	}
}

// TestToldBounds: clusters with words of their own are told, clusters that share
// all words are not, whatever their number.
func TestToldBounds(t *testing.T) {
	t.Parallel()
	none := make([]int, 300)
	for i := range none {
		none[i] = -1
	}
	for _, k := range []int{2, 5, 30} {
		of := make([]int, len(none))
		for i := range of {
			of[i] = i % k
		}
		if got := newVocabulary(spoken(1, of)).told(of, k); got < 0.8 {
			t.Errorf("%d clusters with words of their own: %g", k, got)
		}
		if got := newVocabulary(spoken(1, none)).told(of, k); math.Abs(got) > 0.15 {
			t.Errorf("%d clusters that share their words: %g", k, got)
		}
	}
	one := make([]int, len(none))
	if got := newVocabulary(spoken(1, none)).told(one, 1); got != 0 {
		t.Errorf("one cluster: %g", got)
	}
	if v := newVocabulary([]refine.Bag{{{Word: 1, Count: 2}}, nil, {{Word: 2, Count: 1}}}); v != nil {
		t.Errorf("no word of two points: %+v", v)
	}
}

// TestChooseListensToWords: of groups of groups, words say which are meant; words
// that say nothing are not listened to.
func TestChooseListensToWords(t *testing.T) {
	t.Parallel()
	x, of := groups(8, 16, 40, 30, 0.9)
	// Pairs of groups draw together: a vector is the mean of it and its pair's.
	for i := range x.Len {
		if of[i]%2 == 1 {
			for j, v := range x.Row(i - 40) {
				x.Row(i)[j] = 0.35*v + 0.65*x.Row(i)[j]
			}
		}
	}
	pairs, none := make([]int, len(of)), make([]int, len(of))
	for i, g := range of {
		pairs[i], none[i] = g/2, -1
	}
	best := func(words []refine.Bag) (int, *Choice) {
		c, err := Auto{KMin: 5, KMax: 24}.Choose(t.Context(), dense.Matrix{Rows: x}, words)
		if err != nil {
			t.Fatal(err)
		}
		return c.Candidates[c.Best].K, c
	}
	byPairs, c := best(spoken(1, pairs))
	if !c.Worded || !strings.Contains(c.Reason, "words alone tell") {
		t.Errorf("words of pairs: %s", c.Reason)
	}
	byGroups, _ := best(spoken(1, of))
	if byPairs < 7 || byPairs > 12 || byGroups < 14 || byGroups > 20 {
		t.Errorf("%d segments by the words of 8 pairs, %d by those of 16 groups", byPairs, byGroups)
	}
	without, plain := best(nil)
	mute, c := best(spoken(1, none))
	if c.Worded || mute != without || c.Reason != plain.Reason || !strings.Contains(c.Reason, "silhouette") {
		t.Errorf("%d segments without words (%s), %d with words that say nothing: %s", without, plain.Reason, mute, c.Reason)
	}
}

func TestChooseWantsWordsOfEachRow(t *testing.T) {
	t.Parallel()
	x, _ := groups(2, 4, 30, 10, 0.3)
	var wrong *estimator.ShapeError
	if _, err := (Auto{}).Choose(t.Context(), dense.Matrix{Rows: x}, make([]refine.Bag, 3)); !errors.As(err, &wrong) || wrong.Got != 3 || wrong.Want != 120 {
		t.Errorf("%v", err)
	}
	if _, _, _, err := (Auto{}).Plan(t.Context(), dense.Matrix{Rows: x}, make([]refine.Bag, 3)); !errors.As(err, &wrong) {
		t.Errorf("Plan: %v", err)
	}
}
