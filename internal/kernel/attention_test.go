package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// attentionReference computes one element of the result in float64.
func attentionReference(in AttentionInput, head, query, col int) float64 {
	dim := in.dim()
	h := head * dim
	scores := make([]float64, in.K.Rows)
	peak := math.Inf(-1)
	for k := range scores {
		s := 0.0
		for d := range dim {
			s += float64(in.Q.Row(query)[h+d]) * float64(in.K.Row(k)[h+d])
		}
		scale := float64(in.Scale)
		if scale == 0 {
			scale = 1 / math.Sqrt(float64(dim))
		}
		s *= scale
		if in.Bias != nil {
			s += float64(in.Bias[(head*in.Q.Rows+query)*in.K.Rows+k])
		}
		scores[k] = s
		peak = max(peak, s)
	}
	var sum, out float64
	for k, s := range scores {
		e := math.Exp(s - peak)
		sum += e
		out += e * float64(in.V.Row(k)[h+col])
	}
	if in.K.Rows == 0 {
		return 0
	}
	return out / sum
}

func TestAttention(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range []struct{ queries, keys, heads, dim int }{
			{1, 1, 1, 1}, {1, 1, 12, 32}, {2, 2, 3, 5}, {7, 7, 2, 32}, {16, 16, 2, 64}, {17, 17, 1, 33}, {20, 20, 12, 32},
			{33, 33, 2, 32}, {50, 50, 2, 24}, {63, 63, 1, 96}, {64, 64, 2, 64}, {65, 65, 2, 64}, {9, 66, 2, 32}, {70, 3, 2, 32}, {1, 1, 1, 32}, {100, 100, 2, 32}, {1, 47, 12, 32}, {3, 130, 2, 32}, {5, 0, 2, 8}, {0, 5, 2, 8},
		} {
			for _, variant := range []string{"plain", "scale", "bias"} {
				r := newRand(uint64(s.keys))
				hidden := s.heads * s.dim
				ld := 3*hidden + 1
				qkv := normals(r, max(s.keys, s.queries)*ld+3*hidden)
				in := AttentionInput{
					Q: Matrix{qkv, s.queries, hidden, ld}, K: Matrix{qkv[hidden:], s.keys, hidden, ld}, V: Matrix{qkv[2*hidden:], s.keys, hidden, ld},
					Heads: s.heads,
				}
				switch variant {
				case "scale":
					in.Scale = 0.3
				case "bias":
					in.Bias = normals(r, s.heads*s.queries*s.keys)
				}
				ldd := hidden + 2
				g := newGuarded[float32](s.queries*ldd, 3)
				var scratch Scratch
				Attention(Matrix{g.data(), s.queries, hidden, ldd}, in, &scratch)
				for i := range s.queries {
					for c := first(i); c < hidden; c += every() {
						want := attentionReference(in, c/s.dim, i, c%s.dim)
						if got := g.data()[i*ldd+c]; !near(got, want, 4e-6) {
							t.Fatalf("%+v %s: dst[%d, %d] = %v, want %v", s, variant, i, c, got, want)
						}
					}
				}
				g.check(t, padding(hidden, ldd))
			}
		}
	})
}

// TestAttentionFirstRows checks that a query's result does not depend on the
// other queries, and that a warm Scratch allocates nothing.
func TestAttentionFirstRows(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const tokens, heads, dim = 75, 3, 32
		const hidden = heads * dim
		qkv := normals(newRand(1), tokens*3*hidden)
		in := AttentionInput{
			Q: Matrix{qkv, tokens, hidden, 3 * hidden}, K: Matrix{qkv[hidden:], tokens, hidden, 3 * hidden}, V: Matrix{qkv[2*hidden:], tokens, hidden, 3 * hidden},
			Heads: heads,
		}
		var s Scratch
		whole := make([]float32, tokens*hidden)
		Attention(RowMajor(whole, tokens, hidden), in, &s)
		for _, n := range []int{1, 2, 13, 48, 74} {
			in.Q.Rows = n
			part := make([]float32, n*hidden)
			allocs := testing.AllocsPerRun(3, func() { Attention(RowMajor(part, n, hidden), in, &s) })
			if allocs != 0 {
				t.Errorf("%v allocations", allocs)
			}
			for i, v := range part {
				if v != whole[i] {
					t.Fatalf("%d queries: element %d is %v, want %v", n, i, v, whole[i])
				}
			}
		}
	})
}

