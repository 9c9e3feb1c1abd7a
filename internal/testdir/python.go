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

// Torch returns a Python that has modules built on PyTorch: $COHORT_TORCH, or what
// Python returns without it. Where one is missing the test is skipped, or fails if
// COHORT_TORCH is set. PyTorch is too large to be required elsewhere. The modules
// are looked for but not imported, which takes seconds.
func Torch(tb testing.TB, modules ...string) string {
	tb.Helper()
	python := os.Getenv("COHORT_TORCH")
	required := python != ""
	if !required {
		if python = os.Getenv("COHORT_PYTHON"); python == "" {
			python = "python3"
		}
	}
	for _, m := range modules {
		if err := exec.CommandContext(tb.Context(), python, "-c", "import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)", m).Run(); err != nil {
			if required {
				tb.Fatalf("%s has no module %s: %v", python, m, err)
			}
			tb.Skipf("needs Python with the module %s", m)
		}
	}
	return python
}
