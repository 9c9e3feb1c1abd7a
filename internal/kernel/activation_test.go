package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

var activations = []struct {
	name string
	act  Activation
	ref  func(x float64) float64
	// The bounds on the error over all float32 values: relative to |x|,
	// relative to the result, and beside these.
	toX, toY, free float64
}{
	{"gelu", GELU, func(x float64) float64 { return 0.5 * x * math.Erfc(-x/math.Sqrt2) }, 2.2e-7, math.Inf(1), 0},
	{"gelu_coarse", GELUCoarse, func(x float64) float64 { return 0.5 * x * math.Erfc(-x/math.Sqrt2) }, 1e-7, math.Inf(1), 1.4e-4},
	{"gelu_tanh", GELUTanh, func(x float64) float64 {
		return x / (1 + math.Exp(-2*math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
	}, 3e-7, math.Inf(1), 0},
	{"relu", ReLU, func(x float64) float64 { return math.Max(x, 0) }, 0, 0, 0},
	{"silu", SiLU, func(x float64) float64 { return x / (1 + math.Exp(-x)) }, 2.5e-7, math.Inf(1), 0},
	{"tanh", Tanh, math.Tanh, 2.5e-7, 2.5e-7, 0},
}

// TestActivationRange runs each function over every 4,096th float32 of either
// sign, from the smallest to the largest, and every 256th between 2^-6 and 2^7.
func TestActivationRange(t *testing.T) {
	var xs []float32
	for bits := uint32(0); bits < 0x7f800000; bits += uint32(testdir.Sized(4096, 65536)) {
		x := math.Float32frombits(bits)
		xs = append(xs, x, -x)
	}
	for bits := math.Float32bits(0x1p-6); bits < math.Float32bits(0x1p7); bits += uint32(testdir.Sized(256, 4096)) {
		x := math.Float32frombits(bits + 3)
		xs = append(xs, x, -x)
	}
	for _, f := range activations {
		t.Run(f.name, func(t *testing.T) {
			eachLevel(t, func(t *testing.T) {
				y := append([]float32(nil), xs...)
				Activate(f.act, y)
				var worstX, worstY, worst float64
				for i, x := range xs {
					want := f.ref(float64(x))
					if math.IsNaN(want) { // -Inf·0 beyond float64's exp
						want = 0
					}
					got := float64(y[i])
					// One subnormal of absolute error is free.
					d := math.Abs(got-want) - 0x1p-148 - f.free
					if !(d <= f.toX*math.Abs(float64(x)) && (math.IsInf(f.toY, 1) || d <= f.toY*math.Abs(want))) && got != want {
						t.Fatalf("f(%v) = %v, want %v", x, got, want)
					}
					if d += f.free; x != 0 && d > 0 {
						worstX = max(worstX, d/math.Abs(float64(x)))
						worst = max(worst, d)
						if want != 0 {
							worstY = max(worstY, d/math.Abs(want))
						}
					}
				}
				t.Logf("worst error: absolute %.3g, relative to |x| %.3g, relative to the result %.3g", worst, worstX, worstY)
			})
		})
	}
}

func TestActivationSpecial(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		act  Activation
		x, y float64
	}{
		{GELU, 0, 0}, {GELU, inf, inf}, {GELU, -inf, nan}, {GELU, nan, nan}, {GELU, 6, 6}, {GELU, 1e30, 1e30}, {GELU, -1e30, 0}, {GELU, -6.5, 0},
		{GELUCoarse, 0, 0}, {GELUCoarse, inf, inf}, {GELUCoarse, -inf, nan}, {GELUCoarse, nan, nan}, {GELUCoarse, 6, 6}, {GELUCoarse, 1e30, 1e30}, {GELUCoarse, -1e30, 0}, {GELUCoarse, -6.5, 0},
		{GELUTanh, 0, 0}, {GELUTanh, inf, inf}, {GELUTanh, -inf, nan}, {GELUTanh, nan, nan}, {GELUTanh, 1e30, 1e30}, {GELUTanh, -1e30, 0},
		{ReLU, 0, 0}, {ReLU, inf, inf}, {ReLU, -inf, 0}, {ReLU, nan, nan},
		{SiLU, 0, 0}, {SiLU, inf, inf}, {SiLU, -inf, nan}, {SiLU, nan, nan}, {SiLU, 1e30, 1e30}, {SiLU, -1e30, 0},
		{Tanh, 0, 0}, {Tanh, inf, 1}, {Tanh, -inf, -1}, {Tanh, nan, nan}, {Tanh, 1e30, 1}, {Tanh, -1e30, -1},
	} {
		eachLevel(t, func(t *testing.T) {
			for n := 1; n < 40; n++ {
				x := make([]float32, n)
				x[n-1] = float32(c.x)
				Activate(c.act, x)
				tol := 0.0
				if c.y == 0 {
					tol = 1e-8 // generic GELU keeps its tail
				}
				if !near(x[n-1], float64(float32(c.y)), tol) {
					t.Errorf("act %d of %v = %v, want %v", c.act, c.x, x[n-1], c.y)
				}
			}
		})
	}
}

// TestActivationTails checks that rows of any length are changed wholly, in
// every position alike, and nothing else is.
func TestActivationTails(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, f := range activations {
			one := []float32{-0.7}
			Activate(f.act, one)
			for rows := 0; rows < 4; rows++ {
				for cols := 0; cols < 70; cols++ {
					ld := cols + 3
					g := newGuarded[float32](rows*ld, -0.7)
					activateRows(f.act, Matrix{g.data(), rows, cols, ld})
					for i, v := range g.data() {
						if !padding(cols, ld)(i) && v != one[0] {
							t.Fatalf("%s of [%d, %d]: element %d is %v, want %v", f.name, rows, cols, i, v, one[0])
						}
					}
					g.check(t, padding(cols, ld))
				}
			}
		}
	})
}

func BenchmarkActivation(b *testing.B) {
	for _, l := range Supported() {
		for _, f := range activations {
			b.Run(fmt.Sprintf("%v/%s", l, f.name), func(b *testing.B) {
				defer Force(l)()
				x := normals(newRand(1), 96*32)
				y := make([]float32, len(x))
				for b.Loop() {
					copy(y, x)
					Activate(f.act, y)
				}
				b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelements/s")
			})
		}
	}
}
