package chinese

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

func TestRangesStop(t *testing.T) {
	testdir.Ranges(t, "Dictionary", testdir.Values(testdir.Firsts(Lazy{}.Dictionary())))
}
