package refine

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Latent words have the cosines that a whole singular value decomposition gives.
func TestLatent(t *testing.T) {
	t.Parallel()
	const n, topics = 300, 6
	r := rand.New(rand.NewPCG(4, 4))
	bags := make([]Bag, n)
	for i := range bags {
		if i == 5 {
			continue // says nothing
		}
		have := map[int32]int32{}
		for range 8 {
			w := r.IntN(20 * topics)
			if r.IntN(12) > 0 {
				w = 20*(i%topics) + r.IntN(20)
			}
			have[int32(w)]++
		}
		for w, c := range have {
			bags[i] = append(bags[i], Term{w, c})
		}
		slices.SortFunc(bags[i], func(a, b Term) int { return int(a.Word - b.Word) })
	}
	w := newWords(bags, half)
	got, err := w.latent(t.Context(), topics, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got.Len != n || got.Dim != topics {
		t.Fatalf("[%d, %d]", got.Len, got.Dim)
	}
	want := latentSlowly(w, topics)
	worst := 0.0
	for i := range n {
		for j := range n {
			a, b := 0.0, 0.0
			for c := range topics {
				a += float64(got.Row(i)[c]) * float64(got.Row(j)[c])
				b += want.At(i, c) * want.At(j, c)
			}
			worst = max(worst, math.Abs(a-b))
		}
	}
	if !(worst < 3e-3) {
		t.Errorf("a cosine is %g off", worst)
	}
	for _, v := range got.Row(5) {
		if v != 0 {
			t.Errorf("who says nothing: %v", got.Row(5))
		}
	}
}

// latentSlowly is latent by gonum's singular value decomposition of the dense
// matrix [n, words].
func latentSlowly(w *words, d int) *mat.Dense {
	n := len(w.bags)
	a := mat.NewDense(n, w.count, nil)
	for i := range n {
		for _, t := range w.bags[i] {
			a.Set(i, int(t.Word), (1+math.Log(float64(t.Count)))*w.idf[t.Word])
		}
		if l := mat.Norm(a.RowView(i), 2); l > 0 {
			for j := range w.count {
				a.Set(i, j, a.At(i, j)/l)
			}
		}
	}
	var svd mat.SVD
	svd.Factorize(a, mat.SVDThin)
	var u mat.Dense
	svd.UTo(&u)
	values := svd.Values(nil)
	out := mat.NewDense(n, d, nil)
	for i := range n {
		for c := range d {
			out.Set(i, c, u.At(i, c)*values[c])
		}
		if l := mat.Norm(out.RowView(i), 2); l > 1e-5 {
			for c := range d {
				out.Set(i, c, out.At(i, c)/l)
			}
		}
	}
	return out
}

// There are no more latent words than words, or users.
func TestLatentOfFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		bags []Bag
		want int
	}{
		{"nobody says anything", make([]Bag, 9), 0},
		{"words too rare to count", []Bag{{{0, 1}}, {{1, 1}}, {{2, 1}}}, 0},
		{"the names of two things", []Bag{{{0, 1}}, {{1, 1}}, {{0, 1}}, {{1, 1}}, {{0, 1}}, {{1, 1}}}, 2},
		{"a word of most", []Bag{{{0, 1}}, {{0, 1}}, {{0, 1}}, {{0, 1}}, nil}, 0},
		{"one word", append([]Bag{{{7, 1}}, {{7, 2}}, {{7, 1}}}, make([]Bag, 20)...), 1},
		{"the same two", append([]Bag{{{0, 1}, {7, 1}}, {{0, 1}, {7, 1}}, {{0, 1}, {7, 1}}}, make([]Bag, 20)...), 2},
	} {
		got, err := newWords(c.bags, half).latent(t.Context(), 30, 1)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got.Len != len(c.bags) || got.Dim != c.want {
			t.Errorf("%s: [%d, %d], want %d columns", c.name, got.Len, got.Dim, c.want)
		}
		for i := range got.Len {
			for _, v := range got.Row(i) {
				if v-v != 0 || math.Abs(float64(v)) > 1.00001 {
					t.Errorf("%s: %v", c.name, got.Row(i))
				}
			}
		}
	}
}

// Of too many words those of most users stay.
func TestCommonest(t *testing.T) {
	t.Parallel()
	bags := make([]Bag, 50)
	for i := range bags {
		for w := range int32(6) { // word w has 3+w users
			if i < 3+int(w) {
				bags[i] = append(bags[i], Term{w, 1 + w})
			}
		}
	}
	w := newWords(bags, half)
	if w.count != 6 || w.commonest(6) != w {
		t.Fatalf("%d words", w.count)
	}
	got := w.commonest(2)
	want := make([]Bag, len(bags))
	for i := range want {
		for j, users := range []int{7, 8} {
			if i < users {
				want[i] = append(want[i], Term{int32(j), int32(5 + j)})
			}
		}
	}
	if got.count != 2 || !slices.EqualFunc(got.bags, want, func(a, b Bag) bool { return slices.Equal(a, b) }) {
		t.Errorf("%v", got.bags[:9])
	}
}
