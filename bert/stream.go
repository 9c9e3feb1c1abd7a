package bert

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Streams take in at most streamTokens tokens ahead of what is being encoded,
// however many threads there are: some hundred batches, so that sorting by length
// pays and threads are seldom idle at the end. What has come is encoded when
// nothing more has come for streamLatency.
const (
	streamTokens  = 1 << 15
	streamLatency = 20 * time.Millisecond
)

// errNoSequence: a stream was given no sequence.
var errNoSequence = errors.New("bert: nil sequence of texts")

// Vector is one text of a stream.
type Vector struct {
	Values    []float32 // [dim]; the caller may keep it
	Tokens    int       // that were encoded, special ones included
	Truncated bool      // the text was longer than the model and was cut
}

// EmbedSeq yields the vector of each text of a sequence, in order, for streams
// that do not fit in memory. It is [Model.EmbedStream] for texts that cannot
// fail, without what else is known of a text.
func (m *Model) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	var source iter.Seq2[string, error]
	if texts != nil {
		source = func(yield func(string, error) bool) {
			for t := range texts {
				if !yield(t, nil) {
					return
				}
			}
		}
	}
	return func(yield func([]float32, error) bool) {
		for v, err := range m.EmbedStream(ctx, source, EmbedOptions{}) {
			if !yield(v.Values, err) {
				return
			}
		}
	}
}

// EmbedStream yields the vector of each text of a sequence, in order. It holds
// some 65,000 tokens at most, whatever the number of threads: the texts that come
// next are tokenised while others are encoded. From a slow source, what has come
// is encoded as soon as nothing more comes for a few hundredths of a second.
//
// The first error is yielded last, with a zero Vector: one of texts, of the
// options, of the context, a *LengthError, ErrNoTokenizer or ErrClosed.
//
// texts is run on a goroutine of its own. When the loop over EmbedStream ends,
// however it ends, so does that goroutine: its next yield returns false, and
// EmbedStream waits for it. Only where ctx is done it does not wait, since the
// source may be blocked. A panic of texts comes out of the loop.
func (m *Model) EmbedStream(ctx context.Context, texts iter.Seq2[string, error], o EmbedOptions) iter.Seq2[Vector, error] {
	return func(yield func(Vector, error) bool) {
		in, err := m.newIntake(ctx, texts, o)
		if err != nil {
			yield(Vector{}, err)
			return
		}
		go in.run(texts)
		defer in.leave(ctx)
		progress := in.call.report(-1)
		for {
			w, err := in.take(ctx)
			if err == nil && w == nil {
				return
			}
			if err == nil {
				err = m.yieldWindow(ctx, in.call, o, w, progress, yield)
			}
			if errors.Is(err, errStopped) {
				return
			}
			if err != nil {
				yield(Vector{}, err)
				return
			}
		}
	}
}

// yieldWindow encodes the texts of w and yields them.
func (m *Model) yieldWindow(ctx context.Context, c *call, o EmbedOptions, w *window, progress func(int), yield func(Vector, error) bool) error {
	defer m.runner.Release(w.job)
	s := &w.job.Sequences
	e := &Embeddings{data: make([]float32, s.Texts()*m.dim), rows: s.Texts(), dim: m.dim}
	if err := m.embedJob(ctx, w.job, e.data, progress); err != nil {
		return err
	}
	e = m.shorten(c, e)
	cut, tokens := w.cut, map[int]int{}
	if c.overlength == MeanOfChunks {
		next := 0
		err := m.chunked(ctx, o, cut, func(int) string { next++; return w.long[next-1] }, func(i int, v []float32, n int) {
			copy(e.Row(i), v)
			tokens[i] = n
		})
		if err != nil {
			return err
		}
		cut = nil
	}
	for i := range e.rows {
		v := Vector{Values: e.Row(i), Tokens: s.Len(i) + tokens[i]}
		if len(cut) > 0 && cut[0] == i {
			v.Truncated, cut = true, cut[1:]
		}
		if !yield(v, nil) {
			return errStopped
		}
	}
	return nil
}

// window are texts that have been taken in, to be encoded together.
type window struct {
	job   *engine.Job
	cut   []int     // the texts that were cut, ascending
	long  []string  // these texts, where their chunks are to be embedded
	first time.Time // when the first of them came
}

