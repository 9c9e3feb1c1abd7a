package hub

import (
	"context"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are limited: a hub that cannot be
// reached is given up.
func TestHostileNumbers(t *testing.T) {
	clearEnv(t)
	dir := t.TempDir()
	testdir.HostileNumbers(t, Options{CacheDir: dir, Endpoint: "http://127.0.0.1:1", Retries: 1, RetryWait: 1, StallTimeout: time.Second}, func(ctx context.Context, o Options) error {
		// Not a timeout: HostileNumbers takes that for a call that does not end.
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		defer time.AfterFunc(50*time.Millisecond, func() { cancel(ErrUnreachable) }).Stop()
		_, err := Resolve(ctx, "org/name", o)
		return err
	}, ErrUnreachable, ErrSettings)
}
