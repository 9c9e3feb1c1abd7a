package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// misspeltReviews are reviews with a letter too many in most of their long words.
func misspeltReviews(users, each int) string {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for l := range strings.Lines(manyReviews(users, each)) {
		if strings.HasPrefix(l, "user,") {
			b.WriteString(l)
			continue
		}
		words := strings.Split(l, " ")
		for i, w := range words {
			if at := strings.IndexAny(w, ",\""); i > 0 && at < 0 && len(w) > 4 {
				at = 1 + r.IntN(len(w)-1)
				words[i] = w[:at] + string(rune('a'+r.IntN(26))) + w[at:]
			}
		}
		b.WriteString(strings.Join(words, " "))
	}
	return b.String()
}

// Noisy texts are put right by themselves, which is said, in each verb.
func TestRepair(t *testing.T) {
	t.Parallel()
	noisy, clean := file(t, "noisy.csv", misspeltReviews(16, 4)), file(t, "clean.csv", manyReviews(16, 4))
	dir := t.TempDir()
	segment := func(in string, more ...string) outcome {
		return run(t, "", append([]string{"segment", "--in", in, "--k", "3", "--bootstrap", "-1", "--sentiment", "none", "--model", "minilm", "--out", filepath.Join(dir, "out")}, more...)...)
	}
	const note, again = "of the words look misspelt; they were put right", "are put right, as in the run that found"
	for _, c := range []struct {
		in, mode string
		says     bool
		stats    string
	}{
		{noisy, "off", false, `"cleaning":{`}, {clean, "auto", false, `"mode":"auto","noise":0,"on":false`}, {noisy, "on", false, `"on":true`}, {noisy, "auto", true, `"on":true`},
	} {
		if r := segment(c.in, "--repair", c.mode); r.code != 0 || strings.Contains(r.err, note) != c.says {
			t.Errorf("%s: %+v", c.mode, r)
		}
		if r := segment(c.in, "--repair", c.mode, "--stats"); r.code != 0 || !strings.Contains(r.err, c.stats) || strings.Contains(r.err, `"repair":`) != (c.mode != "off") {
			t.Errorf("%s: %+v", c.mode, r)
		}
	}
	saved := filepath.Join(dir, "out", segmenterFile)
	for _, args := range [][]string{
		{"assign", "--segmenter", saved, "--in", clean, "--out", filepath.Join(dir, "a.csv")},
		{"why", "--segmenter", saved, "--in", clean, "--user", "u001"},
		{"explain", "--segmenter", saved, "the batttery"},
	} {
		if r := run(t, "", args...); r.code != 0 || !strings.Contains(r.err, again) {
			t.Errorf("%s: %+v", args[0], r)
		}
		if r := run(t, "", append(args, "--repair", "off")...); r.code != 0 || strings.Contains(r.err, "put right") {
			t.Errorf("%s: %+v", args[0], r)
		}
		if r := run(t, "", append(args, "--repair", "never")...); r.code != 2 || !strings.Contains(r.err, "auto, on or off") {
			t.Errorf("%s: %+v", args[0], r)
		}
	}
	same := map[string]string{}
	for i, c := range [][2]string{{noisy, "off"}, {noisy, "auto"}, {noisy, "on"}, {clean, "off"}, {clean, "auto"}} {
		out := filepath.Join(dir, fmt.Sprint(i, ".npy"))
		if r := run(t, "", "embed", "--in", c[0], "--text-column", "text", "--repair", c[1], "--out", out); r.code != 0 || strings.Contains(r.err, note) != (i == 1) {
			t.Errorf("embed %v: %+v", c, r)
		}
		same[fmt.Sprint(i)] = outputs(t, out)[""]
	}
	if same["0"] == same["1"] || same["1"] != same["2"] || same["3"] != same["4"] {
		t.Error("vectors of embed")
	}
}

// What a journal holds was put right or not: another --repair is refused.
func TestRepairInJournal(t *testing.T) {
	t.Parallel()
	in := file(t, "in.csv", misspeltReviews(16, 4))
	v := resumable{"embed", []string{"embed", "--in", in, "--text-column", "text", "--model", "minilm", "--threads", "1", "--repair", "auto"}, "e.npy"}
	dir := t.TempDir()
	interrupted(t, &v, dir)
	if r := run(t, "", v.commandLine(dir, "--resume", "--repair", "off")...); r.code != 1 || !strings.Contains(r.err, "--repair") {
		t.Errorf("%+v", r)
	}
	r := run(t, "", v.commandLine(dir, "--resume")...)
	if r.code != 0 || statsOf(t, r.err, "resumed") == 0 {
		t.Fatalf("%+v", r)
	}
	got := outputs(t, filepath.Join(dir, v.out))
	if r := run(t, "", v.commandLine(dir)...); r.code != 0 || !sameFiles(t, got, outputs(t, filepath.Join(dir, v.out))) {
		t.Errorf("%+v", r)
	}
}
