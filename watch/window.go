package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/result"
)

// end ends the open window: its users are placed and compared with the
// reference, its line and its alerts are written, and the centres moved.
func (w *Watcher) end(ctx context.Context) error {
	t, next, err := w.count(ctx)
	if err != nil {
		return err
	}
	line := w.line(t)
	var alerts []Alert
	after := w.p // where the watch will stand
	after.Windows++
	after.Start, after.Open, after.Begun = w.open[len(w.open)-1].After, 0, nil
	if line.WarmUp {
		after.Reference = t
	} else {
		if alerts, after.Ongoing, err = w.compare(ctx, t, line); err != nil {
			return err
		}
		if w.o.Post != nil {
			after.Pending = slices.Concat(w.p.Pending, alerts)
		}
	}
	old := w.p.Segmenter
	if next != nil {
		if after.Segmenter, err = w.keep(next, after.Windows); err != nil {
			return err
		}
	}
	if err := w.writeWindow(line, alerts); err != nil {
		return err
	}
	if err := w.checkpoint(&after); err != nil {
		return err
	}
	after.Reference = nil
	w.p = after
	w.raised += len(alerts)
	if line.WarmUp {
		w.ref.add(t)
	}
	if next != nil {
		w.seg = next
		if old != "" && old != after.Segmenter {
			os.Remove(old)
		}
	}
	w.rejected = 0
	w.forget()
	if err := w.state.renew(w.ref, &w.p); err != nil {
		return err
	}
	return w.post(ctx)
}

