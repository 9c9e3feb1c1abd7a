package kernel

import (
	"math"
	"slices"
	"testing"
	"time"
)

// hostileRows are kinds of quantised rows, among them those whose products with
// large weights are beyond 16 bits everywhere: a value by place, and the zero point.
var hostileRows = []struct {
	name string
	zero int32
	at   func(i int) int
}{
	{"all 255, zero 0", 0, func(int) int { return 255 }},
	{"all 0, zero 255", 255, func(int) int { return 0 }},
	{"all at zero", 77, func(int) int { return 77 }},
	{"ends in turn", 128, func(i int) int { return i % 2 * 255 }},
	{"ends in pairs", 127, func(i int) int { return i / 2 % 2 * 255 }},
	{"ends in quads", 127, func(i int) int { return i / 4 % 2 * 255 }},
	{"ends in octets", 100, func(i int) int { return i / 8 % 2 * 255 }},
	{"one of eight", 128, func(i int) int { return 128 + i%8/7*127 }},
	{"half way", 64, func(int) int { return 128 }},
	{"just within", 128, func(i int) int { return 128 + 31 + i%4/3 }},
	{"uneven", 3, func(i int) int { return i * 37 % 256 }},
	{"ends of a mean far off", 0, func(i int) int { return 255 - i%5/4*255 }},
	{"outliers", 120, func(i int) int { return 120 + i*i%11 - 5 + i%97/96*130 }},
}

// TestInt8Hostile compares products of bytes with sums of integers, for rows and
// weights that are as large as can be, at every level, exactly: without a bias,
// results up to 2²⁴ are the integers times the column's scale.
func TestInt8Hostile(t *testing.T) {
	weights := []struct {
		name string
		at   func(j, i int) int
	}{
		{"127", func(j, i int) int { return 127 }},
		{"-127", func(j, i int) int { return -127 }},
		{"signs by column", func(j, i int) int { return 127 - j%2*254 }},
		{"signs by place", func(j, i int) int { return 127 - (i+j)%3/2*254 }},
		{"any", func(j, i int) int { return (i*i*31+j*17+i*j)%255 - 127 }},
		{"0", func(j, i int) int { return 0 }},
		{"small but for one", func(j, i int) int { return 21 + 106*max(0, 1-i) }},
		{"small of both signs but for one", func(j, i int) int { return (21 + 106*max(0, 1-i)) * (1 - (i+j)%2*2) }},
	}
	eachLevel(t, func(t *testing.T) {
		const out = 19
		for _, in := range []int{1, 3, 8, 9, 15, 16, 17, 31, 33, 64, 120} {
			for _, kind := range weights {
				w := make([]float32, out*in)
				for k := range w {
					w[k] = float32(kind.at(k/in, k%in))
				}
				p := PackInt8(RowMajor(w, out, in))
				// Tiles have rows with much to take off beside rows without any,
				// and by their beginning every number of rows.
				m, stride := len(hostileRows)+1, QuantStride(in)+8
				q := QuantMatrix{make([]uint8, m*stride), make([]QuantRow, m), m, in, stride}
				for i := range m {
					k := hostileRows[i%len(hostileRows)]
					q.Params[i] = QuantRow{Scale: 1, Zero: k.zero}
					for c := range in {
						q.Data[i*stride+c] = uint8(k.at(c))
					}
				}
				for first := range 5 {
					part := q.rows(first, m-first)
					g := newGuarded[float32](part.Rows*(out+1), 9)
					GemmInt8(Matrix{g.data(), part.Rows, out, out + 1}, part, p, Epilogue{})
					for i := range part.Rows {
						for j := range out {
							// The weights as they were quantised: those of a column
							// whose largest is below 127 are spread.
							bytes := make([]int8, in)
							scale := quantizeSymmetric(bytes, w[j*in:][:in])
							want := 0
							for c, v := range bytes {
								want += (int(part.Data[i*stride+c]) - int(part.Params[i].Zero)) * int(v)
							}
							if got := g.data()[i*(out+1)+j]; got != float32(want)*scale {
								t.Fatalf("in=%d, weights %s, row %q, column %d: %v, want %d times %v", in, kind.name, hostileRows[(first+i)%len(hostileRows)].name, j, got, want, scale)
							}
						}
					}
					g.check(t, padding(out, out+1))
				}
			}
		}
	})
}

// TestInt8SameBits checks that all levels with assembly of amd64 give the same bits,
// bias and residual included.
func TestInt8SameBits(t *testing.T) {
	const m, out, in = 37, 50, 100
	r := newRand(8)
	w := RowMajor(normals(r, out*in), out, in)
	stride := QuantStride(in)
	q := QuantMatrix{make([]uint8, m*stride), make([]QuantRow, m), m, in, stride}
	QuantizeRows(q, RowMajor(normals(r, m*in), m, in))
	ep := Epilogue{Bias: normals(r, out), Residual: RowMajor(normals(r, m*out), m, out)}
	var want []float32
	for _, l := range []Level{AVX2, AVXVNNI, AVX512} {
		if !l.supported() {
			continue
		}
		restore := Force(l)
		got := make([]float32, m*out)
		GemmInt8(RowMajor(got, m, out), q, PackInt8(w), ep)
		restore()
		if want == nil {
			want = got
		}
		for i, v := range got {
			if v != want[i] {
				t.Fatalf("%v: element %d is %v, want %v", l, i, v, want[i])
			}
		}
	}
}

