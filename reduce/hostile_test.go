package reduce

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

// hostileValues are what an option of a kind may hold that no caller means.
func hostileValues(kind reflect.Kind) []any {
	switch kind {
	case reflect.Int:
		return []any{1 << 31, 1 << 58, math.MaxInt, math.MinInt, -1}
	case reflect.Float64:
		return []any{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, -1.0}
	case reflect.Uint8:
		return []any{255, 3}
	}
	return nil
}

func smallPoints(n, d int) *mat.Dense {
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			x.Set(i, j, float64((i*7+j*j*3)%11)+float64(i%3)/8)
		}
	}
	return x
}

// TestHostileOptions sets every option of every reducer to sizes and numbers out
// of all reason: they are refused or clamped, and nothing panics, hangs, or
// takes all memory.
func TestHostileOptions(t *testing.T) {
	x := smallPoints(40, 6)
	for _, zero := range []Describer{PCA{}, PCA{Solver: Randomized, Components: 2}, RandomProjection{Components: 2}, UMAP{Epochs: 20}, UMAP{Epochs: 20, Metric: Cosine, Approximate: 1}, Smoothing{}, Smoothing{Approximate: 1, Components: 2}} {
		typ := reflect.TypeOf(zero)
		for i := range typ.NumField() {
			for _, value := range hostileValues(typ.Field(i).Type.Kind()) {
				v := reflect.New(typ).Elem()
				v.Set(reflect.ValueOf(zero))
				v.Field(i).Set(reflect.ValueOf(value).Convert(v.Field(i).Type()))
				name := fmt.Sprintf("%s{%s: %v}", typ.Name(), typ.Field(i).Name, value)
				func() {
					ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
					defer cancel()
					defer func() {
						if v := recover(); v != nil {
							t.Errorf("%s: panic: %v", name, v)
						}
					}()
					m := v.Interface().(Describer)
					_ = m.Describe().String()
					p, err := m.Reduce(ctx, x)
					if errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("%s: does not end", name)
					}
					if (err == nil) == (p == nil) {
						t.Errorf("%s: %v, %v", name, p, err)
					}
					if err != nil {
						return
					}
					y, err := p.Transform(ctx, x)
					if err != nil {
						t.Errorf("%s: transform: %v", name, err)
						return
					}
					for _, v := range y.RawMatrix().Data {
						if v-v != 0 {
							t.Errorf("%s: coordinates that are not finite", name)
							break
						}
					}
				}()
			}
		}
	}
}

// panicking is a caller's matrix that panics when it is read.
type panicking struct{ value any }

func (m panicking) At(int, int) float64 { panic(m.value) }
func (m panicking) Dims() (int, int)    { return 700, 6 }
func (m panicking) T() mat.Matrix       { return mat.Transpose{Matrix: m} }

// short says that it has more rows than it has.
type short struct{ panicking }

func (m short) RawFloat32() ([]float32, int) {
	rows := make([]float32, 300*6)
	for i := range rows {
		rows[i] = float32(i%7) + 1
	}
	return rows, 6
}

// TestCallersPanics: what a caller's matrix or callback panics with comes out
// on the goroutine that called, where it can be recovered.
func TestCallersPanics(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	caught := func(f func()) (v any) {
		defer func() { v = recover() }()
		f()
		return nil
	}
	for _, m := range []Reducer{PCA{Threads: 4}, PCA{Solver: Randomized, Components: 2, Threads: 4}, RandomProjection{Components: 2, Threads: 4}, UMAP{Epochs: 5, Threads: 4}, Smoothing{Threads: 4}} {
		if v := caught(func() { _, _ = m.Reduce(t.Context(), panicking{boom}) }); v != any(boom) {
			t.Errorf("%T: fit: recovered %v", m, v)
		}
		if v := caught(func() { _, _ = m.Reduce(t.Context(), short{panicking{boom}}) }); v == nil {
			t.Errorf("%T: fit of rows that are not there: no panic to recover", m)
		}
		p, err := m.Reduce(t.Context(), smallPoints(40, 6))
		if err != nil {
			t.Fatal(err)
		}
		if v := caught(func() { _, _ = p.Transform(t.Context(), panicking{boom}) }); v != any(boom) {
			t.Errorf("%T: transform: recovered %v", m, v)
		}
	}
	if v := caught(func() {
		_, _ = UMAP{Progress: func(string) { panic(boom) }}.Fit(t.Context(), smallPoints(40, 6))
	}); v != any(boom) {
		t.Errorf("progress: recovered %v", v)
	}
}

// TestContexts: none at all is an error, and one that was cancelled for a reason
// matches both that and context.Canceled.
func TestContexts(t *testing.T) {
	t.Parallel()
	x := smallPoints(40, 6)
	reason := errors.New("the user went home")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	check := func(what string, f func(ctx context.Context) error) {
		t.Helper()
		if err := f(ctx); !errors.Is(err, reason) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled: %v", what, err)
		}
		if err := f(nil); !errors.Is(err, ErrNilContext) {
			t.Errorf("%s: no context: %v", what, err)
		}
	}
	for _, m := range []Reducer{PCA{}, RandomProjection{Components: 2}, UMAP{Epochs: 5}, Smoothing{}} {
		check(fmt.Sprintf("%T", m), func(ctx context.Context) error { _, err := m.Reduce(ctx, x); return err })
		p, err := m.Reduce(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		check(fmt.Sprintf("%T: transform", m), func(ctx context.Context) error { _, err := p.Transform(ctx, x); return err })
	}
	check("trustworthiness", func(ctx context.Context) error { _, err := Trustworthiness(ctx, x, x, 3, Euclidean); return err })
}