// intake is between a source of texts, on one goroutine, and the encoder, on
// another. The source fills a window while the one before is encoded.
type intake struct {
	m    *Model
	call *call
	most int // tokens of a window

	mu      sync.Mutex
	filling *window
	ended   bool  // the source has no more
	err     error // why, to be told after the texts that came before

	news chan struct{} // 1: the first text, a full window, or the end
	room chan struct{} // 1: a window was taken
	left chan struct{} // closed when nobody takes any more
	done chan struct{} // closed when the source's goroutine has ended
	trap parallel.Trap // its panic
}

func (m *Model) newIntake(ctx context.Context, texts iter.Seq2[string, error], o EmbedOptions) (*intake, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if texts == nil {
		return nil, errNoSequence
	}
	c, err := m.newCall(o)
	if err != nil {
		return nil, err
	}
	in := &intake{
		m: m, call: c, most: max(streamTokens, m.runner.BatchTokens()),
		news: make(chan struct{}, 1), room: make(chan struct{}, 1),
		left: make(chan struct{}), done: make(chan struct{}),
	}
	in.renew()
	return in, nil
}

// renew puts an empty window in the place of the one taken.
func (in *intake) renew() {
	in.filling = &window{job: in.m.runner.Job()}
	in.call.begin(&in.filling.job.Sequences)
}

// signal wakes whoever waits on c, or who will.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run is the source's goroutine.
func (in *intake) run(texts iter.Seq2[string, error]) {
	defer close(in.done)
	defer in.end(nil) // also where the source ends this goroutine
	in.trap.Run(func() {
		n := 0
		for text, err := range texts {
			if err == nil {
				err = in.add(n, text)
			}
			if err != nil {
				in.end(err)
				return
			}
			n++
			if !in.wait() {
				return
			}
		}
	})
}

// add takes in text number n of the stream.
func (in *intake) add(n int, text string) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	w := in.filling
	s := &w.job.Sequences
	cut, err := in.call.add(in.m.tokenizer, s, n, text)
	if err != nil {
		return err
	}
	if cut {
		w.cut = append(w.cut, s.Texts()-1)
		if in.call.overlength == MeanOfChunks {
			w.long = append(w.long, text)
		}
	}
	if s.Texts() == 1 {
		w.first = time.Now()
		signal(in.news)
	}
	if len(s.IDs) >= in.most {
		signal(in.news)
	}
	return nil
}

// wait returns when the window has room; false when nobody takes any more.
func (in *intake) wait() bool {
	for {
		in.mu.Lock()
		full := len(in.filling.job.Sequences.IDs) >= in.most
		in.mu.Unlock()
		if !full {
			select {
			case <-in.left:
				return false
			default:
				return true
			}
		}
		select {
		case <-in.room:
		case <-in.left:
			return false
		}
	}
}

// end says that no more texts come; the first reason counts.
func (in *intake) end(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.ended {
		in.ended, in.err = true, err
		signal(in.news)
	}
}

// take waits for texts to encode. It returns a window that is full, or the last,
// or whose first text has waited long enough; nil with the source's error or its
// panic after the last one.
func (in *intake) take(ctx context.Context) (*window, error) {
	for {
		w, patience, err := in.takeNow()
		if w != nil || err != nil {
			return w, err
		}
		if patience < 0 {
			<-in.done
			in.trap.Rethrow()
			return nil, nil
		}
		var late <-chan time.Time
		if patience > 0 {
			late = time.After(patience)
		}
		select {
		case <-in.news:
		case <-late:
		case <-ctx.Done():
			return nil, parallel.Cause(ctx)
		}
	}
}

// takeNow is take without waiting: patience is how long a text may still wait for
// others, 0 if none has come, negative if none will.
func (in *intake) takeNow() (w *window, patience time.Duration, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := &in.filling.job.Sequences
	if s.Texts() == 0 {
		if in.ended {
			return nil, -1, in.err
		}
		return nil, 0, nil
	}
	patience = streamLatency - time.Since(in.filling.first)
	if len(s.IDs) < in.most && !in.ended && patience > 0 {
		return nil, patience, nil
	}
	w = in.filling
	in.renew()
	signal(in.room)
	return w, 0, nil
}

// leave ends the source's goroutine, and waits for it unless ctx is done.
func (in *intake) leave(ctx context.Context) {
	close(in.left)
	select {
	case <-in.done:
	case <-ctx.Done():
	}
}
