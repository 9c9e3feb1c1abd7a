package langid

import (
	"context"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	testdir.HostileNumbers(t, Options{}, func(_ context.Context, o Options) error {
		d, err := New(o)
		if err == nil {
			d.Detect("das ist ein schöner Tag")
		}
		return err
	}, ErrConfidence)
}
