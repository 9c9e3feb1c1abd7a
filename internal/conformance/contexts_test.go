package conformance

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/hub"
	"github.com/seed-56ee9438/cohort/probe"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/search"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text/keyword"
	"github.com/seed-56ee9438/cohort/text/pii"
	"github.com/seed-56ee9438/cohort/train"
)

// errLeft is why contexts are cancelled here.
var errLeft = errors.New("the user went home")

// tripping is a context that is cancelled, with errLeft as the cause, at the
// n-th look at it: every place that looks can be made to be the first to see it.
type tripping struct {
	context.Context
	left   *atomic.Int64
	cancel context.CancelCauseFunc
}

func trip(ctx context.Context, n int) tripping {
	ctx, cancel := context.WithCancelCause(ctx)
	left := &atomic.Int64{}
	left.Store(int64(n))
	return tripping{ctx, left, cancel}
}

func (t tripping) look() {
	if t.left.Add(-1) == 0 {
		t.cancel(errLeft)
	}
}

func (t tripping) Err() error            { t.look(); return t.Context.Err() }
func (t tripping) Done() <-chan struct{} { t.look(); return t.Context.Done() }

// contextsOf calls f with no context and with ones that are cancelled at many
// looks, the first among them. An error must say that there was none, or match
// both the cause and context.Canceled. The later it is cancelled, the more may
// be done without another look, and f may succeed.
func contextsOf(t *testing.T, name string, f func(ctx context.Context) error) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		defer func() {
			if v := recover(); v != nil {
				t.Errorf("panic: %v\n%s", v, debug.Stack())
			}
		}()
		if err := f(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := f(nil); err == nil {
			t.Error("no error without a context")
		}
		for n := 1; n < 1<<14; n += 1 + n/4 {
			ctx := trip(t.Context(), n)
			err := f(ctx)
			seen := ctx.left.Load() <= 0
			ctx.cancel(nil)
			switch {
			case err == nil && n == 1:
				t.Errorf("cancelled at the first look: no error")
			case err != nil && (!errors.Is(err, errLeft) || !errors.Is(err, context.Canceled)):
				t.Errorf("cancelled at look %d: %v", n, err)
			}
			if !seen {
				return
			}
		}
	})
}

// dropped makes a function of what returns a value.
func dropped[V any](f func(ctx context.Context) (V, error)) func(context.Context) error {
	return func(ctx context.Context) error { _, err := f(ctx); return err }
}

// twoTopics are texts of two kinds, their labels, values and vectors.
func twoTopics() (texts []string, labels []int, values []float64, positive []bool, x *mat.Dense) {
	for i := range 60 {
		texts = append(texts, []string{"the tea is good and so is the cake", "a bad phone with a bad screen", "good tea", "the screen is bad"}[i%4])
		labels, values, positive = append(labels, i%2), append(values, math.Sin(float64(i))), append(positive, i%3 == 0)
	}
	return texts, labels, values, positive, points(60, 4, 0)
}

func TestContextsOfNumbers(t *testing.T) {
	t.Parallel()
	_, labels, values, _, x := twoTopics()
	contextsOf(t, "probe.FitLogistic", dropped(func(ctx context.Context) (*probe.Logistic, error) {
		return probe.FitLogistic(ctx, x, labels, probe.LogisticOptions{})
	}))
	contextsOf(t, "probe.FitRidge", dropped(func(ctx context.Context) (*probe.Ridge, error) {
		return probe.FitRidge(ctx, []probe.Rated{{X: x, Y: values}}, probe.RidgeOptions{})
	}))
	contextsOf(t, "eval.Report", dropped(func(ctx context.Context) (*eval.Report, error) {
		return eval.Scorer{Full: true}.Report(ctx, x, labels, labels)
	}))
	contextsOf(t, "eval.Stability", dropped(func(ctx context.Context) (*eval.StabilityResult, error) {
		return eval.Stability{Rounds: 3}.MeasureSamples(ctx, labels, func(_ context.Context, points []int, _ uint64) ([]int, error) {
			return make([]int, len(points)), nil
		})
	}))
	contextsOf(t, "reduce.Trustworthiness", dropped(func(ctx context.Context) (float64, error) {
		return reduce.Trustworthiness(ctx, x, x, 3, reduce.Euclidean)
	}))
	contextsOf(t, "refine.Fit", dropped(func(ctx context.Context) (*refine.Result, error) {
		return refine.Options{}.Fit(ctx, x, nil, labels)
	}))
	contextsOf(t, "search", func(ctx context.Context) error {
		ix, err := search.New(ctx, x, search.Options{})
		if err == nil {
			_, err = ix.Search(ctx, x, search.Query{K: 3})
		}
		return err
	})
	contextsOf(t, "search.Similarities", func(ctx context.Context) error {
		return search.Similarities(ctx, x, x, search.Options{}, func(int, *mat.Dense) error { return nil })
	})
	c := &feedback.Constraints{Rows: 60, Users: 60, Label: slices.Repeat([]int{-1}, 60)}
	for i := range 20 {
		c.Must = append(c.Must, [2]int{3 * i, 3 * ((i + 1) % 20)})
		c.Cannot = append(c.Cannot, [2]int{3 * i, 3*i + 1})
	}
	contextsOf(t, "feedback.Fit", dropped(func(ctx context.Context) (*mat.Dense, error) { return feedback.Fit(ctx, x, c, feedback.Metric{}) }))
	contextsOf(t, "feedback.Cluster", dropped(func(ctx context.Context) (*feedback.Clusters, error) {
		return feedback.Cluster(ctx, x, c, feedback.ClusterOptions{K: 3})
	}))
	contextsOf(t, "attribution", dropped(func(ctx context.Context) (*attribution.Attribution, error) {
		return attribution.Integrated(ctx, func(_ context.Context, at []float64) (scores []float64, tokens [][]float64, spans [][2]int, err error) {
			for _, a := range at {
				scores, tokens = append(scores, a*a), append(tokens, []float64{a, a})
			}
			return scores, tokens, [][2]int{{0, 1}, {2, 3}}, nil
		}, attribution.Options{})
	}))
}

