package engine

import (
	"errors"
	"sync"
)

// ErrClosed: the model that a runner computes for has been closed.
var ErrClosed = errors.New("bert: the model is closed")

// gate counts its users, so that a resource is not closed while in use. The
// zero value is open.
type gate struct {
	mu     sync.Mutex
	inside int
	closed bool
	empty  chan struct{} // made by close while there are users
}

// enter admits a caller, who must call leave; it fails once the gate is closed.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return ErrClosed
	}
	g.inside++
	return nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.inside == 0 && g.empty != nil {
		close(g.empty)
		g.empty = nil
	}
}

// close admits no more callers and waits until all have left. It reports
// whether this call was the first.
func (g *gate) close() (first bool) {
	g.mu.Lock()
	first = !g.closed
	g.closed = true
	var empty chan struct{}
	if g.inside > 0 {
		if g.empty == nil {
			g.empty = make(chan struct{})
		}
		empty = g.empty
	}
	g.mu.Unlock()
	if empty != nil {
		<-empty
	}
	return first
}
