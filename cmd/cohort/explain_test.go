package main

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
)

// A text on the command line is one text, though it is read twice to repair words.
func TestExplainCountsOneText(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("segments")
	}
	out := filepath.Join(t.TempDir(), "out")
	in := file(t, "in.csv", manyReviews(12, 1))
	if r := run(t, "", "segment", "--in", in, "--model", "minilm", "--k", "3", "--bootstrap", "-1", "--sentiment", "none", "--out", out); r.code != 0 {
		t.Fatal(r.err)
	}
	if r := run(t, "", "explain", "--segmenter", out, "the battery died"); r.code != 1 || !strings.Contains(r.err, "want the file segmenter.cohort in it") {
		t.Errorf("status %d, %s", r.code, r.err)
	}
	for _, repair := range []string{"auto", "on", "off"} {
		for text, says := range map[string]string{"the battery died after a week": "", "": "1 text has", "  ": "1 text has"} {
			r := run(t, "", "explain", "--segmenter", filepath.Join(out, segmenterFile), "--repair", repair, "--method", "gradient", text)
			if r.code != 0 || strings.Contains(r.err, "nothing that the model can read") != (says != "") || !strings.Contains(r.err, says) {
				t.Errorf("%q with --repair %s: status %d, %s", text, repair, r.code, r.err)
			}
		}
	}
}

// TestExplain checks that attributions add up to the margin's difference within
// 1 %, and that offsets cut the words out of the texts as they were written.
func TestExplain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("segments")
	}
	dir := t.TempDir()
	in := file(t, "in.csv", manyReviews(12, 1))
	texts := []string{
		"The  <b>battery</b> died &amp; the plug burnt 🔋!",
		"ask a.miller@example.org why the parcel was sooooooo late",
		"The  <b>battery</b> died &amp; the plug burnt 🔋!",
		"相机 lens ｆｌａｓｈ",
	}
	var b strings.Builder
	for _, s := range texts {
		if err := jsonLine(&b, map[string]string{"user": "x", "text": s}); err != nil {
			t.Fatal(err)
		}
	}
	lines := file(t, "texts.jsonl", b.String())
	for _, more := range [][]string{nil, {"--reduce", "pca", "--reduce-dim", "4"}} {
		out := filepath.Join(dir, "out"+strings.Join(more, ""))
		if r := run(t, "", append([]string{"segment", "--in", in, "--model", "minilm", "--k", "3", "--bootstrap", "-1", "--sentiment", "none", "--out", out}, more...)...); r.code != 0 {
			t.Fatal(r.err)
		}
		seg := filepath.Join(out, segmenterFile)
		r := run(t, "", "explain", "--segmenter", seg, "--in", lines, "--stats")
		if r.code != 0 || !strings.Contains(r.err, `"texts":4`) || strings.Contains(r.out, "miller") {
			t.Fatalf("%+v", r)
		}
		rows := strings.Split(strings.TrimSpace(r.out), "\n")
		if len(rows) != len(texts) {
			t.Fatalf("%d lines for %d texts", len(rows), len(texts))
		}
		for i, row := range rows {
			var x cohort.Explanation
			if err := json.Unmarshal([]byte(row), &x); err != nil {
				t.Fatal(err)
			}
			sum, words := x.Rest, map[string]bool{}
			for _, w := range x.Words {
				sum += w.Value
				words[w.Word] = true
				if texts[i][w.Start:w.End] != w.Word {
					t.Errorf("[%d, %d) of %q is not %q", w.Start, w.End, texts[i], w.Word)
				}
			}
			whole := x.Margin - *x.Baseline
			if x.Text != i+1 || !x.Complete || math.Abs(whole-sum) > 0.01*math.Abs(whole)+1e-9 || x.Segment == x.RunnerUp || x.Margin <= 0 {
				t.Errorf("the attributions add up to %g, want %g: %s", sum, whole, row)
			}
			for _, want := range [][]string{{"battery", "plug", "🔋"}, {"parcel", "sooooooo"}, {"battery"}, {"lens", "ｆｌａｓｈ"}}[i] {
				if !words[want] {
					t.Errorf("%q is not among the words: %s", want, row)
				}
			}
		}
		if r := run(t, "", "explain", "--segmenter", seg, texts[0]); r.code != 0 || strings.TrimSpace(r.out) != rows[0] {
			t.Errorf("one text: %+v, want %s", r, rows[0])
		}
		if r := run(t, "", "explain", "--segmenter", seg, "--method", "gradient", texts[0]); r.code != 0 || strings.Contains(r.out, `"gap"`) || !strings.Contains(r.out, `"word":"battery"`) {
			t.Errorf("gradient: %+v", r)
		}
	}
	seg := filepath.Join(dir, "out", segmenterFile)
	for _, args := range [][]string{{}, {"a", "b"}, {"a", "--in", in}, {"a", "--points", "2"}, {"a", "--method", "shap"}} {
		if r := run(t, "", append([]string{"explain", "--segmenter", seg}, args...)...); r.code != 2 {
			t.Errorf("%q: %+v", args, r)
		}
	}
}
