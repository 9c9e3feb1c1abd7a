package reduce

import (
	"math"
	"testing"
)

// TestForcesFollowTheCurve compares the table with the gradients of UMAP's
// paper, within the table, at its ends and beside it.
func TestForcesFollowTheCurve(t *testing.T) {
	t.Parallel()
	for _, curve := range []struct{ a, b float64 }{{1.5769, 0.8951}, {1.9291, 0.7915}, {0.232, 1.681}} {
		f := newForces(curve.a, curve.b)
		for e := -34.0; e < 24; e += 0.0137 {
			d2 := math.Exp2(e)
			p := math.Pow(d2, curve.b)
			pull := -2 * curve.a * curve.b * math.Pow(d2, curve.b-1) / (1 + curve.a*p)
			push := 2 * curve.b / ((0.001 + d2) * (1 + curve.a*p))
			if got := f.pull.at(d2); math.Abs(got-pull) > 1.5e-3*math.Abs(pull) {
				t.Errorf("a = %v: pull at %v is %v, want %v", curve.a, d2, got, pull)
			}
			if got := f.push.at(d2); math.Abs(got-push) > 1.5e-3*push {
				t.Errorf("a = %v: push at %v is %v, want %v", curve.a, d2, got, push)
			}
		}
		for _, e := range []int{forceMin, -7, 0, 3, forceMax} { // where the table has an entry
			d2 := math.Ldexp(1, e)
			if got, want := f.push.at(d2), 2*curve.b/((0.001+d2)*(1+curve.a*math.Pow(d2, curve.b))); math.Abs(got-want) > 1e-14*want {
				t.Errorf("a = %v: push at 2^%d is %v, want %v", curve.a, e, got, want)
			}
		}
		if f.pull.at(0) != 0 || f.push.at(0) != 0 {
			t.Error("points in one place move each other")
		}
	}
}
