package kernel

import (
	"math"
	"slices"
	"testing"
)

// Packing the transpose is packing what Transpose gives.
func TestPackTransposed(t *testing.T) {
	var p Packed
	for _, s := range [][2]int{{0, 5}, {5, 0}, {1, 1}, {9, 16}, {16, 9}, {33, 50}, {7, 47}} {
		rows, cols := s[0], s[1]
		stride := cols + 3
		w := Matrix{normals(newRand(uint64(rows)), rows*stride), rows, cols, stride}
		turned := RowMajor(make([]float32, cols*rows), cols, rows)
		Transpose(turned, w)
		for i := range rows {
			for j := range cols {
				if got, want := turned.Data[j*rows+i], w.Data[i*stride+j]; got != want {
					t.Fatalf("%v: element (%d, %d) is %v, want %v", s, j, i, got, want)
				}
			}
		}
		want := Pack(turned)
		p.ResetTransposed(w)
		if p.Out() != cols || p.In() != rows || !slices.Equal(p.data, want.data) {
			t.Fatalf("%v: not packed as its transpose is", s)
		}
	}
}

// The products of a linear layer's gradients against sums in float64.
func TestGemmTransposed(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range [][3]int{{1, 1, 1}, {13, 40, 7}, {50, 33, 70}} {
			m, in, out := s[0], s[1], s[2]
			a, w := RowMajor(normals(newRand(1), m*in), m, in), RowMajor(normals(newRand(2), in*out), in, out)
			dst := RowMajor(make([]float32, m*out), m, out)
			Gemm(dst, a, PackTransposed(w), Epilogue{})
			for i := range m {
				for j := range out {
					sum := 0.0
					for k := range in {
						sum += float64(a.Row(i)[k]) * float64(w.Row(k)[j])
					}
					if got := float64(dst.Row(i)[j]); math.Abs(got-sum) > 1e-5*(1+float64(in)) {
						t.Fatalf("%v: element (%d, %d) is %g, want %g", s, i, j, got, sum)
					}
				}
			}
		}
	})
}
