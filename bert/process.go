package bert

import (
	"context"
	"sync"
	"sync/atomic"
)

// job is what one call needs besides arenas; jobs are reused.
type job struct {
	sequences sequences
	plan      plan
	visit     func(b *batch, layer int, hidden []float32) // sees every layer, if not nil
}

func (m *Model) getJob() *job {
	if j, ok := m.jobs.Get().(*job); ok {
		return j
	}
	return new(job)
}

// consumer takes the hidden states of one batch: [tokens, hidden], or [texts,
// hidden] if only the first tokens were asked for. It runs on several
// goroutines at once, for different batches, and may use the arena.
type consumer func(a *arena, b *batch, hidden []float32) error

const (
	// minSplit is the fewest tokens for which a batch of its own pays.
	minSplit = 32
	// minCrew is the fewest tokens of a single batch that idle goroutines
	// help with: each needs some tiles of rows to work on.
	minCrew = 96
)

// process runs the encoder over the sequences of j and hands every batch to
// consume. With first set, only the first token of each text is computed in
// the last layer.
func (m *Model) process(ctx context.Context, j *job, first bool, consume consumer) error {
	s := &j.sequences
	threads := cap(m.arenas)
	share := (len(s.ids) + threads - 1) / threads
	j.plan.make(s, min(m.options.batchTokens(), max(share, minSplit)))
	n := j.plan.batches()
	workers := min(n, threads)
	if workers <= 1 {
		for k := range n {
			if err := m.runBatch(ctx, j, k, first, true, consume); err != nil {
				return err
			}
		}
		return context.Cause(ctx)
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	work := func() {
		for {
			k := int(next.Add(1)) - 1
			if k >= n {
				return
			}
			if err := m.runBatch(ctx, j, k, first, false, consume); err != nil {
				cancel(err)
				return
			}
		}
	}
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	return context.Cause(ctx)
}

// runBatch computes batch k in an arena that is given back afterwards, so that
// calls of other goroutines get their turn between batches.
func (m *Model) runBatch(ctx context.Context, j *job, k int, first, alone bool, consume consumer) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	a, err := m.arenas.acquire(ctx)
	if err != nil {
		return err
	}
	defer m.arenas.release(a)
	a.batch.reset()
	for _, i := range j.plan.order[j.plan.cuts[k]:j.plan.cuts[k+1]] {
		a.batch.add(m.config, &j.sequences, i)
	}
	crew := a.crew[:]
	if alone && a.batch.tokens() >= minCrew {
		crew = m.arenas.crewFor(a, min(cap(m.arenas), a.batch.tokens()/(minCrew/2)))
		defer m.arenas.dismiss(crew)
	}
	var visit func(int, []float32)
	if j.visit != nil {
		visit = func(layer int, hidden []float32) { j.visit(&a.batch, layer, hidden) }
	}
	hidden, err := m.encoder.forward(ctx, crew, &a.batch, first, visit)
	if err != nil {
		return err
	}
	return consume(a, &a.batch, hidden)
}
