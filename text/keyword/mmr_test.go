package keyword

import (
	"slices"
	"testing"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		pool      []Candidate
		top       int
		diversity float64
		want      []string
	}{
		{"nothing", nil, 3, 0.3, nil},
		{"by score", []Candidate{{"lens", 1, 9}, {"zoom", 3, 9}, {"flash", 2, 9}}, 2, 0, []string{"zoom", "flash"}},
		{"scores of 0", []Candidate{{"lens", 0, 1}, {"zoom", 0, 1}}, 2, 0.3, []string{"lens", "zoom"}},
		{
			"the longer where it is most of the shorter",
			[]Candidate{{"ipod", 10, 20}, {"ipod battery", 7, 16}, {"screen", 5, 9}},
			3, 0.3, []string{"ipod battery", "screen"},
		},
		{
			"the longest of all",
			[]Candidate{{"disk", 10, 20}, {"hard disk", 9, 19}, {"hard disk player", 8, 18}, {"screen", 5, 9}},
			3, 0.3, []string{"hard disk player", "screen"},
		},
		{
			"the shorter where it is more than the longer",
			[]Candidate{{"ipod", 10, 40}, {"ipod battery", 9, 16}, {"screen", 8, 9}},
			3, 0.3, []string{"ipod", "screen", "ipod battery"}, // which is like one chosen before
		},
		{
			"whole words only",
			[]Candidate{{"art", 10, 20}, {"party dress", 9, 20}, {"party", 1, 40}},
			3, 0, []string{"art", "party dress", "party"},
		},
		{
			"what is unlike, before what is a little better",
			[]Candidate{{"comfort", 10, 20}, {"comfortable", 9, 30}, {"sweater", 8, 20}},
			2, 0.3, []string{"comfort", "sweater"},
		},
		{
			"letters shared by chance are no likeness",
			[]Candidate{{"customer", 10, 20}, {"button", 4, 9}, {"month", 3.9, 9}, {"customs", 3.8, 9}, {"dvd", 3.7, 9}},
			5, 0.3, []string{"customer", "button", "month", "dvd", "customs"},
		},
		{
			"all that differs, whatever is asked for",
			[]Candidate{{"return", 3, 5}, {"returned", 2, 5}, {"returns", 1, 5}},
			9, 0.3, []string{"return"},
		},
	} {
		var got []string
		for _, i := range Choose(c.pool, c.top, c.diversity) {
			got = append(got, c.pool[i].Key)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
