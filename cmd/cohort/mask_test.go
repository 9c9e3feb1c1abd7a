package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/text/pii"
)

func gunzip(t *testing.T, data []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// Rows stay, and what is not masked stays byte for byte, in every kind of file.
func TestMaskKinds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"a.csv": {"id,text,note,qq\r\n007,\"a \"\"b\"\" anna@example.com\",  x ,8262048\r\n\r\n1.50,\"two\r\nlines\",,\r\n",
			"id,text,note,qq\r\n007,\"a \"\"b\"\" [email]\",  x ,[qq]\r\n\r\n1.50,\"two\r\nlines\",,\r\n"},
		"a.tsv": {"text\tn\ncall 202-555-0143\t1,0\n", "text\tn\ncall [phone]\t1,0\n"},
		"a.jsonl": {`{"text": "mail \u0061nna@example.com", "n":1.0, "who":{"phone":13812345678,"anna@example.com":[null,"１３８１２３４５６７８"]}}` + "\n\n" + `{"text":"\u4f60\u597d"}`,
			`{"text": "mail [email]", "n":1.0, "who":{"phone":"[phone]","[email]":[null,"[phone]"]}}` + "\n\n" + `{"text":"\u4f60\u597d"}`},
		"a.txt": {"\ufeffone\r\n\r\n  anna@example.com \nlast", "\ufeffone\r\n\r\n  [email] \nlast"},
	} {
		dir := t.TempDir()
		kind := filepath.Ext(name)
		for _, in := range []string{file(t, name, c[0]), zipFile(t, name+".gz", c[0])} {
			out := filepath.Join(dir, "out"+kind)
			if r := run(t, "", "mask", "--in", in, "--out", out); r.code != 0 || r.out != "" || r.err != "" {
				t.Fatalf("%s: %+v", name, r)
			}
			got, _ := os.ReadFile(out)
			if string(got) != c[1] {
				t.Errorf("%s:\n got %q\nwant %q", in, got, c[1])
			}
			if r := run(t, "", "mask", "--in", in, "--out", out+".gz"); r.code != 0 {
				t.Fatal(r.err)
			}
			got, _ = os.ReadFile(out + ".gz")
			if s := gunzip(t, got); s != c[1] {
				t.Errorf("%s, gzipped:\n got %q\nwant %q", in, s, c[1])
			}
		}
		if r := run(t, c[0], "mask", "--in", "-", "--out", "-", "--format", kind[1:]); r.code != 0 || r.out != c[1] || r.err != "" {
			t.Errorf("%s, standard input and output: %+v", name, r)
		}
	}
}

func zipFile(t *testing.T, name, data string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, data)
	z.Close()
	return file(t, name, b.String())
}

// The statistics count each recogniser's finds.
func TestMaskStats(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	want := map[string]int{}
	for n, typ := range append(pii.DefaultTypes(), pii.Address) {
		for range n + 1 {
			in.WriteString("please " + personal[typ][0] + personal[typ][1] + ", thanks\n")
		}
		want[string(typ)] = n + 1
	}
	r := run(t, in.String(), "mask", "--in", "-", "--out", "-", "--stats", "--addresses")
	var got struct {
		Texts  int
		Masked map[string]int
	}
	if err := json.Unmarshal([]byte(r.err), &got); err != nil || r.code != 0 {
		t.Fatalf("%v: %+v", err, r)
	}
	if got.Texts != 120 {
		t.Errorf("%d texts, want 120", got.Texts)
	}
	for typ, n := range want {
		if got.Masked[typ] != n {
			t.Errorf("%s: %d, want %d", typ, got.Masked[typ], n)
		}
	}
	for typ, p := range personal {
		if strings.Contains(r.out, p[1]) {
			t.Errorf("the %s is still there", typ)
		}
	}
}

