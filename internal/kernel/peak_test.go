package kernel

import "time"

// measurePeak returns what the core's multiply-add units do on registers
// alone, in GFLOP/s at level l: the best of a few short runs. It is 0 where no
// loop is written for that.
func measurePeak(l Level) float64 {
	defer Force(l)()
	return bestRate(opPeak, peakAsm, peakOperations, 400)
}

// quickPeak is measurePeak in a tenth of the time, to be called often.
func quickPeak(l Level) float64 {
	defer Force(l)()
	return bestRate(opPeak, peakAsm, peakOperations, 40)
}

// peakOperations are the operations of one turn of each instruction set's loop.
var peakOperations = map[isa]float64{isaAVX2: 12 * 8 * 2, isaAVX512: 12 * 16 * 2, isaNEON: 24 * 4 * 2}

// measurePeakInt8 is measurePeak for the instruction that int8 products are
// made of.
func measurePeakInt8(l Level) float64 {
	defer Force(l)()
	return bestRate(opPeakInt8, peakInt8Asm, map[isa]float64{isaAVX2: 6 * 64 * 2, isaAVXVNNI: 12 * 32 * 2, isaVNNI: 12 * 64 * 2, isaDotProd: 24 * 16 * 2, isaI8MM: 24 * 32 * 2}, 400)
}

// bestRate returns the best of so many short runs of f(n), in 10⁹ operations a
// second; one turn takes that many of each instruction set.
func bestRate(op operation, f func(n int), operations map[isa]float64, runs int) float64 {
	ops, ok := operations[chosen[op]]
	if !ok {
		return 0
	}
	const n = 1 << 15
	best := 0.0
	for range runs {
		start := time.Now()
		f(n)
		best = max(best, n*ops/time.Since(start).Seconds()/1e9)
	}
	return best
}
