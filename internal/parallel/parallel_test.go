package parallel

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
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
		if !errors.Is(err, boom) || !errors.Is(err, context.Canceled) || err.Error() != "boom" {
			t.Fatalf("threads=%d: got %v, want the cause", threads, err)
		}
		if n := ran.Load(); n > 100_000 {
			t.Fatalf("threads=%d: %d pieces ran after the cancellation", threads, n)
		}
	}
}

func TestDoPanicsWhereItWasCalled(t *testing.T) {
	boom := errors.New("boom")
	for _, threads := range []int{1, 4} {
		var ran atomic.Int32
		var got any
		func() {
			defer func() { got = recover() }()
			_ = Do(t.Context(), threads, 1_000_000, func(_, i int) {
				if ran.Add(1) == 10 {
					panic(boom)
				}
			})
		}()
		if got != any(boom) {
			t.Errorf("threads=%d: recovered %v, want the value of the panic", threads, got)
		}
		if n := ran.Load(); n > 100_000 {
			t.Errorf("threads=%d: %d pieces ran after the panic", threads, n)
		}
	}
}

// TestDoEndsTheCaller: a test that fails from within a piece ends as it should.
func TestDoEndsTheCaller(t *testing.T) {
	for _, threads := range []int{1, 4} {
		ended := make(chan bool)
		go func() {
			returned := false
			defer func() { ended <- !returned && recover() == nil }()
			_ = Do(t.Context(), threads, 100, func(_, i int) {
				if i == 3 {
					runtime.Goexit()
				}
			})
			returned = true
		}()
		if !<-ended {
			t.Errorf("threads=%d: the caller went on", threads)
		}
	}
}

func TestDoWithoutContext(t *testing.T) {
	var none context.Context
	if err := Do(none, 1, 5, func(_, _ int) { t.Error("called") }); !errors.Is(err, ErrNilContext) {
		t.Errorf("got %v", err)
	}
}

func TestCause(t *testing.T) {
	var none context.Context
	if err := Cause(none); !errors.Is(err, ErrNilContext) {
		t.Errorf("no context: %v", err)
	}
	if err := Cause(t.Context()); err != nil {
		t.Errorf("not done: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Cause(ctx); err != context.Canceled { //nolint:errorlint // the very value
		t.Errorf("without a cause: %v", err)
	}
	late := errors.New("late")
	ctx, stop := context.WithDeadlineCause(t.Context(), time.Now().Add(-time.Second), late)
	defer stop()
	if err := Cause(ctx); !errors.Is(err, late) || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Errorf("with a cause: %v", err)
	}
}
