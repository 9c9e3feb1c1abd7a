package noisebench

import (
	"cmp"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/noise"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/repair"
)

// set is a file of labelled texts, label and text with a tab between.
type set struct {
	file string
	own  int // texts of a user
	// feelings scores texts, whose labels are neg or 0 and pos or 1; nil: the labels
	// are those of users, and found by k-means.
	feelings func() (*sentiment.Mixed, error)
	groups   int // that k-means finds in the clean texts, in place of labels; 0: labels
}

// TestRobustness prints the tables of docs/robustness.md, from the sets in
// COHORT_NOISE_SETS, the model in COHORT_NOISE_MODEL and, if it is set, the tuned
// one in COHORT_NOISE_TUNED. Vectors are kept in COHORT_NOISE_VECTORS, a directory.
// COHORT_NOISE_ONLY and COHORT_NOISE_KINDS choose some of the sets and of the noises,
// COHORT_NOISE_SEEDS the number of seeds of k-means.
func TestRobustness(t *testing.T) {
	dir, model := os.Getenv("COHORT_NOISE_SETS"), os.Getenv("COHORT_NOISE_MODEL")
	if dir == "" || model == "" {
		t.Skip("COHORT_NOISE_SETS and COHORT_NOISE_MODEL are not set")
	}
	m := load(t, model)
	var tuned *encoder
	if path := os.Getenv("COHORT_NOISE_TUNED"); path != "" {
		tuned = load(t, path)
	}
	for _, s := range []set{
		{"clinc", 2, nil, 0}, {"clothing", 1, nil, 0}, {"titles", 1, nil, 0}, {"sentiment", 1, sentiment.English, 0}, {"chinese", 1, sentiment.Chinese, 0}, {"chineseusers", 2, nil, 8}, {"kana", 1, nil, 8},
	} {
		if only := os.Getenv("COHORT_NOISE_ONLY"); only == "" || strings.Contains(","+only+",", ","+s.file+",") {
			measure(t, m, tuned, dir, s)
		}
	}
}

