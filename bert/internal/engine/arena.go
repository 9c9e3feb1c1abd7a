package engine

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Arena is the working memory of one goroutine. It grows to what a batch needs
// and is then reused, so that the steady state allocates nothing. A model has
// as many arenas as threads, and each computing goroutine holds one. That
// bounds both memory and the number of goroutines computing at a time, over all
// calls together.
type Arena struct {
	batch  Batch
	layout layout
	pass   pass

	x       []float32 // [tokens, hidden] the residual stream
	qkv     []float32 // [tokens, 3·hidden]
	context []float32 // [tokens, hidden]
	inputs  []float32 // [tokens, hidden] what the first layer gets, if later ones use it
	output  []float32 // [tokens, output]
	first   []float32 // [3, texts, hidden] the first tokens in the last layer
	Scratch Scratch

	Pooled []float32 // [texts, width] of a step of the pooling pipeline
	Next   []float32 // [texts, width] of the step after it
	Sums   []float64 // [hidden]
	mixed  []float64 // [tokens, hidden] the weighted sum of layers
	alone  [1]*Arena // itself
}

// arenas is the fixed set of a model's arenas.
type arenas chan *Arena

func newArenas(n int) arenas {
	pool := make(arenas, n)
	for range n {
		a := new(Arena)
		a.alone[0] = a
		pool <- a
	}
	return pool
}

// acquire waits for an arena, in order of arrival.
func (p arenas) acquire(ctx context.Context) (*Arena, error) {
	select {
	case a := <-p:
		return a, nil
	default:
	}
	select {
	case a := <-p:
		return a, nil
	case <-ctx.Done():
		return nil, parallel.Cause(ctx)
	}
}

func (p arenas) release(a *Arena) { p <- a }

// workersFor returns a and any idle arenas, up to n in all; they share the work
// on one long text.
func (p arenas) workersFor(a *Arena, n int) []*Arena {
	workers := a.alone[:]
	for len(workers) < n {
		select {
		case helper := <-p:
			workers = append(workers, helper)
		default:
			return workers
		}
	}
	return workers
}

// dismiss returns the helpers.
func (p arenas) dismiss(workers []*Arena) {
	for _, a := range workers[1:] {
		p.release(a)
	}
}