func TestMaskActions(t *testing.T) {
	t.Parallel()
	const in = "text,keep\nanna@example.com ANNA@example.com,bob@example.com\n"
	key := file(t, "key", "0123456789abcdef")
	path := file(t, "in.csv", in)
	out := func(args ...string) string {
		t.Helper()
		r := run(t, "", append([]string{"mask", "--in", path, "--out", "-"}, args...)...)
		if r.code != 0 {
			t.Fatal(r.err)
		}
		return r.out
	}
	if got := out("--action", "drop", "--columns", "text"); got != "text,keep\n\" \",bob@example.com\n" {
		t.Errorf("drop: %q", got)
	}
	if got := out("--allow", "bob@example.com"); got != "text,keep\n[email] [email],bob@example.com\n" {
		t.Errorf("allow: %q", got)
	}
	for _, args := range [][]string{{"--action", "hash"}, {"--action", "pseudonym", "--key-file", key}} {
		got := out(args...)
		f := strings.Fields(strings.NewReplacer(",", " ", "\n", " ").Replace(got))
		if len(f) != 5 || f[2] != f[3] || f[2] == f[4] || !strings.HasPrefix(f[2], "[email:") || out(args...) != got {
			t.Errorf("%v: %q", args, got)
		}
	}
	for _, args := range [][]string{{"--action", "blur"}, {"--action", "pseudonym"}, {"--regions", "XX"}, {"--format", "pdf"}} {
		if r := run(t, "", append([]string{"mask", "--in", path, "--out", "-"}, args...)...); r.code != 2 {
			t.Errorf("%v: %+v", args, r)
		}
	}
	if r := run(t, "", "mask", "--in", path, "--out", filepath.Join(t.TempDir(), "x.jsonl")); r.code != 2 || !strings.Contains(r.err, "another kind") {
		t.Errorf("another kind: %+v", r)
	}
	if r := run(t, "", "mask", "--in", path, "--out", "-", "--columns", "nosuch"); r.code != 1 || !strings.Contains(r.err, `"text", "keep"`) {
		t.Errorf("no such column: %+v", r)
	}
}

// stopper is standard input during which Ctrl-C is pressed.
type stopper struct {
	cancel func()
	n      int
}

func (s *stopper) Read(p []byte) (int, error) {
	if s.n++; s.n == 20 {
		s.cancel()
	}
	return copy(p, strings.Repeat("call 202-555-0143 now\n", 40)), nil
}

// Ctrl-C leaves what was there before and nothing beside it; so does a file that
// breaks off.
func TestMaskLeavesNoHalfFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "out.txt")
	if err := os.WriteFile(out, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(what string) {
		t.Helper()
		files, _ := os.ReadDir(dir)
		got, _ := os.ReadFile(out)
		if len(files) != 1 || string(got) != "before" {
			t.Errorf("%s: %v, %q", what, files, got)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var e bytes.Buffer
	a := &app{in: &stopper{cancel: cancel}, out: io.Discard, err: &e}
	if code := a.run(ctx, []string{"mask", "--in", "-", "--out", out}); code != 1 || !strings.Contains(e.String(), "interrupted") {
		t.Errorf("status %d, %q", code, e.String())
	}
	check("interrupted")
	whole, _ := os.ReadFile(zipFile(t, "x", strings.Repeat("call 202-555-0143 now\n", 5000)))
	if r := run(t, "", "mask", "--in", file(t, "cut.txt.gz", string(whole[:len(whole)/2])), "--out", out); r.code != 1 {
		t.Errorf("a file that breaks off: %+v", r)
	}
	check("broken off")
}

// Names are what the model given says they are.
func TestMaskNames(t *testing.T) {
	t.Parallel()
	dir := testdir.Module(t, "bert", "testdata", "models", "bert-token-classification")
	all := "LABEL_0,label_1,LABEL_2,LABEL_3,LABEL_4"
	in := file(t, "in.csv", "text\nanna is in paris\n")
	r := run(t, "", "mask", "--in", in, "--out", "-", "--names-model", dir, "--names-labels", all, "--stats")
	if r.code != 0 || !strings.HasPrefix(r.out, "text\n") || strings.Contains(r.out, "anna") || strings.Contains(r.out, "paris") || !strings.Contains(r.out, "[person]") || !strings.Contains(r.err, `"person":`) {
		t.Errorf("%+v", r)
	}
	if r := run(t, "", "mask", "--in", in, "--out", "-", "--names-model", dir); r.code != 2 || !strings.Contains(r.err, "LABEL_3") {
		t.Errorf("labels the model has not: %+v", r)
	}
	if r := run(t, "", "mask", "--in", in, "--out", "-", "--names-model", testdir.Module(t, "bert", "testdata", "models", "bert")); r.code != 1 || r.out != "" {
		t.Errorf("a model without a head: %+v", r)
	}
	// To segment all texts are names then, and nothing is said.
	out := filepath.Join(t.TempDir(), "out")
	r = run(t, "", "segment", "--in", file(t, "few.csv", fewReviews), "--out", out, "--k", "2", "--model", "minilm", "--names-model", dir, "--names-labels", all)
	if r.code != 1 || !strings.Contains(r.err, "all 6 are empty") {
		t.Errorf("segment: %+v", r)
	}
}
