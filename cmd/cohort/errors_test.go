package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// leaks are pieces of the made-up data that files are filled with here.
var leaks = []string{"anna", "41111111", "5550143", "555 0143", "panda", "3301061962", "张伟", "Larkspur"}

// broken are contents that no verb can make sense of, all of them personal: each
// fails in another place.
var broken = map[string]string{
	"no header.csv":   "Anna Jones,4111111111111111,anna@example.com\nb,c,d\n",
	"short names.csv": "张伟,anna@example.com\n好,c\n",
	"account.csv":     "blue_panda8578,x\n好,c\n",
	"ragged.csv":      "user,text,w\nanna@example.com,call 202 555 0143\n",
	"ragged2.csv":     "user,text,w\nanna,hi,1\nanna@example.com,call 202 555 0143\n",
	"quote.csv":       "user,text,w\nanna,\"call 202 555 0143,1\n",
	"stray.csv":       "user,text,w\nanna@example.com,say \"4111111111111111\",1\n",
	"weights.csv":     "user,text,w,t\nanna,hi,4111111111111111x,anna@example.com\n",
	"negative.csv":    "user,text,w,t\nanna,hi,-4111111111111111,2024-13-45 anna\n",
	"one user.csv":    "user,text,w,t\nanna@example.com,call 2025550143,1,2024-01-01\nanna@example.com,me,1,2024-01-01\n",
	"same.csv":        "user,text,w,t\nanna@example.com,call 2025550143,1,2024-01-01\nbob,call 2025550143,1,2024-01-01\n",
	"no text.csv":     "user,text,w,t\nanna@example.com,,1,2024-01-01\n",
	"text.jsonl":      "anna@example.com 4111111111111111\n",
	"string.jsonl":    "\"anna@example.com\"\n",
	"keys.jsonl":      `{"anna@example.com":"202 555 0143","张伟":1}` + "\n",
	"cut.jsonl":       `{"text":"anna@example.com","user":"blue_panda8578"`,
	"after.jsonl":     `{"text":"hi"} anna@example.com` + "\n",
	"late.jsonl":      `{"text":"hi","user":"a"}` + "\n" + `{"text":"anna@example.com","user":41111111}x` + "\n",
	"no user.jsonl":   `{"text":"anna","user":"x"}` + "\n" + `{"text":"anna","anna@example.com":1}` + "\n",
	"weight.jsonl":    `{"text":"hi","user":"anna","w":"4111111111111111x","t":"anna@example.com"}` + "\n",
	"list.json":       `[4111111111111111.5,"anna@example.com"]`,
	"big.json":        `[411111111111111111111111111]`,
	"object.json":     `{"anna@example.com":[1],"version":"anna"}`,
	"labels.json":     `{"labels":["anna@example.com"]}`,
	"edits.json":      `{"version":1,"edits":[{"op":"anna@example.com"}]}`,
	"edits2.json":     `{"version":1,"edits":[{"op":"rename","anna@example.com":"Larkspur"}]}`,
	"edits3.json":     `{"version":1,"edits":[{"op":"rename","segment":"4111111111111111"}]}`,
	"version.json":    `{"version":4111111111111111,"users":"anna"}`,
	"time.json":       `{"version":1,"made":"anna@example.com"}`,
	"keys.yaml":       "anna@example.com: 4111111111111111\n",
	"names.yaml":      "张伟: anna\n",
	"value.yaml":      "k: anna@example.com\n",
	"choice.yaml":     "algorithm: anna@example.com\n",
	"tab.yaml":        "k:\n\t- anna@example.com\n",
	"alias.yaml":      "k: *anna\n",
	"twice.yaml":      "k: 5\nk: 4111111111111111\n",
	"text.yaml":       "anna@example.com 4111111111111111\n",
	"list.yaml":       "- anna@example.com\n",
	"tag.yaml":        "k: !anna 5\n",
	"text.txt":        "anna@example.com\n",
	"binary.txt":      "anna@example.com\x00\x01",
	"text.npy":        "anna@example.com,4111111111111111\n",
	"head.npy":        "\x93NUMPY\x01\x00\x40\x00{'descr': 'anna@example.com', 'fortran_order': False, 'shape': (41111111,), }\n",
	"text.cohort":     "anna@example.com,4111111111111111\n",
	"meta.cohort":     "\x40\x00\x00\x00\x00\x00\x00\x00" + `{"anna@example.com":{"dtype":"Larkspur","shape":[41111111]}}     `,
	"zip.csv.gz":      "\x1f\x8banna@example.com",
	"key":             "anna",
}

