package vector

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/fault"
)

func TestUnit(t *testing.T) {
	t.Parallel()
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		name    string
		v, want []float32
		is      error
	}{
		{"scaled", []float32{3, -4}, []float32{0.6, -0.8}, nil},
		{"zero", []float32{0, 0}, []float32{0, 0}, nil},
		{"tiny", []float32{0, 1e-40}, []float32{0, 1}, nil},
		{"huge", []float32{3e38, 0}, []float32{1, 0}, nil},
		{"infinite", []float32{inf, 0}, nil, fault.ErrNotFinite},
		{"not a number", []float32{0, nan}, nil, fault.ErrNotFinite},
	} {
		dst := []float32{7, 7}
		if err := Unit(dst, c.v); !errors.Is(err, c.is) || c.is == nil && !slices.Equal(dst, c.want) {
			t.Errorf("%s: %v, %v, want %v, %v", c.name, dst, err, c.want, c.is)
		}
	}
	if err := Unit(make([]float32, 3), []float32{1}); err == nil {
		t.Error("vectors of other lengths fit")
	}
	v := []float32{0, 2}
	if err := Unit(v, v); err != nil || v[1] != 1 {
		t.Errorf("in place: %v, %v", v, err)
	}
}

// The three measures must agree: |a-b|² = |a|² + |b|² - 2 |a| |b| cos.
func TestLawOfCosines(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		a, b := make([]float32, 5), make([]float32, 5)
		for i := range a {
			a[i], b[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
		}
		na, nb, d := Norm(a), Norm(b), Distance(a, b)
		if got, want := d*d, na*na+nb*nb-2*na*nb*Cosine(a, b); math.Abs(got-want) > 1e-12*want {
			t.Errorf("%v and %v: distance² %v, want %v", a, b, got, want)
		}
	}
	if c := Cosine([]float32{0, 0}, []float32{1, 0}); c != 0 {
		t.Errorf("cosine with a zero vector: %v", c)
	}
}
