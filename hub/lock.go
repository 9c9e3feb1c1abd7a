package hub

import (
	"context"
	"os"
	"time"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// lock waits until this process holds the file's lock exclusively, or ctx ends.
// The lock is released when the file is closed or the process ends.
func lock(ctx context.Context, f *os.File) error {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 500*time.Millisecond) {
		held, err := tryLock(f)
		if held || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return parallel.Cause(ctx)
		case <-time.After(wait):
		}
	}
}
