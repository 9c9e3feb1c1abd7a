package safetensors

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// One bad number at each place of tensors around the block size, among the
// largest, smallest and negative finite ones.
func TestCheckFinite(t *testing.T) {
	t.Parallel()
	type kind struct {
		dtype     DType
		finite    []uint64
		nonFinite []uint64
	}
	kinds := []kind{
		{F32, []uint64{0, 1 << 31, 0x7f7fffff, 0xff7fffff, 1, 0x80000001}, []uint64{0x7f800000, 0xff800000, 0x7f800001, 0xffffffff, 0x7fc00000}},
		{F16, []uint64{0, 1 << 15, 0x7bff, 0xfbff, 1}, []uint64{0x7c00, 0xfc00, 0x7c01, 0xffff}},
		{BF16, []uint64{0, 1 << 15, 0x7f7f, 0xff7f, 1}, []uint64{0x7f80, 0xff80, 0x7f81, 0xffff}},
		{F64, []uint64{0, 1 << 63, math.Float64bits(math.MaxFloat64), math.Float64bits(-math.MaxFloat64), 1}, []uint64{math.Float64bits(math.Inf(1)), math.Float64bits(math.Inf(-1)), math.Float64bits(math.NaN())}},
		{F8E5M2, []uint64{0, 0x80, 0x7b, 0xfb, 1}, []uint64{0x7c, 0xfc, 0x7d, 0xff}},
		{F8E4M3, []uint64{0, 0x80, 0x7e, 0xfe, 1}, []uint64{0x7f, 0xff}},
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, k := range kinds {
		size := k.dtype.Bits() / 8
		put := func(data []byte, i int, bits uint64) {
			for b := range size {
				data[i*size+b] = byte(bits >> (8 * b))
			}
		}
		for _, n := range []int{1, 2, 7, 8, 9, 31, 32, 33, 63, 64, 65, 129, 200} {
			data := make([]byte, n*size)
			for i := range n {
				put(data, i, k.finite[r.IntN(len(k.finite))])
			}
			tensor, err := New("w", k.dtype, []int{n}, data)
			if err != nil {
				t.Fatal(err)
			}
			if err := tensor.CheckFinite(); err != nil {
				t.Fatalf("%s[%d]: %v, but all are finite", k.dtype, n, err)
			}
			for i := range n {
				kept := append([]byte(nil), data...)
				put(data, i, k.nonFinite[r.IntN(len(k.nonFinite))])
				if i+1 < n { // a second one must not be reported instead
					put(data, n-1, k.nonFinite[0])
				}
				if got := tensor.firstNonFinite(); got != i {
					t.Fatalf("%s[%d]: first bad element reported as %d, want %d", k.dtype, n, got, i)
				}
				var e *Error
				if err := tensor.CheckFinite(); !errors.Is(err, ErrNotFinite) || !errors.As(err, &e) || e.Tensor != "w" {
					t.Fatalf("%s[%d]: got %v", k.dtype, n, err)
				}
				copy(data, kept)
			}
		}
	}
}

func TestCheckFiniteMessage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value float64
		want  string
	}{
		{math.NaN(), `(new tensor): tensor "w": not a finite number: element 1 of shape [3] is NaN: the weights are damaged or training diverged`},
		{math.Inf(-1), `(new tensor): tensor "w": not a finite number: element 1 of shape [3] is -Inf: the weights are damaged or training diverged`},
	} {
		wide, err := Of("w", []int{3}, []float64{1, c.value, 2})
		if err != nil {
			t.Fatal(err)
		}
		narrow, err := Of("w", []int{3}, []float32{1, float32(c.value), 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, tensor := range []Tensor{wide, narrow} {
			if got := tensor.CheckFinite(); got == nil || got.Error() != c.want {
				t.Errorf("%s: got  %v\nwant %s", tensor.DType, got, c.want)
			}
		}
	}
}

func BenchmarkCheckFinite(b *testing.B) {
	for _, dtype := range []DType{F32, F16} {
		b.Run(dtype.String(), func(b *testing.B) {
			const n = 22_713_216
			tensor, err := New("w", dtype, []int{n}, make([]byte, n*dtype.Bits()/8))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(tensor.Bytes())))
			for b.Loop() {
				if err := tensor.CheckFinite(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
