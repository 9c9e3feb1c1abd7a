package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"testing"
)

// slowFloat16 follows the definition of binary16 digit by digit.
func slowFloat16(h uint16) float64 {
	sign := 1.0
	if h>>15 == 1 {
		sign = -1
	}
	exponent, fraction := int(h>>10&31), float64(h&1023)
	switch exponent {
	case 0:
		return sign * fraction * math.Pow(2, -24)
	case 31:
		if fraction == 0 {
			return sign * math.Inf(1)
		}
		return math.NaN()
	}
	return sign * (1 + fraction/1024) * math.Pow(2, float64(exponent-15))
}

func sameFloat(got float32, want float64) bool {
	if math.IsNaN(want) {
		return got != got
	}
	return float64(got) == want && math.Signbit(float64(got)) == math.Signbit(want)
}

func TestFloat16Exhaustive(t *testing.T) {
	t.Parallel()
	src := make([]byte, 0, 2<<16)
	for h := range 1 << 16 {
		src = binary.LittleEndian.AppendUint16(src, uint16(h))
	}
	generic, fast := make([]float32, 1<<16), make([]float32, 1<<16)
	float16ToFloat32Generic(generic, src)
	float16ToFloat32(fast, src)
	for h := range 1 << 16 {
		one := Float16(uint16(h))
		if !sameFloat(one, slowFloat16(uint16(h))) {
			t.Fatalf("Float16(%#04x) = %g, want %g", h, one, slowFloat16(uint16(h)))
		}
		for name, got := range map[string]float32{"generic": generic[h], "fast": fast[h]} {
			if math.Float32bits(got) != math.Float32bits(one) {
				t.Fatalf("%s path: %#04x became %#08x, want %#08x", name, h, math.Float32bits(got), math.Float32bits(one))
			}
		}
		// There and back; a NaN stays one, with the quiet bit set.
		want := uint16(h)
		if one != one {
			want |= 0x0200
		}
		if back := Float16Bits(one); back != want {
			t.Fatalf("Float16Bits(Float16(%#04x)) = %#04x, want %#04x", h, back, want)
		}
	}
}

// The fast path works in blocks of 32 and 8: every length and odd addresses
// around those sizes, with guards on both sides of dst.
func TestFloat16Lengths(t *testing.T) {
	t.Parallel()
	for n := range 100 {
		for shift := range 3 {
			src := make([]byte, shift+2*n)[shift:]
			for i := range n {
				binary.LittleEndian.PutUint16(src[2*i:], uint16(i*631))
			}
			dst := make([]float32, n+2)
			dst[0], dst[n+1] = -7, -7
			float16ToFloat32(dst[1:n+1], src)
			if dst[0] != -7 || dst[n+1] != -7 {
				t.Fatalf("n=%d: wrote outside dst", n)
			}
			for i, got := range dst[1 : n+1] {
				if math.Float32bits(got) != math.Float32bits(Float16(uint16(i*631))) {
					t.Fatalf("n=%d shift=%d: element %d is %g", n, shift, i, got)
				}
			}
		}
	}
}

func TestBFloat16Exhaustive(t *testing.T) {
	t.Parallel()
	src := make([]byte, 0, 2<<16)
	for h := range 1 << 16 {
		src = binary.LittleEndian.AppendUint16(src, uint16(h))
	}
	for _, n := range []int{1 << 16, 1<<16 - 1, 1<<16 - 2, 1<<16 - 3} {
		dst := make([]float32, n)
		bfloat16ToFloat32(dst, src)
		for h, got := range dst {
			if math.Float32bits(got) != uint32(h)<<16 {
				t.Fatalf("n=%d: %#04x became %#08x", n, h, math.Float32bits(got))
			}
			want := uint16(h)
			if got != got {
				want |= 0x0040
			}
			if back := BFloat16Bits(got); back != want {
				t.Fatalf("BFloat16Bits(%#08x) = %#04x, want %#04x", math.Float32bits(got), back, want)
			}
		}
	}
}

