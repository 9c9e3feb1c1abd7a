//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

// cpuLevel returns the best level that the CPU and the operating system support.
func cpuLevel() Level {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA:
		return Generic
	case !x.HasAVX512F || !x.HasAVX512BW || !x.HasAVX512DQ || !x.HasAVX512VL:
		return AVX2
	}
	return AVX512
}
