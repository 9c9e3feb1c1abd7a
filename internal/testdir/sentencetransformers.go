package testdir

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// encode prints a line of the vectors of the texts on standard input for the
// model in each directory named as an argument.
const encode = `
import json, sys
from sentence_transformers import SentenceTransformer
texts = json.load(sys.stdin)
print()
for path in sys.argv[1:]:
    model = SentenceTransformer(path, device="cpu", local_files_only=True)
    print(json.dumps(model.encode(texts).tolist()))
`

// SentenceTransformers returns the vectors of texts, [dirs][texts][dim], that
// Python's sentence-transformers makes with the models in dirs. Where
// $COHORT_PYTHON, or else python3, does not have it, the test is skipped: it is
// too large to be required.
func SentenceTransformers(tb testing.TB, texts []string, dirs ...string) [][][]float64 {
	tb.Helper()
	python := os.Getenv("COHORT_PYTHON")
	if python == "" {
		python = "python3"
	}
	if err := exec.CommandContext(tb.Context(), python, "-c", "import importlib.util as u, sys; sys.exit(u.find_spec('sentence_transformers') is None)").Run(); err != nil {
		tb.Skip("needs Python with the module sentence_transformers")
	}
	in, err := json.Marshal(texts)
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), python, append([]string{"-c", encode}, dirs...)...)
	cmd.Env = append(os.Environ(), "HF_HUB_OFFLINE=1", "TRANSFORMERS_OFFLINE=1", "TOKENIZERS_PARALLELISM=false")
	cmd.Stdin = bytes.NewReader(in)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("sentence-transformers with %q: %v\n%s", dirs, err, log.Bytes())
	}
	var all [][][]float64
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	for _, line := range lines[max(0, len(lines)-len(dirs)):] {
		var vectors [][]float64
		if err := json.Unmarshal(line, &vectors); err != nil || len(vectors) != len(texts) {
			tb.Fatalf("%d vectors of %d texts: %v: %.200s", len(vectors), len(texts), err, line)
		}
		all = append(all, vectors)
	}
	return all
}
