package refine

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// A step is its definition, computed slowly in float64.
func TestStepIsItsDefinition(t *testing.T) {
	t.Parallel()
	const n, d, k = 30, 5, 3
	m64, bags, _ := planted(11, n, d, k, 1)
	bags[4] = nil // says nothing
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	x, err := directions(m64, rows)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Neighbors: 4}
	near, err := nearest(t.Context(), x, o.reach(bags), 1)
	if err != nil {
		t.Fatal(err)
	}
	m, err := newModel(t.Context(), o, x, near, bags, k)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(2, 2))
	q := dense.New[float32](n, k)
	for i := range n {
		a, b, c := r.Float64()+0.01, r.Float64()+0.01, r.Float64()+0.01
		for j, v := range []float64{a, b, c} {
			q.Row(i)[j] = float32(v / (a + b + c))
		}
	}
	got, err := m.step(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	// Words that count, by their users.
	users := map[int32]int{}
	for _, b := range bags {
		for _, w := range b {
			users[w.Word]++
		}
	}
	counts := func(w int32) bool { return users[w] >= 3 && float64(users[w]) <= 0.2*n }
	idf := func(w int32) float64 { return math.Log(float64(1+n)/float64(1+users[w])) + 1 }
	vocabulary := 0
	for w := range users {
		if counts(w) {
			vocabulary++
		}
	}
	if vocabulary == 0 || vocabulary == len(users) {
		t.Fatalf("%d of %d words count: the case says nothing", vocabulary, len(users))
	}
	cosine := func(i, j int) float64 {
		dot := 0.0
		for f := range d {
			dot += float64(x.Row(i)[f]) * float64(x.Row(j)[f])
		}
		return dot
	}
	tfidf := func(i int) (map[int32]float64, float64) {
		out, sum := map[int32]float64{}, 0.0
		for _, w := range bags[i] {
			if counts(w.Word) {
				out[w.Word] = float64(w.Count) * idf(w.Word)
				sum += out[w.Word] * out[w.Word]
			}
		}
		return out, math.Sqrt(sum)
	}
	like := func(i, j int) float64 {
		a, la := tfidf(i)
		b, lb := tfidf(j)
		dot := 0.0
		for w, v := range a {
			dot += v * b[w]
		}
		out := cosine(i, j)
		if dot > 0 {
			out += 0.5 * dot / (la * lb)
		}
		return max(out, 0)
	}
	var score [n][k]float64
	toward, size, said, total := [k][d]float64{}, make([]float64, k), [k]map[int32]float64{}, [k]float64{}
	for c := range k {
		said[c] = map[int32]float64{}
		length := 0.0
		for i := range n {
			size[c] += float64(q.Row(i)[c])
			for f := range d {
				toward[c][f] += float64(q.Row(i)[c]) * float64(x.Row(i)[f])
			}
			for _, w := range bags[i] {
				if counts(w.Word) {
					said[c][w.Word] += float64(q.Row(i)[c]) * float64(w.Count)
					total[c] += float64(q.Row(i)[c]) * float64(w.Count)
				}
			}
		}
		for f := range d {
			length += toward[c][f] * toward[c][f]
		}
		for f := range d {
			toward[c][f] /= math.Sqrt(length)
		}
	}
	deviation := 0.0
	for i := range n {
		mean, squares := 0.0, 0.0
		for c := range k {
			for f := range d {
				score[i][c] += float64(x.Row(i)[f]) * toward[c][f]
			}
			mean += score[i][c] / k
		}
		for c := range k {
			squares += (score[i][c] - mean) * (score[i][c] - mean)
		}
		deviation += math.Sqrt(squares/k) / n
	}
	slow := make([][]float64, n)
	for i := range n {
		var others []int
		for j := range n {
			if j != i {
				others = append(others, j)
			}
		}
		slices.SortStableFunc(others, func(a, b int) int {
			if like(i, a) > like(i, b) {
				return -1
			}
			return 1
		})
		weights := 0.0
		for _, j := range others[:4] {
			weights += like(i, j)
		}
		length := 0.0
		for _, w := range bags[i] {
			if counts(w.Word) {
				length += float64(w.Count)
			}
		}
		for c := range k {
			share := 0.0
			for _, j := range others[:4] {
				share += like(i, j) / weights * float64(q.Row(j)[c])
			}
			s := score[i][c]*8/deviation + 4*math.Log(share+0.02)
			for _, w := range bags[i] {
				if counts(w.Word) {
					s += float64(w.Count) * math.Log((said[c][w.Word]+0.05)/(total[c]+0.05*float64(vocabulary))) / math.Sqrt(length)
				}
			}
			slow[i] = append(slow[i], s)
		}
	}
	want := slowTransport(slow, size, rounds)
	for i := range n {
		for c, v := range got.Row(i) {
			if math.Abs(float64(v)-want[i][c]) > 1e-3 {
				t.Errorf("user %d, segment %d: %g, want %g", i, c, v, want[i][c])
			}
		}
	}
}
