package bert

import (
	"testing"
	"time"
)

// BenchmarkRoofline takes a batch of short texts through MiniLM's layers, one
// after the other, and reports for each part of a layer the microseconds that
// it takes and the 10⁹ operations a second of its products.
func BenchmarkRoofline(b *testing.B) {
	texts := reviews(b, "amazon_review_snippets", 1000)
	for _, precision := range []Precision{Float32, Int8} {
		b.Run(precision.String(), func(b *testing.B) {
			m := loadReal(b, "all-MiniLM-L6-v2", Options{Threads: 1, Precision: precision})
			s := &m.Tokenize(texts).sequences
			var p plan
			p.make(s, 192)
			a := <-m.arenas
			for _, i := range p.order[p.cuts[p.batches()/2]:p.cuts[p.batches()/2+1]] {
				if a.batch.texts() < 1 {
					a.batch.reset()
				}
				a.batch.add(m.config, s, i)
			}
			rows, hidden, wide := a.batch.tokens(), m.config.HiddenSize, m.config.IntermediateSize
			if _, err := m.encoder.forward(b.Context(), a.crew[:], &a.batch, false, nil); err != nil {
				b.Fatal(err)
			}
			pass := &pass{e: m.encoder, b: &a.batch, crew: a.crew[:], x: a.x, qkv: a.qkv, context: a.context, rows: &a.layout}
			scratch := &a.scratch
			var took [5]time.Duration
			// The first layer's projections are no product, the last one's queries are apart.
			layers := m.encoder.layers[1 : len(m.encoder.layers)-1]
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
					pass.attend()
					lap(1)
					for k := range a.layout.blocks {
						k := &a.layout.blocks[k]
						x, c := pass.x[k.from*hidden:(k.from+k.rows)*hidden], pass.context[k.from*hidden:(k.from+k.rows)*hidden]
						l.output.applyNorm(scratch, x, hidden, c, hidden, k.rows, &k.pairs, l.attentionNorm)
						lap(2)
						scratch.inter = grow(scratch.inter, k.rows*wide)
						l.up.applyPairs(scratch, scratch.inter, wide, x, hidden, k.rows, &k.pairs)
						lap(3)
						l.down.applyNorm(scratch, x, hidden, scratch.inter, wide, k.rows, &k.pairs, l.outputNorm)
						lap(4)
					}
				}
			}
			turns := float64(b.N * len(layers))
			attention := 0
			for t := range a.batch.texts() {
				from, to := a.batch.span(t)
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
