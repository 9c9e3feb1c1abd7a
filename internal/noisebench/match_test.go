package noisebench

import (
	"slices"
	"testing"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	// Cluster 0 has most of class 0, but is worth more to class 1.
	at := []int{0, 0, 0, 0, 0, 1, 1, 1, 1, 2}
	labels := []int{0, 0, 0, 1, 1, 0, 0, 0, 0, 2}
	if got := match(at, labels, 3); !slices.Equal(got, []int{1, 0, 2}) {
		t.Error(got)
	}
}
