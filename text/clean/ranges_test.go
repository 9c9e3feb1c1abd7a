package clean

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

func TestRangesStop(t *testing.T) {
	testdir.Ranges(t, "Steps.All", testdir.Values(Steps(7).All()))
}
