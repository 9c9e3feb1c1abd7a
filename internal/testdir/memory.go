package testdir

import "runtime"

// Allocated returns how many bytes f allocates altogether, which bounds its
// peak. Other goroutines' allocations count too: not for parallel tests.
func Allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
