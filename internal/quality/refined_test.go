package quality

import (
	"math"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// Segments that training turns into others, or that hold less well, are not kept.
func TestDecide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		alike, before, after float64
		kept                 bool
		reason               string
	}{
		{0.8, 0.6, 0.7, true, "Refined: "},
		{0.8, 0.6, 0.51, true, "Refined: "},
		{0.8, 0.6, 0.49, false, "Not refined: they would hold less well"},
		{0.4, 0.6, 0.9, false, "Not refined: training found other segments"},
		{math.NaN(), 0.6, 0.9, false, "Not refined: training found other segments"},
		{0.8, 0.6, math.NaN(), false, "Not refined: they would hold less well"},
	} {
		r := &result.Refinement{Alike: c.alike, Before: c.before, After: c.after, Moved: 3}
		decide(r)
		if r.Refined != c.kept || !strings.HasPrefix(r.Reason, c.reason) {
			t.Errorf("%+v: %+v", c, r)
		}
	}
}

// Training begins anew only where resamples agree clearly more with what it finds.
func TestChoose(t *testing.T) {
	t.Parallel()
	usual := trial{agreement: 0.8}
	for _, c := range []struct {
		name  string
		anew  []trial
		begin float64
	}{
		{"nothing else", nil, 0},
		{"less", []trial{{begin: 0.3, agreement: 0.7}}, 0},
		{"hardly more", []trial{{begin: 0.3, agreement: usual.agreement + clearly/2}}, 0},
		{"more", []trial{{begin: 0.3, agreement: 0.9}}, 0.3},
		{"the best", []trial{{begin: 0.3, agreement: 0.85}, {begin: 0.45, agreement: 0.9}}, 0.45},
		{"the first of two", []trial{{begin: 0.3, agreement: 0.9}, {begin: 0.45, agreement: 0.85}}, 0.3},
		{"not a number", []trial{{begin: 0.3, agreement: math.NaN()}}, 0},
	} {
		if got := choose(append([]trial{usual}, c.anew...)); got.begin != c.begin {
			t.Errorf("%s: begins with %g, want %g", c.name, got.begin, c.begin)
		}
	}
}

// Resamples are drawn until it is settled whether one training is clearly better.
func TestSettled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		gains []float64
		want  bool
	}{
		{"the only one", make([]float64, 6), true},
		{"better each time", []float64{0.05, 0.06, 0.05, 0.04, 0.05, 0.06}, true},
		{"worse each time", []float64{-0.02, -0.01, 0, -0.01, -0.02, -0.01}, true},
		{"better by chance", []float64{0.2, -0.1, 0.1, -0.05, 0.15, -0.1}, false},
		{"hardly better", []float64{0.01, 0.03, 0.02, 0.01, 0.03, 0.02}, false},
	} {
		if got := settled(c.gains); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
