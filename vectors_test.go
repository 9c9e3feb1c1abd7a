package cohort

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// embedded returns the users, texts and vectors of some texts, with the vectors
// as float64 and scaled by 1, 2, 3, ….
func embedded(t *testing.T, m *bag.Model, texts []Text) (users, said []string, x *mat.Dense) {
	t.Helper()
	for _, text := range texts {
		users, said = append(users, text.User), append(said, text.Text)
	}
	x = mat.NewDense(len(texts), m.Dim(), nil)
	i := 0
	for v, err := range m.EmbedSeq(t.Context(), slices.Values(said)) {
		if err != nil {
			t.Fatal(err)
		}
		for j, f := range v {
			x.Set(i, j, float64(f)*float64(i%7+1))
		}
		i++
	}
	return users, said, x
}

// The vectors that a model made give what the model gives, with its texts all
// of it, and the same segments without them.
func TestFromVectorsIsSegment(t *testing.T) {
	t.Parallel()
	m, texts := &bag.Model{}, bag.Texts(24, 3)
	users, said, x := embedded(t, m, texts)
	for _, pooling := range []Pooling{PoolMean, PoolMixture} {
		opt := Options{Model: m, K: 3, Pooling: pooling, Bootstrap: 3, MinUsers: 2}
		want, err := Segment(t.Context(), Slice(texts), opt)
		if err != nil {
			t.Fatal(err)
		}
		got, err := FromVectors(t.Context(), users, x, said, opt)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Segments[0].Quotes) == 0 || len(got.Segments[0].Words) == 0 || got.Counts != want.Counts {
			t.Errorf("%v: %d quotes, %d words, counts %+v, want %+v", pooling, len(got.Segments[0].Quotes), len(got.Segments[0].Words), got.Counts, want.Counts)
		}
		same(t, pooling.String(), got, want)
		for i := range got.Segments {
			if g, w := got.Segments[i], want.Segments[i]; !reflect.DeepEqual(g.Words, w.Words) || !slices.EqualFunc(g.Quotes, w.Quotes, func(a, b Quote) bool { return a.Text == b.Text }) {
				t.Errorf("%v, segment %d: other words or quotations", pooling, g.ID)
			}
		}

		opt.Model = nil
		bare, err := FromVectors(t.Context(), users, x, nil, opt)
		if err != nil {
			t.Fatal(err)
		}
		same(t, pooling.String()+" without texts", bare, want)
		if n := len(texts); bare.Counts.WithoutText != n || bare.Counts.Texts != n || bare.Counts.EmptyTexts != 0 || bare.Run.Model != "vectors" {
			t.Errorf("%v: counts %+v of %q", pooling, bare.Counts, bare.Run.Model)
		}
		for _, s := range bare.Segments {
			if len(s.Words)+len(s.Phrases)+len(s.Contrast)+len(s.Quotes) > 0 || !strings.HasPrefix(s.Name, "#") {
				t.Errorf("%v: segment %q has words", pooling, s.Name)
			}
		}
	}
}

// same fails if the users of two segmentations are elsewhere, or the quality
// differs by more than rounding.
func same(t *testing.T, name string, got, want *Segmentation) {
	t.Helper()
	for i, u := range got.Users {
		w := want.Users[i]
		if u.ID != w.ID || u.Segment != w.Segment || u.Texts != w.Texts || math.Abs(u.Margin-w.Margin) > 1e-5 {
			t.Errorf("%s: user %s is in %d by %v, want %d by %v", name, u.ID, u.Segment, u.Margin, w.Segment, w.Margin)
		}
	}
	if d := got.Scores.Silhouette - want.Scores.Silhouette; math.Abs(d) > 1e-5 {
		t.Errorf("%s: silhouette differs by %v", name, d)
	}
}

// feel gives every text the sentiment 1.
type feel struct{ t *testing.T }

func (feel) Describe() string { return "feel" }

func (f feel) Feelings(_ context.Context, texts []string, _ mat.Matrix) ([]sentiment.Feeling, error) {
	for _, text := range texts {
		if text == "" {
			f.t.Error("the sentiment of no text is asked for")
		}
	}
	out := make([]sentiment.Feeling, len(texts))
	for i := range out {
		out[i].Value = 1
	}
	return out, nil
}

