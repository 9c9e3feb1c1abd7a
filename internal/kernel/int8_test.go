package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestGemmInt8 checks the product of the quantised operands exactly, up to the
// rounding of the last float32 steps.
func TestGemmInt8(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for m := 0; m < 28; m += testdir.Sized(1, 3) {
			for _, out := range []int{0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 50} {
				for _, in := range []int{0, 1, 3, 4, 5, 16, 17, 31, 70} {
					testGemmInt8(t, m, out, in, Epilogue{})
				}
			}
		}
		testGemmInt8(t, 100, 40, 1536, Epilogue{})
		r := newRand(9)
		for bits := range 8 {
			ep := Epilogue{Accumulate: bits&4 != 0}
			if bits&1 != 0 {
				ep.Bias = normals(r, 45)
			}
			if bits&2 != 0 {
				ep.Residual = Matrix{normals(r, 20*46), 20, 45, 46}
			}
			for _, act := range []Activation{None, ReLU} {
				ep.Act = act
				testGemmInt8(t, 20, 45, 33, ep)
			}
		}
	})
}

func testGemmInt8(t *testing.T, m, out, in int, ep Epilogue) {
	t.Helper()
	r := newRand(uint64(m*1000000 + out*1000 + in))
	ldq, ldd := QuantStride(in)+1, out+3
	w := normals(r, out*in)
	p := PackInt8(Matrix{w, out, in, in})
	q := make([]uint8, m*ldq)
	for i := range q {
		q[i] = uint8(r.Uint32())
		if r.IntN(3) == 0 {
			q[i] = 255 // would saturate a 16-bit sum of two
		}
	}
	params := make([]QuantRow, m)
	for i := range params {
		params[i] = QuantRow{Scale: r.Float32(), Zero: int32(r.IntN(256))}
		for k := in; k < QuantStride(in); k++ {
			q[i*ldq+k] = 0
		}
	}
	g := newGuarded[float32](m*ldd, 4)
	dst := g.data()
	GemmInt8(Matrix{dst, m, p.out, ldd}, QuantMatrix{q, params, m, p.in, ldq}, p, ep)
	qw := make([]int8, in)
	for j := range out {
		scale := float32(0)
		if in > 0 {
			scale = quantizeSymmetric(qw, w[j*in:][:in])
		}
		for i := range m {
			sum := 0
			for k, v := range qw {
				sum += (int(q[i*ldq+k]) - int(params[i].Zero)) * int(v)
			}
			want := float64(sum) * float64(scale) * float64(params[i].Scale)
			tol := 4e-7 * math.Abs(want)
			if ep.Bias != nil {
				want += float64(ep.Bias[j])
			}
			if ep.Accumulate {
				want += 4
			}
			tol += 4e-7 * (math.Abs(want) + 8)
			if ep.Act == ReLU {
				want = max(want, 0)
			}
			if ep.Residual.Data != nil {
				want += float64(ep.Residual.Row(i)[j])
			}
			if got := dst[i*ldd+j]; !near(got, want, tol) {
				t.Fatalf("m=%d out=%d in=%d: dst[%d, %d] = %v, want %v", m, out, in, i, j, got, want)
			}
		}
	}
	g.check(t, padding(out, ldd))
}

// TestGemmInt8Saturation drives every product to its extreme.
func TestGemmInt8Saturation(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const m, out = 13, 33
		// The last is too long for sums in pairs.
		for _, in := range []int{4096, maxPairs, maxPairs + 1} {
			testSaturation(t, m, out, in)
		}
	})
}

func testSaturation(t *testing.T, m, out, in int) {
	t.Helper()
	ld := QuantStride(in)
	for _, sign := range []float32{1, -1} {
		w := make([]float32, out*in)
		for i := range w {
			w[i] = sign
		}
		q := make([]uint8, m*ld)
		for i := range q {
			if i%ld < in {
				q[i] = 255
			}
		}
		params := make([]QuantRow, m)
		for i := range params {
			params[i] = QuantRow{Scale: 1, Zero: int32(i % 3)} // 0 to 2 of 255
		}
		dst := make([]float32, m*out)
		p := PackInt8(Matrix{w, out, in, in})
		GemmInt8(Matrix{dst, m, p.out, out}, QuantMatrix{q, params, m, p.in, ld}, p, Epilogue{})
		for i, v := range dst {
			want := float64(sign) * float64((255-i/out%3)*in)
			if !near(v, want, 1e-6*math.Abs(want)) {
				t.Fatalf("in %d: element %d is %v, want %v", in, i, v, want)
			}
		}
	}
}

