package engine

import (
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// BenchmarkRoofline takes a batch of short texts through the layers of an encoder
// of MiniLM's size, one after the other, and reports for each part of a layer the
// microseconds that it takes and the 10⁹ operations a second of its products.
func BenchmarkRoofline(b *testing.B) {
	for name, precision := range map[string]Precision{"float32": Float32, "int8": Int8} {
		b.Run(name, func(b *testing.B) {
			e := randomEncoder(b, minilm, precision)
			// The lengths of review sentences, 16 tokens on average.
			texts := someSequences(minilm, 16, 16, 16, 17, 17, 16, 15, 16, 16, 16, 15)
			a := new(Arena)
			a.batch.Reset()
			for i := range texts.Texts() {
				a.batch.Add(&minilm, &texts, i)
			}
			workers := []*Arena{a}
			rows, hidden, wide := a.batch.Tokens(), minilm.Hidden, minilm.Intermediate
			if _, err := e.forward(b.Context(), workers, &a.batch, false, nil); err != nil {
				b.Fatal(err)
			}
			pass := &pass{e: e, b: &a.batch, workers: workers, x: a.x, qkv: a.qkv, context: a.context, rows: &a.layout}
			scratch := &a.Scratch
			var took [5]time.Duration
			// The first layer's projections are no product, the last one's queries are apart.
			layers := e.layers[1 : len(e.layers)-1]
			for b.Loop() {
				for i := range layers {
					l := &layers[i]
					start := time.Now()
					lap := func(part int) {
						now := time.Now()
						took[part] += now.Sub(start)
						start = now
					}
					// As rowwise does it: a block of rows through all products.
					for k := range a.layout.blocks {
						k := &a.layout.blocks[k]
						l.project(scratch, pass.qkv[3*k.from*hidden:], pass.x[k.from*hidden:(k.from+k.rows)*hidden], k, false)
					}
					lap(0)
					pass.attend(1)
					lap(1)
					for k := range a.layout.blocks {
						k := &a.layout.blocks[k]
						x := kernel.RowMajor(pass.x[k.from*hidden:], k.rows, hidden)
						c := kernel.RowMajor(pass.context[k.from*hidden:], k.rows, hidden)
						l.output.applyNorm(scratch, x, c, &k.pairs, l.attentionNorm)
						lap(2)
						scratch.inter = Grow(scratch.inter, k.rows*wide)
						inter := kernel.RowMajor(scratch.inter, k.rows, wide)
						l.up.apply(scratch, inter, x, &k.pairs)
						lap(3)
						l.down.applyNorm(scratch, x, inter, &k.pairs, l.outputNorm)
						lap(4)
					}
				}
			}
			turns := float64(b.N * len(layers))
			attention := 0
			for t := range a.batch.Texts() {
				from, to := a.batch.Span(t)
				attention += 4 * (to - from) * (to - from) * hidden
			}
			b.ReportMetric(float64(rows), "tokens")
			for i, part := range []struct {
				name string
				ops  int
			}{
				{"qkv", 2 * rows * 3 * hidden * hidden}, {"attention", attention}, {"output", 2 * rows * hidden * hidden},
				{"up", 2 * rows * wide * hidden}, {"down", 2 * rows * wide * hidden},
			} {
				seconds := took[i].Seconds() / turns
				b.ReportMetric(seconds*1e6, part.name+"-us")
				b.ReportMetric(float64(part.ops)/seconds/1e9, part.name+"-Gop/s")
			}
		})
	}
}
