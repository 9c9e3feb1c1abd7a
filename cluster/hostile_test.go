package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

// hostileValues are what an option of a kind may hold that no caller means.
func hostileValues(kind reflect.Kind) []any {
	switch kind {
	case reflect.Int, reflect.Int64:
		return []any{1 << 31, 1 << 58, math.MaxInt, math.MinInt, -1}
	case reflect.Float64:
		return []any{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, -1.0}
	case reflect.Uint8:
		return []any{255, 4}
	}
	return nil
}

// TestHostileOptions sets every option of every estimator to sizes and numbers
// out of all reason: they are refused or clamped, and nothing panics, hangs, or
// takes all memory.
func TestHostileOptions(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	x := blobs(rng, 60, 4, 3, 0.2)
	try := func(name string, fit func(ctx context.Context) error) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		defer func() {
			if v := recover(); v != nil {
				t.Errorf("%s: panic: %v", name, v)
			}
		}()
		if err := fit(ctx); errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: does not end", name)
		}
	}
	fields := func(zero any, use func(name string, v reflect.Value)) {
		typ := reflect.TypeOf(zero)
		for i := range typ.NumField() {
			for _, value := range hostileValues(typ.Field(i).Type.Kind()) {
				m := reflect.New(typ).Elem()
				m.Set(reflect.ValueOf(zero))
				m.Field(i).Set(reflect.ValueOf(value).Convert(m.Field(i).Type()))
				use(fmt.Sprintf("%s{%s: %v}", typ.Name(), typ.Field(i).Name, value), m)
			}
		}
	}
	for _, zero := range append(everyEstimator(),
		KMeans{Init: Random}, KMeans{Init: Parallel}, MiniBatchKMeans{Init: Parallel}, Agglomerative{Linkage: Single}, Agglomerative{Linkage: Average}) {
		fields(zero, func(name string, v reflect.Value) {
			m := v.Interface().(Describer)
			try(name, func(ctx context.Context) error {
				p, err := m.Cluster(ctx, x)
				if err == nil && len(p.Assignments()) != 60 {
					t.Errorf("%s: %d labels", name, len(p.Assignments()))
				}
				if (err == nil) == (p == nil) {
					t.Errorf("%s: %v, %v", name, p, err)
				}
				return err
			})
			try(name+": description", func(context.Context) error { _ = m.Describe().String(); Wanted(m); return nil })
		})
	}
	for _, zero := range []ChooseOptions{{K: []int{2, 3}}, {Density: true}} {
		fields(zero, func(name string, v reflect.Value) {
			try(name, func(ctx context.Context) error {
				_, err := Choose(ctx, x, v.Interface().(ChooseOptions))
				return err
			})
		})
	}
	for _, o := range []ChooseOptions{{K: []int{1 << 58}}, {K: []int{0}}, {K: []int{-3, 2}}, {K: []int{}}, {Eps: []float64{math.NaN()}}, {Eps: []float64{-1, 2}}, {Eps: []float64{}}} {
		try(fmt.Sprintf("%+v", o), func(ctx context.Context) error { _, err := Choose(ctx, x, o); return err })
	}
	for _, k := range []int{1 << 58, math.MinInt, 0} {
		try(fmt.Sprintf("KDistances(%d)", k), func(ctx context.Context) error {
			_, err := KDistances(ctx, x, k, Euclidean, math.MaxInt)
			return err
		})
	}
}

// panicking is a caller's matrix that panics when it is read.
type panicking struct {
	*mat.Dense
	value any
}

func (m panicking) At(int, int) float64 { panic(m.value) }
func (m panicking) RawMatrix()          {} // not gonum's: its rows are not taken
func (m panicking) Dims() (int, int)    { return 700, 5 }
func (m panicking) T() mat.Matrix       { return mat.Transpose{Matrix: m} }

// short says that it has more rows than it has.
type short struct{ panicking }

