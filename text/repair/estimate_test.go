package repair

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/noise"
)

func counted(spoil noise.Noise, more ...string) *Counter {
	rng := rand.New(rand.NewPCG(7, 8))
	c := NewCounter()
	for range 30 {
		for _, s := range reviews {
			c.Add(spoil(s, rng))
		}
	}
	for _, s := range more {
		c.Add(s)
	}
	return c
}

// Rare words of clean texts are no errors, so that next to nothing is changed; typing
// errors and missing spaces are seen.
func TestEstimates(t *testing.T) {
	t.Parallel()
	rare := strings.Fields(`nightgown drawstring raincoat metallica velvety shimmery reorder lampshade turtleneck sweatpants workaround
		paperweight gracenotes substandard unwrapped undone codebase namespace spreadsheet timeout viscose rayon chiffon paisley`)
	var more []string
	for _, w := range rare {
		more = append(more, "I like this "+w+" and the price is fair")
	}
	vocabulary := strings.Fields(strings.ToLower(strings.Join(reviews, " ")) + " night gown draw string rain coat metallic lamp shade sweat pants work around paper weight grace notes sub standard un wrapped done code base name space spread sheet out")
	for _, c := range []struct {
		name        string
		spoil       noise.Noise
		rate, space [2]float64 // least and most
	}{
		{"clean", noise.Typing(0), [2]float64{leastRate, 0.002}, [2]float64{leastSpaces, 0.005}},
		{"errors", noise.Typing(0.1), [2]float64{0.06, 0.13}, [2]float64{leastSpaces, 0.02}},
		{"spaces", noise.NoSpaces(0.3), [2]float64{leastRate, 0.02}, [2]float64{0.2, 0.4}},
		{"no spaces", noise.NoSpaces(1), [2]float64{leastRate, 0.2}, [2]float64{0.5, 0.95}},
	} {
		r, err := counted(c.spoil, more...).Repairer(Options{Vocabulary: vocabulary})
		if err != nil {
			t.Fatal(err)
		}
		if v := r.ErrorRate(); v < c.rate[0] || v > c.rate[1] {
			t.Errorf("%s: the rate of errors is %v, want %v", c.name, v, c.rate)
		}
		if v := r.SpaceRate(); v < c.space[0] || v > c.space[1] {
			t.Errorf("%s: the rate of missing spaces is %v, want %v", c.name, v, c.space)
		}
		again, err := New(r.Corpus(), Options{Vocabulary: vocabulary})
		if err != nil {
			t.Fatal(err)
		}
		if again.SpaceRate() != r.SpaceRate() || again.ErrorRate() != r.ErrorRate() {
			t.Errorf("%s: of what was known: %v and %v", c.name, again.ErrorRate(), again.SpaceRate())
		}
		if c.name != "clean" {
			continue
		}
		for _, s := range more {
			if got := r.Repair(s); got.Changes != nil {
				t.Errorf("%q: %q", s, got.Text)
			}
		}
	}
	for _, o := range []Options{{SpaceRate: 1}, {SpaceRate: -1}, {LookShare: 1}, {LookShare: -1}} {
		if _, err := NewCounter().Repairer(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	for _, c := range []Corpus{{SpaceRate: 1}, {LookShare: -0.5}} {
		if _, err := New(c, Options{}); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}

// Words run together that are capitalised are taken apart where spaces are missing,
// and nowhere else; names written so stay.
func TestCapitalsWithin(t *testing.T) {
	t.Parallel()
	titles := []string{
		"Question About the Use of Variables in JavaScript", "How To Return a Value From a Function in JavaScript", "What Is the Best Way To Sort a List in Excel",
		"How Can I Change the Color of a Button", "Question About Lists in JavaScript and Excel", "SharePoint List With a Button",
	}
	vocabulary := strings.Fields(strings.ToLower(strings.Join(titles, " ")))
	for _, missing := range []float64{0, 0.3} {
		rng := rand.New(rand.NewPCG(9, 10))
		spoil := noise.NoSpaces(missing)
		c := NewCounter()
		for range 40 {
			for _, s := range titles {
				c.Add(spoil(s, rng))
			}
		}
		r, err := c.Repairer(Options{Vocabulary: vocabulary})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range [][2]string{
			{"QuestionAboutUse of it", "Question About Use of it"}, {"HowToSort it", "How To Sort it"},
			{"JavaScript and SharePoint and Excel", "JavaScript and SharePoint and Excel"}, {"the SortColor of a ListColor", "the SortColor of a ListColor"},
		} {
			if missing == 0 {
				x[1] = x[0]
			}
			got := r.Repair(x[0])
			if got.Text != x[1] || got.Original() != x[0] {
				t.Errorf("%v missing (%v seen): %q: %q, want %q", missing, r.SpaceRate(), x[0], got.Text, x[1])
			}
		}
	}
}
