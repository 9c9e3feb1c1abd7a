package testdir

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// encode prints a line of the vectors of the texts on standard input for the
// model in each directory named as an argument after a class and its method. It
// prints a sparse vector with all its features, and those of tokens in a row.
const encode = `
import json, sys
import numpy as np, sentence_transformers as s
texts = json.load(sys.stdin)
name, method = sys.argv[1:3]
def row(v):
    if getattr(v, "is_sparse", False):
        v = v.to_dense()
    return np.asarray(v, dtype=np.float64).flatten().tolist()
print()
for path in sys.argv[3:]:
    model = getattr(s, name)(path, device="cpu", local_files_only=True)
    print(json.dumps([row(v) for v in getattr(model, method)(texts)]))
`

// SentenceTransformers returns the vectors of texts, [dirs][texts][dim], that
// Python's sentence-transformers makes with the models in dirs, as Torch's Python
// has it.
func SentenceTransformers(tb testing.TB, texts []string, dirs ...string) [][][]float64 {
	tb.Helper()
	return SentenceTransformersOf(tb, "SentenceTransformer", "encode", texts, dirs...)
}

// SentenceTransformersVersion returns the first number of the version of
// sentence-transformers.
func SentenceTransformersVersion(tb testing.TB) int {
	tb.Helper()
	out, err := exec.CommandContext(tb.Context(), Torch(tb, "sentence_transformers"), "-c", "import importlib.metadata as m; print(m.version('sentence-transformers').split('.')[0])").Output()
	if err != nil {
		tb.Fatal(err)
	}
	version, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		tb.Fatal(err)
	}
	return version
}

// SentenceTransformersOf is SentenceTransformers for another class of models and
// the method of it that returns vectors: those of a sparse model with all their
// features, those of a text's tokens one after another.
func SentenceTransformersOf(tb testing.TB, class, method string, texts []string, dirs ...string) [][][]float64 {
	tb.Helper()
	python := Torch(tb, "sentence_transformers")
	in, err := json.Marshal(texts)
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), python, append([]string{"-c", encode, class, method}, dirs...)...)
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
