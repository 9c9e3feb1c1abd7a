package bert

import (
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

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