// No error of any verb, whatever file is wrong and whichever flag it is given
// to, tells what is in the file.
func TestErrorsHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, data := range broken {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	modelDir := filepath.Join(dir, "model")
	if err := os.Mkdir(modelDir, 0o700); err != nil {
		t.Fatal(err)
	}
	few := file(t, "few.csv", fewReviews)
	points := npyFile(t, 4, 2, 1, 2, 3, 4, 5, 6, 7, 8)
	out := filepath.Join(dir, "out")
	failed := 0
	try := func(name string, args ...string) {
		t.Helper()
		r := run(t, "", args...)
		if r.code != 0 {
			failed++
			if strings.Count(r.err, "\n") != 1 {
				t.Errorf("%s: want one line, got %q", args[0], r.err)
			}
		}
		said := r.err
		if r.code != 0 {
			said += r.out
		}
		said = strings.ReplaceAll(said, dir, "")
		for _, l := range leaks {
			if strings.Contains(said, l) {
				t.Errorf("%q on %s: %s", args, name, said)
			}
		}
		os.RemoveAll(out)
	}
	for name := range broken {
		path := filepath.Join(dir, name)
		for _, in := range [][]string{
			{"segment", "--out", out, "--bootstrap", "-1", "--model", "minilm"},
			{"segment", "--out", out, "--weight-column", "w", "--time-column", "t"},
			{"segment", "--out", out, "--time-column", "t", "--pooling", "recency"},
			{"segment", "--out", out, "--text-column", "nosuch"}, {"segment", "--out", out, "--user-column", "nosuch"},
			{"segment", "--out", out, "--meta", "nosuch"}, {"segment", "--out", out, "--rating", "nosuch", "--dry-run"},
			{"mask", "--out", "-", "--columns", "nosuch"}, {"mask", "--out", "-", "--lazy-quotes", "--text-column", "nosuch"}, {"mask", "--out", out},
			{"embed", "--out", out, "--model", "minilm"}, {"tokenize", "--out", "-", "--model", "minilm", "--text-column", "nosuch"},
		} {
			args := append(append([]string{}, in...), "--in", path)
			if filepath.Ext(name) != ".csv" && filepath.Ext(name) != ".jsonl" && filepath.Ext(name) != ".txt" && filepath.Ext(name) != ".gz" {
				for _, format := range []string{"csv", "jsonl", "txt"} {
					if in[0] != "embed" && in[0] != "tokenize" && format == "jsonl" {
						try(name, append(args, "--format", format)...)
					}
				}
				continue
			}
			if in[0] == "mask" || in[0] == "segment" || in[0] == "tokenize" {
				try(name, args...)
			}
		}
		for _, args := range [][]string{
			{"segment", "--in", few, "--out", out, "--edits", path}, {"segment", "--in", few, "--out", out, "--config", path},
			{"segment", "--in", few, "--out", out, "--model", path}, {"segment", "--in", few, "--out", out, "--user-key-file", filepath.Join(dir, "key")},
			{"segment", "--in", few, "--out", out, "--names-model", path}, {"segment", "--in", few, "--out", out, "--sentiment-model", path},
			{"assign", "--in", few, "--out", "-", "--segmenter", path}, {"why", "--in", few, "--user", "a", "--segmenter", path},
			{"drift", "--before", path, "--after", path}, {"drift", "--config", path},
			{"mask", "--in", few, "--out", "-", "--action", "pseudonym", "--key-file", filepath.Join(dir, "key")}, {"mask", "--in", few, "--out", "-", "--names-model", path},
			{"cluster", "--in", path, "--out", "-"}, {"eval", "--in", path, "--labels", path}, {"eval", "--in", points, "--labels", path},
			{"eval", "--in", points, "--labels", file(t, "l.json", "[0,0,1,1]"), "--truth", path}, {"cluster", "--in", points, "--k", "2", "--init", path, "--out", "-"},
		} {
			try(name, args...)
		}
		if testing.Short() {
			continue
		}
		// A model's directory with such files in it.
		for _, n := range []string{"config.json", "tokenizer.json", "vocab.txt", "model.safetensors"} {
			if err := os.WriteFile(filepath.Join(modelDir, n), []byte(broken[name]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, flag := range []string{"--model", "--names-model", "--sentiment-model"} {
			try(name, "segment", "--in", few, "--out", out, flag, modelDir)
		}
	}
	if testing.Short() {
		t.Log("short: without models' directories of broken files")
	}
	if failed < 20*len(broken) {
		t.Errorf("only %d of the runs failed: the files are less broken than they should be", failed)
	}
	t.Log(fmt.Sprint(failed, " errors of ", len(broken), " files read"))
}
