package quantize

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

type golden struct {
	X        [][]float32
	Uint8    [][]uint8 `json:"-"`
	Int8     [][]int8
	Halves   []float32
	HalfBits []uint16 `json:"half_bits"`
	Binary   [][]int8
	Levels   [][]int `json:"uint8"`
	Bits     [][]int `json:"ubinary"`
}

func read(t *testing.T) (golden, dense.Matrix) {
	t.Helper()
	var g golden
	data, err := os.ReadFile("testdata/quantize.json")
	if err == nil {
		err = json.Unmarshal(data, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows := dense.New[float32](len(g.X), len(g.X[0]))
	for i, r := range g.X {
		copy(rows.Row(i), r)
	}
	return g, dense.Matrix{Rows: rows}
}

// flat returns rows end to end as ints.
func flat[T int | int8](rows [][]T) []int {
	var out []int
	for _, r := range rows {
		for _, v := range r {
			out = append(out, int(v))
		}
	}
	return out
}

func ints[T int8 | uint8](x []T) []int {
	out := make([]int, len(x))
	for i, v := range x {
		out[i] = int(v)
	}
	return out
}

func TestGolden(t *testing.T) {
	t.Parallel()
	g, x := read(t)
	r, err := RangesOf(x)
	if err != nil {
		t.Fatal(err)
	}
	u, err1 := Uint8(x, r)
	i, err2 := Int8(x, r)
	b, err3 := Binary(x)
	s, err4 := SignedBinary(x)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2][]int{
		"uint8": {ints(u), flat(g.Levels)}, "int8": {ints(i), flat(g.Int8)}, "ubinary": {ints(b), flat(g.Bits)}, "binary": {ints(s), flat(g.Binary)},
	} {
		if !slices.Equal(c[0], c[1]) {
			t.Errorf("%s differs from the reference", name)
		}
	}
	h, err := Float16(dense.Matrix{Rows: dense.Rows[float32]{Data: g.Halves[:60], Len: 1, Dim: 60, Stride: 60}})
	if err != nil || !slices.Equal(h, g.HalfBits[:60]) {
		t.Errorf("float16 differs from the reference (%v)", err)
	}
	for k, f := range g.Halves {
		if got := half(f); got != g.HalfBits[k] {
			t.Errorf("%g is %#04x, want %#04x", f, got, g.HalfBits[k])
		}
	}
}

// Every binary16 number comes back from the float32 that it is.
func TestHalfOfHalves(t *testing.T) {
	t.Parallel()
	for bits := range 1 << 16 {
		exponent, fraction := bits>>10&31, float64(bits&0x3ff)
		var v float64
		switch exponent {
		case 0:
			v = math.Ldexp(fraction, -24)
		case 31:
			continue
		default:
			v = math.Ldexp(1024+fraction, exponent-25)
		}
		if bits>>15 == 1 {
			v = -v
		}
		if v == 0 {
			v = math.Copysign(0, v)
			if bits>>15 == 1 {
				v = math.Copysign(0, -1)
			}
		}
		if got := half(float32(v)); got != uint16(bits) {
			t.Fatalf("%g is %#04x, want %#04x", v, got, bits)
		}
	}
}

func TestOutsideTheRange(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(2, 3, []float64{-9, 9, 1, 0.5, 0.5, 1})
	r := Ranges{Min: []float32{0, 0, 1}, Max: []float32{1, 1, 1}}
	u, err := Uint8(x, r)
	if err != nil || !slices.Equal(u, []uint8{0, 255, 0, 127, 127, 0}) {
		t.Errorf("levels %v, %v", u, err)
	}
	i, err := Int8(x, r)
	if err != nil || !slices.Equal(i, []int8{-128, 127, -128, 0, 0, -128}) {
		t.Errorf("levels %v, %v", i, err)
	}
}

// TestSignsOfTiny: a bit is set for every positive number, also for one that
// float32 would make 0.
func TestSignsOfTiny(t *testing.T) {
	t.Parallel()
	got, err := Binary(mat.NewDense(1, 4, []float64{1, 1e-60, -1e-60, 0}))
	if err != nil || !slices.Equal(got, []uint8{0xc0}) {
		t.Errorf("%#x, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	one := mat.NewDense(1, 2, []float64{0, 1})
	nan := mat.NewDense(1, 2, []float64{0, math.NaN()})
	good := Ranges{Min: []float32{0, 0}, Max: []float32{1, 1}}
	if _, err := RangesOf(dense.Matrix{}); !errors.Is(err, estimator.ErrEmpty) {
		t.Errorf("no vectors: %v", err)
	}
	_, ranges := RangesOf(nan)
	_, levels := Int8(nan, good)
	_, bits := Binary(nan)
	_, halves := Float16(nan)
	for name, err := range map[string]error{"RangesOf": ranges, "Int8": levels, "Binary": bits, "Float16": halves} {
		if !errors.Is(err, estimator.ErrNotFinite) {
			t.Errorf("%s of NaN: %v", name, err)
		}
	}
	for name, r := range map[string]Ranges{
		"none": {}, "short": {Min: []float32{0}, Max: []float32{1}}, "turned": {Min: []float32{1, 1}, Max: []float32{0, 2}},
		"NaN": {Min: []float32{float32(math.NaN()), 0}, Max: []float32{1, 1}}, "infinite": {Min: []float32{0, float32(math.Inf(-1))}, Max: []float32{1, 1}},
	} {
		if _, err := Uint8(one, r); !errors.Is(err, ErrRanges) {
			t.Errorf("ranges %s: %v", name, err)
		}
	}
}

func ExampleInt8() {
	x := mat.NewDense(3, 2, []float64{0, -1, 0.5, 0, 1, 1})
	ranges, err := RangesOf(x)
	if err != nil {
		fmt.Println(err)
		return
	}
	codes, err := Int8(x, ranges)
	fmt.Println(codes, err)
	// Output: [-128 -128 0 0 126 126] <nil>
}

func BenchmarkInt8(b *testing.B) {
	x := dense.New[float32](10_000, 384)
	for i := range x.Data {
		x.Data[i] = float32(i%977)/977 - 0.5
	}
	r, err := RangesOf(dense.Matrix{Rows: x})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(4 * len(x.Data)))
	for b.Loop() {
		if _, err := Int8(dense.Matrix{Rows: x}, r); err != nil {
			b.Fatal(err)
		}
	}
}
