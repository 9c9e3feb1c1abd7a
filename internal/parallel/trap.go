package parallel

import (
	"runtime"
	"sync/atomic"
)

// Trap carries a panic from goroutines to the one that waits for them, where a
// caller can recover it. The zero value is ready to use. A Trap must not be
// copied.
type Trap struct{ first atomic.Pointer[ending] }

// ending describes how a function ended that did not return.
type ending struct {
	value  any
	goexit bool // runtime.Goexit, not a panic
}

// Run calls f. If f panics or calls runtime.Goexit, Run records that for
// Rethrow, unless something is already recorded, and returns.
func (t *Trap) Run(f func()) {
	returned := false
	defer func() {
		if !returned {
			v := recover() // nil after Goexit, which continues
			t.first.CompareAndSwap(nil, &ending{v, v == nil})
		}
	}()
	f()
	returned = true
}

// Sprung reports whether there is something to rethrow, in which case other
// goroutines may stop.
func (t *Trap) Sprung() bool { return t.first.Load() != nil }

// Rethrow ends the calling goroutine in the way the first trapped function
// ended: with the same panic value, or by runtime.Goexit. It returns if all
// functions returned.
func (t *Trap) Rethrow() {
	switch e := t.first.Load(); {
	case e == nil:
	case e.goexit:
		runtime.Goexit()
	default:
		panic(e.value)
	}
}