// TestNarrow checks what rows are narrowed to: all that was taken off adds up, and
// no activations that meet in 16 bits are too large together.
func TestNarrow(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		if !has(opInt8Narrow) {
			t.Skip("no kernel takes narrowed rows")
		}
		for k, in := range []int{1, 5, 16, 23, 48, 129} {
			norms := make([]float32, in+16)
			for i := range norms {
				norms[i] = []float32{1e4, 4 * 127 * 127}[(k+i)%2]
			}
			for _, kind := range hostileRows {
				stride := QuantStride(in)
				q := QuantMatrix{make([]uint8, 5*stride), make([]QuantRow, 5), 5, in, stride}
				for i := range 5 {
					q.Params[i].Zero = kind.zero
					for c := range in {
						q.Data[i*stride+c] = uint8(kind.at(c + i))
					}
				}
				var n narrowed
				n.set(q, 4, norms)
				seen := make(map[int32]bool)
				for _, tile := range n.tiles {
					for r := range tile.rows {
						i := n.params[tile.first+r].row
						seen[i] = true
						checkNarrowed(t, kind.name, &n, tile, r, q.rows(int(i), 1))
					}
				}
				if len(seen) != 5 {
					t.Fatalf("%d inputs, %q: rows %v of 5", in, kind.name, seen)
				}
			}
		}
	})
}

// checkNarrowed checks row r of a tile against the quantised row x.
func checkNarrowed(t *testing.T, name string, n *narrowed, tile restRows, r int, x QuantMatrix) {
	t.Helper()
	p := n.params[tile.first+r]
	row := n.a[int(p.row)*n.stride:][:n.stride]
	sums := make([]int, n.stride)
	for i, v := range row {
		sums[i] = int(v)
	}
	checkFits(t, name, row, n.norms)
	for k := range tile.count {
		step, quads := n.rest[tile.from+k*tile.rows+r], make([]int8, 8)
		for i := range 4 {
			quads[i] = int8(step.quad >> (8 * i))
			if quads[i] != 0 {
				sums[int(step.at)/quadBytes*4+i] += int(quads[i])
			}
		}
		checkFits(t, name, quads, slices.Repeat([]float32{4 * 127 * 127}, 16))
	}
	total := 0
	for i := range x.Cols {
		want := int(x.Data[i]) - int(x.Params[0].Zero) - int(p.shift)
		if total += want; sums[i] != want {
			t.Fatalf("%d inputs, %q: activation %d is %d, want %d", x.Cols, name, i, sums[i], want)
		}
	}
	if p.sum != int32(-biasInt8*total) {
		t.Fatalf("%d inputs, %q: correction %d, want %d", x.Cols, name, p.sum, -biasInt8*total)
	}
	if mean := total / x.Cols; mean < -farOff || mean > farOff {
		t.Errorf("%d inputs, %q: activations lie around %d", x.Cols, name, mean)
	}
}

// checkFits fails unless the sums in 16 bits of the products with any weights of
// those norms fit: those of two neighbours, and those of four.
func checkFits(t *testing.T, name string, a []int8, norms []float32) {
	t.Helper()
	fits := func(norm2 float32, values ...int8) bool {
		above, below, squares := 0, 0, 0
		for _, v := range values {
			above, below, squares = above+max(int(v), 0), below+min(int(v), 0), squares+int(v)*int(v)
		}
		return above <= 127 && below >= -128 ||
			128*math.Abs(float64(above+below))+math.Sqrt(float64(norm2)*float64(squares)) <= 32767
	}
	for k := 0; k < len(a); k += 8 {
		n := norms[k/16*8+k%16/2:]
		for i := 0; i < 4; i += 2 {
			first, second := a[k+i:][:2], a[k+i+4:][:2]
			// Two of four have no larger norm than the four.
			if !fits(n[i/2], first...) || !fits(n[i/2], second...) || !fits(n[i/2], append(slices.Clone(first), second...)...) {
				t.Fatalf("%q: %v and %v at %d, norms %v", name, first, second, k, n[:4])
			}
		}
	}
}

// TestInt8Faster: where rows are narrowed, few outputs do not pay for it on Intel's
// processors.
func TestInt8Faster(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		few, many := Int8Faster(384, 16), Int8Faster(384, 128)
		if want := active != Generic; many != want {
			t.Errorf("128 outputs: %v, want %v", many, want)
		}
		if want := active != Generic && (active != AVX2 || !isIntel()); few != want {
			t.Errorf("16 outputs: %v, want %v", few, want)
		}
	})
}

// BenchmarkInt8Narrow tells what the rows' content costs: products of normally
// distributed rows, and of rows with nothing to take off and with as much as can be.
func BenchmarkInt8Narrow(b *testing.B) {
	if !AVX2.supported() {
		b.Skip("no kernel takes narrowed rows")
	}
	defer Force(AVX2)()
	const m, out, in = 96, 384, 384
	r := newRand(4)
	p := PackInt8(RowMajor(normals(r, out*in), out, in))
	dst := RowMajor(make([]float32, m*out), m, out)
	for _, kind := range []string{"normal", "small", "all 255"} {
		b.Run(kind, func(b *testing.B) {
			q := QuantMatrix{make([]uint8, m*in), make([]QuantRow, m), m, in, in}
			QuantizeRows(q, RowMajor(normals(r, m*in), m, in))
			for i := range q.Data {
				switch kind {
				case "small":
					q.Data[i] = uint8(int(q.Params[i/in].Zero)&^1 + i%2)
				case "all 255":
					q.Data[i], q.Params[i/in].Zero = 255, 0
				}
			}
			best := math.Inf(1)
			for b.Loop() {
				start := time.Now()
				GemmInt8(dst, q, p, Epilogue{})
				best = min(best, time.Since(start).Seconds())
			}
			b.ReportMetric(2*float64(m*out)*in/best/1e9, "best-Gop/s")
		})
	}
}
