package engine

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Runner computes with a fixed number of goroutines, shared by all calls.
type Runner struct {
	arenas      arenas
	batchTokens int
	jobs        sync.Pool // of *Job
	gate        gate
}

// DefaultBatchTokens is two blocks of rows. Speed varies by 1 % to 2 % between
// 96 and 384; beyond that it falls, by 12 % (int8) and 3 % (float32) at 6,144
// with one thread, as activations leave the caches: see docs/performance.md.
const DefaultBatchTokens = 192

// NewRunner returns a runner with that many goroutines, each of which processes
// batchTokens tokens at once. Numbers below 1 mean GOMAXPROCS and
// DefaultBatchTokens.
func NewRunner(threads, batchTokens int) *Runner {
	if batchTokens <= 0 {
		batchTokens = DefaultBatchTokens
	}
	return &Runner{arenas: newArenas(Threads(threads)), batchTokens: batchTokens}
}

// Threads returns n, or GOMAXPROCS if n is not positive.
func Threads(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}

// Enter admits a caller to the runner's resources until Leave. It fails with
// ErrClosed after Close.
func (r *Runner) Enter() error { return r.gate.enter() }

// Leave ends the use begun by Enter.
func (r *Runner) Leave() { r.gate.leave() }

// Close waits until all callers that entered have left, and admits no more,
// including in Run. It reports whether this call was the first.
func (r *Runner) Close() (first bool) { return r.gate.close() }

// Threads returns the number of goroutines that compute.
func (r *Runner) Threads() int { return cap(r.arenas) }

// Idle returns the number of goroutines that are not computing.
func (r *Runner) Idle() int { return len(r.arenas) }

// BatchTokens returns the number of tokens of a batch.
func (r *Runner) BatchTokens() int { return r.batchTokens }

// Job holds what one call needs besides arenas.
type Job struct {
	Sequences Sequences
	// Visit, if not nil, is called with the hidden states [tokens, hidden]
	// after the embeddings (layer 0) and after each layer (1, …).
	Visit func(b *Batch, layer int, hidden []float32)
	// Layers, if not nil, makes hidden states the weighted sum of the outputs of
	// layers, all of which have the encoder's hidden size.
	Layers *LayerSum

	plan plan
}

// Job returns an unused job, whose sequences may have old contents.
func (r *Runner) Job() *Job {
	if j, ok := r.jobs.Get().(*Job); ok {
		return j
	}
	return new(Job)
}

// Release returns a job that is no longer used.
func (r *Runner) Release(j *Job) {
	j.Visit, j.Layers = nil, nil
	r.jobs.Put(j)
}

// Consumer takes the hidden states of one batch: [tokens, hidden], or [texts,
// hidden] if only the first tokens were requested. It runs on several
// goroutines at once, for different batches, and may use the arena.
type Consumer func(a *Arena, b *Batch, hidden []float32) error

const (
	// minSplit is the number of tokens from which a separate batch pays off.
	minSplit = 32
	// minShared is the number of tokens of a single batch from which idle
	// goroutines help: each needs some tiles of rows to work on.
	minShared = 96
)

// Run runs the encoder over the sequences of j and passes every batch to
// consume. If first is set, the last layer computes only the first token of
// each text. The errors are those of consume, ctx's cause, and ErrClosed. Run
// rethrows a panic in consume or j.Visit when all goroutines have ended.
func (r *Runner) Run(ctx context.Context, e *Encoder, j *Job, first bool, consume Consumer) error {
	if ctx == nil {
		return parallel.ErrNilContext
	}
	if err := r.Enter(); err != nil {
		return err
	}
	defer r.Leave()
	s := &j.Sequences
	threads := cap(r.arenas)
	share := (len(s.IDs) + threads - 1) / threads
	j.plan.make(s, min(r.batchTokens, max(share, minSplit)))
	n := j.plan.batches()
	if min(n, threads) <= 1 { // without a closure, which would be allocated
		for k := range n {
			if err := r.runBatch(ctx, e, j, k, first, true, consume); err != nil {
				return err
			}
		}
		return parallel.Cause(ctx)
	}
	return r.each(ctx, n, func(ctx context.Context, k int, alone bool) error {
		return r.runBatch(ctx, e, j, k, first, alone, consume)
	})
}

// Do calls part for 0 to n-1 on as many goroutines as the runner has, each with
// an arena of its own. Errors and panics are handled as by Run.
func (r *Runner) Do(ctx context.Context, n int, part func(a *Arena, k int) error) error {
	if ctx == nil {
		return parallel.ErrNilContext
	}
	if err := r.Enter(); err != nil {
		return err
	}
	defer r.Leave()
	return r.each(ctx, n, func(ctx context.Context, k int, _ bool) error {
		if err := parallel.Cause(ctx); err != nil {
			return err
		}
		a, err := r.arenas.acquire(ctx)
		if err != nil {
			return err
		}
		defer r.arenas.release(a)
		return part(a, k)
	})
}

// each calls do for 0 to n-1 on up to as many goroutines as there are arenas.
// alone says that no other call runs at the same time.
func (r *Runner) each(ctx context.Context, n int, do func(ctx context.Context, k int, alone bool) error) error {
	workers := min(n, cap(r.arenas))
	if workers <= 1 {
		for k := range n {
			if err := do(ctx, k, true); err != nil {
				return err
			}
		}
		return parallel.Cause(ctx)
	}

	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	work := func() {
		for {
			k := int(next.Add(1)) - 1
			if k >= n {
				return
			}
			if err := do(inner, k, false); err != nil {
				cancel(err)
				return
			}
		}
	}
	var wg sync.WaitGroup
	var trap parallel.Trap
	trapped := func() {
		trap.Run(work)
		if trap.Sprung() {
			cancel(nil)
		}
	}
	defer wg.Wait() // also if work ends this goroutine
	for range workers - 1 {
		wg.Go(trapped)
	}
	trapped()
	wg.Wait()
	trap.Rethrow()
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	return context.Cause(inner)
}

// runBatch computes batch k in an arena that it releases afterwards, so that
// other calls get their turn between batches.
func (r *Runner) runBatch(ctx context.Context, e *Encoder, j *Job, k int, first, alone bool, consume Consumer) error {
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	a, err := r.arenas.acquire(ctx)
	if err != nil {
		return err
	}
	defer r.arenas.release(a)
	a.batch.Reset()
	for _, i := range j.plan.order[j.plan.cuts[k]:j.plan.cuts[k+1]] {
		a.batch.Add(&e.spec, &j.Sequences, i)
	}
	workers := a.alone[:]
	if alone && a.batch.Tokens() >= minShared {
		workers = r.arenas.workersFor(a, min(cap(r.arenas), a.batch.Tokens()/(minShared/2)))
		defer r.arenas.dismiss(workers)
	}
	hidden, err := e.forward(ctx, workers, &a.batch, first && j.Layers == nil, j.visits(a, a.batch.Tokens()*e.spec.Hidden))
	if err != nil {
		return err
	}
	if j.Layers != nil {
		a.mix(hidden)
	}
	return consume(a, &a.batch, hidden)
}
