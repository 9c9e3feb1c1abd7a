package sqlite

import (
	"errors"
	"os"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/source"
)

// TestRangesStop: ranges that are stopped early leave nothing open, further ones begin
// at the beginning, and after Close there is an os.ErrClosed.
func TestRangesStop(t *testing.T) {
	path := database(t, reviews)
	s, err := source.Open(t.Context(), "sqlite:"+path, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	testdir.Ranges(t, "Records", s.Records(t.Context()))
	testdir.Ranges(t, "Rows", s.Rows(t.Context()))
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if open := testdir.StillOpen(t, path); open != nil {
		t.Errorf("still open: %v", open)
	}
	for _, err := range s.Rows(t.Context()) {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("closed: %v, want %v", err, os.ErrClosed)
		}
	}
}
