package cohort

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestRangesOverTexts: what takes a sequence of texts ranges over it as often as
// its documentation says, and no range goes on when it has returned, also with an
// error of the model.
func TestRangesOverTexts(t *testing.T) {
	t.Parallel()
	all := bag.Texts(8, 3)
	m := fit(t, all, Options{K: 3, Bootstrap: -1})
	byText := fit(t, all, Options{K: 3, Bootstrap: -1, Pooling: PoolMixture})
	type sequence = iter.Seq2[Text, error]
	segments := func(o Options) func(context.Context, sequence, Embedder) error {
		return func(ctx context.Context, texts sequence, model Embedder) error {
			o.Model, o.K, o.Bootstrap = model, 3, -1
			_, err := Segment(ctx, texts, o)
			return err
		}
	}
	for name, c := range map[string]struct {
		ranges int64
		run    func(ctx context.Context, texts sequence, model Embedder) error
	}{
		"Segment":          {2, segments(Options{})},
		"Segment by text":  {2, segments(Options{Pooling: PoolMixture})},
		"Segment, Repeats": {3, segments(Options{Repeats: &Repeats{}})},
		"Assign": {1, func(ctx context.Context, texts sequence, model Embedder) error {
			_, err := m.Assign(ctx, texts, Options{Model: model})
			return err
		}},
		"Assign by text": {1, func(ctx context.Context, texts sequence, model Embedder) error {
			_, err := byText.Assign(ctx, texts, Options{Model: model})
			return err
		}},
		"AssignSoft": {1, func(ctx context.Context, texts sequence, model Embedder) error {
			_, _, err := m.AssignSoft(ctx, texts, Options{Model: model})
			return err
		}},
		"Follow": {1, func(ctx context.Context, texts sequence, model Embedder) error {
			_, _, err := m.Follow(ctx, texts, Options{Model: model}, 0)
			return err
		}},
		"Vectors": {1, func(ctx context.Context, texts sequence, model Embedder) error {
			_, _, err := m.Vectors(ctx, texts, Options{Model: model})
			return err
		}},
		"Why": {1, func(ctx context.Context, texts sequence, model Embedder) error {
			_, err := m.Why(ctx, all[0].User, texts, Options{Model: model}, WhyOptions{})
			return err
		}},
	} {
		texts, begun, running := testdir.Watched(Slice(all))
		if err := c.run(t.Context(), texts, &bag.Model{}); err != nil || begun.Load() != c.ranges || running.Load() != 0 {
			t.Errorf("%s: %v; %d ranges over the texts, want %d, of which %d go on", name, err, begun.Load(), c.ranges, running.Load())
		}
		boom := errors.New("boom")
		if err := c.run(t.Context(), texts, &bag.Model{Fail: boom, At: 1}); !errors.Is(err, boom) || running.Load() != 0 {
			t.Errorf("%s, of a model that fails: %v; %d ranges over the texts go on", name, err, running.Load())
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.run(ctx, texts, &bag.Model{}); !errors.Is(err, context.Canceled) || running.Load() != 0 {
			t.Errorf("%s, cancelled: %v; %d ranges over the texts go on", name, err, running.Load())
		}
	}
}

// TestExplainRanges: explanations can be stopped and ranged over again, which
// ranges over the texts once each time.
func TestExplainRanges(t *testing.T) {
	m := fit(t, bag.Texts(6, 2), Options{K: 3, Bootstrap: -1})
	texts, begun, running := testdir.Watched(Slice(bag.Texts(2, 1)))
	testdir.Ranges(t, "Explain", m.Explain(t.Context(), texts, Options{Model: &pathBag{}}, ExplainOptions{}))
	testdir.Ranges(t, "Slice", Slice(bag.Texts(2, 1)))
	if n, left := begun.Load(), running.Load(); n != 7 || left != 0 {
		t.Errorf("the texts were ranged over %d times, want 7, of which %d go on", n, left)
	}
}
