package sentiment

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/persist"
)

// savedHeads are heads of every kind, with a function each that says what it
// scores.
func savedHeads(tb testing.TB) (heads []any, scores func(any) []Feeling) {
	tb.Helper()
	y := []float64{-1, 0.3, 1, -0.2, 0.9, -0.8, 0.1, 0.7}
	texts := []string{"good", "not good at all", "bad 🙂", "", "the best", "never again", "fine", "很好"}
	x := mat.NewDense(8, 3, nil)
	positive := make([]bool, 8)
	for i, v := range y {
		x.SetRow(i, []float64{v * 0.37, float64(i*i%5) / 7, v*v - 0.1})
		positive[i] = v > 0
	}
	ridge, err := FitRidge(tb.Context(), []Rated{{X: x, Y: y}}, RidgeOptions{Penalties: []float64{0.1, 1}})
	if err != nil {
		tb.Fatal(err)
	}
	logistic, err := FitLogistic(tb.Context(), x, positive, LogisticOptions{Penalties: []float64{0.1}})
	if err != nil {
		tb.Fatal(err)
	}
	weight := func(n int) weights {
		out := make(weights, n)
		for i := range out {
			out[i] = float32(math.Sin(float64(i*i + 1)))
		}
		return out
	}
	network := &Network{Mean: weight(3), Scale: 1.7, Hidden: weight(15), Shift: weight(5), Out: weight(5), Bias: 0.1}
	grams := &Grams{Bits: 6, Longest: 3, Weights: weight(64), Bias: -0.2}
	blend := &Blend{Model: "m", Data: "d", Network: network, Grams: grams, Shares: [2]float64{0.7, 0.4}, Bias: 0.03, Calibrated: 9}
	withHead, withBlend := &Mixed{Lang: "en", Head: ridge}, &Mixed{Lang: "zh", Blend: blend}
	for _, m := range []*Mixed{withHead, withBlend} {
		if err := FitMixed(tb.Context(), m, texts, x, y); err != nil {
			tb.Fatal(err)
		}
	}
	judged := Judged{Texts: texts, X: x}
	for _, v := range y {
		judged.Shares = append(judged.Shares, [3]float64{max(0, -v), 1 - max(v, -v), max(0, v)})
	}
	familiar, err := FitFamiliar(tb.Context(), x, x, FamiliarOptions{Centres: 2})
	if err != nil {
		tb.Fatal(err)
	}
	classes, classesBlend := &Mixed{Lang: "en", Familiar: familiar}, &Mixed{Lang: "zh", Blend: blend}
	for _, m := range []*Mixed{classes, classesBlend} {
		if err := FitClasses(tb.Context(), m, []Judged{judged}, ClassOptions{}); err != nil {
			tb.Fatal(err)
		}
		if err := FitTurn(tb.Context(), m, []Judged{judged}); err != nil {
			tb.Fatal(err)
		}
	}
	return []any{ridge, logistic, network, grams, blend, blend.Rounded(), withHead, withBlend, classes, classesBlend}, func(h any) []Feeling {
		var out []Feeling
		var err error
		switch h := h.(type) {
		case *Head:
			out, err = h.Score(tb.Context(), x)
		case *Blend:
			out, err = h.Feelings(tb.Context(), texts, x)
		case *Mixed:
			out, err = h.Feelings(tb.Context(), texts, x)
		case *Network:
			for i := range texts {
				row := []float32{float32(x.At(i, 0)), float32(x.At(i, 1)), float32(x.At(i, 2))}
				out = append(out, Feeling{Value: h.Logit(row)})
			}
		case *Grams:
			for _, s := range texts {
				out = append(out, Feeling{Value: h.Logit(s)})
			}
		}
		if err != nil || len(out) != len(texts) {
			tb.Fatalf("%T: %d scores, %v", h, len(out), err)
		}
		return out
	}
}

