package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/journal"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/pii"
)

// Watcher watches a Feed. It is made by New, and used by one goroutine.
type Watcher struct {
	unsavedState

	o     Options
	mask  *pii.Masker // nil: texts are masked already
	seg   *cohort.Segmenter
	first *result.Centres // before they moved
	memo  *memo
	model cohort.Embedder // with the memo
	prep  *prepared       // nil without Options.Prepare
	id    string          // of this watch, in the ids of alerts

	state  *state
	lines  *output
	alerts *output // of alerts alone; nil: they are among the lines
	p      progress
	replay int // rows of the open window that an earlier watch has written
	ref    *tally

	open     []*entry
	late     int
	rejected int
	span     time.Time // start of a window of rows' times; zero: not known
	raised   int
	retry    time.Time // when pending alerts are posted again
	now      func() time.Time
}

// entry is a row of the open window.
type entry struct {
	Row
	clean   string    // prepared
	vector  []float32 // [dim], of length 1
	placed  cohort.Assignment
	counted bool
	feeling *float64
}

// near is the segment whose centre is nearest.
func (e *entry) near() int {
	if e.placed.Segment == cohort.Unassigned {
		return e.placed.RunnerUp
	}
	return e.placed.Segment
}

// New returns a Watcher, which continues where an earlier one with the same
// journal ended. The caller must Close it. Errors: ErrOptions, ErrInUse, ErrLost
// if the rows that come next cannot be found, ErrState, and those of the journal,
// which belongs to one feed, segmenter, model and set of windows.
func New(ctx context.Context, o Options) (*Watcher, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	w := &Watcher{o: o, seg: o.Segmenter, first: o.Segmenter.Centres(), now: time.Now}
	if w.mask, err = masker(o.Prepare); err != nil {
		return nil, err
	}
	w.memo, w.model = remembering(o.Model)
	w.memo.begin()
	if o.Prepare != nil {
		w.prep = &prepared{Preparer: o.Prepare}
	}
	settings, err := w.settings()
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	for _, s := range settings {
		fmt.Fprintf(h, "%s=%s\n", s.Name, s.Value)
	}
	w.id = hex.EncodeToString(h.Sum(nil)[:4])
	var last *progress
	if w.state, last, w.ref, err = openState(o.State, settings); err != nil {
		return nil, err
	}
	if err := w.begin(ctx, last); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// settings are those on which the journal depends.
func (w *Watcher) settings() ([]journal.Setting, error) {
	h := sha256.New()
	if err := w.o.Segmenter.Save(h); err != nil {
		return nil, err
	}
	prepare := ""
	if w.o.Prepare != nil {
		prepare = w.o.Prepare.Describe()
	}
	feelings := ""
	if w.o.Sentiment != nil {
		feelings = w.o.Sentiment.Describe()
	}
	return []journal.Setting{
		{Name: "input", Value: w.o.Feed.Name()}, {Name: "segmenter", Value: "one with digest " + hex.EncodeToString(h.Sum(nil)[:8])},
		{Name: "digest of the model", Value: w.o.Model.Digest()}, {Name: "preparation", Value: prepare}, {Name: "sentiment", Value: feelings},
		{Name: "window", Value: strconv.Itoa(w.o.Window)}, {Name: "time of a window", Value: w.o.Every.String()},
		{Name: "warm-up", Value: strconv.Itoa(w.o.WarmUp)}, {Name: "follow", Value: strconv.FormatBool(w.o.Follow)},
		{Name: "memory", Value: strconv.Itoa(w.o.Memory)},
	}, nil
}

// begin goes to where an earlier watch stood.
func (w *Watcher) begin(ctx context.Context, last *progress) error {
	keep, keepAlerts := int64(-1), int64(-1)
	if last != nil {
		w.p, w.replay = *last, last.Open
		keep, keepAlerts = last.Lines, last.Alerts
	}
	if w.p.Ongoing == nil {
		w.p.Ongoing = map[string]string{}
	}
	if w.p.Segmenter != "" {
		f, err := os.Open(w.p.Segmenter)
		if err != nil {
			return fmt.Errorf("%w: the centres that have moved: %w", ErrState, err)
		}
		w.seg, err = cohort.LoadSegmenter(f)
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", w.p.Segmenter, err)
		}
	}
	var err error
	if w.lines, err = openOutput(w.o.Path, w.o.Out, keep); err != nil {
		return err
	}
	if w.o.Alerts != "" {
		if w.alerts, err = openOutput(w.o.Alerts, nil, keepAlerts); err != nil {
			return err
		}
	}
	w.forget()
	if err := w.o.Feed.Seek(ctx, w.p.Start); err != nil || last != nil {
		return err
	}
	if err := w.start(ctx); err != nil {
		return err
	}
	return w.checkpoint(&w.p)
}

