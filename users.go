package cohort

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/langid"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// gathered is what the first reading leaves: the users with their vectors, and
// the texts' vectors in the order of the source.
type gathered struct {
	names []string       // of the users, by first appearance
	index map[string]int // into names
	pools []pool

	active  []int               // users with at least one text, ascending
	vectors dense.Rows[float32] // [len(active), dim], each of length 1
	row     []int               // user -> row of vectors, -1 for a user without a text

	store     *vectorStore
	owner     []int32 // text -> user; for PoolMixture
	weight    []float64
	latest    time.Time // over all texts
	first     time.Time
	texts     int                   // embedded
	languages map[text.Language]int // texts; nil where users are only placed
	masked    map[string]int        // spans by recogniser
	empty     int                   // without a word
	rating    moments               // Options.Rating over all texts
	cleaning  Cleaning
	filter    *repeats.Filter
	left      []int  // ordinals of the texts that were left out, from 1, ascending
	print     string // digest of the first reading
}

// pending is a text between the source and the model's answer.
type pending struct {
	user   int
	weight float64
	time   time.Time
}

// gather reads the texts once: prepares, embeds and pools them.
func gather(ctx context.Context, texts iter.Seq2[Text, error], o *Options) (g *gathered, err error) {
	all := &gathered{index: map[string]int{}, masked: map[string]int{}, store: newVectorStore(o.Model.Dim(), o.Memory)}
	g = all
	var tongue *langid.Detector
	if !o.assign {
		g.languages = map[text.Language]int{}
		if tongue, err = langid.New(langid.Options{}); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			all.store.close()
		}
	}()
	strip, err := findBoilerplate(ctx, texts, o)
	if err != nil {
		return nil, err
	}
	g.filter = newFilter(o, strip)
	w := weigher{o.Pooling, o.HalfLife}
	// The model may read ahead of what it yields, from another goroutine.
	var mu sync.Mutex
	var queue []pending
	var readErr error
	fail := func(err error) bool { mu.Lock(); defer mu.Unlock(); readErr = err; return false }
	print := newFingerprint()
	source := func(yield func(string) bool) {
		n := 0
		for p, err := range o.prepared(ctx, texts) {
			if err != nil {
				fail(err)
				return
			}
			t := p.text
			n++
			if o.Pooling == PoolRecency && t.Time.IsZero() {
				fail(fmt.Errorf("%w: text %d has no time, which recency pooling needs", ErrOptions, n))
				return
			}
			print.add(t)
			mu.Lock()
			noteSteps(&g.cleaning, p.steps)
			for kind, n := range p.masked {
				g.masked[kind] += n
			}
			u, ok := g.index[t.User]
			if !ok {
				u = len(g.names)
				name := strings.Clone(t.User) // it may be cut from a row that holds the text
				g.index[name] = u
				g.names = append(g.names, name)
				g.pools = append(g.pools, pool{})
			}
			kept := g.filter.Filter(o.Repeats.group(u), p.clean)
			noteFate(&g.cleaning, kept)
			if kept.Fate != repeats.Kept {
				if kept.Fate != repeats.NearDuplicate {
					g.empty++
				}
				g.left = append(g.left, n)
				mu.Unlock()
				continue
			}
			queue = append(queue, pending{u, t.Weight, t.Time})
			if x, ok := o.rating(t); ok {
				g.rating.add(x)
			}
			if tongue != nil {
				g.languages[tongue.Detect(kept.Text).Language]++
			}
			if !t.Time.IsZero() && (g.first.IsZero() || t.Time.Before(g.first)) {
				g.first = t.Time
			}
			if t.Time.After(g.latest) {
				g.latest = t.Time
			}
			mu.Unlock()
			if !yield(kept.Text) {
				return
			}
		}
	}
	v := make([]float32, o.Model.Dim())
	for raw, err := range o.Model.EmbedSeq(ctx, source) {
		if err != nil {
			return nil, fmt.Errorf("embedding the texts: %w", err)
		}
		g.texts++
		if err := vector.Unit(v, raw); err != nil {
			return nil, fmt.Errorf("text %d: %w", g.texts, err)
		}
		mu.Lock()
		p := queue[0]
		queue = queue[1:]
		up := &g.pools[p.user]
		if up.sum == nil {
			up.sum = make([]float32, o.Model.Dim())
		}
		up.add(w, v, p.weight, p.time)
		mu.Unlock()
		if o.Pooling == PoolMixture {
			g.owner = append(g.owner, int32(p.user))
			g.weight = append(g.weight, p.weight)
		}
		if err := g.store.add(v); err != nil {
			return nil, err
		}
		if g.texts%256 == 0 {
			o.progress("embed", g.texts, 0)
			if err := ctx.Err(); err != nil {
				return nil, context.Cause(ctx)
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if readErr != nil {
		return nil, readErr
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if len(queue) != 0 {
		return nil, fmt.Errorf("cohort: the model gave %d vectors for %d texts", g.texts, g.texts+len(queue))
	}
	o.progress("embed", g.texts, g.texts)
	g.print = print.sum()
	return g, g.finish(o)
}

// finish scales the users' sums to length 1 and checks that there is something
// to segment.
func (g *gathered) finish(o *Options) error {
	if g.texts == 0 {
		if g.empty > 0 {
			return fmt.Errorf("%w: all %d are empty", ErrNoTexts, g.empty)
		}
		return ErrNoTexts
	}
	g.row = make([]int, len(g.names))
	for u := range g.pools {
		g.row[u] = -1
		if g.pools[u].texts > 0 {
			g.row[u] = len(g.active)
			g.active = append(g.active, u)
		}
	}
	g.vectors = dense.New[float32](len(g.active), o.Model.Dim())
	for r, u := range g.active {
		p := &g.pools[u]
		if err := vector.Unit(g.vectors.Row(r), p.sum); err != nil {
			return fmt.Errorf("user %d: %w", u+1, err)
		}
		p.length, p.sum = vector.Norm(p.sum), nil // the vector times the length is the sum
	}
	if o.assign {
		return nil
	}
	k := o.segmentsWanted()
	if n := len(g.active); n < max(k, 2) {
		return &CountError{Err: ErrTooFewUsers, Users: n, Segments: k}
	}
	if d := g.distinct(max(k, 2)); d < max(k, 2) {
		return &CountError{Err: ErrIdentical, Users: len(g.active), Distinct: d, Segments: k}
	}
	return nil
}

// distinct counts different vectors, up to most.
func (g *gathered) distinct(most int) int {
	var seen [][]float32
	for r := range g.vectors.Len {
		v := g.vectors.Row(r)
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

// fingerprint tells whether two readings gave the same texts, and names them
// in the report.
type fingerprint struct {
	h   hash.Hash
	len [8]byte
}

func newFingerprint() *fingerprint { return &fingerprint{h: sha256.New()} }

func (f *fingerprint) add(t Text) {
	for _, s := range []string{t.User, t.Text} {
		binary.LittleEndian.PutUint64(f.len[:], uint64(len(s)))
		f.h.Write(f.len[:])
		io.WriteString(f.h, s)
	}
}

func (f *fingerprint) sum() string { return hex.EncodeToString(f.h.Sum(nil)) }

// second ranges over the texts again, each prepared as before, with its
// vector. The vector's memory is reused.
func (g *gathered) second(ctx context.Context, texts iter.Seq2[Text, error], o *Options, visit func(ctx context.Context, u int, t Text, clean string, v []float32) error) error {
	next, err := g.store.reader()
	if err != nil {
		return err
	}
	v := make([]float32, o.Model.Dim())
	print := newFingerprint()
	read, left := 0, g.left
	taken := func(yield func(Text, error) bool) { // the texts that were not left out
		for t, err := range texts {
			if err == nil {
				print.add(t)
				if read++; len(left) > 0 && left[0] == read {
					left = left[1:]
					continue
				}
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
	n := 0
	for p, err := range o.prepared(ctx, taken) {
		if err != nil {
			return err
		}
		t, clean := p.text, g.filter.Strip(p.clean)
		if clean == "" { // it was not, the first time
			return ErrSourceChanged
		}
		u, ok := g.index[t.User]
		if !ok {
			return ErrSourceChanged
		}
		if err := next(v); err == io.EOF {
			return ErrSourceChanged
		} else if err != nil {
			return err
		}
		if err := visit(ctx, u, t, clean, v); err != nil {
			return err
		}
		if n++; n%256 == 0 {
			o.progress("explain", n, g.texts)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
	}
	if n != g.texts || print.sum() != g.print {
		return fmt.Errorf("%w: %d texts, then %d; a source that can be read only once must be collected first", ErrSourceChanged, g.texts, n)
	}
	o.progress("explain", n, n)
	return nil
}
