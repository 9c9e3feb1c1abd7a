package keyword

import (
	"context"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are limited.
func TestHostileNumbers(t *testing.T) {
	testdir.HostileNumbers(t, Options{}, func(_ context.Context, o Options) error {
		c := NewCounter(2, o)
		for i := range 20 {
			c.Add(i%2, i, []string{"a strong cup of black tea", "the screen of a new phone"}[i%2])
		}
		return nil
	})
}
