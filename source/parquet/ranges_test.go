package parquet

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/source"
)

// Not parallel: see testdir.Ranges.
func TestRangesStop(t *testing.T) {
	path := "testdata/kinds.parquet"
	s, err := source.Open(t.Context(), path, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	testdir.SourceRanges(t, path, s)
}