// Rounding must pick the nearest of two neighbours, and the even one in the
// middle. Checked on both sides of every midpoint between finite neighbours.
func TestFloat16BitsRounding(t *testing.T) {
	t.Parallel()
	check := func(f float32, want uint16) {
		t.Helper()
		if got := Float16Bits(f); got != want {
			t.Fatalf("Float16Bits(%b) = %#04x, want %#04x", f, got, want)
		}
		if got := Float16Bits(-f); got != want|0x8000 {
			t.Fatalf("Float16Bits(-%b) = %#04x, want %#04x", f, got, want|0x8000)
		}
	}
	for h := uint16(0); h < 0x7c00; h++ {
		below := slowFloat16(h)
		above := slowFloat16(h + 1)
		if h == 0x7bff {
			above = 65536 // where the next number would be
		}
		middle := float32((below + above) / 2) // has at most 12 significant bits: exact
		even := h + h&1
		check(middle, even)
		check(math.Nextafter32(middle, 0), h)
		check(math.Nextafter32(middle, math.MaxFloat32), h+1)
	}
	check(math.MaxFloat32, 0x7c00)
	check(float32(math.Inf(1)), 0x7c00)
	check(math.SmallestNonzeroFloat32, 0)
}

func TestBFloat16BitsRounding(t *testing.T) {
	t.Parallel()
	for h := uint32(0); h < 0x7f80; h++ {
		middle := math.Float32frombits(h<<16 | 0x8000)
		for _, c := range []struct {
			f    float32
			want uint32
		}{{middle, h + h&1}, {math.Float32frombits(h<<16 | 0x7fff), h}, {math.Float32frombits(h<<16 | 0x8001), h + 1}} {
			if got := BFloat16Bits(c.f); uint32(got) != c.want {
				t.Fatalf("BFloat16Bits(%b) = %#04x, want %#04x", c.f, got, c.want)
			}
		}
	}
}

// slowFloat8 follows the definition, in exact arithmetic.
func slowFloat8(b byte, exponentBits, bias int, infinities bool) float64 {
	mantissaBits := 7 - exponentBits
	exponent := int(b&0x7f) >> mantissaBits
	mantissa := int64(b & (1<<mantissaBits - 1))
	top := 1<<exponentBits - 1
	switch {
	case infinities && exponent == top && mantissa == 0:
		return math.Inf(1 - 2*int(b>>7))
	case infinities && exponent == top, !infinities && b&0x7f == 0x7f:
		return math.NaN()
	}
	if exponent == 0 {
		exponent = 1
	} else {
		mantissa += 1 << mantissaBits
	}
	f := new(big.Float).SetInt64(mantissa)
	f.SetMantExp(f, exponent-bias-mantissaBits)
	v, _ := f.Float64()
	return math.Copysign(v, 1-2*float64(b>>7))
}

func TestFloat8Exhaustive(t *testing.T) {
	t.Parallel()
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, c := range []struct {
		dtype DType
		want  func(b byte) float64
	}{
		{F8E4M3, func(b byte) float64 { return slowFloat8(b, 4, 7, false) }},
		{F8E5M2, func(b byte) float64 { return slowFloat8(b, 5, 15, true) }},
	} {
		tensor, err := New("x", c.dtype, []int{256}, all)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tensor.Float32()
		if err != nil {
			t.Fatal(err)
		}
		for b, g := range got {
			if want := c.want(byte(b)); !sameFloat(g, want) {
				t.Errorf("%s %#02x = %g, want %g", c.dtype, b, g, want)
			}
		}
	}
}

// The cost of loading MiniLM's 22.7 million weights from half precision.
func BenchmarkConvert(b *testing.B) {
	const n = 22_713_216
	dst := make([]float32, n)
	for _, c := range []struct {
		name    string
		convert func([]float32, []byte)
	}{{"F16", float16ToFloat32}, {"F16Generic", float16ToFloat32Generic}, {"BF16", bfloat16ToFloat32}} {
		b.Run(fmt.Sprintf("%s/%dvalues", c.name, n), func(b *testing.B) {
			src := make([]byte, 2*n)
			b.SetBytes(2 * n)
			for b.Loop() {
				c.convert(dst, src)
			}
		})
	}
}
