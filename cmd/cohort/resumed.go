package main

import (
	"context"
	"crypto/sha256"
	"iter"
	"sync"
	"time"

	"github.com/seed-56ee9438/cohort/internal/journal"
)

// resumedModel is a model whose first sequence of texts is kept in a journal:
// what an earlier run has encoded comes from there. Further sequences are short,
// and encoded again.
type resumedModel struct {
	embedder
	c    *checkpoint
	once sync.Once
}

// latestCheckpoint is the time after which a block is appended however few texts
// it has.
const latestCheckpoint = 10 * time.Second

// EmbedSeq implements cohort.Embedder.
func (m *resumedModel) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		out := m.embedder.EmbedSeq(ctx, texts)
		m.once.Do(func() { out = m.keep(ctx, texts) }) // not of a second range, which would be kept again
		out(yield)
	}
}

// keep yields the vectors of the journal, and then those of the model, which it
// appends to the journal.
func (m *resumedModel) keep(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		pull, stop := iter.Pull(texts)
		p := puller{pull: pull}
		defer func() {
			p.mu.Lock() // the model may still be reading if ctx is done
			defer p.mu.Unlock()
			stop()
		}()
		if more, err := m.replay(ctx, &p, yield); err != nil {
			yield(nil, err)
			return
		} else if !more {
			return
		}
		b := block{c: m.c, p: &p}
		for p.more() {
			n := 0
			for v, err := range m.embedder.EmbedSeq(ctx, p.first(m.c.block)) {
				if err == nil {
					err = b.add(v)
				}
				if err != nil {
					_ = b.flush() // the first error is more informative
					yield(nil, err)
					return
				}
				n++
				if !yield(v, nil) {
					_ = b.flush() // the caller has an error of its own
					return
				}
			}
			if err := b.flush(); err != nil {
				yield(nil, err)
				return
			}
			if n == 0 { // the model reads no further, as when ctx is done
				return
			}
		}
	}
}

// replay yields the vectors of the journal. It returns false if no more are
// wanted.
func (m *resumedModel) replay(ctx context.Context, p *puller, yield func([]float32, error) bool) (more bool, err error) {
	dim := m.Dim()
	var values []float32
	for {
		e, err := m.c.peek()
		if err != nil || e == nil {
			return true, err
		}
		var d journal.TextsDigest
		for range e.Texts {
			t, ok := p.next()
			if !ok {
				break
			}
			d.Add(journal.TextDigest(t))
		}
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		if values, err = e.Vectors(values, dim); err != nil {
			return false, err
		}
		if err := m.c.taken(&d); err != nil {
			return false, err
		}
		for i := 0; i < len(values); i += dim {
			if !yield(values[i:][:dim:dim], nil) {
				return false, nil
			}
		}
	}
}

// puller pulls texts, for one goroutine at a time, and keeps the digests of
// those that the model has read.
type puller struct {
	mu   sync.Mutex
	pull func() (string, bool)
	read [][sha256.Size]byte // in the order of the texts
	done bool                // there are no more texts
}

func (p *puller) more() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.done
}

func (p *puller) next() (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, ok := p.pull()
	p.done = !ok
	return t, ok
}

// first returns the first n of the other texts, for the model to read.
func (p *puller) first(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for range n {
			t, ok := p.next()
			if !ok {
				return
			}
			d := journal.TextDigest(t)
			p.mu.Lock()
			p.read = append(p.read, d)
			p.mu.Unlock()
			if !yield(t) {
				return
			}
		}
	}
}

// answered returns the digest of the first text that was read, which the model
// has encoded.
func (p *puller) answered() (d [sha256.Size]byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.read) == 0 {
		return d, false
	}
	d, p.read = p.read[0], p.read[1:]
	return d, true
}

// block gathers vectors for the journal.
type block struct {
	c     *checkpoint
	p     *puller
	texts journal.TextsDigest
	data  []byte
}

// add adds the vector of the next text.
func (b *block) add(v []float32) error {
	d, ok := b.p.answered()
	if !ok {
		return nil // whoever asked counts texts and vectors
	}
	b.texts.Add(d)
	b.data = journal.AppendVectors(b.data, v)
	if b.texts.Len() < b.c.block && time.Since(b.c.newest) < latestCheckpoint {
		return nil
	}
	return b.flush()
}

// flush appends the gathered vectors to the journal.
func (b *block) flush() error {
	e := journal.Encoded{Texts: b.texts.Len(), Digest: b.texts.Sum(), Data: b.data}
	b.data = b.data[:0]
	return b.c.append(&e)
}
