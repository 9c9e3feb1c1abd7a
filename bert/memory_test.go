package bert

import (
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// The steady state allocates the result and nothing that grows with the texts.
func TestEmbedAllocatesItsResult(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools")
	}
	for _, precision := range []Precision{Float32, Int8} {
		m := loadTiny(t, Options{Threads: 1, Precision: precision})
		for _, n := range []int{1, 10, 300} {
			texts := someTexts(n, 30)
			mustEmbed(t, m, texts)
			defer debug.SetGCPercent(debug.SetGCPercent(-1)) // or pools are emptied
			if allocs := testing.AllocsPerRun(5, func() { mustEmbed(t, m, texts) }); allocs > 8 {
				t.Errorf("%v, %d texts: %v allocations", precision, n, allocs)
			}
		}
	}
}

// Many callers at once compute on no more goroutines than one does, and take no
// more working memory.
func TestManyCallersShareArenas(t *testing.T) {
	const threads = 2
	m := loadTiny(t, Options{Threads: threads, BatchTokens: 64})
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
				most = max(most, strings.Count(string(stacks[:n]), "(*packedEncoder).forward("))
				time.Sleep(200 * time.Microsecond)
			}
		}
	})
	texts := someTexts(80, 30)
	want := mustEmbed(t, m, texts)
	size := func() (floats int) {
		for range threads {
			a := <-m.arenas
			defer m.arenas.release(a)
			floats += cap(a.x) + cap(a.qkv) + cap(a.context) + cap(a.scratch.inter)
		}
		return floats
	}
	// One batch of at most 64 tokens, or one text, in whole blocks of rows.
	limit := threads * blockRows * (5*m.config.HiddenSize + max(m.config.IntermediateSize, 3*m.config.HiddenSize))
	if n := size(); n > limit {
		t.Errorf("one caller: %d floats of working memory, want at most %d", n, limit)
	}
	var callers sync.WaitGroup
	for range 64 {
		callers.Go(func() {
			for range 3 {
				e, err := m.Embed(t.Context(), texts)
				if err != nil || e.Row(7)[3] != want.Row(7)[3] {
					t.Error("another result, or", err)
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
	for range 100 { // goroutines end a little after what waits for them
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// A loaded model takes little more than its weights: the file's pages leave
// memory once they are packed. The model is loaded in a process of its own.
func TestResidentMemory(t *testing.T) {
	if runtime.GOOS != "linux" || raceEnabled {
		t.Skip("reads /proc, of a process without the race detector's shadow")
	}
	const variable = "COHORT_TEST_RESIDENT"
	dir := testdir.Shared(t, "models", "all-MiniLM-L6-v2")
	if name := os.Getenv(variable); name != "" {
		precision := Float32
		if name == Int8.String() {
			precision = Int8
		}
		m, err := Load(dir, Options{Precision: precision})
		if err != nil {
			t.Fatal(err)
		}
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		_, line, _ := strings.Cut(string(status), "VmRSS:")
		t.Logf("resident %s kB", strings.Fields(line)[0])
		runtime.KeepAlive(m)
		return
	}
	// What the weights take: 22.7 million parameters, tables included.
	for precision, weights := range map[Precision]int{Float32: 90_868_376, Int8: 22_906_856} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestResidentMemory$", "-test.v", "-test.count=1")
		cmd.Env = append(os.Environ(), variable+"="+precision.String())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		_, rest, _ := strings.Cut(string(out), "resident ")
		kb, err := strconv.Atoi(strings.Fields(rest + " ?")[0])
		if err != nil {
			t.Fatalf("no figure in %q", out)
		}
		limit := weights*13/10 + 32<<20
		t.Logf("%v: %.1f MB resident after loading, %.1f MB of weights, limit %.1f MB", precision, float64(kb)*1024/1e6, float64(weights)/1e6, float64(limit)/1e6)
		if kb*1024 > limit {
			t.Errorf("%v: %d bytes resident, want at most %d", precision, kb*1024, limit)
		}
	}
}
