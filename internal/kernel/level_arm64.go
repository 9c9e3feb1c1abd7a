//go:build !purego

package kernel

// cpuSets returns the instruction sets that the CPU and the operating system
// support.
func cpuSets() isaSet { return 0 }
