package cohort

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
)

// splitTexts are those of three topics and of one user between two of them.
func splitTexts() []Text {
	return append(bag.Texts(6, 2),
		Text{User: "split", Text: "camera lens photo zoom flash picture", Weight: 3},
		Text{User: "split", Text: "battery charge power plug cable adapter", Weight: 2})
}

func TestWhy(t *testing.T) {
	t.Parallel()
	texts := splitTexts()
	ctx := context.Background()
	for _, o := range []Options{
		{K: 3}, {K: 3, Reduce: reduce.PCA{Components: 4}}, {K: 3, Pooling: PoolMixture}, {K: 3, Reduce: reducers["umap"]},
	} {
		o.Bootstrap = -1
		m := fit(t, texts, o)
		s := m.Segmentation()
		y, err := m.Why(ctx, "split", Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		camera, battery := s.Users[0].Segment, s.Users[1].Segment
		placed, err := m.Assign(ctx, Slice(texts), Options{Model: &bag.Model{}})
		if err != nil {
			t.Fatal(err)
		}
		a := placed[len(placed)-1]
		if y.Segment != camera || y.Segment != a.Segment || math.Abs(y.Margin-a.Margin) > 1e-6 || y.RunnerUp != a.RunnerUp {
			t.Errorf("%s %s: why says %+v, assign %+v", s.Run.Pooling, s.Run.Reduce, y, a)
		}
		if len(y.Deciding) != 2 || !strings.HasPrefix(y.Deciding[0].Text, "camera") || y.Deciding[0].MovesTo != battery || y.Deciding[1].MovesTo != camera {
			t.Errorf("%s %s: deciding %+v, want first the camera, without which he would move to %d", s.Run.Pooling, s.Run.Reduce, y.Deciding, battery)
		}
		if y.Deciding[0].Effect <= 0 || y.Deciding[1].Effect >= 0 {
			t.Errorf("%s %s: effects %v and %v, want one for his segment and one against it", s.Run.Pooling, s.Run.Reduce, y.Deciding[0].Effect, y.Deciding[1].Effect)
		}
		for _, sh := range y.Mixture {
			if want := map[int]float64{camera: 0.6, battery: 0.4}[sh.Segment]; math.Abs(sh.Share-want) > 1e-9 {
				t.Errorf("%s %s: share of segment %d is %v, want %v", s.Run.Pooling, s.Run.Reduce, sh.Segment, sh.Share, want)
			}
		}
	}
}

// The effect of a word is what placing the user without it gives.
func TestWhyWordsAreMeasured(t *testing.T) {
	t.Parallel()
	texts := splitTexts()
	ctx := context.Background()
	o := Options{Model: &bag.Model{}}
	m := fit(t, texts, Options{K: 3, Bootstrap: -1})
	y, err := m.Why(ctx, "split", Slice(texts), o, WhyOptions{Texts: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(y.Deciding) != 1 || len(y.Deciding[0].Words) < 3 {
		t.Fatalf("deciding %+v", y.Deciding)
	}
	for _, w := range y.Deciding[0].Words {
		without := append([]Text(nil), texts[len(texts)-2:]...)
		without[0].Text = strings.Join(strings.Fields(strings.Replace(without[0].Text, w.Word, "", 1)), " ")
		// His text keeps its weight of 3: the vectors are of length 1 either way.
		got, err := m.Assign(ctx, Slice(without), o)
		if err != nil {
			t.Fatal(err)
		}
		if want := y.Margin - got[0].Margin; math.Abs(want-w.Effect) > 1e-6 {
			t.Errorf("word %q: effect %v, placing him without it gives %v", w.Word, w.Effect, want)
		}
	}
}

func TestWhyErrors(t *testing.T) {
	t.Parallel()
	texts := splitTexts()
	m := fit(t, texts, Options{K: 3, Bootstrap: -1})
	ctx := context.Background()
	if _, err := m.Why(ctx, "nobody", Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{}); !errors.Is(err, ErrNoUser) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := m.Why(ctx, "split", Slice(texts), Options{Model: &bag.Model{Version: "2"}}, WhyOptions{}); !errors.Is(err, ErrModel) {
		t.Errorf("another model: %v", err)
	}
	one, err := m.Why(ctx, "x", Slice([]Text{{User: "x", Text: "camera"}}), Options{Model: &bag.Model{}}, WhyOptions{})
	if err != nil || one.Deciding[0].MovesTo != Unassigned || len(one.Deciding[0].Words) != 0 {
		t.Errorf("a user of one word: %+v, %v", one, err)
	}
	c, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := m.Why(c, "split", Slice(texts), Options{Model: &bag.Model{}}, WhyOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
