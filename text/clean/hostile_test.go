package clean

import (
	"context"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are limited.
func TestHostileNumbers(t *testing.T) {
	testdir.HostileNumbers(t, Options{}, func(_ context.Context, o Options) error {
		New(o).String("<b>sooooo</b> good!!!!! #Nice_Day @ann https://example.com 🙂🙂🙂🙂")
		return nil
	})
}
