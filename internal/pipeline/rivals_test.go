package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

const uncertain = "fit about as well"

// TestRivals: where scores are flat over numbers that lie far apart, the reason
// names some of them, the chosen one too; around a peak it does not.
func TestRivals(t *testing.T) {
	t.Parallel()
	ladder := Auto{KMin: 2, KMax: 150}.rungs()
	for _, c := range []struct {
		name   string
		ks     []int
		scores []float64
		want   []int
		says   string
	}{
		// Scores of 2,000 texts of labelled sets in hundredths of the best.
		{"20 kinds of biomedical titles, 3 found", ladder, []float64{72, 100, 93, 91, 85, 77, 82, 87, 82, 80, 85, 87.5, 84, 78, 72, 64, 53, 42, 32, 26, 22, 18, 13, 12}, []int{3, 5, 10, 20}, "but several numbers from 3 to 24 fit about as well (80 % of the best score or more): 3, 5, 10 and 20; k = 4 has"},
		{"10 domains of 150 intents, 86 found", ladder, []float64{5, 9, 12, 15, 16, 16, 16, 17, 20, 25, 31, 36, 39, 44, 52, 65, 76, 86, 95, 100, 98, 91, 82, 78}, []int{86, 149}, ""},
		{"12 intents, found", ladder, []float64{4, 9, 14, 22, 37, 51, 68, 89, 100, 98, 90, 75, 61, 50, 44, 38, 34, 32, 28, 24, 21, 17, 13, 11}, nil, ""},
		{"6 sources of snippets, found", ladder, []float64{29, 47, 65, 90, 100, 93, 85, 80, 72, 57, 52, 55, 53, 50, 48, 48, 45, 39, 35, 31, 26, 21, 18, 17}, nil, ""},
		{"two peaks", []int{2, 3, 4, 5, 10, 20, 40}, []float64{10, 90, 10, 5, 10, 100, 10}, []int{3, 20}, "from 3 to 20 fit about as well (80 % of the best score or more): 3 and 20;"},
		{"flat", ladder, slices.Repeat([]float64{1}, len(ladder)), []int{2, 3, 5, 8, 20}, "several numbers from 2 to 150"},
		{"just not far apart", []int{5, 7, 11}, []float64{10, 9, 8}, nil, ""},
		{"nothing", []int{2, 5, 9}, []float64{0, 0, 0}, nil, "may be no clusters"},
		{"one number", []int{4}, []float64{1}, nil, ""},
	} {
		got := Choice{}
		for i, k := range c.ks {
			got.Candidates = append(got.Candidates, Candidate{K: k, Score: c.scores[i]})
		}
		got.Best = got.top()
		if good := got.good(); len(good) > 0 {
			got.Best = good[(len(good)-1)/2]
		}
		got.explain()
		ks, _, _ := got.Rivals()
		if !slices.Equal(ks, c.want) || !strings.Contains(got.Reason, c.says) || strings.Contains(got.Reason, uncertain) != (c.want != nil) {
			t.Errorf("%s: %v, want %v: %s", c.name, ks, c.want, got.Reason)
		}
		if said := strings.NewReplacer(",", "", "and ", "").Replace(SaidRivals(got.Reason)); said != strings.Trim(fmt.Sprint(ks), "[]") {
			t.Errorf("%s: %q is read from the reason, want %v: %s", c.name, said, ks, got.Reason)
		}
	}
}

// nested returns 30 points around each of 5 centres around each of 4, of length 1,
// [600, 40]; within is how far the centres lie from those that they are around.
func nested(within float64) dense.Rows[float32] {
	const dim, spread = 40, 0.35
	r := rand.New(rand.NewPCG(8, 5))
	around := func(centre []float64, scale float64) []float64 {
		out := slices.Clone(centre)
		for j := range out {
			out[j] += scale * r.NormFloat64()
		}
		return out
	}
	x, row := dense.New[float32](600, dim), 0
	for range 4 {
		outer := around(make([]float64, dim), 1)
		for range 5 {
			inner := around(outer, within)
			for range 30 {
				for j, v := range around(inner, spread) {
					x.Row(row)[j] = float32(v)
				}
				_ = vector.Unit(x.Row(row), x.Row(row))
				row++
			}
		}
	}
	return x
}

// TestRivalsOfPoints: of 20 groups in 4 groups both numbers are named, whichever is
// found; of groups that are as far from all others neither is.
func TestRivalsOfPoints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		within float64
		found  int
		rivals string
	}{
		{"groups in groups, the many found", 0.4, 20, ": 4 and 20;"},
		{"groups in groups, the few found", 0.35, 4, ": 4 and 20;"},
		{"groups alone", 2, 20, ""},
	} {
		choice, err := Auto{}.Choose(t.Context(), dense.Matrix{Rows: nested(c.within)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if k := choice.Candidates[choice.Best].K; k != c.found {
			t.Errorf("%s: %d found, want %d", c.name, k, c.found)
		}
		if !strings.Contains(choice.Reason, c.rivals) || strings.Contains(choice.Reason, uncertain) != (c.rivals != "") {
			t.Errorf("%s: %s", c.name, choice.Reason)
		}
	}
}
