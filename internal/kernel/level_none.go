//go:build (!amd64 && !arm64) || purego

package kernel

// cpuSets returns none: there is no assembly for this architecture.
func cpuSets() isaSet { return 0 }

// isIntel reports whether the CPU's vendor is Intel.
func isIntel() bool { return false }
