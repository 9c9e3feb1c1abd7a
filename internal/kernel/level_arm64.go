//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

// cpuSets returns the instruction sets that the CPU and the operating system
// support, as reported by the system: HWCAP on Linux, sysctl on macOS,
// IsProcessorFeaturePresent on Windows.
func cpuSets() isaSet {
	s := isaSet(1 << isaNEON)
	if cpu.ARM64.HasASIMDDP { // "DP" is the dot product (FEAT_DotProd)
		s |= 1 << isaDotProd
	}
	if cpu.ARM64.HasI8MM {
		s |= 1 << isaI8MM
	}
	return s
}

// isIntel reports whether the CPU's vendor is Intel.
func isIntel() bool { return false }
