package cohort

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/bag"
)

// The interval must be as wide as drawing users anew says.
func TestImpactIntervalIsThatOfResampledUsers(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	const users, k = 300, 3
	b, of := newByUser(users), make([]int, users)
	for u := range users {
		of[u] = u % k
		mood := r.NormFloat64() // shared by a user's ratings
		for range 1 + r.IntN(6) {
			b.add(u, float64(of[u])+mood+0.3*r.NormFloat64())
		}
	}
	got := b.impacts(k, func(u int) int { return of[u] })
	sums, squares := make([]float64, k), make([]float64, k)
	const rounds = 2000
	for range rounds {
		d, again := newByUser(users), make([]int, users)
		for u := range users {
			v := r.IntN(users)
			d.n[u], d.sum[u], again[u] = b.n[v], b.sum[v], of[v]
		}
		for i, e := range d.impacts(k, func(u int) int { return again[u] }) {
			sums[i] += e.Mean
			squares[i] += e.Mean * e.Mean
		}
	}
	total := 0.0
	for i, e := range got {
		mean := sums[i] / rounds
		want := 1.96 * math.Sqrt(squares[i]/rounds-mean*mean)
		if half := e.High - e.Mean; math.Abs(half/want-1) > 0.1 {
			t.Errorf("group %d: half width %v, resampling says %v", i, half, want)
		}
		total += e.Mean
	}
	if math.Abs(total) > 1e-9 || got[0].High >= 0 || got[2].Low <= 0 {
		t.Errorf("impacts %+v sum to %v, want 0, with the first below 0 and the last above", got, total)
	}
}

// opinions are bag.Texts with ratings, dates and shops: cameras please, late
// deliveries do not, and less every month.
func opinions(n int) []Text {
	texts := bag.Texts(n, 6)
	for i := range texts {
		kind := slices.IndexFunc(bag.Topics, func(w []string) bool { return slices.Contains(w, strings.Fields(texts[i].Text)[1]) })
		month := i % 6
		stars := []int{5, 3, max(1, 4-month)}[kind]
		texts[i].Time = time.Date(2024, time.Month(1+month), 10, 0, 0, 0, 0, time.UTC)
		texts[i].Meta = map[string]string{"stars": fmt.Sprint(stars), "shop": []string{"oslo", "paris", "rome"}[kind]}
		if stars == 1 {
			texts[i].Text += " refund refund"
		}
	}
	return texts
}

func TestImpactSuggestionsAndTrend(t *testing.T) {
	s := segment(t, opinions(10), Options{K: 3, Rating: "stars", Bootstrap: -1})
	camera, delivery := s.Profile(s.Users[0].Segment), s.Profile(s.Users[2].Segment)
	if camera.Impact == nil || camera.ImpactInterval == nil || *camera.Impact != camera.ImpactInterval.Mean {
		t.Fatalf("impact %v, %+v", camera.Impact, camera.ImpactInterval)
	}
	if camera.ImpactInterval.Low <= 0 || delivery.ImpactInterval.High >= 0 || camera.ImpactInterval.N != 60 {
		t.Errorf("impacts %+v and %+v, want one surely above 0 and one below", camera.ImpactInterval, delivery.ImpactInterval)
	}
	uses := map[SuggestionUse]Suggestion{}
	for _, g := range delivery.Suggestions {
		uses[g.Use] = g
		if g.Count < 1 || g.Z <= 0 || len(g.Evidence) == 0 {
			t.Errorf("a suggestion without evidence: %+v", g)
		}
	}
	if !slices.Contains(uses[UseFix].Evidence, "refund") {
		t.Errorf("fix: %+v, want the word of the unhappy texts", uses[UseFix])
	}
	if !slices.Contains(uses[UseRecommendation].Evidence, "shop = rome") {
		t.Errorf("recommendation: %+v", uses[UseRecommendation])
	}
	if e := uses[UseMessage].Evidence; len(e) < 2 || slices.Contains(bag.Topics[0], e[0]) {
		t.Errorf("message: %v", e)
	}
	if len(delivery.Trend) < 4 {
		t.Fatalf("trend of %d periods", len(delivery.Trend))
	}
	first, last, n := delivery.Trend[0], delivery.Trend[len(delivery.Trend)-1], 0
	for i, p := range delivery.Trend {
		n += p.Texts
		if i > 0 && !p.Start.After(delivery.Trend[i-1].Start) {
			t.Error("periods out of order")
		}
	}
	if n != 60 || first.Rating.Mean != 4 || last.Rating.Mean != 1 {
		t.Errorf("%d texts, ratings from %+v to %+v, want 60, from 4 to 1", n, first.Rating, last.Rating)
	}
	for _, p := range segment(t, opinions(4), Options{K: 3, Rating: "stars", Bootstrap: -1}).Segments {
		if len(p.Suggestions) != 0 || len(p.Quotes) != 0 {
			t.Errorf("segment of %d users, below the minimum of %d: %+v", p.Users, DefaultMinUsers, p.Suggestions)
		}
	}
}

func TestRenamingKeepsStability(t *testing.T) {
	texts := bag.Texts(10, 4)
	named := segment(t, texts, Options{K: 3, Edits: []Edit{{Op: "rename", Segment: 1, Name: "x"}}})
	if p := named.Profile(1); p.Name != "x" || p.Stability == nil || !p.Stability.Stable || p.Stability.Jaccard < stableFrom {
		t.Errorf("%q: %+v", p.Name, p.Stability)
	}
	merged := segment(t, texts, Options{K: 3, Edits: []Edit{{Op: "merge", Segments: []int{1, 2}}}})
	if merged.Segments[0].Stability != nil {
		t.Error("a merged segment has a stability that was not measured")
	}
	torn := segment(t, texts, Options{K: 7}) // three topics in seven parts cannot come back
	if !slices.ContainsFunc(torn.Segments, func(p Profile) bool { return p.Stability != nil && !p.Stability.Stable }) {
		t.Error("parts of topics are all called stable")
	}
}

func TestLabelValues(t *testing.T) {
	for _, c := range []struct {
		labels []string
		want   []float64
	}{
		{[]string{"NEGATIVE", "POSITIVE"}, []float64{-1, 1}},
		{[]string{"positive", "neutral", "negative"}, []float64{1, 0, -1}},
		{[]string{"Very Negative", "Negative", "Neutral", "Positive", "Very Positive"}, []float64{-1, -0.5, 0, 0.5, 1}},
		{[]string{"1 star", "2 stars", "3 stars", "4 stars", "5 stars"}, []float64{-1, -0.5, 0, 0.5, 1}},
		{[]string{"负面", "中性", "正面"}, []float64{-1, 0, 1}},
		{[]string{"LABEL_0", "LABEL_1"}, nil}, {[]string{"joy", "anger"}, nil}, {[]string{"positive"}, nil}, {nil, nil},
	} {
		got, err := LabelValues(c.labels)
		if !slices.Equal(got, c.want) || (err != nil) != (c.want == nil) || err != nil && !errors.Is(err, ErrLabels) {
			t.Errorf("%q: %v, %v", c.labels, got, err)
		}
	}
}
