package watch

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// options are those with which texts of the open window are placed.
func (w *Watcher) options() cohort.Options {
	o := cohort.Options{Model: w.model}
	if w.prep != nil {
		o.Prepare = w.prep
	}
	return o
}

// entries places each row by its text alone.
func (w *Watcher) entries(ctx context.Context, rows []Row) ([]*entry, error) {
	out := make([]*entry, len(rows))
	texts := make([]cohort.Text, len(rows))
	for i := range rows {
		texts[i] = rows[i].Text
	}
	if p, ok := w.o.Prepare.(cohort.PrivacyPreparer); ok { // users and columns as they may be shown
		i := 0
		for t, err := range p.Texts(ctx, cohort.Slice(texts)) {
			if err != nil {
				return nil, err
			}
			texts[i] = t
			i++
		}
	}
	alone := make([]cohort.Text, len(rows))
	for i := range rows {
		out[i] = &entry{Row: rows[i]}
		out[i].Text = texts[i]
		alone[i] = texts[i]
		alone[i].User = strconv.Itoa(i)
	}
	w.memo.asked = w.memo.asked[:0]
	placed, err := w.seg.Assign(ctx, cohort.Slice(alone), w.options())
	if errors.Is(err, cohort.ErrNoTexts) {
		placed, err = make([]cohort.Assignment, len(rows)), nil
		for i := range placed {
			placed[i] = cohort.Assignment{Segment: cohort.Unassigned, RunnerUp: cohort.Unassigned}
		}
	}
	if err != nil {
		return nil, err
	}
	if len(placed) != len(rows) {
		return nil, fmt.Errorf("watch: %d rows were placed of %d", len(placed), len(rows))
	}
	if err := w.describe(ctx, out, placed); err != nil {
		return nil, err
	}
	return out, w.feel(ctx, out)
}

// describe sets the places, prepared texts and vectors of entries.
func (w *Watcher) describe(ctx context.Context, out []*entry, placed []cohort.Assignment) error {
	clean := make([]string, len(out))
	for i, e := range out {
		clean[i] = e.Text.Text
	}
	if w.prep != nil {
		made, err := w.prep.Prepare(ctx, clean) // remembered
		if err != nil {
			return err
		}
		for i := range made {
			clean[i] = made[i].Text
		}
	}
	at := 0
	for i, e := range out {
		e.placed, e.clean = placed[i], clean[i]
		e.placed.User = e.User
		if placed[i].Texts == 0 {
			continue
		}
		if at == len(w.memo.asked) {
			return fmt.Errorf("watch: the model saw %d texts, fewer than were placed", at)
		}
		v := w.memo.vectors[w.memo.asked[at]]
		at++
		e.counted, e.vector = true, make([]float32, len(v))
		if err := vector.Unit(e.vector, v); err != nil {
			return err
		}
	}
	return nil
}

// feel scores the sentiment of entries that have a word.
func (w *Watcher) feel(ctx context.Context, all []*entry) error {
	if w.o.Sentiment == nil {
		return nil
	}
	var some []*entry
	var texts []string
	for _, e := range all {
		if e.counted {
			some, texts = append(some, e), append(texts, e.clean)
		}
	}
	if len(some) == 0 {
		return nil
	}
	x := dense.New[float32](len(some), len(some[0].vector))
	for i, e := range some {
		copy(x.Row(i), e.vector)
	}
	got, err := w.o.Sentiment.Feelings(ctx, texts, dense.Matrix{Rows: x})
	if err != nil {
		return fmt.Errorf("scoring sentiment: %w", err)
	}
	if len(got) != len(some) {
		return fmt.Errorf("watch: sentiment gave %d scores for %d texts", len(got), len(some))
	}
	for i, f := range got {
		if !f.Unknown {
			some[i].feeling = &f.Value
		}
	}
	return nil
}
