package group

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/result"
)

// slowByWords follows the definition word by word.
func slowByWords(bags []refine.Bag, of []int, k, vocabulary int, least float64) []int {
	count := make([][]float64, k+1)
	size := make([]float64, k+1)
	for c := range count {
		count[c] = make([]float64, vocabulary)
	}
	for r, b := range bags {
		c := of[r]
		if c < 0 {
			c = k
		}
		for _, t := range b {
			count[c][t.Word] += float64(t.Count)
			size[c] += float64(t.Count)
		}
	}
	all, classes := 0.0, 0.0
	for _, s := range size {
		if all += s; s > 0 {
			classes++
		}
	}
	rare := func(w int) float64 {
		n := 0.0
		for c := range count {
			n += count[c][w]
		}
		return math.Log(1 + all/classes/n)
	}
	out := slices.Clone(of)
	for r, b := range bags {
		if of[r] >= 0 {
			continue
		}
		own := make([]float64, vocabulary)
		for _, t := range b {
			own[t.Word] = float64(t.Count) * rare(int(t.Word))
		}
		most := 0.0
		for c := range k {
			dot, a, z := 0.0, 0.0, 0.0
			for w := range vocabulary {
				if count[c][w] == 0 && own[w] == 0 {
					continue
				}
				v := 0.0
				if size[c] > 0 {
					v = count[c][w] / size[c] * rare(w)
				}
				dot, a, z = dot+v*own[w], a+v*v, z+own[w]*own[w]
			}
			if like := dot / math.Sqrt(a*z); dot > 0 && like >= least && like > most+1e-12 {
				most, out[r] = like, c
			}
		}
	}
	return out
}

func TestByWords(t *testing.T) {
	t.Parallel()
	const k, vocabulary = 4, 30
	joined, stayed := 0, 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		bags, of := make([]refine.Bag, 40), make([]int, 40)
		for i := range bags {
			of[i] = r.IntN(k+1) - 1
			for w := range int32(vocabulary) {
				if r.IntN(10) == 0 {
					bags[i] = append(bags[i], refine.Term{Word: w, Count: int32(1 + r.IntN(3))})
				}
			}
		}
		least := []float64{0, 0.2}[seed%2]
		got, want := byWords(bags, of, k, least), slowByWords(bags, of, k, vocabulary, least)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v, want %v", seed, got, want)
		}
		for i := range of {
			switch {
			case of[i] >= 0:
			case got[i] >= 0:
				joined++
			default:
				stayed++
			}
		}
	}
	if joined == 0 || stayed == 0 {
		t.Errorf("%d joined, %d stayed: the cases say nothing", joined, stayed)
	}
}

// Only words of the clusters count: a word of noise alone joins nobody.
func TestByWordsWithoutAny(t *testing.T) {
	t.Parallel()
	bags := []refine.Bag{{{Word: 0, Count: 1}}, {{Word: 1, Count: 1}}, {{Word: 2, Count: 5}}, nil, {{Word: 1, Count: 1}, {Word: 2, Count: 9}}}
	of := []int{0, 1, result.Unassigned, result.Unassigned, result.Unassigned}
	if got, want := byWords(bags, of, 2, 0), []int{0, 1, -1, -1, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := byWords(bags, of, 2, 0.9); got[4] != -1 {
		t.Errorf("%v: joined below the threshold", got)
	}
}