func TestContextsOfSentiment(t *testing.T) {
	t.Parallel()
	texts, _, values, positive, x := twoTopics()
	options := sentiment.BlendOptions{Network: sentiment.NetworkOptions{Units: 4, Members: 2, Epochs: 3}, Grams: sentiment.GramOptions{Bits: 6}}
	contextsOf(t, "FitGrams", dropped(func(ctx context.Context) (*sentiment.Grams, error) {
		return sentiment.FitGrams(ctx, texts, positive, options.Grams)
	}))
	contextsOf(t, "FitNetwork", dropped(func(ctx context.Context) (*sentiment.Network, error) {
		return sentiment.FitNetwork(ctx, x, positive, options.Network)
	}))
	contextsOf(t, "FitBlend", dropped(func(ctx context.Context) (*sentiment.Blend, error) {
		return sentiment.FitBlend(ctx, texts, x, positive, options)
	}))
	contextsOf(t, "FitFamiliar", dropped(func(ctx context.Context) (*sentiment.Familiar, error) {
		return sentiment.FitFamiliar(ctx, x, points(30, 4, 3), sentiment.FamiliarOptions{})
	}))
	contextsOf(t, "FitLogistic", dropped(func(ctx context.Context) (*sentiment.Head, error) {
		return sentiment.FitLogistic(ctx, x, positive, sentiment.LogisticOptions{})
	}))
	blend := must(sentiment.FitBlend(t.Context(), texts, x, positive, options))(t)
	head := must(sentiment.FitRidge(t.Context(), []sentiment.Rated{{X: x, Y: values}}, sentiment.RidgeOptions{}))(t)
	contextsOf(t, "Blend.Feelings", dropped(func(ctx context.Context) ([]sentiment.Feeling, error) { return blend.Feelings(ctx, texts, x) }))
	contextsOf(t, "Head.Feelings", dropped(func(ctx context.Context) ([]sentiment.Feeling, error) { return head.Feelings(ctx, texts, x) }))
	contextsOf(t, "FitMixed", func(ctx context.Context) error {
		return sentiment.FitMixed(ctx, &sentiment.Mixed{Lang: "en", Blend: blend}, texts, x, values)
	})
	mixed := &sentiment.Mixed{Lang: "en", Head: head}
	judged := sentiment.Judged{Texts: texts, X: x}
	for i := range texts {
		judged.Shares = append(judged.Shares, [][3]float64{{1}, {0, 1}, {0, 0, 1}}[i%3])
	}
	contextsOf(t, "FitClasses", func(ctx context.Context) error {
		return sentiment.FitClasses(ctx, mixed, []sentiment.Judged{judged}, sentiment.ClassOptions{})
	})
	contextsOf(t, "Mixed.Feelings", dropped(func(ctx context.Context) ([]sentiment.Feeling, error) { return mixed.Feelings(ctx, texts, x) }))
}

