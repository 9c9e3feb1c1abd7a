package kernel

import "testing"

func TestStartLevel(t *testing.T) {
	best := cpuLevel()
	for env, want := range map[string]Level{
		"": best, "nonsense": best, "generic": Generic, "GENERIC": Generic, "Level(9)": best,
		"avx2": min(AVX2, best), "avx512": min(AVX512, best), // never above the CPU's
	} {
		if got := startLevel(env); got != want {
			t.Errorf("COHORT_KERNEL=%q gives %v, want %v", env, got, want)
		}
	}
}

func TestForce(t *testing.T) {
	before := Active()
	for _, l := range Supported() {
		restore := Force(l)
		if Active() != l {
			t.Errorf("Force(%v) left %v active", l, Active())
		}
		restore()
		if Active() != before {
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
