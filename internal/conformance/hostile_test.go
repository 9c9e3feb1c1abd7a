package conformance

import (
	"context"
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/probe"
	"github.com/seed-56ee9438/cohort/quantize"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text/keyword"
	"github.com/seed-56ee9438/cohort/text/pii"
	"github.com/seed-56ee9438/cohort/text/repair"
	"github.com/seed-56ee9438/cohort/train"
)

// ofEstimators are the errors that an estimator may refuse settings with.
var ofEstimators = []error{estimator.ErrOption, estimator.ErrTooFewPoints, estimator.ErrTooLarge, estimator.ErrLabelCount, estimator.ErrShape}

// Numbers that no caller means are refused or limited: estimators.
func TestHostileEstimators(t *testing.T) {
	x := points(60, 4, 0)
	testdir.HostileNumbers(t, cluster.KMeans{K: 3}, func(ctx context.Context, c cluster.KMeans) error { _, err := c.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.KMeans{K: 3, Init: cluster.Parallel}, func(ctx context.Context, c cluster.KMeans) error { _, err := c.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.MiniBatchKMeans{K: 3}, func(ctx context.Context, c cluster.MiniBatchKMeans) error { _, err := c.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.BisectingKMeans{K: 3}, func(ctx context.Context, c cluster.BisectingKMeans) error { _, err := c.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.DBSCAN{Eps: 3}, func(ctx context.Context, c cluster.DBSCAN) error { _, err := c.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.HDBSCAN{}, func(ctx context.Context, c cluster.HDBSCAN) error { _, err := c.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.Agglomerative{K: 3}, func(ctx context.Context, c cluster.Agglomerative) error { _, err := c.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.Auto{ChooseOptions: cluster.ChooseOptions{K: []int{2, 3}}}, func(ctx context.Context, c cluster.Auto) error { _, err := c.Cluster(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, cluster.ChooseOptions{Density: true}, func(ctx context.Context, o cluster.ChooseOptions) error {
		_, err := cluster.Choose(ctx, x, o)
		return err
	}, ofEstimators...)
	testdir.HostileNumbers(t, reduce.PCA{}, func(ctx context.Context, r reduce.PCA) error { _, err := r.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, reduce.RandomProjection{Components: 2}, func(ctx context.Context, r reduce.RandomProjection) error {
		_, err := r.Fit(ctx, x)
		return err
	}, ofEstimators...)
	testdir.HostileNumbers(t, reduce.UMAP{Epochs: 5}, func(ctx context.Context, r reduce.UMAP) error { _, err := r.Fit(ctx, x); return err }, ofEstimators...)
	testdir.HostileNumbers(t, reduce.Smoothing{}, func(ctx context.Context, r reduce.Smoothing) error { _, err := r.Fit(ctx, x); return err }, ofEstimators...)
	labels := make([]int, 60)
	for i := range labels {
		labels[i] = i % 3
	}
	testdir.HostileNumbers(t, eval.Scorer{Full: true}, func(ctx context.Context, s eval.Scorer) error { _, err := s.Report(ctx, x, labels, nil); return err }, ofEstimators...)
	testdir.HostileNumbers(t, quantize.Ranges{Min: []float32{0, 0, 0, 0}, Max: []float32{1, 1, 1, 1}}, func(_ context.Context, r quantize.Ranges) error {
		_, err := quantize.Int8(x, r)
		return err
	}, quantize.ErrRanges, estimator.ErrShape)
}

// The same of linear models and what is built on them.
func TestHostileProbes(t *testing.T) {
	x := points(60, 4, 0)
	classes, values, positive, texts := make([]int, 60), make([]float64, 60), make([]bool, 60), make([]string, 60)
	for i := range classes {
		classes[i], values[i], positive[i], texts[i] = i%3, math.Sin(float64(i)), i%2 == 0, []string{"good", "bad"}[i%2]
	}
	testdir.HostileNumbers(t, probe.LogisticOptions{}, func(ctx context.Context, o probe.LogisticOptions) error {
		_, err := probe.FitLogistic(ctx, x, classes, o)
		return err
	}, probe.ErrData)
	testdir.HostileNumbers(t, probe.RidgeOptions{}, func(ctx context.Context, o probe.RidgeOptions) error {
		_, err := probe.FitRidge(ctx, []probe.Rated{{X: x, Y: values}}, o)
		return err
	}, probe.ErrData)
	testdir.HostileNumbers(t, sentiment.BlendOptions{Network: sentiment.NetworkOptions{Units: 4, Members: 2, Epochs: 3}, Grams: sentiment.GramOptions{Bits: 6}}, func(ctx context.Context, o sentiment.BlendOptions) error {
		_, err := sentiment.FitBlend(ctx, texts, x, positive, o)
		return err
	}, sentiment.ErrTraining)
	testdir.HostileNumbers(t, sentiment.FamiliarOptions{}, func(ctx context.Context, o sentiment.FamiliarOptions) error {
		_, err := sentiment.FitFamiliar(ctx, x, points(30, 4, 3), o)
		return err
	}, sentiment.ErrTraining)
	testdir.HostileNumbers(t, source.Field{Kind: source.Number, Value: "3"}, func(_ context.Context, f source.Field) error { _, err := source.KeyOf(f); return err }, source.ErrKey)
	testdir.HostileNumbers(t, sentiment.Classified{Values: []float64{1, -1}}, func(ctx context.Context, c sentiment.Classified) error {
		c.Scores = func(context.Context, []string) ([][]float64, error) { return [][]float64{{0.5, 0.5}}, nil }
		_, err := c.Feelings(ctx, []string{"good"}, nil)
		return err
	}, sentiment.ErrLabels)
	c := &feedback.Constraints{Rows: 60, Users: 60, Label: make([]int, 60)}
	for i := range 20 {
		c.Must = append(c.Must, [2]int{3 * i, 3 * ((i + 1) % 20)})
		c.Cannot = append(c.Cannot, [2]int{3 * i, 3*i + 1})
	}
	for i := range c.Label {
		c.Label[i] = -1
	}
	ofFeedback := []error{feedback.ErrOptions, feedback.ErrTooLittle}
	testdir.HostileNumbers(t, feedback.ClusterOptions{K: 3}, func(ctx context.Context, o feedback.ClusterOptions) error {
		_, err := feedback.Cluster(ctx, x, c, o)
		return err
	}, ofFeedback...)
	testdir.HostileNumbers(t, feedback.Metric{}, func(ctx context.Context, m feedback.Metric) error {
		_, err := feedback.Fit(ctx, x, c, m)
		return err
	}, ofFeedback...)
	testdir.HostileNumbers(t, feedback.Options{K: 3}, func(ctx context.Context, o feedback.Options) error {
		h, err := feedback.Split(c, o)
		if err == nil {
			_, err = h.Plain(ctx, x)
		}
		return err
	}, ofFeedback...)
	testdir.HostileNumbers(t, attribution.Options{}, func(ctx context.Context, o attribution.Options) error {
		_, err := attribution.Integrated(ctx, func(_ context.Context, at []float64) (scores []float64, tokens [][]float64, spans [][2]int, err error) {
			for _, a := range at {
				scores = append(scores, a*a)
				tokens = append(tokens, []float64{a, a})
			}
			return scores, tokens, [][2]int{{0, 1}, {2, 3}}, nil
		}, o)
		return err
	}, attribution.ErrOptions)
}

// The same of texts and tables.
func TestHostileTexts(t *testing.T) {
	texts := []string{"tea and cake", "more tea and cake", "the phone", "the phone is black", "tea", "phone"}
	testdir.HostileNumbers(t, keyword.Query{}, func(ctx context.Context, q keyword.Query) error {
		_, err := keyword.ByEmbedding(ctx, texts, []int{0, 0, 1, 1, 0, 1}, func(_ context.Context, texts []string) ([][]float32, error) {
			out := make([][]float32, len(texts))
			for i, s := range texts {
				out[i] = []float32{float32(len(s)), 1}
			}
			return out, nil
		}, keyword.Options{}, q)
		return err
	}, keyword.ErrShape, keyword.ErrVectors)
	d := must(pii.New(pii.Options{}))(t)
	testdir.HostileNumbers(t, pii.Policy{}, func(ctx context.Context, p pii.Policy) error {
		m, err := pii.NewMasker(d, p)
		if err == nil {
			_, err = m.Mask(ctx, "mail ann@example.com")
		}
		return err
	}, pii.ErrKey, pii.ErrAction)
	count := repair.NewCounter()
	for _, s := range texts {
		count.Add(s)
	}
	testdir.HostileNumbers(t, repair.Options{}, func(_ context.Context, o repair.Options) error {
		r, err := count.Repairer(o)
		if err == nil {
			r.Repair("teaand caek")
		}
		return err
	}, repair.ErrOptions)
	corpus := repair.Corpus{Total: 9, Words: []repair.Word{{Word: "cake", Count: 4}}}
	testdir.HostileNumbers(t, corpus, func(_ context.Context, c repair.Corpus) error {
		r, err := repair.New(c, repair.Options{})
		if err == nil {
			r.Repair("teaand caek")
		}
		return err
	}, repair.ErrWords)
	table := func() *features.Table {
		c := features.NewCollector(features.Named("age", "town"))
		for u := range 40 {
			c.Add(u, func(column string) (string, bool) {
				if column == "age" {
					return string(rune('1' + u%7)), true
				}
				return string(rune('a' + u%5)), true
			})
		}
		return c.Table()
	}()
	testdir.HostileNumbers(t, features.Options{Columns: features.Named("age", "town")}, func(_ context.Context, o features.Options) error {
		if err := o.Check(); err != nil {
			return err
		}
		_, err := features.Fit(table, o, func(int) bool { return true })
		return err
	}, features.ErrOptions, features.ErrColumn)
}

// The same of training and of what the differentiable pass takes.
func TestHostileTraining(t *testing.T) {
	m := must(bert.Load("../../bert/testdata/models/bert", bert.Options{Threads: 1}))(t)
	defer m.Close()
	var labelled []train.Labelled
	for i := range 8 {
		labelled = append(labelled, train.Labelled{Text: []string{"the screen", "a hotel room", "the phone", "the hotel"}[i%4], Label: []string{"a", "b"}[i%2]})
	}
	ofTraining := []error{train.ErrOptions, train.ErrDiverged, train.ErrExamples, bert.ErrConfig, bert.ErrInput, probe.ErrData}
	run := func(ctx context.Context, o train.Options) error {
		_, err := train.Run(ctx, m, func(yield func(train.Labelled, error) bool) {
			for _, l := range labelled {
				if !yield(l, nil) {
					return
				}
			}
		}, &train.Contrast{}, o)
		return err
	}
	testdir.HostileNumbers(t, train.Options{BatchSize: 8, MaxSteps: 2}, func(ctx context.Context, o train.Options) error { return run(ctx, o) }, ofTraining...)
	testdir.HostileNumbers(t, bert.AdapterOptions{Rank: 2}, func(ctx context.Context, a bert.AdapterOptions) error {
		return run(ctx, train.Options{BatchSize: 8, MaxSteps: 1, Adapters: &a})
	}, ofTraining...)
	testdir.HostileNumbers(t, train.FewLabelsOptions{Tune: train.Options{BatchSize: 8, MaxSteps: 1}}, func(ctx context.Context, o train.FewLabelsOptions) error {
		_, err := train.FewLabels(ctx, m, labelled, o)
		return err
	}, ofTraining...)
	testdir.HostileNumbers(t, bert.DistillOptions{Dim: 8}, func(ctx context.Context, o bert.DistillOptions) error {
		_, err := bert.Distill(ctx, m, o)
		return err
	}, bert.ErrInput, bert.ErrUnsupported)
	var texts []cohort.Text
	for i := range 16 {
		texts = append(texts, cohort.Text{User: string(rune('a' + i)), Text: []string{"the screen is good", "a hotel room", "the phone"}[i%3]})
	}
	o := cohort.Options{Model: m, K: 2, MinUsers: 1, Bootstrap: -1}
	seg := must(cohort.Fit(t.Context(), cohort.Slice(texts), o))(t)
	testdir.HostileNumbers(t, cohort.ExplainOptions{}, func(ctx context.Context, e cohort.ExplainOptions) error {
		for _, err := range seg.Explain(ctx, cohort.Slice(texts[:1]), o, e) {
			if err != nil {
				return err
			}
		}
		return nil
	}, cohort.ErrOptions, attribution.ErrOptions)
	e := must(m.Encoder())(t)
	testdir.HostileNumbers(t, bert.Pass{Dropout: true}, func(_ context.Context, p bert.Pass) error {
		_, err := e.ForwardWith([]bert.Input{{IDs: []int32{2, 5, 3}}}, p)
		return err
	}, bert.ErrInput, bert.ErrConfig)
}