func TestContextsOfTexts(t *testing.T) {
	t.Parallel()
	texts, labels, _, _, _ := twoTopics()
	embed := func(_ context.Context, texts []string) ([][]float32, error) {
		out := make([][]float32, len(texts))
		for i, s := range texts {
			out[i] = []float32{float32(len(s)), 1}
		}
		return out, nil
	}
	contextsOf(t, "keyword.Extract", dropped(func(ctx context.Context) ([][]keyword.Keyword, error) {
		return keyword.Extract(ctx, slices.Repeat(texts, 20), slices.Repeat(labels, 20), keyword.Options{}, keyword.Query{})
	}))
	contextsOf(t, "keyword.ByEmbedding", dropped(func(ctx context.Context) ([][]keyword.Keyword, error) {
		return keyword.ByEmbedding(ctx, slices.Repeat(texts, 20), slices.Repeat(labels, 20), embed, keyword.Options{}, keyword.Query{})
	}))
	d := must(pii.New(pii.Options{}))(t)
	masker := must(pii.NewMasker(d, pii.Policy{}))(t)
	contextsOf(t, "pii.MaskAll", dropped(func(ctx context.Context) ([]pii.Masked, error) { return masker.MaskAll(ctx, texts) }))
	contextsOf(t, "pii.Find", dropped(func(ctx context.Context) ([]pii.Span, error) { return d.Find(ctx, texts[0]) }))
	contextsOf(t, "hub.List", dropped(func(ctx context.Context) ([]hub.CachedModel, error) {
		return hub.List(ctx, hub.Options{CacheDir: t.TempDir()})
	}))
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("user,text\nu,tea\nv,cake\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	contextsOf(t, "source.Open", func(ctx context.Context) error {
		s, err := source.Open(ctx, path, source.Options{})
		if err == nil {
			s.Close()
		}
		return err
	})
	s := must(source.Open(t.Context(), path, source.Options{}))(t)
	defer s.Close()
	contextsOf(t, "source.Rows", func(ctx context.Context) error {
		for _, err := range s.Rows(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	contextsOf(t, "source.Records", func(ctx context.Context) error {
		for _, err := range s.Records(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func TestContextsOfModels(t *testing.T) {
	t.Parallel()
	m := must(bert.Load("../../bert/testdata/models/bert", bert.Options{Threads: 2}))(t)
	defer m.Close()
	texts := []string{"the tea", "a phone with a screen", "cake"}
	contextsOf(t, "Embed", dropped(func(ctx context.Context) (*bert.Embeddings, error) { return m.Embed(ctx, texts) }))
	contextsOf(t, "Encode", dropped(func(ctx context.Context) (*bert.HiddenStates, error) { return m.Encode(ctx, texts) }))
	contextsOf(t, "TokenVectors", dropped(func(ctx context.Context) (*bert.MultiVectors, error) {
		return m.TokenVectors(ctx, texts, bert.EmbedOptions{})
	}))
	contextsOf(t, "EmbedLong", dropped(func(ctx context.Context) ([]bert.LongEmbedding, error) {
		return m.EmbedLong(ctx, texts, bert.LongOptions{})
	}))
	contextsOf(t, "EmbedStream", func(ctx context.Context) error {
		for _, err := range m.EmbedSeq(ctx, slices.Values(texts)) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	contextsOf(t, "Distill", dropped(func(ctx context.Context) (*bert.Distilled, error) { return bert.Distill(ctx, m, bert.DistillOptions{}) }))
	contextsOf(t, "train.Run", dropped(func(ctx context.Context) (*train.Result, error) {
		return train.Run(ctx, m, func(yield func(train.Labelled, error) bool) {
			for i := range 8 {
				if !yield(train.Labelled{Text: texts[i%2], Label: []string{"a", "b"}[i%2]}, nil) {
					return
				}
			}
		}, &train.Contrast{}, train.Options{BatchSize: 8, MaxSteps: 2})
	}))
	var users []cohort.Text
	for i := range 24 {
		users = append(users, cohort.Text{User: string(rune('a' + i%8)), Text: texts[i%8%3], Weight: 1})
	}
	o := cohort.Options{Model: m, K: 2, MinUsers: 1, Bootstrap: -1}
	contextsOf(t, "cohort.Segment", dropped(func(ctx context.Context) (*cohort.Segmentation, error) {
		return cohort.Segment(ctx, corpus.Slice(users), o)
	}))
	fit := must(cohort.Fit(t.Context(), corpus.Slice(users), o))(t)
	contextsOf(t, "Assign", dropped(func(ctx context.Context) ([]cohort.Assignment, error) { return fit.Assign(ctx, corpus.Slice(users), o) }))
	contextsOf(t, "Vectors", func(ctx context.Context) error { _, _, err := fit.Vectors(ctx, corpus.Slice(users), o); return err })
	contextsOf(t, "Why", dropped(func(ctx context.Context) (*cohort.Why, error) {
		return fit.Why(ctx, "a", corpus.Slice(users), o, cohort.WhyOptions{})
	}))
	contextsOf(t, "Explain", func(ctx context.Context) error {
		for _, err := range fit.Explain(ctx, corpus.Slice(users), o, cohort.ExplainOptions{}) {
			if err != nil {
				return err
			}
		}
		return nil
	})
}
