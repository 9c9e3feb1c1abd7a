// Package parallel runs numbered pieces of work on a few goroutines.
//
// It promises nothing about the order of the pieces, so a caller that wants
// the same bytes for any number of threads lets each piece write to a place of
// its own and sums up in the order of the pieces' numbers afterwards.
package parallel

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
)

// ErrNilContext: a function that takes a context was given none.
var ErrNilContext = errors.New("nil context")

// Threads returns how many goroutines to use when an option says n: n itself,
// or GOMAXPROCS where n is 0 or less. No more than MaxThreads, since callers
// have memory for each.
func Threads(n int) int {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return min(n, MaxThreads)
}

// MaxThreads is the largest number of goroutines that work together.
const MaxThreads = 1024

// Do calls f(worker, i) once for every i in [0, n) on at most threads
// goroutines (0: GOMAXPROCS) and returns when all have come back. worker, in
// [0, Threads(threads)), tells which goroutine calls, so that f can use scratch
// memory of its own. Once ctx is done no further piece is started and Do
// returns its [Cause]. A panic of f stops the others likewise and comes out of Do.
func Do(ctx context.Context, threads, n int, f func(worker, i int)) error {
	if ctx == nil {
		return ErrNilContext
	}
	threads = min(Threads(threads), n)
	done := ctx.Done()
	if threads <= 1 {
		for i := range n {
			select {
			case <-done:
				return Cause(ctx)
			default:
			}
			f(0, i)
		}
		return Cause(ctx)
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	var trap Trap
	for w := range threads {
		wg.Go(func() {
			trap.Run(func() {
				for !trap.Sprung() {
					i := int(next.Add(1)) - 1
					if i >= n {
						return
					}
					select {
					case <-done:
						return
					default:
					}
					f(w, i)
				}
			})
		})
	}
	wg.Wait()
	trap.Rethrow()
	return Cause(ctx)
}
