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

// Streams read at most streamTokens tokens ahead of what is being encoded,
// whatever the number of threads: some hundred batches, so that sorting by
// length pays off and threads are seldom idle at the end. Texts that have
// arrived are encoded when nothing more has arrived for streamLatency.
const (
	streamTokens  = 1 << 15
	streamLatency = 20 * time.Millisecond
)

// errNoSequence: a stream was given a nil sequence.
var errNoSequence = errors.New("bert: nil sequence of texts")

// Vector is one text of a stream.
type Vector struct {
	Values    []float32 // [dim]; owned by the caller
	Tokens    int       // encoded tokens, special ones included
	Truncated bool      // the text exceeded the model's length and was truncated
}

// EmbedSeq yields the vector of each text of a sequence, in order, for streams
// that do not fit in memory. It is [Model.EmbedStream] for texts that cannot
// fail, and yields nothing but the vectors.
func (m *Model) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return m.embedSeq(ctx, texts, EmbedOptions{})
}

func (m *Model) embedSeq(ctx context.Context, texts iter.Seq[string], o EmbedOptions) iter.Seq2[[]float32, error] {
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
		for v, err := range m.EmbedStream(ctx, source, o) {
			if !yield(v.Values, err) {
				return
			}
		}
	}
}

// EmbedStream yields the vector of each text of a sequence, in order. It holds
// at most some 65,000 tokens, whatever the number of threads: the next texts
// are tokenised while others are encoded. If the source is slow, the texts that
// have arrived are encoded as soon as nothing more arrives for a few hundredths
// of a second.
//
// The sequence ends with the first error, yielded with a zero Vector: one from
// texts, the options or the context, a *LengthError, ErrNoTokenizer or
// ErrClosed.
//
// texts runs on its own goroutine. When the loop over EmbedStream ends, for
// whatever reason, so does that goroutine: its next yield returns false, and
// EmbedStream waits for it, unless ctx is done, since the source may be
// blocked. A panic in texts is rethrown by the loop.
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

// window holds texts that have been read, to be encoded together.
type window struct {
	job   *engine.Job
	cut   []int     // the texts that were truncated, ascending
	long  []string  // these texts, if their chunks are to be embedded
	first time.Time // when the first of them arrived
}

// intake connects a source of texts, on one goroutine, with the encoder on
// another. The source fills a window while the previous one is encoded.
type intake struct {
	m    *Model
	call *call
	most int // maximum tokens per window

	mu      sync.Mutex
	filling *window
	ended   bool  // the source has no more
	err     error // the reason, returned after the texts before it

	news chan struct{} // 1: the first text, a full window, or the end
	room chan struct{} // 1: a window was taken
	left chan struct{} // closed when no more texts are taken
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

// renew puts an empty window in place of the one taken.
func (in *intake) renew() {
	in.filling = &window{job: in.m.runner.Job()}
	in.call.begin(&in.filling.job.Sequences)
}

// signal wakes the goroutine that waits on c, or the next to wait.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run is the source's goroutine.
func (in *intake) run(texts iter.Seq2[string, error]) {
	defer close(in.done)
	defer in.end(nil) // also if the source ends this goroutine
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

// add reads text n of the stream.
func (in *intake) add(n int, text string) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	w := in.filling
	s := &w.job.Sequences
	cut, err := in.call.add(s, n, text)
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

// wait returns when the window has room, or false when no more texts are taken.
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

// end says that no more texts will come; the first reason counts.
func (in *intake) end(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.ended {
		in.ended, in.err = true, err
		signal(in.news)
	}
}

// take waits for texts to encode. It returns a window that is full, or is the
// last, or whose first text has waited long enough; after the last one it
// returns nil with the source's error, or rethrows its panic.
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

// takeNow is take without waiting. patience is how long a text may still wait
// for others: 0 if none has arrived, negative if none will.
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

// leave ends the source's goroutine and waits for it unless ctx is done.
func (in *intake) leave(ctx context.Context) {
	close(in.left)
	select {
	case <-in.done:
	case <-ctx.Done():
	}
}
