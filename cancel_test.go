package cohort

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/reduce"
)

// tripping is a context that is cancelled at the n-th look at it: every place
// that looks can be made to be the one that sees it, without a clock.
type tripping struct {
	context.Context
	left   *atomic.Int64
	cancel context.CancelFunc
}

func trip(n int) tripping {
	ctx, cancel := context.WithCancel(context.Background())
	left := &atomic.Int64{}
	left.Store(int64(n))
	return tripping{ctx, left, cancel}
}

func (t tripping) look() {
	if t.left.Add(-1) == 0 {
		t.cancel()
	}
}

func (t tripping) Err() error            { t.look(); return t.Context.Err() }
func (t tripping) Done() <-chan struct{} { t.look(); return t.Context.Done() }

// Wherever it is cancelled, Segment returns the context's error, and its
// temporary file is gone. In short mode it goes by growing steps, which still meet
// every stage.
func TestCancelledAtAnyCheck(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	texts := bag.Texts(8, 3)
	o := Options{
		Model: &bag.Model{Features: 8}, K: 3, Reduce: reduce.PCA{Components: 4}, Bootstrap: 2,
		Memory: 1, Sentiment: wordFeeling{},
	}
	stages := map[string]int{}
	done := false
	for n := 1; !done; n += 1 + n/testdir.Sized(1<<15, 10) {
		if n > 1<<14 {
			t.Fatal("it never comes to an end")
		}
		last := "embed"
		o.Progress = func(p Progress) { last = p.Stage }
		ctx := trip(n)
		s, err := Segment(ctx, Slice(texts), o)
		ctx.cancel()
		switch {
		case err == nil:
			done = s != nil && ctx.left.Load() > 0 // never tripped: there are no more checks
			if !done {
				t.Fatalf("tripped at check %d, yet there was no error", n)
			}
		case !errors.Is(err, context.Canceled):
			t.Fatalf("tripped at check %d: %v", n, err)
		case s != nil:
			t.Fatalf("tripped at check %d: a result beside the error", n)
		default:
			stages[last]++
		}
		if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
			t.Fatalf("tripped at check %d: left %v", n, left)
		}
	}
	for _, stage := range []string{"embed", "reduce", "cluster", "explain", "stability"} {
		if stages[stage] == 0 {
			t.Errorf("no check was met in or after stage %q: %v", stage, stages)
		}
	}
	if _, err := os.Stat(tmp); err != nil {
		t.Fatal(err)
	}
}
