package feedback_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/train"
)

// TestClinc measures what docs/training.md says of feedback: 20 texts of each of
// the 150 intents of clinc150, MiniLM, five draws of the half whose intents people
// name. Fit sees the vectors of all texts. It takes minutes, so it runs only if
// COHORT_CLINC names a directory, in which the vectors are kept.
func TestClinc(t *testing.T) {
	dir := os.Getenv("COHORT_CLINC")
	if dir == "" {
		t.Skip("takes minutes; set COHORT_CLINC to a directory for the vectors")
	}
	const each, draws = 20, 5
	texts, truth, intents := clinc(t, shared("data", "clinc150.json.gz"), each)
	all := clincVectors(t, filepath.Join(dir, "clinc.npy"), shared("models", "all-MiniLM-L6-v2"), texts)
	var everyone []string
	for i := range truth {
		everyone = append(everyone, fmt.Sprint(i))
	}
	// rows are the texts of some intents, as users of their own.
	rows := func(x mat.Matrix, some []int) (of *mat.Dense, labels []int, users []string) {
		_, d := x.Dims()
		var data []float64
		for i, c := range truth {
			if slices.Contains(some, c) {
				data = append(data, mat.Row(nil, i, x)...)
				labels, users = append(labels, c), append(users, everyone[i])
			}
		}
		return mat.NewDense(len(labels), d, data), labels, users
	}
	named := func(users []string, label func(i int) int, names []string) *feedback.Constraints {
		var f feedback.Feedback
		for i, u := range users {
			if l := label(i); l >= 0 {
				f.Assign = append(f.Assign, feedback.Assigned{User: u, Segment: names[l]})
			}
		}
		c, err := f.Constraints(users)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	metrics := []feedback.Metric{{}, {Power: 0.1}}
	shares := make([][3][]float64, len(metrics))   // plain, constrained, mapped
	measures := make([][2][]float64, len(metrics)) // before, after
	kept := make([]int, len(metrics))
	for draw := range uint64(draws) {
		order := rand.New(rand.NewPCG(draw, 9)).Perm(len(intents))
		half := len(intents) / 2
		x, labels, users := rows(all, order[:half])
		held, err := feedback.Split(named(users, func(i int) int { return labels[i] }, intents), feedback.Options{K: half, Seed: draw})
		if err != nil {
			t.Fatal(err)
		}
		learn := map[string]int{} // user -> segment
		for i, u := range users {
			if l := held.Learn.Label[i]; l >= 0 {
				learn[u] = l
			}
		}
		known := named(everyone, func(i int) int {
			if l, ok := learn[everyone[i]]; ok {
				return l
			}
			return -1
		}, held.Learn.Segments)
		judge := func(x mat.Matrix, by func(context.Context, mat.Matrix) (feedback.Judged, error)) feedback.Judged {
			j, err := by(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		p, b := judge(x, held.Plain), judge(x, held.Constrained)
		others, names, _ := rows(all, order[half:])
		before := vMeasure(t, others, names, half)
		for k, m := range metrics {
			w, err := feedback.Fit(t.Context(), all, known, m)
			if err != nil {
				t.Fatal(err)
			}
			y := inMetric(t, all, w)
			there, _, _ := rows(y, order[:half])
			a := judge(there, held.Constrained)
			if a.Above(b) {
				kept[k]++
			}
			for s, j := range []feedback.Judged{p, b, a} {
				shares[k][s] = append(shares[k][s], j.Share())
			}
			there, _, _ = rows(y, order[half:])
			after := vMeasure(t, there, names, half)
			measures[k][0], measures[k][1] = append(measures[k][0], before), append(measures[k][1], after)
			t.Logf("draw %d, %+v: constraints %.4f plain, %.4f constrained, %.4f mapped; V-measure %.4f before, %.4f after", draw, m, p.Share(), b.Share(), a.Share(), before, after)
		}
	}
	for k, m := range metrics {
		s, v := shares[k], measures[k]
		t.Logf("%+v: held-out constraints %s plain, %s constrained, %s mapped (%s), kept in %d of %d", m,
			interval(s[0]), interval(s[1]), interval(s[2]), interval(difference(s[2], s[1])), kept[k], draws)
		t.Logf("%+v: V-measure of the other half %s before, %s after (%s)", m, interval(v[0]), interval(v[1]), interval(difference(v[1], v[0])))
	}
}

func inMetric(t *testing.T, x mat.Matrix, w mat.Matrix) mat.Matrix {
	t.Helper()
	y, err := feedback.Map(x, w)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// interval is the mean with the half width of its 95 % interval, in percent.
func interval(values []float64) string {
	mean, square, n := 0.0, 0.0, float64(len(values))
	for _, v := range values {
		mean += v / n
		square += v * v / n
	}
	student := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975)
	return fmt.Sprintf("%.2f ± %.2f %%", 100*mean, 100*student*math.Sqrt(max(square-mean*mean, 0)/(n-1)))
}

// clincVectors reads the vectors of the texts, or makes them.
func clincVectors(t *testing.T, path, model string, texts []string) mat.Matrix {
	t.Helper()
	if x, err := npy.ReadMatrix(path); err == nil {
		if n, _ := x.Dims(); n == len(texts) {
			return x
		}
	}
	m, err := bert.Load(model, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	e, err := m.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteMatrix(path, e); err != nil {
		t.Fatal(err)
	}
	return e
}

func shared(names ...string) string {
	return filepath.Join(append([]string{"..", "..", "shared"}, names...)...)
}

// clinc returns the first texts of each intent, with their intents' numbers.
func clinc(t *testing.T, path string, each int) (texts []string, truth []int, intents []string) {
	t.Helper()
	var parts map[string][][2]string
	testdir.ReadJSON(t, path, &parts)
	count, of := make(map[string]int), make(map[string]int)
	for _, x := range parts["train"] {
		if count[x[1]]++; count[x[1]] > each {
			continue
		}
		if _, ok := of[x[1]]; !ok {
			of[x[1]] = len(intents)
			intents = append(intents, x[1])
		}
		texts, truth = append(texts, x[0]), append(truth, of[x[1]])
	}
	return texts, truth, intents
}

// vMeasure is the mean over three starts of k-means.
func vMeasure(t *testing.T, x mat.Matrix, labels []int, k int) float64 {
	t.Helper()
	sum := 0.0
	const starts = 3
	for seed := range uint64(starts) {
		r, err := cluster.KMeans{K: k, Seed: seed}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		v, err := eval.VMeasure(labels, r.Labels, 1)
		if err != nil {
			t.Fatal(err)
		}
		sum += v / starts
	}
	return sum
}

func difference(a, b []float64) []float64 {
	out := slices.Clone(a)
	for i := range out {
		out[i] -= b[i]
	}
	return out
}

// TestClincEncoder is TestClinc for an encoder that is tuned by adapters to the
// named half: 10 texts of each intent.
func TestClincEncoder(t *testing.T) {
	if os.Getenv("COHORT_CLINC") == "" {
		t.Skip("takes minutes; set COHORT_CLINC to a directory")
	}
	const each, draws = 10, 10
	texts, truth, intents := clinc(t, shared("data", "clinc150.json.gz"), each)
	m, err := bert.Load(shared("models", "all-MiniLM-L6-v2"), bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	embed := func(m *bert.Model, texts []string) mat.Matrix {
		e, err := m.Embed(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	var before, after []float64
	for draw := range uint64(draws) {
		order := rand.New(rand.NewPCG(draw, 9)).Perm(len(intents))
		half := len(intents) / 2
		var examples []train.Labelled
		var others []string
		var labels []int
		for i, c := range truth {
			if slices.Contains(order[:half], c) {
				examples = append(examples, train.Labelled{Text: texts[i], Label: intents[c]})
			} else {
				others, labels = append(others, texts[i]), append(labels, c)
			}
		}
		r, err := train.Run(t.Context(), m, func(yield func(train.Labelled, error) bool) {
			for _, e := range examples {
				if !yield(e, nil) {
					return
				}
			}
		}, &train.Contrast{}, train.Options{Epochs: 2, BatchSize: 64, Seed: draw, Adapters: &bert.AdapterOptions{Rank: 8}})
		if err != nil {
			t.Fatal(err)
		}
		before = append(before, vMeasure(t, embed(m, others), labels, half))
		after = append(after, vMeasure(t, embed(r.Model, others), labels, half))
		t.Logf("draw %d: loss %v, %.4f before, %.4f after", draw, r.Losses, before[draw], after[draw])
	}
	t.Logf("V-measure of the other half %s before, %s after (%s)", interval(before), interval(after), interval(difference(after, before)))
}