// TestQuantizeRows checks that values come back within half a step, that zero
// is exact, and that all levels give the same bytes.
func TestQuantizeRows(t *testing.T) {
	for cols := range 70 {
		for _, rows := range []int{0, 1, 2, 17, 33} {
			ldx, ldq := cols+1, QuantStride(cols)+3
			r := newRand(uint64(cols))
			x := normals(r, rows*ldx)
			for i := range x {
				if i%5 == 0 {
					x[i] = 0
				}
				if i/ldx%3 == 1 { // GELU's range: mostly positive
					x[i] = gelu(x[i])
				}
			}
			var first []uint8
			var firstParams []QuantRow
			eachLevel(t, func(t *testing.T) {
				g := newGuarded[uint8](rows*ldq, 77)
				q := g.data()
				params := make([]QuantRow, rows)
				QuantizeRows(QuantMatrix{q, params, rows, cols, ldq}, Matrix{x, rows, cols, ldx})
				for i := range rows {
					p := params[i]
					for j, v := range x[i*ldx:][:cols] {
						back := p.Scale * float32(int32(q[i*ldq+j])-p.Zero)
						if d := math.Abs(float64(back - v)); d > 0.5001*float64(p.Scale) && d > 1e-6*float64(p.Scale) {
							if d > 1.01*float64(p.Scale) { // the ends: zero point rounded away
								t.Fatalf("[%d, %d] of %d columns: %v came back as %v, step %v", i, j, cols, v, back, p.Scale)
							}
						}
						if v == 0 && back != 0 {
							t.Fatalf("0 came back as %v", back)
						}
					}
					for j := cols; j < QuantStride(cols); j++ {
						if q[i*ldq+j] != 0 {
							t.Fatalf("padding byte %d is %d", j, q[i*ldq+j])
						}
					}
				}
				g.check(t, padding(QuantStride(cols), ldq))
				if first == nil {
					first, firstParams = append([]uint8{}, q...), params
				}
				for i := range q {
					if q[i] != first[i] {
						t.Fatalf("byte %d is %d, generic gives %d", i, q[i], first[i])
					}
				}
				for i := range params {
					if params[i] != firstParams[i] {
						t.Fatalf("row %d: %v, generic gives %v", i, params[i], firstParams[i])
					}
				}
			})
		}
	}
}

// TestQuantRowError compares the error with that of the values which the bytes
// stand for, one by one.
func TestQuantRowError(t *testing.T) {
	row := normals(newRand(4), 77)
	q, params := make([]uint8, QuantStride(len(row))), make([]QuantRow, 1)
	QuantizeRows(QuantMatrix{q, params, 1, len(row), len(q)}, Matrix{row, 1, len(row), len(row)})
	sum := 0.0
	for i, v := range row {
		back := float64(params[0].Scale) * (float64(q[i]) - float64(params[0].Zero))
		sum += (float64(v) - back) * (float64(v) - back)
	}
	want := math.Sqrt(sum)
	if got := params[0].Error(row, q); !(got >= want && got < want*(1+1e-8)) {
		t.Errorf("error %v, want %v or hardly more", got, want)
	}
}

func TestQuantizeRowsSpecial(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachLevel(t, func(t *testing.T) {
		for _, cols := range []int{1, 7, 8, 9, 16, 40} {
			for _, bad := range []float32{nan, inf, -inf} {
				for at := range cols {
					x := make([]float32, 2*cols)
					x[at] = bad
					q := make([]uint8, 2*QuantStride(cols))
					params := make([]QuantRow, 2)
					QuantizeRows(QuantMatrix{q, params, 2, cols, QuantStride(cols)}, Matrix{x, 2, cols, cols})
					if params[0].Scale == params[0].Scale {
						t.Fatalf("%v at %d of %d: scale %v, want NaN", bad, at, cols, params[0].Scale)
					}
					if params[1] != (QuantRow{}) {
						t.Fatalf("row of zeros: %v", params[1])
					}
				}
			}
			x := make([]float32, cols)
			x[cols-1] = -3e38
			x[0] = 3e38 // range overflows
			q, params := make([]uint8, QuantStride(cols)), make([]QuantRow, 1)
			QuantizeRows(QuantMatrix{q, params, 1, cols, QuantStride(cols)}, Matrix{x, 1, cols, cols})
			if cols > 1 && params[0].Scale == params[0].Scale {
				t.Fatalf("overflowing range: scale %v, want NaN", params[0].Scale)
			}
			x = make([]float32, cols)
			x[0] = 1e-44
			QuantizeRows(QuantMatrix{q, params, 1, cols, QuantStride(cols)}, Matrix{x, 1, cols, cols})
			if params[0] != (QuantRow{}) || q[0] != 0 {
				t.Fatalf("tiny row: %v, byte %d", params[0], q[0])
			}
		}
	})
}

