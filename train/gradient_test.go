package train

import (
	"math"
	"math/rand/v2"
	"testing"
)

// checkGradient compares a loss's gradient, by the vectors and by its own
// parameters, with central differences.
func checkGradient[E any](t *testing.T, loss Loss[E], examples []E) {
	t.Helper()
	const dim = 5
	if err := loss.prepare(examples, dim, 1); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	b := &batch[E]{examples: examples, first: []int{0}, dim: dim}
	for _, e := range examples {
		b.texts = loss.texts(b.texts, e, r)
		b.first = append(b.first, len(b.texts))
	}
	for range len(b.texts) * dim {
		b.vectors = append(b.vectors, float32(r.NormFloat64()))
	}
	value := func() float64 {
		b.gradient = make([]float32, len(b.vectors))
		for _, p := range loss.parameters() {
			clear(p.gradient())
		}
		return loss.value(b)
	}
	if v := value(); !(v > 0) {
		t.Fatalf("the loss is %g", v)
	}
	places, gradients := [][]float32{b.vectors}, [][]float32{b.gradient}
	for _, p := range loss.parameters() {
		places, gradients = append(places, p.values()), append(gradients, append([]float32(nil), p.gradient()...))
	}
	for k, place := range places {
		moved := false
		for i := range place {
			const h = 1e-3
			was := place[i]
			place[i] = was + h
			above := value()
			place[i] = was - h
			below := value()
			place[i] = was
			want, got := (above-below)/(2*h), float64(gradients[k][i])
			if math.Abs(got-want) > 3e-3*(1+math.Abs(want)) {
				t.Errorf("place %d, element %d: gradient %g, by differences %g", k, i, got, want)
			}
			moved = moved || got != 0
		}
		if !moved {
			t.Errorf("place %d has no gradient", k)
		}
	}
}

func TestGradientsOfLosses(t *testing.T) {
	t.Parallel()
	pairs := []Pair{{"a", "b", nil}, {"c", "d", []string{"e", "f"}}, {"g", "h", nil}, {"i", "b", nil}, {"c", "j", nil}}
	scored := []Scored{{"a", "b", 0.9}, {"c", "d", 0.1}, {"e", "f", -0.5}, {"g", "h", 0.1}}
	t.Run("negatives", func(t *testing.T) { checkGradient(t, &MultipleNegatives{Scale: 3}, pairs) })
	t.Run("symmetric", func(t *testing.T) { checkGradient(t, &MultipleNegatives{Scale: 2, Symmetric: true}, pairs) })
	t.Run("triplet", func(t *testing.T) {
		checkGradient(t, &TripletMargin{Margin: 1}, []Triplet{{"a", "b", "c"}, {"d", "e", "f"}, {"g", "h", "i"}})
	})
	t.Run("cosine", func(t *testing.T) { checkGradient(t, &CosineRegression{}, scored) })
	t.Run("cosent", func(t *testing.T) { checkGradient(t, &CoSENT{Scale: 2}, scored) })
	t.Run("classes", func(t *testing.T) {
		checkGradient(t, &Classes{}, []Labelled{{"a", "x"}, {"b", "y"}, {"c", "z"}, {"d", "x"}})
	})
	t.Run("contrast", func(t *testing.T) {
		checkGradient(t, &Contrast{Scale: 2}, []Labelled{{"a", "x"}, {"b", "y"}, {"c", "x"}, {"d", "x"}, {"e", "z"}, {"f", "y"}})
	})
	t.Run("twice", func(t *testing.T) { checkGradient(t, &Twice{Scale: 3}, []string{"a", "b", "c"}) })
	t.Run("denoise", func(t *testing.T) { checkGradient(t, &Denoise{Scale: 3}, []string{"a b c d", "e f", "gh"}) })
}

// A text equal to the positive one or to the anchor is no negative.
func TestEqualTextsAreNoNegatives(t *testing.T) {
	t.Parallel()
	l := &MultipleNegatives{}
	examples := []Pair{{"a", "b", nil}, {"c", "b", nil}}
	if err := l.prepare(examples, 2, 0); err != nil {
		t.Fatal(err)
	}
	b := &batch[Pair]{examples: examples, first: []int{0, 2, 4}, texts: []string{"a", "b", "c", "b"}, dim: 2, vectors: []float32{1, 0, 0, 1, 1, 1, 1, 0}, gradient: make([]float32, 8)}
	if v := l.value(b); v != 0 {
		t.Errorf("the loss is %g, want 0: nothing is to be told apart", v)
	}
}
