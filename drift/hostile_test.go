package drift

import (
	"context"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	before := made(named("a", 0, 40), named("b", 0, 40))
	after := made(named("a", 5, 45), named("b", 5, 45))
	testdir.HostileNumbers(t, Options{}, func(_ context.Context, o Options) error {
		_, err := Compare(before, after, o)
		return err
	}, ErrOptions, ErrNotComparable)
}