func load(t *testing.T, path string) *encoder {
	m, err := bert.Load(path, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := &encoder{m, map[string][]float32{}}
	t.Cleanup(func() {
		m.Close()
		keep(t, path, e.kept)
	})
	if f, err := os.Open(vectors(path)); err == nil {
		if err := gob.NewDecoder(f).Decode(&e.kept); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return e
}

// vectors is the file in which the vectors of a model are kept, in the directory
// COHORT_NOISE_VECTORS; "": they are not.
func vectors(model string) string {
	dir := os.Getenv("COHORT_NOISE_VECTORS")
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, filepath.Base(model)+".vectors")
}

// keep writes the vectors of texts to the file of a model.
func keep(t *testing.T, model string, kept map[string][]float32) {
	path := vectors(model)
	if path == "" {
		return
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := gob.NewEncoder(f).Encode(kept); err != nil {
		t.Fatal(err)
	}
}

// encoder keeps the vectors of texts.
type encoder struct {
	*bert.Model
	kept map[string][]float32
}

// noises returns the noises for a set, the clean texts first.
func noises(t *testing.T, dir, file string) map[string]noise.Noise {
	if file == "kana" {
		return map[string]noise.Noise{"clean": noise.Typing(0), "half-width kana": noise.HalfKana, "full width": noise.FullWidth, "mixed width": noise.MixedWidth, "hidden characters": noise.Hidden(.3)}
	}
	if strings.HasPrefix(file, "chinese") {
		return map[string]noise.Noise{
			"clean": noise.Typing(0), "homophones 5 %": noise.Alike(groups(t, dir, "homophones"), .05), "homophones 10 %": noise.Alike(groups(t, dir, "homophones"), .1), "homophones 20 %": noise.Alike(groups(t, dir, "homophones"), .2),
			"look-alikes 10 %": noise.Alike(groups(t, dir, "lookalikes"), .1), "mixed width": noise.MixedWidth, "hidden characters": noise.Hidden(.3),
		}
	}
	return map[string]noise.Noise{
		"clean": noise.Typing(0), "typing 5 %": noise.Typing(.05), "typing 10 %": noise.Typing(.1), "typing 20 %": noise.Typing(.2), "spaces 30 %": noise.NoSpaces(.3), "spaces 60 %": noise.NoSpaces(.6), "spaces all": noise.NoSpaces(1),
		"full width": noise.FullWidth, "mixed width": noise.MixedWidth, "upper case": noise.Upper, "hidden characters": noise.Hidden(.3), "OCR 10 %": noise.OCR(.1),
	}
}

// groups reads groups of characters, a line each.
func groups(t *testing.T, dir, name string) noise.Groups {
	data, err := os.ReadFile(filepath.Join(dir, name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return noise.NewGroups(strings.Fields(string(data)))
}

func measure(t *testing.T, m, tuned *encoder, dir string, s set) {
	names, texts, labels := read(t, dir, s)
	k := max(len(names), s.groups)
	t.Logf("%s: %d texts of %d users, %d classes", s.file, len(texts), len(labels), k)
	// FILE.more, if there is one, holds further texts of the corpus, a line each, that
	// are only counted.
	more, err := os.ReadFile(filepath.Join(dir, s.file+".more"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	words := repair.NewCounter()
	for _, x := range texts {
		words.Add(x)
	}
	for l := range strings.Lines(string(more)) {
		words.Add(strings.TrimSpace(l))
	}
	first, err := words.Repairer(repair.Options{Vocabulary: m.Words(), Dictionary: chinese.Lazy{}.Dictionary()}) // of the clean run, for placing
	if err != nil {
		t.Fatal(err)
	}
	all := noises(t, dir, s.file)
	var centres [2]mat.Matrix // of the clean texts, by either model
	var home [2][]int
	var was [2][]int
	for _, name := range slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(cmp.Compare(btoi(a != "clean"), btoi(b != "clean")), strings.Compare(a, b))
	}) {
		if kinds := os.Getenv("COHORT_NOISE_KINDS"); kinds != "" && name != "clean" && !strings.Contains(","+kinds+",", ","+name+",") {
			continue
		}
		rng := rand.New(rand.NewPCG(1, 2))
		noisy, cleaned := make([]string, len(texts)), make([]string, len(texts))
		cleaner := clean.New(clean.Options{})
		own := repair.NewCounter()
		for i, x := range texts {
			noisy[i] = all[name](x, rng)
			cleaned[i] = cleaner.String(noisy[i]).Text
			own.Add(cleaned[i])
		}
		for l := range strings.Lines(string(more)) {
			own.Add(cleaner.String(all[name](strings.TrimSpace(l), rng)).Text)
		}
		r, err := own.Repairer(repair.Options{Vocabulary: m.Words(), Dictionary: chinese.Lazy{}.Dictionary()})
		if err != nil {
			t.Fatal(err)
		}
		later, err := repair.New(first.Corpus(), repair.Options{Vocabulary: m.Words(), Dictionary: chinese.Lazy{}.Dictionary(), ErrorRate: first.Estimate(own), SpaceRate: first.EstimateSpaces(own), LookShare: first.EstimateLooks(own), CharacterRate: first.EstimateCharacters(own)})
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s | %s | noise %.3f characters %.4f", s.file, name, r.Share(own), r.CharacterShare(own))
		for _, w := range []struct {
			name   string
			model  *encoder
			texts  []string
			placed []string
		}{
			{"nothing", m, noisy, noisy}, {"cleaned", m, cleaned, cleaned}, {"repaired", m, mended(r, cleaned), mended(later, cleaned)},
			{"tuned", tuned, cleaned, cleaned}, {"tuned, repaired", tuned, mended(r, cleaned), mended(later, cleaned)},
		} {
			if w.model == nil {
				continue
			}
			if s.feelings != nil {
				line += fmt.Sprintf(" | %s %.1f", w.name, feeling(t, w.model, s, w.texts, labels))
				continue
			}
			x := embed(t, w.model, w.texts, s.own)
			at := btoi(w.model == tuned)
			if name == "clean" && centres[at] == nil {
				centres[at] = fit(t, x, k, 1)
				was[at] = place(x, centres[at])
				if s.groups > 0 && at == 0 {
					labels = slices.Clone(was[at])
				}
				home[at] = match(was[at], labels, k)
			}
			line += fmt.Sprintf(" | %s %.1f", w.name, accuracy(t, x, labels, k))
			later := embed(t, w.model, w.placed, s.own)
			for by := at; by >= 0; by-- { // a tuned model, by the untuned one's centres too
				right, moved, n := 0., 0., float64(len(labels))/100
				for u, c := range place(later, centres[by]) {
					right += float64(btoi(home[by][c] == labels[u]))
					moved += float64(btoi(was[by][u] != c))
				}
				if line += fmt.Sprintf(" placed %.1f moved %.1f", right/n, moved/n); by < at {
					line += " by the untuned centres"
				}
			}
		}
		t.Log(line)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func mended(r *repair.Repairer, texts []string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = r.Repair(s).Text
	}
	return out
}

// read returns the classes of a set, the texts, and the classes of users.
func read(t *testing.T, dir string, s set) (names, texts []string, labels []int) {
	data, err := os.ReadFile(filepath.Join(dir, s.file+".tsv"))
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]string{}
	for l := range strings.Lines(string(data)) {
		label, text, _ := strings.Cut(strings.TrimRight(l, "\n"), "\t")
		of[label] = append(of[label], text)
	}
	names = slices.Sorted(maps.Keys(of))
	for i, n := range names {
		for u := range len(of[n]) / s.own {
			texts = append(texts, of[n][u*s.own:(u+1)*s.own]...)
			labels = append(labels, i)
		}
	}
	return names, texts, labels
}

// feeling is the share of texts, in percent, whose sentiment is on the side of
// their label.
func feeling(t *testing.T, m *encoder, s set, texts []string, labels []int) float64 {
	head, err := s.feelings()
	if err != nil {
		t.Fatal(err)
	}
	x := embed(t, m, texts, 1)
	got, err := head.Feelings(t.Context(), texts, x)
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, f := range got {
		right += btoi((f.Value > 0) == (labels[i] == 1))
	}
	return 100 * float64(right) / float64(len(texts))
}

// embed returns the vectors [users, dim] of users with own texts each.
func embed(t *testing.T, m *encoder, texts []string, own int) *mat.Dense {
	var missing []string
	for _, s := range texts {
		if m.kept[s] == nil {
			m.kept[s] = []float32{}
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 {
		e, err := m.Embed(t.Context(), missing)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range missing {
			m.kept[s] = slices.Clone(e.Row(i))
		}
	}
	x := mat.NewDense(len(texts)/own, m.Dim(), nil)
	for i, s := range texts {
		row := x.RawRowView(i / own)
		for j, v := range m.kept[s] {
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

// starts is the number of k-means runs of which the accuracy is the mean: 12, or
// COHORT_NOISE_SEEDS.
func starts(t *testing.T) int {
	s := os.Getenv("COHORT_NOISE_SEEDS")
	if s == "" {
		return 12
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("COHORT_NOISE_SEEDS is %q, want a number of 1 or more", s)
	}
	return n
}

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
	sum, seeds := 0., starts(t)
	for seed := range seeds {
		at := place(x, fit(t, x, k, uint64(seed)))
		home := match(at, labels, k)
		for u, c := range at {
			if home[c] == labels[u] {
				sum++
			}
		}
	}
	return 100 * sum / float64(seeds*len(labels))
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
