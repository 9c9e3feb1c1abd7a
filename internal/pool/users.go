// Package pool combines each user's texts into one vector, and keeps the texts'
// vectors for further readings.
package pool

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// ErrNoTexts: there were no texts, or none with a word in it.
var ErrNoTexts = errors.New("cohort: no texts")

// Config configures Gather.
type Config struct {
	Model   Embedder
	Weigher Weigher
	// Given holds the texts' vectors, in the order of the source [texts, dim]; nil:
	// Model makes them.
	Given mat.Matrix
	// TextsOf records the user of each text, for clustering texts.
	TextsOf bool
	// Memory is the maximum number of bytes of texts' vectors in memory; the rest
	// goes to a temporary file.
	Memory int64
	// Quiet: there need not be any texts, if there are Features.
	Quiet bool
	// Features returns what is known of users beside their texts, [users, m], and
	// of whom anything is; used reports whether a user has a text. It is called
	// when all texts have been read; nil: nothing is known.
	Features func(used func(u int) bool) (vectors dense.Rows[float32], known []bool, err error)
	Progress progress.Func
}

// Users are the users whose texts were read, by their number in the Survey,
// with their vectors. Each user with a text has a row. The order of the rows
// depends on what the users wrote, not on the order in which it was read, so
// that neither do results that depend on the order of points.
type Users struct {
	Vectors dense.Rows[float32] // [rows, dim], each of length 1
	Row     []int               // user -> row, -1 for users without a text
	Sums    []Sum               // sums of each user's texts, without their vectors

	// Features are what is known of users beside their texts, in the order of
	// Vectors [rows, m]; m is 0 if nothing is.
	Features dense.Rows[float32]
	// Quiet are users without a text of whom something is known, and
	// QuietFeatures what is [len(Quiet), m].
	Quiet         []int
	QuietFeatures dense.Rows[float32]

	Texts  *Store    // the texts' vectors in the order of the source
	Owner  []int32   // text -> user; with Config.TextsOf
	Weight []float64 // of each text; with Config.TextsOf
	hash   []uint64  // of each text; with Config.TextsOf
}

// Gather reads the texts for the first time, embeds and pools them. The caller
// must Close the Users.
func Gather(ctx context.Context, r *reading.Reader, c Config) (*Users, error) {
	u := &Users{Texts: newStore(c.Model.Dim(), c.Memory)}
	read := u.read
	if c.Given != nil {
		read = u.readGiven
	}
	err := read(ctx, r, c)
	if err == nil {
		err = u.finish(r.Survey(), c)
	}
	if err != nil {
		u.Close()
		return nil, err
	}
	return u, nil
}

// Close removes the texts' vectors.
func (u *Users) Close() { u.Texts.Close() }

// pending is a text that was read but for which the model has not yet answered.
type pending struct {
	user   int
	weight float64
	time   time.Time
	hash   uint64
}

// queue holds the texts that the model has read ahead of its answers, possibly
// from another goroutine.
type queue struct {
	mu     sync.Mutex
	list   []pending
	pushed int
	err    error // of the source
	done   bool  // the source has ended or failed
}

func (q *queue) push(p pending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, p)
	q.pushed++
}

// pop returns the first text, or false if the model answers more than it read.
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

// end records that the source has ended. It makes the writes of the source's
// goroutine visible to callers of check.
func (q *queue) end(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err, q.done = err, true
}

// check returns the source's error, or an error if the model, which gave n
// vectors, has not read all texts or gave another number of vectors.
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

// read embeds the texts and sums them.
func (u *Users) read(ctx context.Context, r *reading.Reader, c Config) error {
	var q queue
	source := func(yield func(string) bool) {
		for t, err := range r.First(ctx) {
			if err != nil {
				q.end(err)
				return
			}
			q.push(pending{t.User, t.Weight, t.Time, reading.Hash(t.Plain)})
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

// add adds a text, whose vector is v [dim].
func (u *Users) add(p pending, v []float32, c Config) error {
	for len(u.Sums) <= p.user {
		u.Sums = append(u.Sums, Sum{})
	}
	s := &u.Sums[p.user]
	s.Add(c.Weigher, v, p.weight, p.time)
	s.hash += p.hash // a sum, so that the order of the texts has no effect
	if c.TextsOf {
		u.Owner, u.Weight, u.hash = append(u.Owner, int32(p.user)), append(u.Weight, p.weight), append(u.hash, p.hash)
	}
	return u.Texts.add(v)
}

// finish scales the users' sums to length 1.
func (u *Users) finish(s *reading.Survey, c Config) error {
	if s.Texts == 0 && !c.Quiet {
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
	beside, known, err := u.beside(c)
	if err != nil {
		return err
	}
	rows := u.order(s, beside)
	u.Vectors = dense.New[float32](rows, c.Model.Dim())
	u.arrange(beside, known, rows)
	for i, r := range u.Row {
		if r < 0 {
			continue
		}
		sum := &u.Sums[i]
		v := sum.Vector()
		if err := vector.Unit(u.Vectors.Row(r), v); err != nil {
			return fmt.Errorf("user %d: %w", i+1, err)
		}
		sum.Length, sum.one, sum.wide = vector.Norm(v), nil, nil // the sum is the vector times the length
	}
	return nil
}

// Take returns the vectors of some rows, [len(rows), dim], which must not be
// modified.
func (u *Users) Take(rows []int) dense.Rows[float32] { return Take(u.Vectors, rows) }

// Take returns some rows of x; x itself if rows has as many.
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

// Distinct counts users who differ in their vectors or features, up to most.
func (u *Users) Distinct(most int) int {
	type point struct{ text, features []float32 }
	var seen []point
	m := u.Features.Dim
	for r := range u.Vectors.Len {
		v := u.Vectors.Row(r)
		isNew := true
		for _, s := range seen {
			// Not ==: the vectors of equal texts may differ in the last bit,
			// depending on their batch.
			if vector.Distance(v, s.text) < 1e-5 && (m == 0 || vector.Distance(u.Features.Row(r), s.features) < 1e-5) {
				isNew = false
				break
			}
		}
		if isNew {
			own := point{text: v}
			if m > 0 {
				own.features = u.Features.Row(r)
			}
			if seen = append(seen, own); len(seen) >= most {
				break
			}
		}
	}
	return len(seen)
}
