package conformance

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"errors"
	"go/types"
	"math"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/internal/persist"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/probe"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// sample is a value with a saved form, and what it says of new points or texts.
type sample struct {
	value any // a pointer
	use   func(tb testing.TB, v any) any
}

// must returns v, or fails.
func must[V any](v V, err error) func(tb testing.TB) V {
	return func(tb testing.TB) V {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// points are n rows in three groups.
func points(n, dim int, shift float64) *mat.Dense {
	x := mat.NewDense(n, dim, nil)
	for i := range n {
		for j := range dim {
			x.Set(i, j, float64(9*(i%3)*(1+j%2))+math.Sin(float64(7*i+3*j)+shift))
		}
	}
	return x
}

// samples has a value of every type with a method MarshalBinary.
func samples(tb testing.TB) []sample {
	tb.Helper()
	ctx := tb.Context()
	x, other := points(60, 4, 0), points(21, 4, 2)
	var out []sample
	partition := func(tb testing.TB, v any) any { return must(v.(cluster.Partition).Predict(ctx, other))(tb) }
	for _, c := range []cluster.Clusterer{
		cluster.KMeans{K: 3, NInit: 2}, cluster.KMeans{K: 3, Metric: cluster.Cosine}, cluster.MiniBatchKMeans{K: 3}, cluster.BisectingKMeans{K: 3},
		cluster.DBSCAN{Eps: 3, MinSamples: 3}, cluster.HDBSCAN{MinClusterSize: 5}, cluster.Agglomerative{K: 3}, cluster.Auto{},
	} {
		out = append(out, sample{must(c.Cluster(ctx, x))(tb), partition})
	}
	for _, o := range []cluster.ChooseOptions{{K: []int{2, 3}}, {Density: true}} {
		out = append(out, sample{must(cluster.Choose(ctx, x, o))(tb), func(tb testing.TB, v any) any {
			var all [][]int
			for _, c := range v.(*cluster.Choice).Candidates {
				all = append(all, must(c.Partition.Predict(ctx, other))(tb))
			}
			return all
		}})
	}
	for _, r := range []reduce.Reducer{reduce.PCA{Components: 2}, reduce.PCA{Components: 2, Whiten: true}, reduce.RandomProjection{Components: 2}, reduce.UMAP{Epochs: 10}, reduce.UMAP{Epochs: 10, Metric: reduce.Cosine}, reduce.Smoothing{}} {
		out = append(out, sample{must(r.Reduce(ctx, x))(tb), func(tb testing.TB, v any) any {
			return must(v.(reduce.Projection).Transform(ctx, other))(tb).RawMatrix().Data
		}})
	}
	out = append(out, vectorSamples(tb)...)
	out = append(out, probeSamples(tb, x, other)...)
	return append(out, sentimentSamples(tb)...)
}

func vectorSamples(tb testing.TB) []sample {
	tb.Helper()
	dense := must(bert.NewEmbeddings([]float32{1, 2, 3, 4.5}, 2, 2))(tb)
	dense.Tokens, dense.Truncated = 9, 1
	sparse := must(bert.NewSparseVectors(9, [][]int32{{1, 7}, nil}, [][]float32{{0.5, 2}, nil}))(tb)
	multi := must(bert.NewMultiVectors(2, [][]float32{{1, 2, 3, 4}, nil}))(tb)
	return []sample{
		{dense, func(_ testing.TB, v any) any {
			e := v.(*bert.Embeddings)
			return []any{e.Row(0), e.Row(1), e.Tokens, e.Truncated}
		}},
		{sparse, func(_ testing.TB, v any) any {
			s := v.(*bert.SparseVectors)
			return []any{s.Dense(0), s.Dense(1), s.Dim()}
		}},
		{multi, func(_ testing.TB, v any) any {
			m := v.(*bert.MultiVectors)
			return []any{m.Rows(0), m.Count(1), m.Dim()}
		}},
	}
}

func probeSamples(tb testing.TB, x, other *mat.Dense) []sample {
	tb.Helper()
	ctx := tb.Context()
	classes, halves, values := make([]int, 60), make([]int, 60), make([]float64, 60)
	for i := range classes {
		classes[i], halves[i], values[i] = i%3, i%2, x.At(i, 1)/3+math.Cos(float64(i))
	}
	probabilities := func(tb testing.TB, v any) any { return must(v.(*probe.Logistic).Probabilities(other))(tb) }
	o := probe.LogisticOptions{Penalties: []float64{0.1, 1}}
	constraints := &feedback.Constraints{Rows: 60, Users: 60, Must: [][2]int{{0, 3}, {1, 4}}, Label: make([]int, 60)}
	for i := range constraints.Label {
		constraints.Label[i] = -1
	}
	return []sample{
		{must(probe.FitLogistic(ctx, x, classes, o))(tb), probabilities},
		{must(probe.FitLogistic(ctx, x, halves, o))(tb), probabilities},
		{must(probe.FitRidge(ctx, []probe.Rated{{X: x, Y: values}}, probe.RidgeOptions{}))(tb), func(tb testing.TB, v any) any { return must(v.(*probe.Ridge).Predict(other))(tb) }},
		{must(feedback.Cluster(ctx, x, constraints, feedback.ClusterOptions{K: 3}))(tb), func(_ testing.TB, v any) any {
			c := v.(*feedback.Clusters)
			return []any{c.Labels, c.Centers.RawMatrix().Data, c.Inertia, c.Broken}
		}},
	}
}

func sentimentSamples(tb testing.TB) []sample {
	tb.Helper()
	ctx := tb.Context()
	texts := []string{"good", "not good at all", "bad 🙂", "", "the best", "never again", "fine", "很好"}
	y := []float64{-1, 0.3, 1, -0.2, 0.9, -0.8, 0.1, 0.7}
	x := mat.NewDense(8, 3, nil)
	positive := make([]bool, 8)
	for i, v := range y {
		x.SetRow(i, []float64{v * 0.37, float64(i*i%5) / 7, v*v - 0.1})
		positive[i] = v > 0
	}
	head := must(sentiment.FitRidge(ctx, []sentiment.Rated{{X: x, Y: y}}, sentiment.RidgeOptions{Penalties: []float64{0.1, 1}}))(tb)
	logistic := must(sentiment.FitLogistic(ctx, x, positive, sentiment.LogisticOptions{Penalties: []float64{0.1}}))(tb)
	weights := func(n int) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = float32(math.Sin(float64(i*i + 1)))
		}
		return out
	}
	network := &sentiment.Network{Mean: weights(3), Scale: 1.7, Hidden: weights(15), Shift: weights(5), Out: weights(5), Bias: 0.1}
	grams := &sentiment.Grams{Bits: 6, Longest: 3, Weights: weights(64), Bias: -0.2}
	blend := &sentiment.Blend{Model: "m", Data: "d", Network: network, Grams: grams, Shares: [2]float64{0.7, 0.4}, Bias: 0.03, Calibrated: 9}
	mixed := &sentiment.Mixed{Lang: "en", Head: head}
	if err := sentiment.FitMixed(ctx, mixed, texts, x, y); err != nil {
		tb.Fatal(err)
	}
	scores := func(tb testing.TB, v any) any {
		switch v := v.(type) {
		case *sentiment.Head:
			return must(v.Score(ctx, x))(tb)
		case *sentiment.Blend:
			return must(v.Feelings(ctx, texts, x))(tb)
		case *sentiment.Mixed:
			return must(v.Feelings(ctx, texts, x))(tb)
		case *sentiment.Network:
			return v.Logit([]float32{0.3, -1, 2})
		}
		var out []float64
		for _, s := range texts {
			out = append(out, v.(*sentiment.Grams).Logit(s))
		}
		return out
	}
	var out []sample
	for _, h := range []any{head, logistic, network, grams, blend, mixed} {
		out = append(out, sample{h, scores})
	}
	return out
}

