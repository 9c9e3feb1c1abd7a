package testdir

import "testing"

// Sized returns full, and less where -short is given, as it is under the race
// detector: that looks at which goroutine touches what, which takes a few pieces of
// work and no more, at a tenth of the speed.
func Sized(full, short int) int {
	if testing.Short() {
		return short
	}
	return full
}
