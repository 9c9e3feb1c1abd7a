package bert

import "context"

// arena is the working memory of one goroutine: it grows to what a batch needs
// and is then reused, so that the steady state allocates nothing. A model has
// as many as threads; whoever computes holds one. That bounds both the memory
// and the number of goroutines computing at a time, over all calls together.
type arena struct {
	batch  batch
	layout layout
	pass   pass

	x       []float32 // [tokens, hidden] the residual stream
	qkv     []float32 // [tokens, 3·hidden]
	context []float32 // [tokens, hidden]
	first   []float32 // [3, texts, hidden] the first tokens in the last layer
	scratch scratch

	pooled []float32 // [texts, width] of a step of the pooling pipeline
	next   []float32 // [texts, width] of the step after it
	sums   []float64 // [hidden]
	crew   [1]*arena // itself
}

// arenas is the fixed set of a model's arenas.
type arenas chan *arena

func newArenas(n int) arenas {
	pool := make(arenas, n)
	for range n {
		a := new(arena)
		a.crew[0] = a
		pool <- a
	}
	return pool
}

// acquire waits for an arena, in order of arrival.
func (p arenas) acquire(ctx context.Context) (*arena, error) {
	select {
	case a := <-p:
		return a, nil
	default:
	}
	select {
	case a := <-p:
		return a, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (p arenas) release(a *arena) { p <- a }

// crewFor returns a with as many idle arenas as are to be had at once, up to n
// in all: what nobody else computes with helps with one long text.
func (p arenas) crewFor(a *arena, n int) []*arena {
	crew := a.crew[:]
	for len(crew) < n {
		select {
		case helper := <-p:
			crew = append(crew, helper)
		default:
			return crew
		}
	}
	return crew
}

// dismiss gives the helpers back.
func (p arenas) dismiss(crew []*arena) {
	for _, a := range crew[1:] {
		p.release(a)
	}
}