// start sets where the first window begins, if the feed knows it.
func (w *Watcher) start(ctx context.Context) (err error) {
	if b, ok := w.o.Feed.(Beginner); ok && w.p.Start == nil && w.p.Rows == 0 {
		w.p.Start, err = b.Begin(ctx)
	}
	return err
}

// Close releases the journal and the files. The Feed is the caller's.
func (w *Watcher) Close() error {
	if w == nil || w.lines == nil && w.state == nil {
		return nil
	}
	err := errors.Join(w.lines.close(), w.alerts.close())
	w.state.close()
	w.lines, w.alerts, w.state = nil, nil, nil
	return err
}

// replayPatience is how long rows that were read before may take to come again:
// a Tail waits a while before it leaves a file that was replaced.
const replayPatience = 5 * tailGrace

var errClosed = errors.New("watch: the Watcher is closed")

// Run watches until ctx is done, whose error it returns, or, with Options.Once,
// until there are no more rows. The open window stays open: a later watch with
// the same journal continues it.
func (w *Watcher) Run(ctx context.Context) error {
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	if w == nil || w.lines == nil {
		return errClosed
	}
	if err := w.post(ctx); err != nil {
		return err
	}
	var patience time.Time // until rows that were there must be found
	for {
		if err := parallel.Cause(ctx); err != nil {
			return err
		}
		n := min(batchRows, w.o.Window-len(w.open))
		if w.replay > 0 {
			n = min(n, w.replay)
		}
		rows, err := w.o.Feed.Next(ctx, n)
		if err != nil {
			return err
		}
		w.rejected += w.o.Feed.Rejected()
		switch {
		case len(rows) > 0:
			err = w.take(ctx, rows)
		case w.replay > 0 && !patience.IsZero() && w.now().After(patience):
			err = fmt.Errorf("%w: %s ends %d rows before where the last watch had read", ErrLost, w.o.Feed.Name(), w.replay)
		}
		if err == nil && w.due(len(rows) == 0) {
			err = w.end(ctx)
		}
		if err == nil && len(w.p.Pending) > 0 && w.now().After(w.retry) {
			err = w.post(ctx)
		}
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			patience = time.Time{}
			continue
		}
		if patience.IsZero() {
			patience = w.now().Add(replayPatience)
		}
		if w.o.Once && w.replay == 0 {
			return nil
		}
		if !sleep(ctx, w.o.Poll) {
			return parallel.Cause(ctx)
		}
	}
}

// due reports whether the open window has ended; idle: there is nothing to read.
func (w *Watcher) due(idle bool) bool {
	switch {
	case len(w.open) == 0 || w.replay > 0:
		return false
	case len(w.open) >= w.o.Window:
		return true
	case w.o.Every == 0:
		return false
	case !w.span.IsZero():
		return idle && !w.o.Once && !w.now().Before(w.span.Add(2*w.o.Every))
	}
	return !w.now().Before(w.p.Begun.Add(w.o.Every))
}

