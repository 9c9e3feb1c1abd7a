//go:build !purego

package kernel

import "time"

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
	const n = 1 << 15
	best := 0.0
	for range 400 {
		start := time.Now()
		f(n)
		best = max(best, n*12*lanes*2/time.Since(start).Seconds()/1e9)
	}
	return best
}
