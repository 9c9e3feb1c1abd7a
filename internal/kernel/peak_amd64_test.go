//go:build !purego

package kernel

import (
	"time"

	"golang.org/x/sys/cpu"
)

// measurePeak returns what the core's multiply-add units do on registers
// alone, in GFLOP/s at level l (0 for Generic): the best of a few short runs.
func measurePeak(l Level) float64 {
	if l == Generic {
		return 0
	}
	f, lanes := peakAVX2, 8.0
	if l == AVX512 {
		f, lanes = peakAVX512, 16
	}
	return bestRate(f, 12*lanes*2)
}

// measurePeakInt8 is measurePeak for VPDPBUSD, or 0 without it.
func measurePeakInt8(l Level) float64 {
	if l != AVX512 || !cpu.X86.HasAVX512VNNI {
		return 0
	}
	return bestRate(peakVNNI, 12*64*2)
}

// bestRate returns the best of many short runs, in 10⁹ operations a second.
func bestRate(f func(n int), ops float64) float64 {
	const n = 1 << 15
	best := 0.0
	for range 400 {
		start := time.Now()
		f(n)
		best = max(best, n*ops/time.Since(start).Seconds()/1e9)
	}
	return best
}
