package cluster

import "sync/atomic"

// unionFind holds disjoint sets of numbers, which any number of goroutines can
// join concurrently without locks. A set's root is its least member, so the
// resulting sets do not depend on the order of joining.
type unionFind []atomic.Int32

func newUnionFind(n int) unionFind {
	u := make(unionFind, n)
	for i := range u {
		u[i].Store(int32(i))
	}
	return u
}

// find returns the root of i's set and halves the path to it.
func (u unionFind) find(i int32) int32 {
	for {
		parent := u[i].Load()
		if parent == i {
			return i
		}
		above := u[parent].Load()
		if above != parent {
			u[i].CompareAndSwap(parent, above)
		}
		i = above
	}
}

// join merges the sets of i and j.
func (u unionFind) join(i, j int32) {
	if u[i].Load() == u[j].Load() {
		return
	}
	for {
		i, j = u.find(i), u.find(j)
		if i == j {
			return
		}
		if i < j {
			i, j = j, i
		}
		if u[i].CompareAndSwap(i, j) { // only a root may get a parent
			return
		}
	}
}
