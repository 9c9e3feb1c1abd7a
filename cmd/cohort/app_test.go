package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/npy"
)

// outcome is what one command line did.
type outcome struct {
	code     int
	out, err string
}

func run(t testing.TB, in string, args ...string) outcome {
	t.Helper()
	return runCtx(t, context.Background(), in, args...)
}

func runCtx(t testing.TB, ctx context.Context, in string, args ...string) outcome {
	t.Helper()
	var out, err bytes.Buffer
	a := &app{in: strings.NewReader(in), out: &out, err: &err}
	code := a.run(ctx, args)
	return outcome{code, out.String(), err.String()}
}

func file(t testing.TB, name, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func npyFile(t testing.TB, rows, cols int, v ...float32) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.WriteHeader(&b, rows, cols); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteRows(&b, v); err != nil {
		t.Fatal(err)
	}
	return file(t, "x.npy", b.String())
}

const fewReviews = `user,text
a,the camera takes sharp pictures
a,great lens and flash
b,the battery does not last a day
b,it must be charged all the time
c,the parcel came two weeks late
c,shipping was slow and the box was torn
d,lovely photos even at night
e,the charger broke and the battery died
f,delivery took forever
`

// Whatever is wrong with the input, the error is one line that names the
// thing, the status is 1, and nothing is left behind.
func TestBadInput(t *testing.T) {
	t.Parallel()
	half := t.TempDir()
	if err := os.WriteFile(filepath.Join(half, "config.json"), []byte(`{"model_type":"bert"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	nan := npyFile(t, 4, 2, 1, 2, 3, float32(math.NaN()), 5, 6, 7, 8)
	for _, c := range []struct {
		name string
		args []string
		says []string
	}{
		{"no weight", []string{"segment", "--in", file(t, "none.csv", "text,n\na,0\nb,0.0\n"), "--weight-column", "n"}, []string{"none.csv", "no texts", "all 2 weights", `"n"`}},
		{"no weight, users skipped", []string{"segment", "--in", file(t, "none.csv", "user,text,n\nu,a,0\n,b,1\n"), "--weight-column", "n", "--missing-user", "skip"}, []string{"none.csv", "all 1 weights", `"n"`}},
		{"missing file", []string{"segment", "--in", "nosuch.csv"}, []string{"nosuch.csv", "no such file"}},
		{"empty file", []string{"segment", "--in", file(t, "empty.csv", "")}, []string{"empty.csv", "no texts"}},
		{"header only", []string{"segment", "--in", file(t, "head.csv", "user,text\n")}, []string{"head.csv", "no texts"}},
		{"missing text column", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--text-column", "review"}, []string{"few.csv", `"review"`, `"user", "text"`}},
		{"missing user column", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--user-column", "who"}, []string{`"who"`, "users"}},
		{"missing meta column", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--meta", "age"}, []string{`"age"`}},
		{"missing rating column", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--rating", "stars"}, []string{`"stars"`}},
		{"binary file", []string{"segment", "--in", file(t, "bin.csv", "PK\x03\x04\x00\x00\x08\x00")}, []string{"bin.csv", "binary"}},
		{"ragged row", []string{"segment", "--in", file(t, "rag.csv", fewReviews+"g\n")}, []string{"rag.csv", "line 11", "1 fields"}},
		{"unknown kind", []string{"segment", "--in", file(t, "a.docx", "x")}, []string{"a.docx", "--format"}},
		{"no such model", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--model", "nosuch"}, []string{`"nosuch"`, "minilm"}},
		{"half a model", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--model", half}, []string{half}},
		{"k > n", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--k", "7"}, []string{"6 users", "7 segments"}},
		{"one user", []string{"segment", "--in", file(t, "one.csv", "user,text\na,x\na,y\n")}, []string{"only one user", "user column"}},
		{"all the same", []string{"segment", "--in", file(t, "same.csv", "text\n"+strings.Repeat("same words\n", 8))}, []string{"all 8 users say the same"}},
		{"bad edits", []string{"segment", "--in", file(t, "few.csv", fewReviews), "--edits", file(t, "e.json", "{")}, []string{"e.json", "edits"}},
		{"embed empty", []string{"embed", "--in", file(t, "empty.txt", "\n\n")}, []string{"empty.txt", "no texts"}},
		{"embed half a model", []string{"embed", "--in", file(t, "a.txt", "x\n"), "--model", half}, []string{half}},
		{"tokenize half a model", []string{"tokenize", "--in", file(t, "a.txt", "x\n"), "--model", half}, []string{"tokenizer.json"}},
		{"tokenize too short", []string{"tokenize", "--in", file(t, "a.txt", "x\n"), "--max-length", "1"}, []string{"a.txt", "line 1"}},
		{"cluster NaN", []string{"cluster", "--in", nan, "--k", "2"}, []string{"x.npy", "row 1", "column 1", "NaN"}},
		{"cluster k > n", []string{"cluster", "--in", npyFile(t, 2, 2, 1, 2, 3, 4), "--k", "3"}, []string{"x.npy", "K = 3", "got 2"}},
		{"cluster text file", []string{"cluster", "--in", file(t, "a.npy", "1,2,3\n")}, []string{"a.npy", "NumPy"}},
		{"eval NaN", []string{"eval", "--in", nan, "--labels", file(t, "l.json", "[0,0,1,1]")}, []string{"x.npy"}},
		{"eval label count", []string{"eval", "--in", npyFile(t, 2, 2, 1, 2, 3, 4), "--labels", file(t, "l.json", "[0,1,1]")}, []string{"x.npy", "3", "2"}},
		{"eval truth count", []string{"eval", "--in", npyFile(t, 3, 1, 1, 2, 3), "--labels", file(t, "l.json", "[0,1,1]"), "--truth", file(t, "true.json", "[0,1]")}, []string{"true.json: 2 labels", "want the 3 of", "l.json"}},
		{"eval one label", []string{"eval", "--in", npyFile(t, 3, 1, 1, 2, 3), "--labels", file(t, "l.json", "[0,0,0]")}, []string{"x.npy"}},
		{"eval labels no JSON", []string{"eval", "--in", npyFile(t, 3, 1, 1, 2, 3), "--labels", file(t, "l.json", "a b")}, []string{"l.json", "JSON"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			r := run(t, "", append(c.args, "--out", out)...)
			if r.code != 1 {
				t.Errorf("status %d, want 1: %s", r.code, r.err)
			}
			if strings.Count(r.err, "\n") != 1 || !strings.HasPrefix(r.err, "cohort: ") {
				t.Errorf("want one line, got %q", r.err)
			}
			for _, s := range c.says {
				if !strings.Contains(r.err, s) {
					t.Errorf("%q does not say %q", r.err, s)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if hidden, _ := filepath.Glob(filepath.Join(filepath.Dir(out), ".*")); len(hidden) > 0 {
				t.Errorf("left behind: %v", hidden)
			}
		})
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{}, {"sgement"}, {"segment"}, {"segment", "--in", "x.csv"}, {"segment", "x.csv"}, {"segment", "--nosuch"}, {"segment", "--k"},
		{"segment", "--in", "x.csv", "--out", "-"}, {"segment", "--in", "x.csv", "--out", "o", "--k", "0"}, {"segment", "--in", "x.csv", "--out", "o", "--algorithm", "magic"},
		{"segment", "--in", "x.csv", "--out", "o", "--pooling", "max"}, {"segment", "--in", "x.csv", "--out", "o", "--lang", "tlh"},
		{"embed", "--in", "x.txt", "--out", "o", "--precision", "float8"}, {"embed", "--in", "x.txt", "--out", "o", "--threads", "-1"},
		{"embed", "--in", "x.txt", "--out", "o", "--passes", "0"}, {"cluster", "--in", "x.npy", "--metric", "hamming"}, {"cluster", "--in", "x.npy", "--k", "x"},
		{"eval", "--in", "x.npy"}, {"tokenize", "--in", "x.txt", "--format", "pdf"},
	} {
		r := run(t, "", args...)
		if r.code != 2 || !strings.HasPrefix(r.err, "cohort: ") || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%q: status %d, %q", args, r.code, r.err)
		}
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	for _, args := range [][]string{
		{"segment", "--in", file(t, "few.csv", fewReviews), "--k", "2", "--out", out},
		{"embed", "--in", file(t, "few.csv", fewReviews), "--out", out},
	} {
		r := runCtx(t, ctx, "", args...)
		if r.code != 1 || !strings.Contains(r.err, "interrupted") {
			t.Errorf("%s: status %d, %q", args[0], r.code, r.err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s left behind: %v", args[0], left)
		}
	}
}

// The verbs on one another's output, on the embedded model.
func TestFromTextsToScores(t *testing.T) {
	t.Parallel()
	in := file(t, "few.csv", fewReviews)
	dir := t.TempDir()
	vec, lab := filepath.Join(dir, "v.npy"), filepath.Join(dir, "l.json")
	r := run(t, "", "embed", "--in", in, "--out", vec, "--stats", "--passes", "2", "--threads", "1")
	if r.code != 0 {
		t.Fatal(r.err)
	}
	var st map[string]any
	if err := json.Unmarshal([]byte(r.err), &st); err != nil {
		t.Fatalf("stats %q: %v", r.err, err)
	}
	for _, k := range []string{"texts", "tokens", "seconds", "tokens_per_s", "tokenize_s", "text_to_vector_s", "load_s", "truncated"} {
		if _, ok := st[k]; !ok {
			t.Errorf("stats lack %q: %s", k, r.err)
		}
	}
	if st["texts"] != 9.0 || st["tokens"].(float64) < 9*5 {
		t.Errorf("stats %s", r.err)
	}
	x, err := npy.ReadMatrix(vec)
	if err != nil {
		t.Fatal(err)
	}
	if n, d := x.Dims(); n != 9 || d != 384 {
		t.Fatalf("vectors are [%d, %d]", n, d)
	}
	if r := run(t, "", "cluster", "--in", vec, "--k", "3", "--out", lab); r.code != 0 {
		t.Fatal(r.err)
	}
	var fit struct {
		Labels  []int
		Centers [][]float64
		Inertia *float64
		NIter   *int `json:"n_iter"`
	}
	data, _ := os.ReadFile(lab)
	if err := json.Unmarshal(data, &fit); err != nil || len(fit.Labels) != 9 || len(fit.Centers) != 3 || len(fit.Centers[0]) != 384 || fit.Inertia == nil || fit.NIter == nil {
		t.Fatalf("%v: %.200s", err, data)
	}
	truth := "[0,0,1,1,2,2,0,1,2]"
	r = run(t, truth, "eval", "--in", vec, "--labels", lab, "--truth", "-")
	if r.code != 0 {
		t.Fatal(r.err)
	}
	var scores map[string]any
	if err := json.Unmarshal([]byte(r.out), &scores); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"silhouette", "calinski_harabasz", "davies_bouldin", "noise_share", "ari", "nmi", "ami", "homogeneity", "completeness", "v_measure", "fmi"} {
		if _, ok := scores[k]; !ok {
			t.Errorf("scores lack %q: %s", k, r.out)
		}
	}
	r = run(t, "", "cluster", "--in", vec, "--algorithm", "dbscan", "--eps", "0.9", "--min-samples", "2", "--metric", "cosine")
	if r.code != 0 || !strings.Contains(r.out, "core_sample_indices") {
		t.Errorf("dbscan: %q %q", r.out, r.err)
	}
}

func TestTokenizeVerb(t *testing.T) {
	t.Parallel()
	r := run(t, "Hello, wörld\n\nsecond line\n", "tokenize", "--in", "-", "--max-length", "5")
	if r.code != 0 {
		t.Fatal(r.err)
	}
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	want := `{"ids":[101,7592,1010,2088,102],"tokens":["[CLS]","hello",",","world","[SEP]"],"offsets":[[0,0],[0,5],[5,6],[7,13],[0,0]],"special_tokens_mask":[1,0,0,0,1],"type_ids":[0,0,0,0,0],"truncated":false}`
	if len(lines) != 2 || lines[0] != want {
		t.Errorf("got %s\nwant %s", lines[0], want)
	}
}

// The main job on the real reviews.
func TestSegmentReviews(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("embeds 3,708 sentences")
	}
	dir := filepath.Join(t.TempDir(), "out")
	r := run(t, "", "segment", "--in", testdir.Module(t, "testdata", "reviews.csv"), "--text-column", "text", "--user-column", "review_id", "--out", dir, "--bootstrap", "-1")
	if r.code != 0 || r.err != "" || r.out != "" {
		t.Fatalf("%+v", r)
	}
	var doc struct {
		Counts   struct{ Texts, Users int }
		Cleaning struct {
			NearDuplicates int `json:"near_duplicates"`
		}
		Segments []struct {
			Users int
			Words []struct{ Text string }
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	// Five of the 3,708 sentences repeat another one of their review.
	if doc.Counts.Texts != 3703 || doc.Cleaning.NearDuplicates != 5 || doc.Counts.Users != 300 || len(doc.Segments) != 5 {
		t.Errorf("%+v, %+v, %d segments", doc.Counts, doc.Cleaning, len(doc.Segments))
	}
	// The reviews are of five products: their words must lead segments.
	words := ""
	for _, s := range doc.Segments {
		for _, w := range s.Words[:4] {
			words += w.Text + " "
		}
	}
	for _, w := range []string{"camera", "phone", "dvd", "player"} {
		if !strings.Contains(words, w) {
			t.Errorf("no segment is led by %q: %s", w, words)
		}
	}
	for _, n := range []string{"report.html", "segments.csv"} {
		if b, err := os.ReadFile(filepath.Join(dir, n)); err != nil || len(b) < 10_000 {
			t.Errorf("%s: %v, %d bytes", n, err, len(b))
		}
	}
}
