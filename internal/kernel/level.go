package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Level is a set of CPU instructions that the kernels are written for.
type Level uint8

const (
	// Generic is portable Go.
	Generic Level = iota
	// AVX2 needs AVX2 and FMA3 (amd64).
	AVX2
	// AVXVNNI needs AVX-VNNI in addition to AVX2 (amd64): the 256-bit int8
	// product.
	AVXVNNI
	// AVX512 needs AVX-512 F, BW, DQ and VL (amd64); the int8 product also uses
	// VNNI if the CPU has it.
	AVX512
	// AVX512X2 is AVX512 in a form for CPUs with two multiply-add units of 512
	// bits, to which broadcasts within multiply-adds are a bottleneck (Intel).
	// Results are the same bits but for Strassen's algorithm, which does not pay
	// off there.
	AVX512X2
	// NEON is supported by every arm64 CPU.
	NEON
	// DotProd needs FEAT_DotProd in addition to NEON (arm64).
	DotProd
	// I8MM needs FEAT_I8MM in addition to DotProd (arm64).
	I8MM
)

// levels describes every level: its name in the COHORT_KERNEL variable, and its
// instruction sets, the best first. A CPU must have the needed ones; others are
// skipped if it lacks them.
var levels = [...]struct {
	name string
	need isaSet
	sets []isa
}{
	Generic:  {name: "generic"},
	AVX2:     {"avx2", 1 << isaAVX2, []isa{isaAVX2}},
	AVXVNNI:  {"avxvnni", 1<<isaAVX2 | 1<<isaAVXVNNI, []isa{isaAVXVNNI, isaAVX2}},
	AVX512:   {"avx512", 1<<isaAVX2 | 1<<isaAVX512, []isa{isaVNNI, isaAVX512, isaAVXVNNI, isaAVX2}},
	AVX512X2: {"avx512x2", 1<<isaAVX2 | 1<<isaAVX512 | 1<<isaDualFMA, []isa{isaVNNI, isaDualFMA, isaAVX512, isaAVXVNNI, isaAVX2}},
	NEON:     {"neon", 1 << isaNEON, []isa{isaNEON}},
	DotProd:  {"dotprod", 1<<isaNEON | 1<<isaDotProd, []isa{isaDotProd, isaNEON}},
	I8MM:     {"i8mm", 1<<isaNEON | 1<<isaDotProd | 1<<isaI8MM, []isa{isaI8MM, isaDotProd, isaNEON}},
}

// String returns the level's name in the COHORT_KERNEL variable.
func (l Level) String() string {
	if int(l) < len(levels) {
		return levels[l].name
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// supported reports whether the CPU and the operating system support the level.
func (l Level) supported() bool {
	return int(l) < len(levels) && levels[l].need&^cpuSets() == 0
}

// isa is an instruction set, the suffix of an assembly function's name.
type isa uint8

const (
	isaNone isa = iota // portable Go
	isaAVX2
	isaAVXVNNI
	isaAVX512
	isaDualFMA // AVX-512, written for two multiply-add units
	isaVNNI    // of AVX-512
	isaNEON
	isaDotProd
	isaI8MM
)

// isaSet has the bit 1<<s of each instruction set s.
type isaSet uint16

// operation is a kernel that has assembly for some instruction sets.
type operation uint8

// The level in use, and for each operation the instruction set of the function
// that it uses. They are set before main starts and changed only by Force.
var (
	active = startLevel(os.Getenv("COHORT_KERNEL"))
	chosen = active.implementations()
)

// implementations returns, for each operation, the level's best instruction set
// that the CPU has and the operation is written for.
func (l Level) implementations() (best [operations]isa) {
	have := cpuSets()
	for op := range best {
		for _, s := range levels[l].sets {
			if have&written[op]&(1<<s) != 0 {
				best[op] = s
				break
			}
		}
	}
	return best
}

// has reports whether the operation has assembly at the active level.
func has(op operation) bool { return chosen[op] != isaNone }

// noAssembly is the panic of a dispatching function that has no function to
// call: callers must check has first.
const noAssembly = "kernel: no assembly at this level"

// startLevel returns the best supported level, lowered to the one that env
// names. An unknown name, or one above what the CPU supports, changes nothing:
// the variable can make a process slower but never break it.
func startLevel(env string) Level {
	all := Supported()
	for _, l := range all {
		if strings.EqualFold(env, l.String()) {
			return l
		}
	}
	return all[len(all)-1]
}

// Active returns the level in use: the best one of the CPU, unless the
// environment variable COHORT_KERNEL lowered it when the process started. Its
// values are the names of levels in lower case: generic, avx2, avxvnni, avx512
// and avx512x2 on amd64, generic, neon, dotprod and i8mm on arm64.
func Active() Level { return active }

// Supported returns the levels that this machine supports, the best last. The
// first is always Generic.
func Supported() []Level {
	var ls []Level
	for l := range Level(len(levels)) {
		if l.supported() {
			ls = append(ls, l)
		}
	}
	return bestLast(ls, isIntel())
}

// bestLast puts AVX512 after AVX512X2, both of which a CPU with AVX-512 supports,
// unless it is Intel's.
func bestLast(ls []Level, intel bool) []Level {
	if i := slices.Index(ls, AVX512X2); i > 0 && !intel {
		ls[i-1], ls[i] = ls[i], ls[i-1]
	}
	return ls
}

// Force makes l the active level and returns a function that restores the
// previous one. It is for tests: no kernel may run at the same time. It panics
// if l is not in Supported.
func Force(l Level) (restore func()) {
	if !l.supported() {
		panic("kernel: level " + l.String() + " is not supported here")
	}
	old := active
	active, chosen = l, l.implementations()
	return func() { active, chosen = old, old.implementations() }
}