func (m short) RawFloat32() ([]float32, int) {
	rows := make([]float32, 300*5)
	for i := range rows {
		rows[i] = float32(i%7) + 1
	}
	return rows, 5
}

// TestCallersPanics: what a caller's matrix or callback panics with comes out
// on the goroutine that called, where it can be recovered.
func TestCallersPanics(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	rng := rand.New(rand.NewPCG(3, 2))
	good := blobs(rng, sized(700, 520), 5, 3, 0.2)
	caught := func(f func()) (v any) {
		defer func() { v = recover() }()
		f()
		return nil
	}
	eachEstimator(t, func(t *testing.T, e fitter) {
		m := e.make(3, 4)
		if v := caught(func() { _, _ = m.Cluster(t.Context(), panicking{good, boom}) }); v != any(boom) {
			t.Errorf("fit: recovered %v", v)
		}
		if v := caught(func() { _, _ = m.Cluster(t.Context(), short{panicking{good, boom}}) }); v == nil {
			t.Error("fit of rows that are not there: no panic to recover")
		}
		p, err := m.Cluster(t.Context(), good)
		if err != nil {
			t.Fatal(err)
		}
		if v := caught(func() { _, _ = p.Predict(t.Context(), panicking{good, boom}) }); v != any(boom) {
			t.Errorf("predict: recovered %v", v)
		}
	})
	progress := func(int, int) { panic(boom) }
	for _, m := range []Clusterer{KMeans{Progress: progress}, MiniBatchKMeans{Progress: progress}, BisectingKMeans{Progress: progress}} {
		if v := caught(func() { _, _ = m.Cluster(t.Context(), good) }); v != any(boom) {
			t.Errorf("%T: progress: recovered %v", m, v)
		}
	}
	if v := caught(func() { _, _ = Choose(t.Context(), good, ChooseOptions{Progress: progress}) }); v != any(boom) {
		t.Errorf("Choose: progress: recovered %v", v)
	}
}

// TestContexts: none at all is an error, and one that was cancelled for a reason
// matches both that and context.Canceled.
func TestContexts(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 3))
	x := blobs(rng, 100, 5, 3, 0.2)
	reason := errors.New("the user went home")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	check := func(t *testing.T, what string, f func(ctx context.Context) error) {
		t.Helper()
		if err := f(ctx); !errors.Is(err, reason) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled: %v", what, err)
		}
		if err := f(nil); !errors.Is(err, ErrNilContext) {
			t.Errorf("%s: no context: %v", what, err)
		}
	}
	eachEstimator(t, func(t *testing.T, e fitter) {
		check(t, "fit", func(ctx context.Context) error { _, err := e.make(3, 2).Cluster(ctx, x); return err })
		p, err := e.make(3, 2).Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		check(t, "predict", func(ctx context.Context) error { _, err := p.Predict(ctx, x); return err })
	})
	check(t, "Choose", func(ctx context.Context) error { _, err := Choose(ctx, x, ChooseOptions{}); return err })
	check(t, "KDistances", func(ctx context.Context) error { _, err := KDistances(ctx, x, 3, Cosine, 1); return err })
}

// TestTooLargeToSquare: a value that is finite, though its square is not, is
// refused by its place, its sign and what is wrong with it.
func TestTooLargeToSquare(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(3, 4)), 30, 3, 2, 0.2)
	x.Set(7, 2, -1e160)
	for _, c := range []Clusterer{KMeans{K: 2}, DBSCAN{}, HDBSCAN{}, Agglomerative{K: 2}} {
		var value *ValueError
		_, err := c.Cluster(t.Context(), x)
		if !errors.As(err, &value) || value.Row != 7 || value.Col != 2 || value.Value != -1e160 || !errors.Is(err, ErrNotFinite) || !strings.Contains(err.Error(), "at most 1e150") {
			t.Errorf("%T: %v", c, err)
		}
	}
}
