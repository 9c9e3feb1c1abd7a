package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/probe"
)

// Tuning tells classes apart that the untuned vectors of a random model mix up.
func TestFewLabels(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	_, all := topics(90)
	train, test := all[:30], all[30:]
	accuracy := func(o FewLabelsOptions) float64 {
		c, err := FewLabels(t.Context(), m, train, o)
		if err != nil {
			t.Fatal(err)
		}
		right := 0.0
		for i, p := range mustClassify(t, c, test) {
			if p.Label == test[i].Label {
				right++
			}
			if sum := p.All[0] + p.All[1] + p.All[2]; math.Abs(sum-1) > 1e-9 || p.Probability != slices.Max(p.All) {
				t.Fatalf("probabilities %v, the largest %g", p.All, p.Probability)
			}
		}
		return right / float64(len(test))
	}
	alone := accuracy(FewLabelsOptions{NoTuning: true})
	tuned := accuracy(FewLabelsOptions{Tune: Options{Epochs: 15, BatchSize: 15, LearningRate: 1e-2}})
	t.Logf("accuracy %.3f alone, %.3f tuned", alone, tuned)
	if tuned < 0.9 || tuned < alone {
		t.Errorf("accuracy %g alone, %g tuned", alone, tuned)
	}
	if _, err := FewLabels(t.Context(), m, train[:1], FewLabelsOptions{NoTuning: true}); !errors.Is(err, probe.ErrData) {
		t.Errorf("one example: %v", err)
	}
	if _, err := FewLabels(t.Context(), m, train[:2], FewLabelsOptions{}); !errors.Is(err, ErrExamples) {
		t.Errorf("one example a class: %v", err)
	}
}

func mustClassify(t *testing.T, c *Classifier, examples []Labelled) []Prediction {
	t.Helper()
	var texts []string
	for _, e := range examples {
		texts = append(texts, e.Text)
	}
	p, err := c.Classify(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestIntents measures what docs/training.md says of few labels: 30 intents of
// banking and credit cards in clinc150, 8 texts of each, 10 draws, MiniLM. It takes
// minutes, so it runs only if COHORT_INTENTS names a directory; the untuned vectors
// of each draw are written there for testdata/pytorch/probe.py.
func TestIntents(t *testing.T) {
	dir := os.Getenv("COHORT_INTENTS")
	if dir == "" {
		t.Skip("takes minutes; set COHORT_INTENTS to a directory for the vectors")
	}
	var domains map[string][]string
	raw, err := os.ReadFile(shared("data", "clinc150_domains.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &domains); err != nil {
		t.Fatal(err)
	}
	intents := append(domains["banking"], domains["credit_cards"]...)
	var parts map[string][][2]string
	testdir.ReadJSON(t, shared("data", "clinc150.json.gz"), &parts)
	of := func(part string) (out []Labelled) {
		for _, x := range parts[part] {
			if slices.Contains(intents, x[1]) {
				out = append(out, Labelled{x[0], x[1]})
			}
		}
		return out
	}
	pool, test := of("train"), of("test")
	m, err := bert.Load(shared("models", "all-MiniLM-L6-v2"), bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	const draws, each = 10, 8
	var alone, tuned, aloneError, tunedError []float64
	for draw := range uint64(draws) {
		r := rand.New(rand.NewPCG(draw, 8))
		var train []Labelled
		count := make(map[string]int)
		for _, i := range r.Perm(len(pool)) {
			if x := pool[i]; count[x.Label] < each {
				count[x.Label]++
				train = append(train, x)
			}
		}
		measure := func(o FewLabelsOptions) (accuracy, calibration float64) {
			c, err := FewLabels(t.Context(), m, train, o)
			if err != nil {
				t.Fatal(err)
			}
			var all [][]float64
			var labels []int
			for i, p := range mustClassify(t, c, test) {
				label, _ := slices.BinarySearch(c.Labels, test[i].Label)
				labels, all = append(labels, label), append(all, p.All)
				if p.Label == test[i].Label {
					accuracy += 1 / float64(len(test))
				}
			}
			return accuracy, probe.CalibrationError(all, labels, 10)
		}
		a, ae := measure(FewLabelsOptions{NoTuning: true})
		b, be := measure(FewLabelsOptions{Tune: Options{Seed: draw}})
		alone, tuned, aloneError, tunedError = append(alone, a), append(tuned, b), append(aloneError, ae), append(tunedError, be)
		fmt.Printf("draw %d: alone %.4f (calibration error %.3f), tuned %.4f (%.3f)\n", draw, a, ae, b, be)
		writeVectors(t, m, dir, fmt.Sprintf("%d-train", draw), train)
		if draw == 0 {
			writeVectors(t, m, dir, "test", test)
		}
	}
	for name, x := range map[string][]float64{"alone": alone, "tuned": tuned, "calibration error alone": aloneError, "calibration error tuned": tunedError} {
		mean, half := interval(x)
		fmt.Printf("%s: %.4f ± %.4f\n", name, mean, half)
	}
}

// interval returns the mean of 10 values and half the width of its 95 % interval by
// Student's t.
func interval(x []float64) (mean, half float64) {
	var square float64
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		square += (v - mean) * (v - mean)
	}
	return mean, 2.262 * math.Sqrt(square/float64(len(x)-1)/float64(len(x)))
}

func writeVectors(t *testing.T, m *bert.Model, dir, name string, examples []Labelled) {
	t.Helper()
	var texts, labels []string
	for _, e := range examples {
		texts, labels = append(texts, e.Text), append(labels, e.Label)
	}
	e, err := unitVectors(context.Background(), m, texts)
	if err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteMatrix(filepath.Join(dir, name+".npy"), e); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(labels)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
}
