package kernel

import (
	"slices"
	"testing"
)

func TestStartLevel(t *testing.T) {
	all := Supported()
	best := all[len(all)-1]
	tests := map[string]Level{"": best, "nonsense": best, "GENERIC": Generic, "Level(9)": best}
	for i := range levels {
		l := Level(i)
		tests[l.String()] = best // never above the CPU's
		if slices.Contains(all, l) {
			tests[l.String()] = l
		}
	}
	for env, want := range tests {
		if got := startLevel(env); got != want {
			t.Errorf("COHORT_KERNEL=%q gives %v, want %v", env, got, want)
		}
	}
}

// Intel's CPUs and others start with different forms of AVX-512.
func TestBestLast(t *testing.T) {
	for _, c := range []struct {
		supported []Level
		intel     bool
		want      Level
	}{
		{[]Level{Generic, AVX2, AVX512, AVX512X2}, true, AVX512X2},
		{[]Level{Generic, AVX2, AVX512, AVX512X2}, false, AVX512},
		{[]Level{Generic, AVX2, AVXVNNI}, true, AVXVNNI},
		{[]Level{Generic, AVX2, AVXVNNI}, false, AVXVNNI},
		{[]Level{Generic}, false, Generic},
	} {
		ls := bestLast(slices.Clone(c.supported), c.intel)
		if got := ls[len(ls)-1]; got != c.want || len(ls) != len(c.supported) || ls[0] != Generic {
			t.Errorf("of %v, Intel %v: %v, want %v last", c.supported, c.intel, ls, c.want)
		}
	}
}

func TestForce(t *testing.T) {
	before, implementations := Active(), chosen
	for _, l := range Supported() {
		restore := Force(l)
		if Active() != l {
			t.Errorf("Force(%v) left %v active", l, Active())
		}
		if got := has(opDot); got != (l != Generic) {
			t.Errorf("%v: assembly for Dot is %v", l, got)
		}
		restore()
		if Active() != before || chosen != implementations {
			t.Errorf("restore left %v active, want %v", Active(), before)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("forcing an unsupported level did not panic")
		}
	}()
	Force(Level(200))
}

// Every operation runs at a level from the best instruction set that it is
// written for and the level has.
func TestImplementations(t *testing.T) {
	for _, l := range Supported() {
		for op, got := range l.implementations() {
			for _, s := range levels[l].sets {
				if s == got {
					break
				}
				if cpuSets()&written[op]&(1<<s) != 0 {
					t.Errorf("%v: operation %d runs from instruction set %d, want %d", l, op, got, s)
				}
			}
			if got != isaNone && cpuSets()&written[op]&(1<<got) == 0 {
				t.Errorf("%v: operation %d runs from instruction set %d, for which it is not written or which is not there", l, op, got)
			}
		}
	}
}