// refused are types whose MarshalBinary always fails.
var refused = map[string]string{
	"sentiment.Classified": "its scores are those of a caller's function",
}

// savable is what a type with a saved form has.
type savable interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// fresh returns a zero value of the type of a sample.
func (s sample) fresh() savable {
	return reflect.New(reflect.TypeOf(s.value).Elem()).Interface().(savable)
}

// TestSaved: what is read back, from bytes, gob or JSON, predicts the same to the
// last bit and is saved as the same bytes; every type with a saved form is tried.
func TestSaved(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, s := range samples(t) {
		typ := reflect.TypeOf(s.value).Elem()
		name := strings.TrimPrefix(typ.PkgPath(), module+"/") + "." + typ.Name()
		tried[name] = true
		want := s.use(t, s.value)
		data, err := s.value.(savable).MarshalBinary()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		check := func(how string, v savable, err error) {
			t.Helper()
			if err != nil {
				t.Errorf("%s from %s: %v", name, how, err)
				return
			}
			if got := s.use(t, v); !reflect.DeepEqual(got, want) {
				t.Errorf("%s from %s: it says %v, want %v", name, how, got, want)
			}
			if again, err := v.MarshalBinary(); err != nil || !bytes.Equal(again, data) {
				t.Errorf("%s from %s: saved again it is other bytes (%v)", name, how, err)
			}
		}
		v := s.fresh()
		check("bytes", v, v.UnmarshalBinary(data))
		v = s.fresh()
		var stream bytes.Buffer
		check("gob", v, errors.Join(gob.NewEncoder(&stream).Encode(s.value), gob.NewDecoder(&stream).Decode(v)))
		v = s.fresh()
		// By value, as a field of a struct is.
		text, err := json.Marshal(reflect.ValueOf(s.value).Elem().Interface())
		if !errors.Is(err, estimator.ErrNoJSON) {
			check("JSON", v, errors.Join(err, json.Unmarshal(text, v)))
		} else if err := json.Unmarshal([]byte("{}"), v); err == nil {
			t.Errorf("%s: it has no JSON, and is read from {}", name)
		}
	}
	exported(t, func(name string, typ *types.Named) {
		if m := method(typ, "MarshalBinary", true); m != nil && !types.IsInterface(typ) && !tried[name] && refused[name] == "" && !refusing(m) {
			t.Errorf("%s has a saved form, and no sample", name)
		}
	})
}

