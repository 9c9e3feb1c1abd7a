package profile

import (
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/text/keyword"
)

// Values of scipy.stats.fisher_exact and false_discovery_control, SciPy 1.x.
func TestFisher(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x, k, m, n int
		want       float64
	}{
		{3, 10, 4, 30, 0.09523809523809525},
		{0, 10, 8, 30, 0.028757416163713016},
		{12, 49, 30, 400, 4.991724092635462e-05},
		{10, 10, 10, 30, 3.328339160423118e-08},
		{37, 200, 80, 1000, 3.231265904679506e-08},
		{5, 5, 5, 5, 1},
		{0, 5, 0, 20, 1},
	} {
		if got := fisher(c.x, c.k, c.m, c.n); math.Abs(got/c.want-1) > 1e-9 {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestAdjust(t *testing.T) {
	t.Parallel()
	want := []float64{0.03, 0.04, 0.045, 0.6, 0.9, 0.006}
	for i, q := range keyword.DiscoveryRates([]float64{0.01, 0.02, 0.03, 0.5, 0.9, 0.001}) {
		if math.Abs(q-want[i]) > 1e-12 {
			t.Errorf("value %d: %v, want %v", i, q, want[i])
		}
	}
	if len(keyword.DiscoveryRates(nil)) != 0 {
		t.Error("values of nothing")
	}
}

func TestProportionZ(t *testing.T) {
	t.Parallel()
	// 30 of 100 and 10 of 100: the difference 0.2 over sqrt(0.2 0.8 2/100).
	if z := proportionZ(30, 100, 10, 100); math.Abs(z-0.2/math.Sqrt(0.0032)) > 1e-12 {
		t.Errorf("z = %v", z)
	}
	if proportionZ(0, 0, 3, 4) != 0 || proportionZ(3, 3, 4, 4) != 0 {
		t.Error("z where there is nothing to compare")
	}
}
