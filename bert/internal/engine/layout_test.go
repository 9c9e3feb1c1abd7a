package engine

import (
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Every token is in one block and named once; pairs are neighbours of one text,
// of which the first and the last token stay alone.
func TestLayoutPaired(t *testing.T) {
	t.Parallel()
	for _, lengths := range [][]int{{}, {0}, {1}, {2}, {3}, {4}, {5}, {20, 20, 19, 7, 1, 0, 2}, {512}, {193, 191, 3}, {192}, {96, 97}} {
		for _, parts := range []int{1, 2, 3} {
			b := Batch{Offsets: []int{0}}
			first, last := map[int]bool{}, map[int]bool{}
			for _, n := range lengths {
				if n > 0 {
					first[len(b.IDs)], last[len(b.IDs)+n-1] = true, true
				}
				b.IDs = append(b.IDs, make([]int32, n)...)
				b.Offsets = append(b.Offsets, len(b.IDs))
			}
			var l layout
			l.paired(&b, parts)
			next, alone := 0, 0
			for _, k := range l.blocks {
				if k.from != next || k.rows > pairedBlockRows || k.pairs.Len() != k.rows {
					t.Fatalf("%v, %d parts: block of %d rows from %d with %d named, want it from %d", lengths, parts, k.rows, k.from, k.pairs.Len(), next)
				}
				next += k.rows
				seen := make([]bool, k.rows)
				for _, rows := range [][]int32{k.pairs.Upper, k.pairs.Lower, k.pairs.Alone} {
					for _, r := range rows {
						if seen[r] {
							t.Fatalf("%v: row %d twice", lengths, r)
						}
						seen[r] = true
					}
				}
				for i, upper := range k.pairs.Upper {
					u := k.from + int(upper)
					if k.pairs.Lower[i] != upper+1 || first[u] || last[u] || first[u+1] || last[u+1] {
						t.Fatalf("%v: tokens %d and %d are a pair", lengths, u, u+1)
					}
				}
				alone += len(k.pairs.Alone)
			}
			if next != len(b.IDs) {
				t.Fatalf("%v: %d tokens in blocks, want %d", lengths, next, len(b.IDs))
			}
			want := 0
			for _, n := range lengths {
				want += n - max(0, n-2)/2*2
			}
			if alone != want {
				t.Errorf("%v, %d parts: %d tokens alone, want %d", lengths, parts, alone, want)
			}
		}
	}
}

// A long text is shared by all goroutines.
func TestLayoutParts(t *testing.T) {
	t.Parallel()
	for _, parts := range []int{1, 2, 3, 4} {
		b := Batch{IDs: make([]int32, 130), Offsets: []int{0, 130}}
		var l layout
		l.paired(&b, parts)
		var rows []int
		for _, k := range l.blocks {
			rows = append(rows, k.rows)
		}
		if len(rows) < parts || slices.Max(rows) > (130+parts-1)/parts+23 {
			t.Errorf("%d goroutines: blocks of %v rows", parts, rows)
		}
		l.plain(130, parts)
		if len(l.blocks) < parts {
			t.Errorf("%d goroutines, plain: %d blocks", parts, len(l.blocks))
		}
	}
}

func TestStrassenLayers(t *testing.T) {
	if !kernel.StrassenPays() {
		t.Skip("plain products are faster at level ", kernel.Active())
	}
	base := Spec{Hidden: 768, Embedding: 768, Intermediate: 3072, Layers: 12, Vocab: 30522, Positions: 512, Types: 2}
	mini := Spec{Hidden: 384, Embedding: 384, Intermediate: 1536, Layers: 6, Vocab: 30522, Positions: 512, Types: 2}
	odd := mini
	odd.Hidden, odd.Intermediate = 20, 50
	for _, c := range []struct {
		name      string
		spec      Spec
		precision Precision
		want      int
	}{{"MiniLM", mini, Float32, 6}, {"MiniLM int8", mini, Int8, 0}, {"shapes that do not fit", odd, Float32, 0}} {
		if got := c.spec.strassenLayers(c.precision); got != c.want {
			t.Errorf("%s: %d layers, want %d", c.name, got, c.want)
		}
	}
	// BERT base keeps within the bound, with some of its layers.
	n := base.strassenLayers(Float32)
	weights := 4*768*(30522+512+2) + 12*base.layerBytes(kernel.FormatFloat32)
	got := weights + n*(base.layerBytes(kernel.FormatStrassen)-base.layerBytes(kernel.FormatFloat32))
	if n < 1 || n > 12 || got > weights*13/10+16<<20 {
		t.Errorf("BERT base: %d layers, %d bytes for %d of weights", n, got, weights)
	}
}
