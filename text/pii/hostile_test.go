package pii

import (
	"context"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	testdir.HostileNumbers(t, Options{}, func(ctx context.Context, o Options) error {
		d, err := New(o)
		if err == nil {
			_, err = d.Find(ctx, "write to ann@example.com or call +44 20 7946 0958")
		}
		return err
	}, ErrScore)
}
