package profile

import "testing"

// An interval of sentiment does not leave the scale.
func TestWithin(t *testing.T) {
	t.Parallel()
	var m moments
	if within(m.estimate(0), -1, 1) != nil {
		t.Error("an interval of nothing")
	}
	for _, x := range []float64{1, 1, 0.2} {
		m.add(x)
	}
	other := moments{}
	other.add(-3)
	if low, high := scale([]moments{{}, m, other}); low != -3 || high != 1 {
		t.Errorf("a scale from %v to %v", low, high)
	}
	if e := m.estimate(1); e.High <= 1 {
		t.Fatalf("%+v is within the scale already", e)
	}
	if e := within(m.estimate(1), -1, 1); e.High != 1 || e.Low < -1 || e.Low >= e.Mean {
		t.Errorf("%+v", e)
	}
}
