// Package parallel runs numbered pieces of work on a few goroutines.
//
// The order of the pieces is unspecified. A caller that wants the same result
// for any number of threads lets each piece write to its own place and
// afterwards combines the results in the order of the pieces' numbers.
package parallel

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
)

// ErrNilContext reports a nil context.
var ErrNilContext = errors.New("nil context")

// Threads returns the number of goroutines to use for an option n: n itself, or
// GOMAXPROCS if n is 0 or less, but at most MaxThreads, since callers allocate
// memory for each.
func Threads(n int) int {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return min(n, MaxThreads)
}

// MaxThreads is the maximum number of goroutines that work together.
const MaxThreads = 1024

// Do calls f(worker, i) once for every i in [0, n) on at most threads
// goroutines (0 means GOMAXPROCS) and returns when all calls have returned.
// worker, in [0, Threads(threads)), identifies the calling goroutine, so that f
// can use scratch memory of its own. Once ctx is done, no further piece is
// started and Do returns its [Cause]. If f panics, no further piece is started
// and Do panics with the same value.
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