// TestConformSaved: what comes back from bytes, gob and JSON is the same head,
// scores the same, and is saved as the same bytes again.
func TestConformSaved(t *testing.T) {
	t.Parallel()
	heads, scores := savedHeads(t)
	for _, h := range heads {
		want := scores(h)
		check := func(how string, again any, err error) {
			t.Helper()
			if err != nil {
				t.Errorf("%T: %s: %v", h, how, err)
				return
			}
			if !reflect.DeepEqual(again, h) || !slices.Equal(scores(again), want) {
				t.Errorf("%T: %s: another head", h, how)
			}
		}
		empty := func() any { return reflect.New(reflect.TypeOf(h).Elem()).Interface() }
		data, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		q := empty()
		check("bytes", q, q.(encoding.BinaryUnmarshaler).UnmarshalBinary(data))
		if again, err := q.(encoding.BinaryMarshaler).MarshalBinary(); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%T: saved again it is other bytes (%v)", h, err)
		}
		var b bytes.Buffer
		q = empty()
		check("gob", q, errors.Join(gob.NewEncoder(&b).Encode(h), gob.NewDecoder(&b).Decode(q)))
		text, err := json.Marshal(h)
		q = empty()
		check("JSON", q, errors.Join(err, json.Unmarshal(text, q)))
		for _, at := range []int{0, 9, len(data) / 3, len(data) / 2, len(data) - 1} {
			bad := slices.Clone(data)
			bad[at] ^= 4
			for _, bad := range [][]byte{data[:at], bad} {
				if err := empty().(encoding.BinaryUnmarshaler).UnmarshalBinary(bad); !errors.Is(err, ErrSaved) {
					t.Errorf("%T: byte %d changed or cut: %v", h, at, err)
				}
			}
		}
		for _, other := range heads {
			if reflect.TypeOf(other) != reflect.TypeOf(h) {
				if err := reflect.New(reflect.TypeOf(other).Elem()).Interface().(encoding.BinaryUnmarshaler).UnmarshalBinary(data); !errors.Is(err, ErrSaved) {
					t.Errorf("%T read as a %T: %v", h, other, err)
				}
			}
		}
		if _, err := empty().(encoding.BinaryMarshaler).MarshalBinary(); !errors.Is(err, ErrFormat) {
			t.Errorf("an empty %T: %v", h, err)
		}
	}
	if _, err := (Classified{}).MarshalBinary(); !errors.Is(err, ErrSaved) {
		t.Errorf("a function: %v", err)
	}
	if _, err := json.Marshal(weights{1, float32(math.NaN())}); err == nil {
		t.Error("NaN is saved as JSON")
	}
}

// TestRounded: 16 bits change a score little and make its JSON shorter.
func TestRounded(t *testing.T) {
	t.Parallel()
	heads, scores := savedHeads(t)
	b := heads[4].(*Blend)
	was := scores(b)
	for i, f := range scores(b.Rounded()) {
		if d := math.Abs(f.Value - was[i].Value); !(d < 1e-3) || math.Abs(float64(b.Rounded().Grams.Weights[i]-b.Grams.Weights[i])) > 1./(1<<16) {
			t.Errorf("text %d differs by %g", i, d)
		}
	}
	long, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	short, err := json.Marshal(b.Rounded())
	if err != nil || len(short) >= len(long) {
		t.Errorf("%d bytes, rounded %d (%v)", len(long), len(short), err)
	}
}

// FuzzUnmarshalBinary: whatever the bytes, an error or a head that can be used.
func FuzzUnmarshalBinary(f *testing.F) {
	heads, _ := savedHeads(f)
	for _, h := range heads {
		data, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Mixed
		var b Blend
		var h Head
		err := errors.Join(m.UnmarshalBinary(data), b.UnmarshalBinary(data), h.UnmarshalBinary(data))
		switch kind := persist.KindOf(data); {
		case m.Mix != nil:
			x := mat.NewDense(1, m.Dim(), nil)
			_, _ = m.Feelings(t.Context(), []string{"good"}, x) // must not panic
		case b.Network != nil:
			_, _ = b.Feelings(t.Context(), []string{"good"}, mat.NewDense(1, b.Dim(), nil))
		case h.Weights != nil:
			_, _ = h.Score(t.Context(), mat.NewDense(1, h.Dim(), nil))
		case !errors.Is(err, ErrSaved):
			t.Errorf("%q: %v", kind, err)
		}
	})
}
