package reduce

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// another returns a value for an option that is neither its zero nor its
// default.
func another(t *testing.T, f reflect.Value) reflect.Value {
	t.Helper()
	switch f.Interface().(type) {
	case int:
		return reflect.ValueOf(6)
	case uint64:
		return reflect.ValueOf(uint64(1<<63 + 5))
	case float64:
		return reflect.ValueOf(0.25)
	case bool:
		return reflect.ValueOf(true)
	case Metric:
		return reflect.ValueOf(Cosine)
	case Solver:
		return reflect.ValueOf(Randomized)
	case Init:
		return reflect.ValueOf(InitRandom)
	}
	t.Fatalf("a new kind of option: %s", f.Type())
	return f
}

func reread(t *testing.T, d estimator.Description) estimator.Description {
	t.Helper()
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var out estimator.Description
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	if !reflect.DeepEqual(out, d) {
		t.Errorf("%#v came back as %#v", d, out)
	}
	return out
}

// TestEveryOptionIsDescribed sets one field after the other.
func TestEveryOptionIsDescribed(t *testing.T) {
	t.Parallel()
	for _, zero := range []Describer{PCA{}, RandomProjection{}, UMAP{}, Smoothing{}} {
		typ := reflect.TypeOf(zero)
		for i := range typ.NumField() {
			name := typ.Field(i).Name
			if slices.Contains([]string{"Threads", "Progress"}, name) { // change no result
				continue
			}
			m := reflect.New(typ).Elem()
			m.Field(i).Set(another(t, m.Field(i)))
			d := m.Interface().(Describer).Describe()
			if d.String() == zero.Describe().String() {
				t.Errorf("%s: %s is not described: %s", typ.Name(), name, d)
			}
			again, err := Parse(reread(t, d))
			if err != nil || Describe(again).String() != d.String() {
				t.Errorf("%s: %v, %v", d, again, err)
			}
		}
	}
}

func TestParsedFindsTheSame(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(40, 6, nil)
	for i := range 40 {
		for j := range 6 {
			x.Set(i, j, float64((i*7+j*j*3)%11)+float64(i%3))
		}
	}
	for _, m := range []Describer{
		PCA{}, PCA{Components: 3, Whiten: true, Solver: Randomized, Oversample: 1, PowerIterations: 2, Seed: 9},
		RandomProjection{Epsilon: 0.99, Seed: 4}, RandomProjection{Components: 4, Density: 0.3, Seed: 1 << 63},
		UMAP{Epochs: 10}, UMAP{Components: 3, Neighbors: 5, MinDist: 0.3, Spread: 2, Metric: Cosine, Init: InitPCA, Epochs: 7, LearningRate: 0.5, NegativeSamples: 2, Approximate: 1, Seed: 3},
		Smoothing{}, Smoothing{Components: 3, Neighbors: 5, Steps: 2, Approximate: 1, Seed: 3},
	} {
		again, err := Parse(reread(t, m.Describe()))
		if err != nil {
			t.Errorf("%s: %v", m.Describe(), err)
			continue
		}
		want, errWant := m.Reduce(t.Context(), x)
		got, err := again.Reduce(t.Context(), x)
		if errWant != nil || err != nil {
			if errWant == nil || err == nil || err.Error() != errWant.Error() {
				t.Errorf("%s: %v, want %v", m.Describe(), err, errWant)
			}
			continue
		}
		a, err1 := want.Transform(t.Context(), x)
		b, err2 := got.Transform(t.Context(), x)
		if err1 != nil || err2 != nil || !mat.Equal(a, b) {
			t.Errorf("%s: another projection: %v, %v", m.Describe(), err1, err2)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Parse(estimator.Description{Name: "t-sne"}); !errors.Is(err, estimator.ErrDescription) {
		t.Errorf("got %v", err)
	}
	d := PCA{}.Describe()
	if _, err := Parse(d.Without("whiten")); !errors.Is(err, estimator.ErrParam) {
		t.Errorf("got %v", err)
	}
	d.Params[2].Value = "magic"
	if _, err := Parse(d); !errors.Is(err, ErrOption) {
		t.Errorf("got %v", err)
	}
}

func TestPartsRoundTrip(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(12, 4, nil)
	for i := range 12 {
		for j := range 4 {
			x.Set(i, j, float64((i*5+j*3)%7))
		}
	}
	for _, r := range []Reducer{PCA{Components: 2}, RandomProjection{Components: 3}, UMAP{Epochs: 5}, UMAP{Epochs: 5, Metric: Cosine, Seed: 2}, Smoothing{Components: 2, Neighbors: 3}} {
		p, err := r.Reduce(t.Context(), mat.DenseCopyOf(x.Slice(1, 12, 0, 4)))
		if err != nil {
			t.Fatal(err)
		}
		parts, err := TakeApart(p)
		if err != nil {
			t.Fatal(err)
		}
		head, err := json.Marshal(parts)
		if err != nil {
			t.Fatal(err)
		}
		var again Parts
		if err := json.Unmarshal(head, &again); err != nil {
			t.Fatal(err)
		}
		read := func(name string, shape ...int) ([]float64, error) {
			for _, tensor := range parts.Tensors {
				if tensor.Name == name && slices.Equal(tensor.Shape, shape) {
					if tensor.F64 != nil {
						return slices.Clone(tensor.F64), nil
					}
					out := make([]float64, len(tensor.F32))
					for i, v := range tensor.F32 {
						out[i] = float64(v)
					}
					return out, nil
				}
			}
			return nil, ErrParts
		}
		q, err := again.Assemble(4, read)
		if err != nil {
			t.Fatalf("%s: %v", head, err)
		}
		a, err1 := p.Transform(t.Context(), x)
		b, err2 := q.Transform(t.Context(), x)
		if err1 != nil || err2 != nil || !mat.Equal(a, b) {
			t.Errorf("%s: another projection: %v, %v", head, err1, err2)
		}
		for name, bad := range map[string]Parts{
			"more components than features": {Method: again.Method, Dim: 5, Points: again.Points, UMAP: again.UMAP, Smoothing: again.Smoothing},
			"no method":                     {Dim: 2},
			"umap without options":          {Method: "umap", Dim: 2, Points: 5},
			"umap of no points":             {Method: "umap", Dim: 2, UMAP: &UMAPParts{}},
			"smoothing without options":     {Method: "smoothing", Dim: 2, Points: 5},
		} {
			if _, err := bad.Assemble(4, read); !errors.Is(err, ErrParts) {
				t.Errorf("%s: %v", name, err)
			}
		}
		short := func(name string, shape ...int) ([]float64, error) {
			x, err := read(name, shape...)
			return x[:max(0, len(x)-1)], err
		}
		if _, err := again.Assemble(4, short); !errors.Is(err, ErrParts) {
			t.Errorf("%s: too few numbers: %v", head, err)
		}
	}
	p, err := PCA{Whiten: true}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TakeApart(p); !errors.Is(err, ErrParts) {
		t.Errorf("whitened: %v", err)
	}
}
