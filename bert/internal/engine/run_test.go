package engine

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// One long text is shared by idle goroutines, with the same result.
func TestLongTextIsShared(t *testing.T) {
	t.Parallel()
	for name, spec := range specs {
		for _, precision := range []Precision{Float32, Int8} {
			e := randomEncoder(t, spec, precision)
			texts := someSequences(spec, 60, 61)
			want := hiddenStates(t, NewRunner(1, 0), e, texts)
			for _, threads := range []int{2, 3, 5} {
				workers := []*Arena{}
				for range threads {
					workers = append(workers, new(Arena))
				}
				b := new(Batch)
				b.Reset()
				b.Add(&spec, &texts, 0)
				b.Add(&spec, &texts, 1)
				got, err := e.forward(t.Context(), workers, b, false, nil)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, precision %v: %d goroutines give other bytes than one", name, precision, threads)
				}
			}
		}
	}
}

// What the last layer computes for first tokens alone is what it computes for
// them among all.
func TestFirstTokens(t *testing.T) {
	t.Parallel()
	for name, spec := range specs {
		for _, precision := range []Precision{Float32, Int8} {
			e, r := randomEncoder(t, spec, precision), NewRunner(2, 16)
			texts := someSequences(spec, 5, 1, 0, 40, 12)
			all := hiddenStates(t, r, e, texts)
			size := spec.Hidden
			err := r.Run(t.Context(), e, &Job{Sequences: texts}, true, func(_ *Arena, b *Batch, hidden []float32) error {
				for k, i := range b.Index {
					want := make([]float32, size)
					if texts.Len(i) > 0 {
						copy(want, all[texts.Offsets[i]*size:])
					}
					if !slices.Equal(hidden[k*size:(k+1)*size], want) {
						t.Errorf("%s, precision %v: text %d has another first token", name, precision, i)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Many callers at once compute on no more goroutines than one does, and take no
// more working memory.
func TestManyCallersShareArenas(t *testing.T) {
	if testdir.Emulated() {
		t.Skip("stops all goroutines all the time to look at their stacks, which an emulator takes forever for")
	}
	const threads = 2
	spec := specs["bert"]
	e, r := randomEncoder(t, spec, Float32), NewRunner(threads, 64)
	// Who is inside the encoder, by the stacks of all goroutines.
	most := 0
	before := runtime.NumGoroutine()
	stop := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		stacks := make([]byte, 1<<20)
		for {
			select {
			case <-stop:
				return
			default:
				n := runtime.Stack(stacks, true)
				most = max(most, strings.Count(string(stacks[:n]), "(*Encoder).forward("))
				time.Sleep(200 * time.Microsecond)
			}
		}
	})
	var lengths []int
	for i := range 80 {
		lengths = append(lengths, i*i%31)
	}
	texts := someSequences(spec, lengths...)
	want := hiddenStates(t, r, e, texts)
	size := func() (floats int) {
		for range threads {
			a, err := r.arenas.acquire(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			defer r.arenas.release(a)
			floats += cap(a.x) + cap(a.qkv) + cap(a.context) + cap(a.Scratch.inter)
		}
		return floats
	}
	// One batch of at most 64 tokens, or one text, in whole blocks of rows.
	limit := threads * blockRows * (5*spec.Hidden + max(spec.Intermediate, 3*spec.Hidden))
	if n := size(); n > limit {
		t.Errorf("one caller: %d floats of working memory, want at most %d", n, limit)
	}
	var callers sync.WaitGroup
	for range 64 {
		callers.Go(func() {
			for range 3 {
				if !slices.Equal(hiddenStates(t, r, e, texts), want) {
					t.Error("another result")
				}
			}
		})
	}
	callers.Wait()
	close(stop)
	watch.Wait()
	if most < 1 || most > threads {
		t.Errorf("%d goroutines were seen in the encoder at once, want 1 to %d", most, threads)
	}
	if n := size(); n > limit {
		t.Errorf("64 callers: %d floats of working memory, want at most %d", n, limit)
	}
	if r.Idle() != threads {
		t.Errorf("%d goroutines are idle, want %d", r.Idle(), threads)
	}
	for range 100 { // goroutines end a little after what waits for them
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