// TestAttentionTails runs every number of queries and keys around the tiles of
// the blocked kernel, from odd addresses.
func TestAttentionTails(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const heads, dim = 2, 32
		const hidden = heads * dim
		var s Scratch
		for queries := 1; queries <= 50; queries += testdir.Sized(1, 3) {
			for _, keys := range []int{queries, 1, 12, 13, 65} {
				r := newRand(uint64(queries*100 + keys))
				ld := 3*hidden + 5
				qkv := normals(r, max(keys, queries)*ld+1)[1:]
				g := newGuarded[float32](queries*(hidden+1), 3)
				in := AttentionInput{
					Q: Matrix{qkv, queries, hidden, ld}, K: Matrix{qkv[hidden:], keys, hidden, ld}, V: Matrix{qkv[2*hidden:], keys, hidden, ld},
					Heads: heads,
				}
				Attention(Matrix{g.data(), queries, hidden, hidden + 1}, in, &s)
				for i := range queries {
					for _, c := range []int{0, 1, 15, 16, 31, 32, 50, 63} {
						want := attentionReference(in, c/dim, i, c%dim)
						if got := g.data()[i*(hidden+1)+c]; !near(got, want, 4e-6) {
							t.Fatalf("%d queries, %d keys: dst[%d, %d] = %v, want %v", queries, keys, i, c, got, want)
						}
					}
				}
				g.check(t, padding(hidden, hidden+1))
			}
		}
	})
}

// TestAttentionSpecial checks that a NaN or an infinity stays in its head, and
// in its column or query where the definition confines it to that.
func TestAttentionSpecial(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachLevel(t, func(t *testing.T) {
		const tokens, heads, dim = 21, 2, 32
		const hidden, ld = heads * dim, 3 * heads * dim
		for _, bad := range []float32{nan, inf, -inf} {
			for part, name := range []string{"Q", "K", "V"} {
				qkv := normals(newRand(3), tokens*ld)
				const row, col = 17, 5
				qkv[row*ld+part*hidden+col] = bad
				in := AttentionInput{
					Q: Matrix{qkv, tokens, hidden, ld}, K: Matrix{qkv[hidden:], tokens, hidden, ld}, V: Matrix{qkv[2*hidden:], tokens, hidden, ld},
					Heads: heads,
				}
				dst := make([]float32, tokens*hidden)
				var s Scratch
				Attention(RowMajor(dst, tokens, hidden), in, &s)
				for i := range tokens {
					for c := range hidden {
						got := dst[i*hidden+c]
						want := attentionReference(in, c/dim, i, c%dim)
						if !near(got, want, 4e-6) {
							t.Fatalf("%v in %s: dst[%d, %d] = %v, want %v", bad, name, i, c, got, want)
						}
					}
				}
			}
		}
		// Scores beyond float32's exponentials: the greatest one takes all.
		qkv := make([]float32, tokens*ld)
		for i := range tokens {
			qkv[i*ld] = 1e4
			qkv[i*ld+hidden] = float32(i)
			qkv[i*ld+2*hidden] = float32(i)
		}
		dst := make([]float32, tokens*hidden)
		in := AttentionInput{
			Q: Matrix{qkv, tokens, hidden, ld}, K: Matrix{qkv[hidden:], tokens, hidden, ld}, V: Matrix{qkv[2*hidden:], tokens, hidden, ld},
			Heads: heads, Scale: 1,
		}
		var s Scratch
		Attention(RowMajor(dst, tokens, hidden), in, &s)
		for i := range tokens {
			if dst[i*hidden] != tokens-1 || dst[i*hidden+dim] != 0 {
				t.Fatalf("query %d: %v and %v, want %d and 0", i, dst[i*hidden], dst[i*hidden+dim], tokens-1)
			}
		}
	})
}

func BenchmarkAttention(b *testing.B) {
	for _, l := range Supported() {
		for _, tokens := range []int{20, 48, 64, 80, 128, 256} {
			b.Run(fmt.Sprintf("%v/%d", l, tokens), func(b *testing.B) {
				defer Force(l)()
				const heads, dim, hidden = 12, 32, 384
				qkv := normals(newRand(1), tokens*3*hidden)
				in := AttentionInput{
					Q: Matrix{qkv, tokens, hidden, 3 * hidden}, K: Matrix{qkv[hidden:], tokens, hidden, 3 * hidden}, V: Matrix{qkv[2*hidden:], tokens, hidden, 3 * hidden},
					Heads: heads,
				}
				dst := make([]float32, tokens*hidden)
				var s Scratch
				for b.Loop() {
					Attention(RowMajor(dst, tokens, hidden), in, &s)
				}
				seconds := b.Elapsed().Seconds() / float64(b.N)
				b.ReportMetric(4*float64(tokens*tokens)*hidden/seconds/1e9, "GFLOP/s")
				b.ReportMetric(seconds/float64(tokens)*1e9, "ns/token")
			})
		}
	}
}