// Of texts that are known in part, those that are known count; weights and
// metadata are used, and new users are placed by their vectors.
func TestVectorsWithSomeTexts(t *testing.T) {
	t.Parallel()
	m, texts := &bag.Model{}, bag.Texts(24, 3)
	_, _, x := embedded(t, m, texts)
	known := 0
	for i := range texts {
		texts[i].Meta = map[string]string{"stars": "4"}
		if i%2 == 0 {
			texts[i].Text = " "
		} else {
			known++
		}
	}
	rows := 0
	opt := Options{
		Vectors: x, K: 3, Bootstrap: -1, MinUsers: 2, Sentiment: feel{t}, Rating: "stars", Repeats: &Repeats{Of: RepeatsKept},
		EachText: func(r result.Text) error {
			rows++
			if (r.Text == "") != (r.Row%2 == 1) || (r.Sentiment == nil) != (r.Text == "") {
				t.Errorf("row %d: %+v", r.Row, r)
			}
			return nil
		},
	}
	fitted, err := Fit(t.Context(), Slice(texts), opt)
	if err != nil {
		t.Fatal(err)
	}
	s := fitted.Segmentation()
	if s.Counts.WithoutText != len(texts)-known || s.Counts.Texts != len(texts) || rows != len(texts) {
		t.Errorf("counts %+v, %d rows", s.Counts, rows)
	}
	n := 0
	for _, p := range s.Segments {
		n += p.Sentiment.N
		if p.Rating == nil || len(p.Words) == 0 || len(p.Quotes) == 0 {
			t.Errorf("segment %d: rating %v, %d words, %d quotes", p.ID, p.Rating, len(p.Words), len(p.Quotes))
		}
	}
	if n != known {
		t.Errorf("the sentiment of %d texts, want %d", n, known)
	}

	var file bytes.Buffer
	if err := fitted.Save(&file); err != nil {
		t.Fatal(err)
	}
	again, err := LoadSegmenter(&file)
	if err != nil {
		t.Fatal(err)
	}
	for _, sm := range []*Segmenter{fitted, again} {
		placed, err := sm.Assign(t.Context(), Slice(texts), Options{Vectors: x})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range placed {
			if u := s.Users[i]; a.User != u.ID || u.Margin > 0 && a.Segment != u.Segment {
				t.Errorf("user %s goes to %d, was in %d", a.User, a.Segment, u.Segment)
			}
		}
	}
	if _, err := again.Assign(t.Context(), Slice(texts), Options{Model: m}); !errors.Is(err, ErrModel) {
		t.Errorf("placing by a model: %v", err)
	}
	if _, err := again.Assign(t.Context(), Slice(texts), Options{Vectors: x.Slice(0, len(texts), 0, 8)}); !errors.Is(err, ErrModel) {
		t.Errorf("placing by vectors of another length: %v", err)
	}
	if _, err := again.Why(t.Context(), texts[0].User, Slice(texts), Options{Vectors: x}, WhyOptions{}); !errors.Is(err, ErrOptions) {
		t.Errorf("Why: %v", err)
	}
}

func TestFromVectorsErrors(t *testing.T) {
	t.Parallel()
	users := []string{"a", "b", "c"}
	x := func(change ...float64) mat.Matrix {
		m := mat.NewDense(3, 2, []float64{1, 0, 0, 1, -1, 0})
		if len(change) > 0 {
			m.SetRow(1, change)
		}
		return m
	}
	nan := float32(math.NaN())
	for _, c := range []struct {
		name    string
		vectors mat.Matrix
		texts   []string
		model   Embedder
		is      error
		says    string
	}{
		{"nil", nil, nil, nil, ErrOptions, "nil"},
		{"rows", mat.NewDense(2, 2, nil), nil, nil, estimator.ErrShape, "got 2, want 3"},
		{"texts", x(), []string{"one"}, nil, estimator.ErrShape, "got 1, want 3"},
		{"another model's", x(), nil, &bag.Model{}, estimator.ErrShape, "bag: got 2, want 32"},
		{"NaN", x(0, math.NaN()), nil, nil, ErrNotFinite, "row 1, column 1"},
		{"infinity", x(math.Inf(-1), 1), nil, nil, ErrNotFinite, "row 1, column 0"},
		{"zeros", x(0, 0), nil, nil, estimator.ErrZeroRow, "row 1"},
		{"float32", dense.Matrix{Rows: dense.Rows[float32]{Data: []float32{1, 0, 0, nan, -1, 0}, Len: 3, Dim: 2, Stride: 2}}, nil, nil, ErrNotFinite, "row 1, column 1"},
	} {
		_, err := FromVectors(t.Context(), users, c.vectors, c.texts, Options{K: 2, Model: c.model})
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if s, err := FromVectors(t.Context(), users, x(1e200, -1e200), nil, Options{K: 2, Bootstrap: -1}); err != nil || len(s.Users) != 3 {
		t.Errorf("huge values: %v", err)
	}
	if s, err := FromVectors(t.Context(), users, x(1e-200, -1e-200), nil, Options{K: 2, Bootstrap: -1}); err != nil || len(s.Users) != 3 {
		t.Errorf("tiny values: %v", err)
	}
	if _, err := FromVectors(t.Context(), nil, &mat.Dense{}, nil, Options{}); !errors.Is(err, ErrOptions) && !errors.Is(err, ErrNoTexts) {
		t.Errorf("no vectors: %v", err)
	}
	// More or fewer texts than vectors.
	for _, n := range []int{2, 5} {
		_, err := Segment(t.Context(), Slice(bag.Texts(n, 1)[:n]), Options{Vectors: x(), K: 2})
		if !errors.Is(err, estimator.ErrShape) {
			t.Errorf("%d texts for 3 vectors: %v", n, err)
		}
	}
}
