package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// eachLevel runs f once at every level that this machine has.
func eachLevel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	for _, l := range Supported() {
		t.Run(l.String(), func(t *testing.T) {
			defer Force(l)()
			f(t)
		})
	}
}

// every is the distance of a row's elements that are compared with a slow reference:
// 1, and in short mode so many that in other rows it is other lanes' turn.
func every() int {
	if testdir.Emulated() { // no other test sees all of them there
		return 1
	}
	return testdir.Sized(1, 5)
}

// first returns the first element of row i to compare.
func first(i int) int { return i % every() }

const guard = 37 // elements on either side of a guarded buffer: odd, so that nothing is aligned

// guarded is a buffer between two bands that nobody may write to.
type guarded[T comparable] struct {
	all  []T
	fill T
	n    int
}

// newGuarded returns a buffer of n elements, all set to fill.
func newGuarded[T comparable](n int, fill T) guarded[T] {
	g := guarded[T]{all: make([]T, n+2*guard), fill: fill, n: n}
	for i := range g.all {
		g.all[i] = fill
	}
	return g
}

func (g guarded[T]) data() []T { return g.all[guard : guard+g.n : guard+g.n] }

// check fails the test if anything outside was written, or anything inside
// that outside reports true for.
func (g guarded[T]) check(t *testing.T, outside func(i int) bool) {
	t.Helper()
	for i, v := range g.all {
		j := i - guard
		if (j < 0 || j >= g.n || outside(j)) && v != g.fill {
			t.Fatalf("element %d of %d was overwritten with %v", j, g.n, v)
		}
	}
}

// padding returns the function that finds the gap between rows of a matrix.
func padding(cols, ld int) func(int) bool {
	return func(i int) bool { return i%ld >= cols }
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// normals returns n values of the standard normal distribution.
func normals(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// near reports whether got is want within tol, or both are NaN or the same infinity.
func near(got float32, want, tol float64) bool {
	g := float64(got)
	if math.IsNaN(want) {
		return math.IsNaN(g)
	}
	return g == want || math.Abs(g-want) <= tol
}