// count places the window's users, and moves the centres if they follow.
func (w *Watcher) count(ctx context.Context) (t *tally, next *cohort.Segmenter, err error) {
	texts := make([]cohort.Text, len(w.open))
	for i, e := range w.open {
		texts[i] = e.Text
	}
	var placed []cohort.Assignment
	if w.o.Follow {
		next, placed, err = w.seg.Follow(ctx, cohort.Slice(texts), w.options(), w.o.Memory)
	} else {
		placed, err = w.seg.Assign(ctx, cohort.Slice(texts), w.options())
	}
	if errors.Is(err, cohort.ErrNoTexts) {
		placed, next, err = nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	t = newTally()
	t.Windows = nil
	far, feelings := map[string]float64{}, map[string][]float64{}
	for _, e := range w.open {
		if e.counted {
			far[e.User] = max(far[e.User], e.placed.Distance)
		}
		if e.feeling != nil {
			feelings[e.User] = append(feelings[e.User], *e.feeling)
		}
	}
	for _, a := range placed {
		if a.Texts == 0 && a.Segment == cohort.Unassigned {
			continue // nothing is known of them
		}
		t.Users++
		t.Segments[a.Segment]++
		t.Who[digestOf(a.User)] = a.Segment
		if d, ok := far[a.User]; ok {
			t.Farthest = append(t.Farthest, d)
		}
		if x := feelings[a.User]; len(x) > 0 {
			t.Feelings[a.Segment] = append(t.Feelings[a.Segment], mean(x))
		}
	}
	return t, next, nil
}

// line describes the window without its comparison.
func (w *Watcher) line(t *tally) *Window {
	before := w.p.Rows - w.p.Open
	l := &Window{
		Type: "window", Number: w.p.Windows + 1, FromRow: before + 1, ToRow: before + len(w.open), Late: w.late, Rejected: w.rejected,
		Users: t.Users, WarmUp: w.ref.Count < w.o.WarmUp, Unassigned: w.measured(t, cohort.Unassigned),
	}
	for _, e := range w.open {
		if e.counted {
			l.Texts++
		}
	}
	if !w.span.IsZero() {
		start, end := w.span.UTC(), w.span.Add(w.o.Every).UTC()
		l.Start, l.End = &start, &end
	}
	for _, c := range w.first.Segments {
		l.Segments = append(l.Segments, w.measured(t, c.ID))
	}
	return l
}

func (w *Watcher) measured(t *tally, id int) Measured {
	m := Measured{ID: id, Name: w.seg.Name(id), Users: t.Segments[id]}
	if t.Users > 0 {
		m.Share = rounded(float64(m.Users) / float64(t.Users))
	}
	if x := t.Feelings[id]; len(x) > 0 && id != cohort.Unassigned {
		v := rounded(mean(x))
		m.Feeling = &v
	}
	return m
}

// test is one of a window's tests.
type test struct {
	kind    Kind
	segment int
	p       *float64 // where the corrected p-value goes
	users   int
	before  float64
	after   float64
}

func (t *test) change() string { return fmt.Sprintf("%s/%d", t.kind, t.segment) }

// compare tests the window, completes its line, and returns the alerts that it
// raises and all changes that are there now with the ids of their alerts.
func (w *Watcher) compare(ctx context.Context, t *tally, l *Window) ([]Alert, map[string]string, error) {
	tests, err := w.tests(t, l)
	if err != nil {
		return nil, nil, err
	}
	p := make([]float64, len(tests))
	for i := range tests {
		p[i] = *tests[i].p
	}
	l.Tests, l.Level = len(tests), w.o.level()
	ongoing := map[string]string{}
	var alerts []Alert
	for i, corrected := range holm(p) {
		x := &tests[i]
		*x.p = rounded(corrected)
		if corrected > l.Level {
			continue
		}
		if id, ok := w.p.Ongoing[x.change()]; ok {
			ongoing[x.change()] = id
			l.Ongoing = append(l.Ongoing, id)
			continue
		}
		a := Alert{
			Type: "alert", ID: fmt.Sprintf("%s-%d-%s", w.id, l.Number, x.kind), Kind: x.kind, Window: l.Number, Users: x.users,
			Before: x.before, After: x.after, P: *x.p, Level: l.Level, FalseAlarms: w.o.FalseAlarms, Horizon: w.o.Horizon,
		}
		if x.segment > 0 {
			a.ID += fmt.Sprintf("-%d", x.segment)
			a.Segment, a.Name = x.segment, w.seg.Name(x.segment)
		}
		switch x.kind {
		case Unplaced:
			a.Candidate, err = w.candidate(ctx, func(e *entry) bool { return e.placed.Segment == cohort.Unassigned })
		case Unfamiliar:
			limit := l.Unassignable.Limit
			a.Candidate, err = w.candidate(ctx, func(e *entry) bool { return e.placed.Distance > limit })
		}
		if err != nil {
			return nil, nil, err
		}
		ongoing[x.change()] = a.ID
		l.Alerts = append(l.Alerts, a.ID)
		alerts = append(alerts, a)
	}
	if len(w.first.Segments) > 1 {
		if l.Drift, err = w.drift(t); err != nil {
			return nil, nil, err
		}
	}
	return alerts, ongoing, nil
}

// tests returns the window's tests, as many in each window, with the p-values
// before their correction.
func (w *Watcher) tests(t *tally, l *Window) ([]test, error) {
	var out []test
	shrink := w.ref.shrink()
	all := max(1, int(shrink*float64(w.ref.Users)))
	scaled := func(id int) int { return min(all, int(shrink*float64(w.ref.Segments[id])+0.5)) }
	share := func(id int) *float64 {
		x := 0.0
		if w.ref.Users > 0 {
			x = rounded(float64(w.ref.Segments[id]) / float64(w.ref.Users))
		}
		return &x
	}
	for i := range l.Segments {
		m := &l.Segments[i]
		m.Reference = share(m.ID)
		grown, shrunk := moreOf(m.Users, t.Users, scaled(m.ID), all), fewerOf(m.Users, t.Users, scaled(m.ID), all)
		m.Grown, m.Shrunk = &grown, &shrunk
		out = append(out, test{Grown, m.ID, m.Grown, m.Users, *m.Reference, m.Share}, test{Shrunk, m.ID, m.Shrunk, m.Users, *m.Reference, m.Share})
		if w.o.Sentiment == nil {
			continue
		}
		was, is := w.ref.Feelings[m.ID], t.Feelings[m.ID]
		soured := lower(is, was, shrink*float64(len(was)))
		m.Soured = &soured
		x := test{kind: Soured, segment: m.ID, p: m.Soured, users: len(is)}
		if len(was) > 0 {
			x.before = rounded(mean(was))
			m.ReferenceFeeling = &x.before
		}
		if m.Feeling != nil {
			x.after = *m.Feeling
		}
		out = append(out, x)
	}
	m := &l.Unassigned
	m.Reference = share(cohort.Unassigned)
	grown := moreOf(m.Users, t.Users, scaled(cohort.Unassigned), all)
	m.Grown = &grown
	out = append(out, test{Unplaced, 0, m.Grown, m.Users, *m.Reference, m.Share})
	limit, rank := w.ref.limit()
	u := &Unassignable{Limit: limit, P: 1}
	if rank > 0 {
		for _, d := range t.Farthest {
			if d > limit {
				u.Users++
			}
		}
		size := shrink * float64(len(w.ref.Farthest))
		u.P = beyond(u.Users, len(t.Farthest), max(1, shrink*float64(rank)), size)
		u.Reference = rounded(float64(rank) / float64(len(w.ref.Farthest)))
		if n := len(t.Farthest); n > 0 {
			u.Share = rounded(float64(u.Users) / float64(n))
		}
	}
	l.Unassignable = u
	return append(out, test{Unfamiliar, 0, &u.P, u.Users, u.Reference, u.Share}), nil
}

// drift compares the reference with the window.
func (w *Watcher) drift(t *tally) (*drift.Comparison, error) {
	return drift.Compare(w.segmentation(w.ref), w.segmentation(t), drift.Options{By: drift.ByCentres, Before: w.first, After: w.seg.Centres()})
}

// segmentation is a tally as the result of a run; users are digests.
func (w *Watcher) segmentation(t *tally) *result.Segmentation {
	s := &result.Segmentation{Version: result.FormatVersion}
	for _, c := range w.first.Segments {
		s.Segments = append(s.Segments, result.Profile{ID: c.ID, Name: w.seg.Name(c.ID), Users: t.Segments[c.ID]})
	}
	for _, who := range slices.Sorted(maps.Keys(t.Who)) {
		s.Users = append(s.Users, result.User{ID: who, Segment: t.Who[who]})
	}
	return s
}

// keep saves a Segmenter whose centres moved.
func (w *Watcher) keep(m *cohort.Segmenter, window int) (path string, err error) {
	if w.o.Segments != nil {
		if err := w.o.Segments(m); err != nil {
			return "", err
		}
	}
	if w.o.State == "" {
		return "", nil
	}
	path, err = filepath.Abs(fmt.Sprintf("%s.%d.cohort", w.o.State, window))
	if err != nil {
		return "", err
	}
	return path, atomicfile.Write(path, m.Save)
}

// writeWindow writes the window's line and its alerts.
func (w *Watcher) writeWindow(l *Window, alerts []Alert) error {
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	lines := append(b, '\n')
	var own []byte
	for i := range alerts {
		to := &lines
		if w.alerts != nil {
			to = &own
		}
		if *to, err = appendLine(*to, &alerts[i]); err != nil {
			return err
		}
	}
	if err := w.lines.write(lines); err != nil {
		return err
	}
	if len(own) == 0 {
		return nil
	}
	return w.alerts.write(own)
}