// take places rows and writes their lines. A row behind the open window's time
// ends it.
func (w *Watcher) take(ctx context.Context, rows []Row) error {
	for len(rows) > 0 {
		n := len(rows)
		if w.o.Every > 0 {
			n = w.within(rows)
		}
		if n > 0 {
			if err := w.place(ctx, rows[:n]); err != nil {
				return err
			}
		}
		if rows = rows[n:]; len(rows) > 0 {
			if err := w.end(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// within returns how many of the rows are in the open window by their times, and
// begins one with the first if there is none.
func (w *Watcher) within(rows []Row) int {
	if rows[0].Time.IsZero() {
		return len(rows)
	}
	if len(w.open) == 0 {
		w.span = rows[0].Time.Truncate(w.o.Every)
	}
	for i := range rows {
		t := rows[i].Time
		if t.Before(w.span) {
			w.late++
		}
		if !t.Before(w.span.Add(w.o.Every)) {
			return i
		}
	}
	return len(rows)
}

// place places a batch of rows, and writes those that were not before.
func (w *Watcher) place(ctx context.Context, rows []Row) error {
	batch, err := w.entries(ctx, rows)
	if err == nil {
		err = w.start(ctx)
	}
	if err != nil {
		return err
	}
	var lines []byte
	first := w.p.Rows - w.p.Open + len(w.open) // rows before these
	for i, e := range batch {
		if w.replay > 0 {
			w.replay--
			continue
		}
		if lines, err = appendLine(lines, w.assigned(first+i+1, e)); err != nil {
			return err
		}
		w.p.Rows++
		w.p.Open++
	}
	if w.p.Begun == nil {
		now := w.now().UTC()
		w.p.Begun = &now
	}
	w.open = append(w.open, batch...)
	if lines == nil {
		return nil
	}
	if err := w.lines.write(lines); err != nil {
		return err
	}
	return w.checkpoint(&w.p)
}

func appendLine(dst []byte, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return dst, err
	}
	return append(append(dst, b...), '\n'), nil
}

// checkpoint makes what was written safe, and then the position.
func (w *Watcher) checkpoint(p *progress) error {
	if err := errors.Join(w.lines.sync(), w.alerts.sync()); err != nil {
		return err
	}
	p.Lines = w.lines.n
	if w.alerts != nil {
		p.Alerts = w.alerts.n
	}
	return w.state.append(p)
}

func (w *Watcher) assigned(row int, e *entry) *Assigned {
	a := &e.placed
	return &Assigned{
		Type: "assignment", Row: row, User: e.User, Segment: a.Segment, Name: w.seg.Name(a.Segment), RunnerUp: a.RunnerUp,
		Distance: rounded(a.Distance), Margin: rounded(a.Margin), Feeling: roundedAt(e.feeling),
	}
}

// rounded keeps the digits that do not depend on how texts were batched.
func rounded(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 5, 64), 64)
	if err != nil {
		return x
	}
	return y
}

func roundedAt(x *float64) *float64 {
	if x == nil {
		return nil
	}
	y := rounded(*x)
	return &y
}

// forget empties the open window.
func (w *Watcher) forget() {
	w.open, w.late, w.span = nil, 0, time.Time{}
	w.memo.begin()
	if w.prep != nil {
		w.prep.known = map[string]cohort.Prepared{}
	}
}

// post posts the pending alerts. One that cannot be posted for now stays, and
// those behind it.
func (w *Watcher) post(ctx context.Context) error {
	if w.o.Post == nil || len(w.p.Pending) == 0 {
		return nil
	}
	for len(w.p.Pending) > 0 {
		a := &w.p.Pending[0]
		err := w.o.Post.post(ctx, a)
		switch {
		case err == nil:
		case errors.Is(err, errRefused):
			w.o.Note(fmt.Sprintf("alert %s is not posted: %v", a.ID, err))
		case ctx.Err() != nil:
			return parallel.Cause(ctx)
		default:
			w.o.Note(fmt.Sprintf("alert %s is kept to be posted later: %v", a.ID, err))
			w.retry = w.now().Add(time.Minute)
			return nil
		}
		w.p.Pending = slices.Delete(slices.Clone(w.p.Pending), 0, 1)
		if err := w.state.append(&w.p); err != nil {
			return err
		}
	}
	return nil
}

// Stats are what a Watcher has done, earlier watches with the same journal
// included, except for Alerts.
type Stats struct {
	Rows    int `json:"rows"`
	Windows int `json:"windows"`
	Alerts  int `json:"alerts"`         // that this one raised
	Pending int `json:"alerts_pending"` // to be posted
}

// Stats returns what the Watcher has done so far.
func (w *Watcher) Stats() Stats {
	if w == nil {
		return Stats{}
	}
	return Stats{w.p.Rows, w.p.Windows, w.raised, len(w.p.Pending)}
}
