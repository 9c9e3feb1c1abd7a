package noisebench

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/repair"
)

// set is a file of labelled texts, label and text with a tab between, and how
// much of it is used.
type set struct {
	file  string
	texts int
	own   int // texts of a user
}

// TestRobustness prints the tables of docs/robustness.md, from the sets in
// COHORT_NOISE_SETS and the model in COHORT_NOISE_MODEL.
func TestRobustness(t *testing.T) {
	dir, model := os.Getenv("COHORT_NOISE_SETS"), os.Getenv("COHORT_NOISE_MODEL")
	if dir == "" || model == "" {
		t.Skip("COHORT_NOISE_SETS and COHORT_NOISE_MODEL are not set")
	}
	m, err := bert.Load(model, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, s := range []set{{"intents40", 1200, 2}, {"stackoverflow", 1000, 1}, {"clothing", 500, 1}} {
		if only := os.Getenv("COHORT_NOISE_ONLY"); only == "" || only == s.file {
			measure(t, m, dir, s)
		}
	}
}

func measure(t *testing.T, m *bert.Model, dir string, s set) {
	data, err := os.ReadFile(filepath.Join(dir, s.file+".tsv"))
	if err != nil {
		t.Log(err)
		return
	}
	rng := rand.New(rand.NewPCG(1, 2))
	of := map[string][]string{}
	for l := range strings.Lines(string(data)) {
		label, text, _ := strings.Cut(strings.TrimRight(l, "\n"), "\t")
		of[label] = append(of[label], text)
	}
	var names, texts []string
	var labels []int // of users
	for n := range of {
		names = append(names, n)
	}
	slices.Sort(names)
	users := s.texts / s.own / len(names)
	for i, n := range names {
		rng.Shuffle(len(of[n]), func(a, b int) { of[n][a], of[n][b] = of[n][b], of[n][a] })
		for u := range min(users, len(of[n])/s.own) {
			texts = append(texts, of[n][u*s.own:(u+1)*s.own]...)
			labels = append(labels, i)
		}
	}
	k := len(names)
	base := embed(t, m, texts, s.own)
	centres := fit(t, base, k, 1)
	home := match(place(base, centres), labels, k) // class of each centre
	t.Logf("%s: %d texts of %d users, %d classes", s.file, len(texts), len(labels), k)
	for _, n := range []struct {
		name string
		make Noise
	}{
		{"clean", Typing(0)}, {"typing 10 %", Typing(.1)}, {"spaces 30 %", NoSpaces(.3)}, {"typing 20 %", Typing(.2)}, {"typing 5 %", Typing(.05)}, {"spaces all", NoSpaces(1)},
		{"OCR 10 %", OCR(.1)}, {"full width", FullWidth}, {"mixed width", MixedWidth}, {"upper case", Upper},
	} {
		noisy, cleaned, repaired := make([]string, len(texts)), make([]string, len(texts)), make([]string, len(texts))
		cleaner := clean.New(clean.Options{})
		words := repair.NewCounter()
		for i, x := range texts {
			noisy[i] = n.make(x, rng)
			cleaned[i] = cleaner.String(noisy[i]).Text
			words.Add(cleaned[i])
		}
		r, err := words.Repairer(repair.Options{Vocabulary: m.Words()})
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range cleaned {
			repaired[i] = r.Repair(x).Text
		}
		var of [3][3]float64
		for i, way := range [...][]string{noisy, cleaned, repaired} {
			if i == 1 && n.name != "full width" && n.name != "mixed width" {
				of[1] = of[0]
				continue
			}
			x := embed(t, m, way, s.own)
			of[i][0] = accuracy(t, x, labels, k)
			at, was, right, moved := place(x, centres), place(base, centres), 0., 0.
			for u := range at {
				if home[at[u]] == labels[u] {
					right++
				}
				if at[u] != was[u] {
					moved++
				}
			}
			of[i][1], of[i][2] = 100*right/float64(len(at)), 100*moved/float64(len(at))
		}
		t.Logf("| %s | %.1f %.1f %.1f | %.1f %.1f %.1f | %.0f %.0f %.0f | share %.3f rate %.3f", n.name,
			of[0][0], of[1][0], of[2][0], of[0][1], of[1][1], of[2][1], of[0][2], of[1][2], of[2][2], r.Share(words), r.ErrorRate())
	}
}

// embed returns the vectors [users, dim] of users with own texts each.
func embed(t *testing.T, m *bert.Model, texts []string, own int) *mat.Dense {
	e, err := m.Embed(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	x := mat.NewDense(len(texts)/own, m.Dim(), nil)
	for i := range texts {
		row := x.RawRowView(i / own)
		for j, v := range e.Row(i) {
			row[j] += float64(v)
		}
	}
	for u := range len(texts) / own {
		row := x.RawRowView(u)
		norm := 0.
		for _, v := range row {
			norm += v * v
		}
		for j := range row {
			row[j] /= math.Sqrt(norm)
		}
	}
	return x
}

// starts is the number of k-means runs of which the accuracy is the mean.
const starts = 4

func fit(t *testing.T, x mat.Matrix, k int, seed uint64) mat.Matrix {
	r, err := cluster.KMeans{K: k, NInit: 3, Seed: seed}.Fit(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	return r.Centers
}

// accuracy is the share of users, in percent, whose cluster is matched with
// their class, the mean over several seeds.
func accuracy(t *testing.T, x *mat.Dense, labels []int, k int) float64 {
	sum := 0.
	for seed := range uint64(starts) {
		at := place(x, fit(t, x, k, seed))
		home := match(at, labels, k)
		for u, c := range at {
			if home[c] == labels[u] {
				sum++
			}
		}
	}
	return 100 * sum / starts / float64(len(labels))
}

// place returns the nearest centre of each row of x.
func place(x *mat.Dense, centres mat.Matrix) []int {
	k, d := centres.Dims()
	n, _ := x.Dims()
	out := make([]int, n)
	var dots mat.Dense
	dots.Mul(x, centres.T())
	for u := range n {
		best := math.Inf(1)
		for c := range k {
			norm := 0.
			for j := range d {
				norm += centres.At(c, j) * centres.At(c, j)
			}
			if far := norm - 2*dots.At(u, c); far < best {
				best, out[u] = far, c
			}
		}
	}
	return out
}

// match returns the class of each cluster in the pairing that most users fit,
// found by augmenting along longest paths (Bellman-Ford).
func match(at, labels []int, k int) []int {
	count := make([][]int, k)
	for c := range count {
		count[c] = make([]int, k)
	}
	for u, c := range at {
		count[c][labels[u]]++
	}
	class, owner := make([]int, k), make([]int, k)
	for c := range k {
		class[c], owner[c] = -1, -1
	}
	for from := range k {
		gain, by := make([]int, k), make([]int, k) // of reaching each class
		for y := range k {
			gain[y], by[y] = count[from][y], from
		}
		for changed := true; changed; {
			changed = false
			for y := range k {
				c := owner[y]
				if c < 0 {
					continue
				}
				for z := range k {
					if g := gain[y] - count[c][y] + count[c][z]; z != y && g > gain[z] {
						gain[z], by[z], changed = g, c, true
					}
				}
			}
		}
		end := -1
		for y := range k {
			if owner[y] < 0 && (end < 0 || gain[y] > gain[end]) {
				end = y
			}
		}
		for y := end; ; {
			c := by[y]
			y, class[c], owner[y] = class[c], y, c
			if c == from {
				break
			}
		}
	}
	return class
}