// TestInt8Accuracy compares the whole quantised product with float64.
func TestInt8Accuracy(t *testing.T) {
	const m, out, in = 20, 40, 384
	r := newRand(5)
	a, w := normals(r, m*in), normals(r, out*in)
	q, params := make([]uint8, m*in), make([]QuantRow, m)
	QuantizeRows(QuantMatrix{q, params, m, in, in}, Matrix{a, m, in, in})
	dst := make([]float32, m*out)
	GemmInt8(Matrix{dst, m, out, out}, QuantMatrix{q, params, m, in, in}, PackInt8(Matrix{w, out, in, in}), Epilogue{})
	var sq, ref float64
	for i := range m {
		for j := range out {
			want, _ := gemmReference(a, in, w, in, i, j, in)
			sq += (want - float64(dst[i*out+j])) * (want - float64(dst[i*out+j]))
			ref += want * want
		}
	}
	rel := math.Sqrt(sq / ref)
	t.Logf("relative error of the quantised product: %.4f", rel)
	if rel > 0.015 {
		t.Errorf("relative error %.4f", rel)
	}
}

func TestPackInt8Special(t *testing.T) {
	w := []float32{0, 0, 0, float32(math.NaN()), 1, 1, float32(math.Inf(1)), 1, 1, 127, -127, 63.5}
	p := PackInt8(Matrix{w, 4, 3, 3})
	eachLevel(t, func(t *testing.T) {
		dst := make([]float32, 4)
		GemmInt8(Matrix{dst, 1, p.out, 4}, QuantMatrix{[]uint8{1, 2, 3, 0, 0, 0, 0, 0}, []QuantRow{{Scale: 1}}, 1, p.in, 8}, p, Epilogue{})
		// 63.5 rounds to even 64
		if dst[0] != 0 || dst[1] == dst[1] || dst[2] == dst[2] || dst[3] != 127-254+3*64 {
			t.Errorf("%v", dst)
		}
	})
}

func TestInt8Rows(t *testing.T) {
	const rows, cols = 9, 37
	x := normals(newRand(1), rows*(cols+2))
	table := QuantizeTable(Matrix{x, rows, cols, cols + 2})
	if table.Rows() != rows || table.Cols() != cols || table.Bytes() != rows*cols+4*rows {
		t.Errorf("Rows %d, Cols %d, Bytes %d", table.Rows(), table.Cols(), table.Bytes())
	}
	eachLevel(t, func(t *testing.T) {
		for i := range rows {
			row := x[i*(cols+2):][:cols]
			var peak float64
			for _, v := range row {
				peak = max(peak, math.Abs(float64(v)))
			}
			g := newGuarded[float32](cols, 2)
			table.AddRow(g.data(), i)
			for j, v := range row {
				if !near(g.data()[j], float64(v)+2, peak/127*0.501+1e-6) {
					t.Fatalf("row %d: element %d is %v, want %v", i, j, g.data()[j], v+2)
				}
			}
			table.CopyRow(g.data(), i)
			for j, v := range row {
				if !near(g.data()[j], float64(v), peak/127*0.501+1e-6) {
					t.Fatalf("row %d: element %d is %v, want %v", i, j, g.data()[j], v)
				}
			}
			g.check(t, func(int) bool { return false })
		}
	})
}

