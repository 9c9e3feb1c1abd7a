package hub

import (
	"context"
	"os"
	"time"
)

// lock waits until this process alone holds the file's lock, or ctx ends. The
// lock ends with the file's Close, or with the process.
func lock(ctx context.Context, f *os.File) error {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 500*time.Millisecond) {
		held, err := tryLock(f)
		if held || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
		}
	}
}
