package kernel

import (
	"fmt"
	"testing"
)

// encoderShapes are the products of encoder layers, (out, in): of MiniLM and
// bge-small-zh with 384 and 512 features, and of BERT-base with 768.
var encoderShapes = [][2]int{
	{1152, 384}, {384, 384}, {1536, 384}, {384, 1536},
	{1536, 512}, {512, 512}, {2048, 512}, {512, 2048},
	{2304, 768}, {768, 768}, {3072, 768}, {768, 3072},
}

// BenchmarkGemmMemory takes rows past weights that come from memory, as in a
// model: one matrix after the other, of more bytes together than caches hold. The
// best product is compared with the peak.
func BenchmarkGemmMemory(b *testing.B) {
	for _, s := range encoderShapes {
		weights := weightsBeyondCaches(s[0], s[1], 96<<20)
		for _, l := range Supported()[1:] {
			for _, m := range []int{1, 4, 8, 12, 20, 48, 96, 192} {
				b.Run(fmt.Sprintf("%v/%dx%d/rows=%d", l, s[0], s[1], m), func(b *testing.B) {
					defer Force(l)()
					benchmarkWeights(b, weights, m)
				})
			}
		}
	}
}
