//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

// cpuSets returns the instruction sets that the CPU and the operating system
// support.
func cpuSets() isaSet {
	x := &cpu.X86
	var s isaSet
	if !x.HasAVX2 || !x.HasFMA {
		return s
	}
	s |= 1 << isaAVX2
	if x.HasAVXVNNI {
		s |= 1 << isaAVXVNNI
	}
	if x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL {
		s |= 1<<isaAVX512 | 1<<isaDualFMA
		if x.HasAVX512VNNI {
			s |= 1 << isaVNNI
		}
	}
	return s
}

// columnMask returns the bits of the first cols columns of a tile.
func columnMask(cols int) uint32 { return 1<<cols - 1 }

// isIntel reports whether the CPU's vendor is Intel.
func isIntel() bool {
	_, b, c, d := cpuid(0, 0)
	return b == 0x756e6547 && d == 0x49656e69 && c == 0x6c65746e // "Genu" "ineI" "ntel"
}
