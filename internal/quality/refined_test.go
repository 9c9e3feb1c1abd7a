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
