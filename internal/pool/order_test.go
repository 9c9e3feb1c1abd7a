package pool

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/reading"
)

// rowsOf returns each user's row and vector after texts were read in this order.
func rowsOf(t *testing.T, texts []corpus.Text, repeats *corpus.Repeats) (row map[string]int, vector map[string][]float32, repeated int) {
	t.Helper()
	r, err := reading.Open(t.Context(), corpus.Slice(texts), reading.Config{Repeats: repeats})
	if err != nil {
		t.Fatal(err)
	}
	u, err := Gather(t.Context(), r, Config{Model: &bag.Model{}, Memory: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	row, vector = map[string]int{}, map[string][]float32{}
	for i, name := range r.Survey().Users {
		row[name], vector[name] = u.Row[i], u.Vectors.Row(u.Row[i])
	}
	return row, vector, r.Survey().Cleaning.NearDuplicates
}

// words returns n words drawn by r.
func words(r *rand.Rand, n int) string {
	var w []string
	for range n {
		w = append(w, bag.Topics[r.IntN(3)][r.IntN(6)]+strings.Repeat("s", r.IntN(9)))
	}
	return strings.Join(w, " ")
}

// Users have the same vectors, bit for bit, in whatever order their texts are
// read.
func TestVectorsKeepTheirBits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var texts []corpus.Text
	for i := range 600 {
		texts = append(texts, corpus.Text{User: fmt.Sprint(i % 40), Text: words(r, 7), Weight: []float64{1, 1, 0.3, 2.7}[r.IntN(4)]})
	}
	row, vector, _ := rowsOf(t, texts, nil)
	for range 5 {
		r.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		gotRow, got, _ := rowsOf(t, texts, nil)
		for name := range row {
			if gotRow[name] != row[name] || !slices.Equal(got[name], vector[name]) {
				t.Errorf("user %s: row %d, was %d; vectors equal: %v", name, gotRow[name], row[name], slices.Equal(got[name], vector[name]))
			}
		}
	}
}

// Which of a user's near-duplicates is kept depends on the order of reading, but
// not where the user stands among the points.
func TestRowsOfNearDuplicates(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	var texts []corpus.Text
	for i := range 60 {
		long := words(r, 60)
		for _, end := range []string{"once", "again", "again"} {
			texts = append(texts, corpus.Text{User: fmt.Sprint(i), Text: long + " " + end})
		}
		texts = append(texts, corpus.Text{User: fmt.Sprint(i), Text: words(r, 5)})
	}
	row, _, n := rowsOf(t, texts, &corpus.Repeats{KeepBoilerplate: true})
	slices.Reverse(texts)
	got, _, _ := rowsOf(t, texts, &corpus.Repeats{KeepBoilerplate: true})
	if n < 100 {
		t.Fatalf("%d near-duplicates", n)
	}
	for name := range row {
		if got[name] != row[name] {
			t.Errorf("user %s: row %d, was %d", name, got[name], row[name])
		}
	}
}