func BenchmarkGemmInt8(b *testing.B) {
	for _, l := range Supported() {
		for _, s := range minilmShapes {
			b.Run(fmt.Sprintf("%v/%dx%d", l, s[0], s[1]), func(b *testing.B) {
				defer Force(l)()
				const m = 192
				out, in := s[0], s[1]
				r := newRand(4)
				p := PackInt8(Matrix{normals(r, out*in), out, in, in})
				q, params := make([]uint8, m*in), make([]QuantRow, m)
				QuantizeRows(QuantMatrix{q, params, m, in, in}, Matrix{normals(r, m*in), m, in, in})
				dst := make([]float32, m*out)
				best := math.Inf(1)
				for b.Loop() {
					start := time.Now()
					GemmInt8(Matrix{dst, m, p.out, out}, QuantMatrix{q, params, m, p.in, in}, p, Epilogue{})
					best = min(best, time.Since(start).Seconds())
				}
				op := 2 * float64(m) * float64(out) * float64(in)
				b.ReportMetric(op*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gop/s")
				b.ReportMetric(op/best/1e9, "best-Gop/s")
				if peak := measurePeakInt8(l); peak > 0 {
					b.ReportMetric(100*op/best/1e9/peak, "%peak")
					b.ReportMetric(peak, "peak-Gop/s")
				}
			})
		}
	}
}

func BenchmarkQuantizeRows(b *testing.B) {
	for _, l := range Supported() {
		b.Run(l.String(), func(b *testing.B) {
			defer Force(l)()
			const m, cols = 48, 384
			x := normals(newRand(1), m*cols)
			q, params := make([]uint8, m*cols), make([]QuantRow, m)
			for b.Loop() {
				QuantizeRows(QuantMatrix{q, params, m, cols, cols}, Matrix{x, m, cols, cols})
			}
			b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelements/s")
		})
	}
}

// TestInt8Layouts writes panels in each order of bytes and finds every byte
// again, each at a place of its own.
func TestInt8Layouts(t *testing.T) {
	for _, l := range []int8Layout{int8Quads, int8Octets, int8Biased} {
		for groups := 2; groups < 12; groups += 2 {
			rows := make([]int8, panelWidth*groups*groupInt8)
			for i := range rows {
				rows[i] = int8(i*7 + i/256)
			}
			panel := make([]int8, len(rows))
			l.pack(panel, rows, groups)
			seen := make(map[int]bool)
			for c := range panelWidth {
				for g := range groups {
					at := l.at(g, c)
					seen[at] = true
					got, want := slices.Clone(panel[at:][:groupInt8]), rows[(c*groups+g)*groupInt8:][:groupInt8]
					if l == int8Biased {
						flipSigns(got)
					}
					if !slices.Equal(got, want) {
						t.Fatalf("layout %d of %d groups: group %d of channel %d is %v, want %v", l, groups, g, c, got, want)
					}
				}
				q := make([]uint8, groups*groupInt8)
				want := int32(0)
				for i := range q {
					q[i] = uint8(255 - 3*i)
					want += int32(q[i]) * int32(rows[c*groups*groupInt8+i])
				}
				if got := l.dot(q, panel, c); got != want {
					t.Fatalf("layout %d of %d groups: product with channel %d is %d, want %d", l, groups, c, got, want)
				}
			}
			if len(seen) != panelWidth*groups {
				t.Fatalf("layout %d of %d groups: %d places for %d", l, groups, len(seen), panelWidth*groups)
			}
		}
	}
	// The order that the matrix instructions multiply.
	if at := int8Octets.at(3, 2); at != (16+2)*8+4 {
		t.Errorf("group 3 of channel 2 is at %d", at)
	}
}

// TestInt8AcrossLevels multiplies weights that were packed at one level at every
// other one, to the bits of the level's own: an order of bytes that a level has
// no assembly for is read by portable Go.
func TestInt8AcrossLevels(t *testing.T) {
	const m, out, in = 7, 33, 44
	r := newRand(6)
	w, x := RowMajor(normals(r, out*in), out, in), RowMajor(normals(r, m*in), m, in)
	stride := QuantStride(in)
	q := QuantMatrix{make([]uint8, m*stride), make([]QuantRow, m), m, in, stride}
	QuantizeRows(q, x)
	var first []float32
	for _, packed := range Supported() {
		restore := Force(packed)
		p := PackInt8(w)
		restore()
		for _, l := range Supported() {
			restore := Force(l)
			dst := make([]float32, m*out)
			GemmInt8(RowMajor(dst, m, out), q, p, Epilogue{})
			restore()
			if first == nil {
				first = dst
			}
			if !slices.Equal(dst, first) {
				t.Errorf("packed at %v, multiplied at %v: another result", packed, l)
			}
		}
	}
}
