package cohort

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/result"
)

// classFeeling calls texts with "good" positive, with "bad" negative and others
// neutral; texts with "odd" are novel, texts with "nothing" unknown.
type classFeeling struct{ wordFeeling }

func (classFeeling) Feelings(_ context.Context, texts []string, _ mat.Matrix) ([]Feeling, error) {
	out := make([]Feeling, len(texts))
	for i, t := range texts {
		f := Feeling{Neutral: 1, StdErr: 0.2, Novelty: 0.5}
		switch {
		case strings.Contains(t, "nothing"):
			f = Feeling{Unknown: true}
		case strings.Contains(t, "good"):
			f = Feeling{Value: 1, Positive: 1, StdErr: 0.2, Novelty: 0.5}
		case strings.Contains(t, "bad"):
			f = Feeling{Value: -1, Negative: 1, StdErr: 0.2, Novelty: 0.5}
		}
		if strings.Contains(t, "odd") {
			f.Novelty, f.StdErr = 0.99, 2
		}
		out[i] = f
	}
	return out, nil
}

// Segments count texts by class, and novel ones widen the interval of the mean.
func TestFeelingsByClass(t *testing.T) {
	t.Parallel()
	texts := blurred(40, 2)
	for i := range texts {
		texts[i].Text += []string{" good", " bad", "", "", " nothing"}[i%5]
	}
	run := func(odd bool) (*result.Segmentation, []result.Text) {
		var rows []result.Text
		if odd {
			for i := range texts {
				texts[i].Text += " odd"
			}
		}
		r := segment(t, texts, Options{Clusterer: cluster.KMeans{K: 2, NInit: 1, Seed: 1}, Bootstrap: -1, Sentiment: classFeeling{}, EachText: func(x result.Text) error {
			rows = append(rows, x)
			return nil
		}})
		return r, rows
	}
	plain, rows := run(false)
	var got result.Feelings
	for _, s := range plain.Segments {
		got.Negative, got.Neutral, got.Positive, got.Novel = got.Negative+s.Feelings.Negative, got.Neutral+s.Feelings.Neutral, got.Positive+s.Feelings.Positive, got.Novel+s.Feelings.Novel
	}
	n := len(texts) / 5
	if got != (result.Feelings{Negative: n, Neutral: 2 * n, Positive: n}) {
		t.Errorf("%+v of %d texts", got, len(texts))
	}
	for i, x := range rows {
		want := []string{"positive", "negative", "neutral", "neutral", ""}[i%5]
		if x.Feeling != want || (x.Sentiment == nil) != (want == "") || want != "" && (x.Novelty != 0.5 || x.SentimentError != 0.2) {
			t.Errorf("text %d: %+v, want %q", i, x, want)
		}
	}
	odd, _ := run(true)
	for i, s := range odd.Segments {
		was := plain.Segments[i].Sentiment
		if s.Feelings.Novel != s.Feelings.Texts() || s.Sentiment.High-s.Sentiment.Low < 1.2*(was.High-was.Low) {
			t.Errorf("segment %d: %+v, interval %+v, was %+v", s.ID, s.Feelings, s.Sentiment, was)
		}
	}
	data, err := json.Marshal(plain)
	if err != nil || !strings.Contains(string(data), `"feelings":{"negative":`) {
		t.Errorf("no feelings in JSON (%v)", err)
	}
}
