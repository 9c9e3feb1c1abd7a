package cohort

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/result"
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

// weighedBag is a bag that says what each word adds to a score. It counts the texts
// that it embeds.
type weighedBag struct {
	bag.Model
	embedded int
}

func (b *weighedBag) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return b.Model.EmbedSeq(ctx, func(yield func(string) bool) {
		for s := range texts {
			if b.embedded++; !yield(s) {
				return
			}
		}
	})
}

func (b *weighedBag) vector(ctx context.Context, s string) []float32 {
	for v := range b.Model.EmbedSeq(ctx, slices.Values([]string{s})) {
		return slices.Clone(v)
	}
	return nil
}

func (b *weighedBag) WeightGradients(ctx context.Context, text string, score func(vector, gradient []float32) float64) (float64, []float64, [][2]int, error) {
	v := b.vector(ctx, text)
	g := make([]float32, len(v))
	value := score(v, g)
	var tokens []float64
	var spans [][2]int
	at := 0
	for _, w := range strings.Fields(text) {
		start := at + strings.Index(text[at:], w)
		at = start + len(w)
		without, sum := b.vector(ctx, text[:start]+" "+text[at:]), 0.0
		for j := range v {
			sum += float64(g[j]) * float64(v[j]-without[j])
		}
		tokens, spans = append(tokens, sum), append(spans, [2]int{start, at})
	}
	return value, tokens, spans, nil
}

// In a long text, only the words that gradients say matter are left out, which finds
// the same words as leaving out all.
func TestWhyScreensLongTexts(t *testing.T) {
	t.Parallel()
	var long []string
	for i := range 34 {
		long = append(long, fmt.Sprintf("filler%c%c", 'a'+i/6, 'a'+i%6))
		if i < 6 {
			long = append(long, bag.Topics[0][i])
		}
	}
	texts := append(bag.Texts(6, 2), Text{User: "long", Text: strings.Join(long, " ")}, Text{User: "long", Text: bag.Topics[1][0]})
	m := fit(t, texts, Options{K: 3, Bootstrap: -1, Reduce: reduce.PCA{Components: 6}})
	var got [2][]result.WordEffect
	screening := &weighedBag{}
	for i, model := range []Embedder{&bag.Model{}, screening} {
		y, err := m.Why(t.Context(), "long", Slice(texts), Options{Model: model}, WhyOptions{Words: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range y.Deciding {
			got[i] = append(got[i], d.Words...)
		}
	}
	if d := cmp.Diff(got[0], got[1]); len(got[0]) != 5 || d != "" {
		t.Errorf("%d words, with gradients otherwise: %s", len(got[0]), d)
	}
	if screening.embedded > 14 {
		t.Errorf("%d texts were embedded, want those of the user and ten without a word", screening.embedded)
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
