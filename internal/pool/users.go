// Package pool makes one vector of each user's texts, and keeps the texts' own
// for the readings to come.
package pool

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// ErrNoTexts: there was no text, or none with a word in it.
var ErrNoTexts = errors.New("cohort: no texts")

// Config says how users' vectors are made.
type Config struct {
	Model   Embedder
	Weigher Weigher
	// TextsOf keeps which text is whose, to count users by their texts.
	TextsOf bool
	// Memory bounds the bytes of the texts' vectors in memory; the rest goes to a
	// temporary file.
	Memory   int64
	Progress progress.Func
}

// Users are those whose texts were read, by their number in the Survey, with
// their vectors. A row is a user with a text.
type Users struct {
	Vectors dense.Rows[float32] // [rows, dim], each of length 1
	Row     []int               // user -> row, -1 without a text
	Sums    []Sum               // of each user's texts, but for their vectors

	Texts  *Store    // the texts' vectors in the order of the source
	Owner  []int32   // text -> user; with Config.TextsOf
	Weight []float64 // of each text; with Config.TextsOf
}

// Gather reads the texts for the first time, embeds and pools them. The caller
// has to Close the Users.
func Gather(ctx context.Context, r *reading.Reader, c Config) (*Users, error) {
	u := &Users{Texts: newStore(c.Model.Dim(), c.Memory)}
	err := u.read(ctx, r, c)
	if err == nil {
		err = u.finish(r.Survey(), c.Model.Dim())
	}
	if err != nil {
		u.Close()
		return nil, err
	}
	return u, nil
}

// Close removes what was kept of the texts.
func (u *Users) Close() { u.Texts.Close() }

// pending is a text between the source and the model's answer.
type pending struct {
	user   int
	weight float64
	time   time.Time
}

// queue holds what the model has read ahead of what it has answered, which it may
// do from another goroutine.
type queue struct {
	mu     sync.Mutex
	list   []pending
	pushed int
	err    error // of the source
	done   bool  // the source came to its end or failed
}

func (q *queue) push(p pending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, p)
	q.pushed++
}

// pop returns the first text, false where the model answers what it never read.
func (q *queue) pop() (pending, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		return pending{}, false
	}
	p := q.list[0]
	q.list = q.list[1:]
	return p, true
}

// end notes that the source has ended; what its goroutine did before is seen by
// those who call check.
func (q *queue) end(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err, q.done = err, true
}

// check returns the error of a source that failed, or that of a model that gave n vectors.
func (q *queue) check(n int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.err != nil:
		return q.err
	case n != q.pushed:
		return fmt.Errorf("cohort: the model gave %d vectors for %d texts", n, q.pushed)
	case !q.done:
		return fmt.Errorf("cohort: the model read no further than text %d", n)
	}
	return nil
}

// read embeds the texts and adds them up.
func (u *Users) read(ctx context.Context, r *reading.Reader, c Config) error {
	var q queue
	source := func(yield func(string) bool) {
		for t, err := range r.First(ctx) {
			if err != nil {
				q.end(err)
				return
			}
			q.push(pending{t.User, t.Weight, t.Time})
			if !yield(t.Plain) {
				return
			}
		}
		q.end(nil)
	}
	n := 0
	v := make([]float32, c.Model.Dim())
	for raw, err := range c.Model.EmbedSeq(ctx, source) {
		if err != nil {
			return fmt.Errorf("embedding the texts: %w", err)
		}
		n++
		p, ok := q.pop()
		if !ok {
			break
		}
		if err := vector.Unit(v, raw); err != nil {
			return fmt.Errorf("text %d: %w", n, err)
		}
		if err := u.add(p, v, c); err != nil {
			return err
		}
		if n%progress.Every == 0 {
			c.Progress.Report("embed", n, 0)
			if err := parallel.Cause(ctx); err != nil {
				return err
			}
		}
	}
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	if err := q.check(n); err != nil {
		return err
	}
	c.Progress.Report("embed", n, n)
	return nil
}

// add counts a text in, whose vector is v [dim].
func (u *Users) add(p pending, v []float32, c Config) error {
	for len(u.Sums) <= p.user {
		u.Sums = append(u.Sums, Sum{})
	}
	s := &u.Sums[p.user]
	if s.Vector == nil {
		s.Vector = make([]float32, len(v))
	}
	s.Add(c.Weigher, v, p.weight, p.time)
	if c.TextsOf {
		u.Owner, u.Weight = append(u.Owner, int32(p.user)), append(u.Weight, p.weight)
	}
	return u.Texts.add(v)
}

// finish scales the users' sums to length 1.
func (u *Users) finish(s *reading.Survey, dim int) error {
	if s.Texts == 0 {
		if s.Empty > 0 {
			return fmt.Errorf("%w: all %d are empty", ErrNoTexts, s.Empty)
		}
		if n := s.Cleaning.Illegible; n > 0 {
			return fmt.Errorf("%w: the model's vocabulary lacks most of all %d", ErrNoTexts, n)
		}
		return ErrNoTexts
	}
	for len(u.Sums) < len(s.Users) { // the last ones may have no text
		u.Sums = append(u.Sums, Sum{})
	}
	u.Row = make([]int, len(u.Sums))
	rows := 0
	for i := range u.Sums {
		u.Row[i] = -1
		if u.Sums[i].Texts > 0 {
			u.Row[i] = rows
			rows++
		}
	}
	u.Vectors = dense.New[float32](rows, dim)
	for i, r := range u.Row {
		if r < 0 {
			continue
		}
		sum := &u.Sums[i]
		if err := vector.Unit(u.Vectors.Row(r), sum.Vector); err != nil {
			return fmt.Errorf("user %d: %w", i+1, err)
		}
		sum.Length, sum.Vector = vector.Norm(sum.Vector), nil // the vector times the length is the sum
	}
	return nil
}

// Take returns the vectors of some rows, [len(rows), dim]; they are not to be
// written to.
func (u *Users) Take(rows []int) dense.Rows[float32] { return Take(u.Vectors, rows) }

// Take returns some rows of x; x itself where they are as many.
func Take(x dense.Rows[float32], rows []int) dense.Rows[float32] {
	if len(rows) == x.Len {
		return x
	}
	out := dense.New[float32](len(rows), x.Dim)
	for n, r := range rows {
		copy(out.Row(n), x.Row(r))
	}
	return out
}

// Distinct counts different vectors, up to most.
func (u *Users) Distinct(most int) int {
	var seen [][]float32
	for r := range u.Vectors.Len {
		v := u.Vectors.Row(r)
		isNew := true
		for _, s := range seen {
			// Not ==: texts that say the same may differ in the last bit by the batch they were in.
			if vector.Distance(v, s) < 1e-5 {
				isNew = false
				break
			}
		}
		if isNew {
			if seen = append(seen, v); len(seen) >= most {
				break
			}
		}
	}
	return len(seen)
}
