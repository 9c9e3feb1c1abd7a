package cohort

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/bag"
)

// deliveries do not, and less every month.
func opinions(n int) []Text {
	texts := bag.Texts(n, 6)
	for i := range texts {
		kind := slices.IndexFunc(bag.Topics, func(w []string) bool { return slices.Contains(w, strings.Fields(texts[i].Text)[1]) })
		month := i % 6
		stars := []int{5, 3, max(1, 4-month)}[kind]
		texts[i].Time = time.Date(2024, time.Month(1+month), 10, 0, 0, 0, 0, time.UTC)
		texts[i].Meta = map[string]string{"stars": fmt.Sprint(stars), "shop": []string{"oslo", "paris", "rome"}[kind]}
		texts[i].Text += []string{". The lens is superb", ". The pillow was blue", ". The courier is rude in week " + fmt.Sprint(i)}[kind]
		if kind == 2 && month == 0 {
			texts[i].Text += ". The courier is good, very good, and the best"
		}
	}
	return texts
}

func TestImpactSuggestionsAndTrend(t *testing.T) {
	t.Parallel()
	texts := opinions(10)
	texts = append(texts, Text{User: texts[0].User, Text: "the lens", Meta: map[string]string{"stars": "many"}}, Text{User: texts[0].User, Text: "the lens"})
	s := segment(t, texts, Options{K: 3, Rating: "stars", Bootstrap: -1})
	if s.Counts.UnreadRatings != 1 {
		t.Errorf("%d unread ratings, want 1", s.Counts.UnreadRatings)
	}
	camera, delivery := s.Profile(s.Users[0].Segment), s.Profile(s.Users[2].Segment)
	if camera.Impact == nil || camera.ImpactInterval == nil || *camera.Impact != camera.ImpactInterval.Mean {
		t.Fatalf("impact %v, %+v", camera.Impact, camera.ImpactInterval)
	}
	if camera.ImpactInterval.Low <= 0 || delivery.ImpactInterval.High >= 0 || camera.ImpactInterval.N != 60 {
		t.Errorf("impacts %+v and %+v, want one surely above 0 and one below", camera.ImpactInterval, delivery.ImpactInterval)
	}
	uses := map[SuggestionUse]Suggestion{}
	for _, g := range append(slices.Clone(delivery.Suggestions), camera.Suggestions...) {
		if _, ok := uses[g.Use]; !ok {
			uses[g.Use] = g
		}
		if g.Count < 1 || g.Z <= 0 || len(g.Evidence) == 0 || g.Text != g.Sentence("en") {
			t.Errorf("a suggestion without evidence: %+v", g)
		}
	}
	if f := uses[UseFix]; f.Aspect != "courier" || f.Count != 10 || f.Of != 10 || f.Share != 1 || f.Others != 0 || f.Q > 1e-4 || len(f.Evidence) != 2 ||
		!strings.HasPrefix(f.Text, "10 of 10 users who speak of the courier are unhappy with it (100% of this segment, 0% of the other users): “The courier is rude in week ") {
		t.Errorf("fix: %+v", f)
	}
	if m := uses[UseMessage]; m.Aspect != "lens" || m.Count != 10 || !strings.Contains(m.Sentence("zh"), "谈到“lens”的 10 位用户中，10 位满意") {
		t.Errorf("message: %+v", m)
	}
	if !slices.Contains(uses[UseRecommendation].Evidence, "shop = rome") {
		t.Errorf("recommendation: %+v", uses[UseRecommendation])
	}
	said := delivery.Opinions.Blamed[0]
	if said.Users != 10 || said.Blame != 10 || said.Praise != 0 || said.Sentiment.High >= 0 || said.Impact == nil || said.Contrast.P > said.Contrast.Q {
		t.Errorf("what is said of the courier: %+v", said)
	}
	if len(said.Quotes) != 2 || said.Quotes[0].User == said.Quotes[1].User || said.Quotes[0].Value >= 0 {
		t.Errorf("quotations: %+v", said.Quotes)
	}
	praise, blame := 0, 0
	for _, p := range said.Trend {
		praise, blame = praise+p.Praise, blame+p.Blame
	}
	if len(said.Trend) < 4 || praise != 10 || blame != 60 || said.Trend[0].Praise != 10 {
		t.Errorf("trend of the courier: %+v", said.Trend)
	}
	if n := len(delivery.Opinions.Complaints); n == 0 || delivery.Opinions.Complaints[0].Aspects[0] != "courier" {
		t.Errorf("complaints: %+v", delivery.Opinions.Complaints)
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
		if len(p.Suggestions) != 0 || len(p.Quotes) != 0 || p.Opinions != nil {
			t.Errorf("segment of %d users, below the minimum of %d: %+v", p.Users, DefaultMinUsers, p.Suggestions)
		}
	}
}

func TestRenamingKeepsStability(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(10, 4)
	named := segment(t, texts, Options{K: 3, Edits: []Edit{{Op: "rename", Segment: 1, Name: "x"}}})
	if p := named.Profile(1); p.Name != "x" || p.Stability == nil || !p.Stability.Stable || p.Stability.Jaccard < 0.75 {
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

// A name that no text's Meta has, or whose values are no numbers, is refused.
func TestRatingMisspelt(t *testing.T) {
	t.Parallel()
	texts := opinions(4)
	for field, says := range map[string]string{"star": `the fields are ["shop" "stars"]`, "Stars": `["shop" "stars"]`, "mood": "is a finite number", "blank": `no text has a value of "blank"`} {
		for i := range texts {
			switch field {
			case "mood":
				texts[i].Meta = map[string]string{"mood": "NaN"}
			case "blank":
				texts[i].Meta = map[string]string{"blank": " "}
			}
		}
		_, err := Segment(t.Context(), Slice(texts), Options{Model: &bag.Model{}, K: 3, Rating: field, Bootstrap: -1})
		if !errors.Is(err, ErrOptions) || !strings.Contains(fmt.Sprint(err), says) {
			t.Errorf("%q: %v", field, err)
		}
		texts = opinions(4)
	}
}
