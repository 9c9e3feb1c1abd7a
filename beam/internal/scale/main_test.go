package main

import (
	"math"
	"testing"
)

// TestSimulate checks what is known without simulation: many equal tasks share
// the cores, and losses only add to the time.
func TestSimulate(t *testing.T) {
	calm, again := simulate(10000, 5, 2, 0, 3, 1)
	if want := 10000 * 3 * math.Exp(0.15*0.15/2) / 10; math.Abs(calm-want) > 0.02*want || again != 0 {
		t.Errorf("%v s and %d begun again, want about %v and none", calm, again, want)
	}
	lossy, again := simulate(10000, 5, 2, 600, 3, 1)
	if lossy <= calm || again == 0 {
		t.Errorf("%v s and %d begun again with losses, %v without", lossy, again, calm)
	}
	if one, _ := simulate(1, 5, 2, 0, 3, 1); one > 6 || one < 1.5 {
		t.Errorf("one task takes %v s", one)
	}
}

func TestNumbers(t *testing.T) {
	for _, p := range []plan{{}, {texts: math.NaN(), perUser: 1}, {texts: 1, perUser: 1, workers: -1}} {
		if p.check() == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
}
