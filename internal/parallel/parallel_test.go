package parallel

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

func TestDoCallsEachPieceOnce(t *testing.T) {
	for _, threads := range []int{0, 1, 2, 7, 100} {
		for _, n := range []int{0, 1, 2, 50, 1000} {
			calls := make([]atomic.Int32, n)
			err := Do(t.Context(), threads, n, func(worker, i int) {
				if worker < 0 || worker >= Threads(threads) {
					t.Errorf("worker %d of %d", worker, Threads(threads))
				}
				calls[i].Add(1)
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range calls {
				if c := calls[i].Load(); c != 1 {
					t.Fatalf("threads=%d n=%d: piece %d ran %d times", threads, n, i, c)
				}
			}
		}
	}
}

func TestDoStopsWhenCancelled(t *testing.T) {
	boom := errors.New("boom")
	for _, threads := range []int{1, 4} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var ran atomic.Int32
		err := Do(ctx, threads, 1_000_000, func(_, i int) {
			if ran.Add(1) == 10 {
				cancel(boom)
			}
		})
		if !errors.Is(err, boom) {
			t.Fatalf("threads=%d: got %v, want the cause", threads, err)
		}
		if n := ran.Load(); n > 100_000 {
			t.Fatalf("threads=%d: %d pieces ran after the cancellation", threads, n)
		}
	}
}
