package kernel

import (
	"fmt"
	"os"
	"strings"
)

// Level is a set of CPU instructions that the kernels are written for.
type Level uint8

const (
	// Generic is portable Go.
	Generic Level = iota
	// AVX2 needs AVX2 and FMA3 (amd64).
	AVX2
	// AVX512 needs AVX-512 F, BW, DQ and VL (amd64); the int8 product also
	// uses VNNI where the CPU has it.
	AVX512
)

// String returns the level's name as the COHORT_KERNEL variable spells it.
func (l Level) String() string {
	switch l {
	case Generic:
		return "generic"
	case AVX2:
		return "avx2"
	case AVX512:
		return "avx512"
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// active is the level in use. It is set before main starts and changed by
// Force alone.
var active = startLevel(os.Getenv("COHORT_KERNEL"))

// startLevel returns the best supported level, lowered to the one that env
// names. An unknown name, or one above what the CPU has, changes nothing: the
// variable can make a process slower, never break it.
func startLevel(env string) Level {
	best := cpuLevel()
	for l := Generic; l < best; l++ {
		if strings.EqualFold(env, l.String()) {
			return l
		}
	}
	return best
}

// Active returns the level in use: the best one of the CPU, unless the
// environment variable COHORT_KERNEL (generic, avx2 or avx512) lowered it when
// the process started.
func Active() Level { return active }

// Supported returns the levels that can run here, lowest first. The first is
// always Generic.
func Supported() []Level {
	var ls []Level
	for l := Generic; l <= cpuLevel(); l++ {
		ls = append(ls, l)
	}
	return ls
}

// Force makes l the active level and returns a function that restores the
// one before. It is for tests: no kernel may run at the same time. It panics
// if l is not in Supported.
func Force(l Level) (restore func()) {
	if l > cpuLevel() {
		panic("kernel: level " + l.String() + " is not supported here")
	}
	old := active
	active = l
	return func() { active = old }
}
