package cohort

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

func fit(t *testing.T, texts []Text, o Options) *Segmenter {
	t.Helper()
	if o.Model == nil {
		o.Model = &bag.Model{}
	}
	m, err := Fit(context.Background(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func segment(t *testing.T, texts []Text, o Options) *Segmentation {
	t.Helper()
	return fit(t, texts, o).Segmentation()
}

func TestSegmentFindsTopics(t *testing.T) {
	t.Parallel()
	s := segment(t, bag.Texts(10, 4), Options{K: 3})
	if len(s.Segments) != 3 || s.Counts.Users != 30 || s.Counts.Texts != 120 {
		t.Fatalf("counts: %d segments, %+v", len(s.Segments), s.Counts)
	}
	kindOf := map[int]int{}
	for u, user := range s.Users {
		if k, ok := kindOf[user.Segment]; ok && k != u%3 {
			t.Errorf("user %s is in the segment of another topic", user.ID)
		}
		kindOf[user.Segment] = u % 3
		if user.Margin <= 0 || user.Margin > 1 {
			t.Errorf("user %s: margin %v", user.ID, user.Margin)
		}
		var sum float64
		for _, m := range user.Mixture {
			sum += m
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("user %s: mixture sums to %v", user.ID, sum)
		}
	}
	for _, p := range s.Segments {
		want := bag.Topics[kindOf[p.ID]]
		if len(p.Words) < 3 {
			t.Fatalf("segment %d has words %v", p.ID, p.Words)
		}
		for _, w := range p.Words {
			if !slices.Contains(want, w.Text) {
				t.Errorf("segment %d: word %q is not of its topic %v", p.ID, w.Text, want)
			}
		}
		if p.Users != 10 || math.Abs(p.Share-1./3) > 1e-9 || p.Texts != 40 {
			t.Errorf("segment %d: %d users, share %v, %d texts", p.ID, p.Users, p.Share, p.Texts)
		}
		if p.Stability == nil || !p.Stability.Stable {
			t.Errorf("segment %d of a clear topic: stability %+v", p.ID, p.Stability)
		}
		central := 0
		for _, q := range p.Quotes {
			if q.Kind == QuoteCentral {
				central++
				if q.Segment != p.ID {
					t.Errorf("central quotation of segment %d is by a user of %d", p.ID, q.Segment)
				}
			}
			if q.Kind == QuoteContrasting && q.Segment == p.ID {
				t.Errorf("contrasting quotation of segment %d is its own", p.ID)
			}
		}
		// Most texts on a topic have nearly all of its six words, and repeat one another.
		if central < 1 || central > 3 {
			t.Errorf("segment %d: %d central quotations", p.ID, central)
		}
		if p.Nearest == nil || p.Nearest.Segment == p.ID || len(p.Nearest.Ours) == 0 {
			t.Errorf("segment %d: nearest %+v", p.ID, p.Nearest)
		}
	}
	if !s.Scores.Defined || s.Scores.Silhouette < 0.3 || s.Scores.CentreAgreement != 1 {
		t.Errorf("scores of clear topics: %+v", s.Scores)
	}
}

// means are the normalised means of the vectors of each user's texts.
func means(t *testing.T, texts []Text) mat.Matrix {
	t.Helper()
	var said []string
	rows := map[string]int{}
	for _, x := range texts {
		said = append(said, x.Text)
		if _, ok := rows[x.User]; !ok {
			rows[x.User] = len(rows)
		}
	}
	m := &bag.Model{}
	sums, n := mat.NewDense(len(rows), m.Dim(), nil), 0
	for v, err := range m.EmbedSeq(t.Context(), slices.Values(said)) {
		if err != nil {
			t.Fatal(err)
		}
		sum, norm := sums.RawRowView(rows[texts[n].User]), vector.Norm(v)
		for j, x := range v {
			sum[j] += float64(x) / norm
		}
		n++
	}
	for i := range len(rows) {
		floats.Scale(1/floats.Norm(sums.RawRowView(i), 2), sums.RawRowView(i))
	}
	return sums
}

// A user's vector is the normalised mean, so KMeans on such vectors computed
// here must give the same partition. The rows are in another order there, so
// both take the best of many starts.
func TestSegmentIsKMeansOfMeans(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(8, 3)
	by := cluster.KMeans{K: 4, NInit: 20, Seed: 3}
	s := segment(t, texts, Options{Clusterer: by, Bootstrap: -1})
	km, err := by.Fit(t.Context(), means(t, texts))
	if err != nil {
		t.Fatal(err)
	}
	to := map[int]int{}
	for u, user := range s.Users {
		if l, ok := to[user.Segment]; ok && l != km.Labels[u] {
			t.Fatalf("user %d: segment %d is label %d and %d", u, user.Segment, l, km.Labels[u])
		}
		to[user.Segment] = km.Labels[u]
	}
}

func TestSameBytesAlways(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(9, 3)
	var first []byte
	for _, memory := range []int64{0, 1, 5000} { // in memory, wholly on disk, half of each
		s := segment(t, texts, Options{K: 3, Seed: 5, Memory: memory})
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		}
		if string(b) != string(first) {
			t.Errorf("memory %d: other bytes: %s", memory, cmp.Diff(string(first), string(b)))
		}
	}
}

func TestSegmentErrors(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	boom := errors.New("boom")
	many := bag.Texts(4, 2)
	for _, c := range []struct {
		name  string
		texts iter.Seq2[Text, error]
		o     Options
		is    error
		says  string
	}{
		{"no texts", Slice(nil), Options{}, ErrNoTexts, ""},
		{"blank texts", Slice([]Text{{User: "a", Text: " \n"}}), Options{}, ErrNoTexts, "all 1"},
		{"one user", Slice([]Text{{User: "a", Text: "x"}, {User: "a", Text: "y"}}), Options{}, ErrTooFewUsers, "only one user"},
		{"k > n", Slice(many), Options{K: 13}, ErrTooFewUsers, "12 users cannot make 13 segments"},
		{"k > n, own clusterer", Slice(many), Options{Clusterer: cluster.KMeans{K: 13}}, ErrTooFewUsers, "12 users cannot make 13"},
		{"all the same", Slice([]Text{{User: "a", Text: "x y"}, {User: "b", Text: "x y"}, {User: "c", Text: "x y"}}), Options{K: 2}, ErrIdentical, "all 3 users"},
		{"two kinds only", Slice([]Text{{User: "a", Text: "x"}, {User: "b", Text: "y"}, {User: "c", Text: "x"}}), Options{K: 3}, ErrIdentical, "only 2 of 3"},
		{"nan", Slice(many), Options{Model: &bag.Model{NaN: "lens"}}, ErrNotFinite, "text "},
		{"model fails", Slice(many), Options{Model: &bag.Model{Fail: boom, At: 3}}, boom, "embedding"},
		{"source fails", func(yield func(Text, error) bool) { yield(Text{}, boom) }, Options{}, boom, ""},
		{"weight", Slice([]Text{{User: "a", Text: "x", Weight: math.NaN()}}), Options{}, ErrWeight, "text 1"},
		{"recency without times", Slice(many), Options{Pooling: PoolRecency}, ErrOptions, "has no time"},
		{"negative k", Slice(many), Options{K: -1}, ErrOptions, "K is -1"},
		{"bad edit", Slice(many), Options{K: 2, Edits: []Edit{{Op: "merge", Segments: []int{1, 7}}}}, ErrOptions, "no segment 7"},
	} {
		if c.o.Model == nil {
			c.o.Model = &bag.Model{}
		}
		_, err := Segment(ctx, c.texts, c.o)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %v saying %q", c.name, err, c.is, c.says)
		}
	}
	if _, err := Segment(ctx, Slice(many), Options{}); !errors.Is(err, ErrNoModel) {
		t.Errorf("no model: %v", err)
	}
}

func TestSourceReadOnce(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(4, 2)
	used := false
	once := func(yield func(Text, error) bool) {
		if used {
			return
		}
		used = true
		Slice(texts)(yield)
	}
	_, err := Segment(context.Background(), once, Options{Model: &bag.Model{}, K: 2})
	if !errors.Is(err, ErrSourceChanged) {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{"embed", "cluster", "explain", "stability"} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := Segment(ctx, Slice(bag.Texts(60, 5)), Options{Model: &bag.Model{}, K: 3, Progress: func(p Progress) {
			if p.Stage == stage {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at %s: %v", stage, err)
		}
		cancel()
	}
}

func TestUserWithoutText(t *testing.T) {
	t.Parallel()
	texts := append(bag.Texts(3, 2), Text{User: "mute", Text: "  "})
	s := segment(t, texts, Options{K: 3, Bootstrap: -1})
	last := s.Users[len(s.Users)-1]
	if last.ID != "mute" || last.Segment != Unassigned || s.Counts.NoText != 1 || s.Counts.EmptyTexts != 1 {
		t.Errorf("%+v %+v", last, s.Counts)
	}
}

func TestDecidingText(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(6, 2)
	// One who wrote once of the camera, at length, and a little of batteries.
	texts = append(texts,
		Text{User: "split", Text: "camera lens photo zoom flash picture", Weight: 3},
		Text{User: "split", Text: "battery charge power plug cable adapter", Weight: 2})
	s := segment(t, texts, Options{K: 3, Bootstrap: -1})
	u := s.Users[len(s.Users)-1]
	if len(u.Deciding) != 1 || !strings.HasPrefix(u.Deciding[0].Text, "camera") {
		t.Fatalf("deciding: %+v", u.Deciding)
	}
	battery := s.Users[1].Segment // users are camera, battery, delivery in turn
	if u.Deciding[0].MovesTo != battery || u.Segment != s.Users[0].Segment {
		t.Errorf("in %d, would move to %d, want %d", u.Segment, u.Deciding[0].MovesTo, battery)
	}
	if m := u.Mixture; math.Abs(slices.Max(m)-0.6) > 1e-6 {
		t.Errorf("mixture %v, want 0.6 and 0.4", m)
	}
}

func TestMixturePooling(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(6, 2)
	texts = append(texts, Text{User: "mix", Text: "camera lens zoom"}, Text{User: "mix", Text: "battery plug cable"}, Text{User: "mix", Text: "battery power charge"})
	s := segment(t, texts, Options{K: 3, Pooling: PoolMixture})
	u := s.Users[len(s.Users)-1]
	if u.Segment != s.Users[1].Segment {
		t.Errorf("the user of two battery texts and one camera text is in %d, want %d", u.Segment, s.Users[1].Segment)
	}
	s = segment(t, texts, Options{Clusterer: cluster.KMeans{K: 3, NInit: 20}, Pooling: PoolMixture}) // no accident of the start
	for _, p := range s.Segments {
		if p.Stability == nil || !p.Stability.Stable || p.Stability.Runs != DefaultBootstrap {
			t.Errorf("segment %d: stability %+v, want stable: the topics share no word", p.ID, p.Stability)
		}
	}
	if s.Scores.Resampled == nil || s.Scores.Resampled.Mean < 0.9 {
		t.Errorf("resampled %+v", s.Scores.Resampled)
	}
}

// Users drawn anew must be clustered with their own texts: numbers that did not
// lead to them would scatter the segments.
func TestMixtureStabilityOfNothing(t *testing.T) {
	t.Parallel()
	var texts []Text
	words := strings.Fields("camera lens zoom battery plug cable hotel room breakfast")
	for u := range 40 { // everybody says everything
		for i := range words {
			texts = append(texts, Text{User: fmt.Sprint(u), Text: words[i] + " " + words[(i*(u%7+1)+u)%len(words)]})
		}
	}
	s := segment(t, texts, Options{K: 4, Pooling: PoolMixture})
	if s.Scores.Resampled == nil || s.Scores.Resampled.Mean > 0.8 {
		t.Errorf("resampled %+v, want little agreement", s.Scores.Resampled)
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(6, 2)
	s := segment(t, texts, Options{K: 3, Edits: []Edit{
		{Op: "merge", Segments: []int{2, 1}, Name: "things"},
		{Op: "split", Segment: 3},
		{Op: "rename", Segment: 4, Name: "rest"},
	}})
	var got []string
	total := 0
	for _, p := range s.Segments {
		got = append(got, p.Name)
		total += p.Users
	}
	if len(got) != 3 || total != 18 || s.Profile(2).Users != 12 || s.Profile(2).Name != "things" || s.Profile(4).Name != "rest" || s.Profile(1) != nil {
		t.Errorf("got %v with %d users", got, total)
	}
	var b strings.Builder
	if err := WriteEdits(&b, s.Run.Edits); err != nil {
		t.Fatal(err)
	}
	again, err := ReadEdits(strings.NewReader(b.String()))
	if d := cmp.Diff(s.Run.Edits, again); err != nil || d != "" {
		t.Error(err, d)
	}
	if _, err := ReadEdits(strings.NewReader(`{"version":1,"edits":[{"op":"merge","segment":[1]}]}`)); err == nil {
		t.Error("a misspelt edit was read")
	}
}
