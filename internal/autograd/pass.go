package autograd

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// Pass is what the operators of one forward pass have in common. The zero value
// and nil compute on all processors, without dropout. A Pass belongs to one
// goroutine.
type Pass struct {
	Threads int    // goroutines of an operator; 0: GOMAXPROCS
	Seed    uint64 // of the dropout

	dropouts uint64 // operators with dropout so far
}

func (p *Pass) threads() int {
	if p == nil {
		return 0
	}
	return p.Threads
}

// key returns the seed of the next operator with dropout.
func (p *Pass) key() uint64 {
	p.dropouts++
	return splitmix.Mix(p.Seed, p.dropouts)
}

// do calls f for every i in [0, n) on the pass's threads. What f computes may
// not depend on which of them it runs on.
func do(threads, n int, f func(i int)) {
	_ = parallel.Do(context.Background(), threads, n, func(_, i int) { f(i) }) // never cancelled
}

// elementsAtOnce is the number of elements that are worth a piece of work of their own.
const elementsAtOnce = 1 << 14

// doRows calls f with consecutive ranges of n rows of that many elements.
func doRows(threads, n, elements int, f func(from, to int)) {
	step := max(1, elementsAtOnce/max(elements, 1))
	do(threads, (n+step-1)/step, func(i int) { f(i*step, min(n, (i+1)*step)) })
}
