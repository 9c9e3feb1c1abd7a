package testdir

import (
	"os"
	"os/exec"
	"testing"
)

// Python returns a Python that has the modules: $COHORT_PYTHON, or python3. Where
// one is missing the test is skipped, or fails if COHORT_PYTHON is set, as
// continuous integration does so that nothing is skipped by mistake.
func Python(tb testing.TB, modules ...string) string {
	tb.Helper()
	python := os.Getenv("COHORT_PYTHON")
	required := python != ""
	if !required {
		python = "python3"
	}
	for _, m := range modules {
		if out, err := exec.CommandContext(tb.Context(), python, "-c", "import "+m).CombinedOutput(); err != nil {
			if required {
				tb.Fatalf("%s has no module %s: %v\n%s", python, m, err, out)
			}
			tb.Skipf("needs Python with the module %s", m)
		}
	}
	return python
}
