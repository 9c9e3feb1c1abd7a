package keyword

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

func TestRangesStop(t *testing.T) {
	c := newCounter(2, Options{})
	c.Add(0, 1, "red apples")
	c.Add(1, 2, "blue boats")
	testdir.Ranges(t, "Counts", testdir.Values(c.Counts()))
}