// TestSavedIsBounded: bytes that are cut or altered are an ErrSaved, leave the
// value as it was.
func TestSavedIsBounded(t *testing.T) {
	t.Parallel()
	all := samples(t)
	for _, s := range all {
		data, err := s.value.(savable).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		v := s.fresh()
		if err := v.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(data); at += 1 + len(data)/31 {
			for _, bad := range [][]byte{data[:at], append(data[:at:at], append([]byte{data[at] ^ 4}, data[at+1:]...)...), append(data[:at:at], data[min(len(data), at+8):]...)} {
				if err := v.UnmarshalBinary(bad); !errors.Is(err, estimator.ErrSaved) {
					t.Errorf("%T: cut or altered at byte %d of %d: %v", s.value, at, len(data), err)
				}
			}
		}
		for _, o := range all {
			if reflect.TypeOf(o.value) == reflect.TypeOf(s.value) {
				continue
			}
			if err := o.fresh().UnmarshalBinary(data); !errors.Is(err, estimator.ErrSaved) {
				t.Errorf("%T read as a %T: %v", s.value, o.value, err)
			}
		}
		if again, err := v.MarshalBinary(); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%T: a failure changed it (%v)", s.value, err)
		}
	}
}

// FuzzSaved: whatever the bytes, each type returns an ErrSaved, or is what can be
// used and saved as the same bytes.
func FuzzSaved(f *testing.F) {
	all := samples(f)
	for _, s := range all {
		data, err := s.value.(savable).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		data = signed(data)
		for _, s := range all {
			v := s.fresh()
			if err := v.UnmarshalBinary(data); err != nil {
				if !errors.Is(err, estimator.ErrSaved) {
					t.Fatalf("%T: %v", s.value, err)
				}
				continue
			}
			if _, err := v.MarshalBinary(); err != nil {
				t.Fatalf("%T: it is read, and cannot be saved: %v", s.value, err)
			}
		}
	})
}

// signed returns a saved file with the digest that its contents have, so that
// altered ones get as far as they can; anything else as it is.
func signed(data []byte) []byte {
	f, err := safetensors.Parse("fuzzed", data)
	if err != nil {
		return data
	}
	var w persist.Writer
	for _, name := range f.Names() {
		t, _ := f.Lookup(name)
		switch t.DType {
		case safetensors.F64:
			if v, err := t.Float64(); err == nil {
				w.Float64(name, v, t.Shape...)
			}
		case safetensors.F32:
			if v, err := t.Float32(); err == nil {
				w.Float32(name, v, t.Shape...)
			}
		case safetensors.I64:
			if v, err := t.Int64(); err == nil {
				wide := make([]int, len(v))
				for i, x := range v {
					wide[i] = int(x)
				}
				w.Ints(name, wide)
			}
		case safetensors.U8:
			w.Bytes(name, t.Bytes())
		}
	}
	m := f.Metadata()
	out, err := w.Encode(m["cohort.kind"], 1, json.RawMessage(m["cohort.head"]))
	if err != nil {
		return data
	}
	return out
}

// TestSigned: a file whose head is altered and signed anew gets past the digest.
func TestSigned(t *testing.T) {
	t.Parallel()
	head := &probe.Ridge{Weights: []float64{1, 2}, Penalty: 1}
	data := must(head.MarshalBinary())(t)
	altered := bytes.Replace(data, []byte(`\"penalty\":1`), []byte(`\"penalty\":7`), 1)
	if bytes.Equal(altered, data) || head.UnmarshalBinary(altered) == nil {
		t.Fatal("nothing is altered, or it goes unnoticed")
	}
	if err := head.UnmarshalBinary(signed(altered)); err != nil || head.Penalty != 7 {
		t.Errorf("penalty %v: %v", head.Penalty, err)
	}
}
