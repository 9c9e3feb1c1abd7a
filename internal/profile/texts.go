package profile

import (
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text/langid"
	"github.com/seed-56ee9438/cohort/text/marks"
)

// textRows calls Config.EachText for the texts, in their order, once their
// sentiment is known.
type textRows struct {
	each    func(result.Text) error
	detect  *langid.Detector
	waiting []result.Text
	scored  []int // indices of waiting that are in the tally, in its order
}

func newTextRows(each func(result.Text) error) (*textRows, error) {
	if each == nil {
		return nil, nil
	}
	d, err := langid.New(langid.Options{})
	if err != nil {
		return nil, err
	}
	return &textRows{each: each, detect: d}, nil
}

// addText adds a text; placed [k] is its place, nil if there are no segments.
func (p *profiler) addText(t *batchText, placed []float32) {
	r := p.rows
	if r == nil {
		return
	}
	x := result.Text{
		Row: t.Row, User: p.survey.Users[t.User], Segment: result.Unassigned, RunnerUp: result.Unassigned, UserSegment: result.Unassigned,
		Language: r.detect.Detect(marks.Remove(t.Clean)).Language, Text: t.Clean,
	}
	if placed != nil {
		at, distance := p.groups.Centres.Nearest(placed)
		margin, other := p.groups.Centres.Margin(placed, at)
		x.Segment, x.RunnerUp, x.Distance, x.Margin = p.groups.Centres.ID(at), p.groups.Centres.ID(other), distance, margin
		x.UserSegment = p.groups.Centres.ID(p.groups.Of[p.users.Row[t.User]])
	}
	r.waiting = append(r.waiting, x)
}

// tallied records that the last text added waits for its score.
func (r *textRows) tallied() {
	if r != nil {
		r.scored = append(r.scored, len(r.waiting)-1)
	}
}

// score sets the sentiment of the j-th text of the tally.
func (r *textRows) score(j int, f sentiment.Feeling) {
	if r != nil {
		x := &r.waiting[r.scored[j]]
		x.Sentiment, x.SentimentError, x.Feeling, x.Novelty = &f.Value, f.StdErr, string(f.Class()), f.Novelty
	}
}

// tell reports the texts added, if none of them waits for its sentiment.
func (r *textRows) tell() error {
	if r == nil {
		return nil
	}
	for _, x := range r.waiting {
		if err := r.each(x); err != nil {
			return err
		}
	}
	r.waiting, r.scored = r.waiting[:0], r.scored[:0]
	return nil
}
