package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

const tinyModels = "../../bert/testdata/models/"

// runVerb runs a command line over an input; it fails the test unless the exit
// status is code.
func runVerb(t *testing.T, code int, in string, args ...string) (out, trouble string) {
	t.Helper()
	var o, e bytes.Buffer
	a := &app{in: strings.NewReader(in), out: &o, err: &e}
	if got := a.run(t.Context(), args); got != code {
		t.Fatalf("%q: status %d, want %d: %s", args, got, code, e.String())
	}
	return o.String(), e.String()
}

func loadTest(t *testing.T, name string) *bert.Model {
	t.Helper()
	m, err := bert.Load(tinyModels+name, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// lines decodes JSON lines, which must have the keys of T and no others.
func lines[T any](t *testing.T, s string) []T {
	t.Helper()
	var all []T
	for _, line := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		var x T
		if err := d.Decode(&x); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, x)
	}
	return all
}

// Texts of any kind of file are classified, one line each, in order and over
// several blocks.
func TestClassify(t *testing.T) {
	t.Parallel()
	dir, m := tinyModels+"bert-sequence-classification", loadTest(t, "bert-sequence-classification")
	texts := []string{"the screen is broken", "good, and <far>", "naïve 北京"}
	for len(texts) < headBlock+5 {
		texts = append(texts, strings.Repeat("slow ", len(texts)%90)+"hotel")
	}
	want, err := m.Classify(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	out, stats := runVerb(t, 0, strings.Join(texts, "\n")+"\n", "classify", "--model", dir, "--in", "-", "--stats")
	got := lines[classLine](t, out)
	truncated := 0
	for i, w := range want {
		if got[i] != (classLine{w.Label, w.Score}) {
			t.Fatalf("text %d: %+v, want %s %g", i, got[i], w.Label, w.Score)
		}
		if w.Truncated {
			truncated++
		}
	}
	var st struct{ Texts, Truncated int }
	if err := json.Unmarshal([]byte(stats), &st); err != nil || len(got) != len(texts) || st.Texts != len(texts) || st.Truncated != truncated || truncated == 0 {
		t.Errorf("%d lines, %d truncated; stats %s, %v", len(got), truncated, stats, err)
	}
	csv, jsonl := filepath.Join(t.TempDir(), "t.csv"), filepath.Join(t.TempDir(), "t.jsonl")
	for file, data := range map[string]string{csv: "id;review\n1;the screen is broken\n2;good, and <far>\n", jsonl: `{"review":"the screen is broken"}` + "\n" + `{"review":"good, and <far>"}` + "\n"} {
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		out, _ := runVerb(t, 0, "", "classify", "--model", dir, "--in", file, "--text-column", "review", "--top-k", "0")
		for i, all := range lines[[]classLine](t, out) {
			if len(all) != 3 || all[0].Label != want[i].Label || !slices.IsSortedFunc(all, func(a, b classLine) int {
				if a.Score >= b.Score {
					return -1
				}
				return 1
			}) {
				t.Errorf("%s: line %d is %+v", file, i, all)
			}
		}
	}
	out, _ = runVerb(t, 0, "a\n", "classify", "--model", dir, "--in", "-", "--top-k", "2")
	if all := lines[[]classLine](t, out); len(all[0]) != 2 {
		t.Errorf("top 2: %s", out)
	}
}

func TestTag(t *testing.T) {
	t.Parallel()
	dir, m := tinyModels+"bert-token-classification", loadTest(t, "bert-token-classification")
	const text = "naïve 北京 hotel."
	for name, how := range aggregations {
		want, err := m.Tag(t.Context(), []string{text}, bert.TagOptions{Aggregation: how})
		if err != nil {
			t.Fatal(err)
		}
		out, _ := runVerb(t, 0, text+"\n\n", "tag", "--model", dir, "--in", "-", "--aggregation-strategy", name)
		first, _, _ := strings.Cut(out, "\n")
		if how == bert.AggregateNone {
			got := lines[[]tokenTagLine](t, first)[0]
			if len(got) != len(want[0]) || got[1] != (tokenTagLine{want[0][1].Label, want[0][1].Score, 2, "##a", 1, 2}) {
				t.Errorf("none: %s", first)
			}
			continue
		}
		got := lines[[]entityLine](t, first)[0]
		if len(got) != len(want[0]) || got[0] != (entityLine{want[0][0].Label, want[0][0].Score, "naive 北 京 hotel.", 0, len(text)}) {
			t.Errorf("%s: %s", name, first)
		}
	}
	label := "LABEL_1" // of every token: the weights are random
	if out, _ := runVerb(t, 0, text+"\n", "tag", "--model", dir, "--in", "-", "--ignore-labels", "O,"+label); out != "[]\n" {
		t.Errorf("nothing left: %s", out)
	}
}

func TestAnswerVerb(t *testing.T) {
	t.Parallel()
	dir, m := tinyModels+"bert-question-answering", loadTest(t, "bert-question-answering")
	const question = "where is the hotel ?"
	texts := []string{"the hotel is in 北京 .", strings.Repeat("the small hotel is in paris by the river ", 20)}
	in := strings.Join(texts, "\n") + "\n"
	for _, c := range []struct {
		flags []string
		o     bert.AnswerOptions
	}{
		{nil, bert.AnswerOptions{}},
		{[]string{"--top-k", "3"}, bert.AnswerOptions{TopK: 3}},
		{[]string{"--handle-impossible-answer", "--top-k", "2", "--max-answer-len", "1"}, bert.AnswerOptions{TopK: 2, MaxTokens: 1, NoAnswer: true}},
		{[]string{"--max-seq-len", "20", "--doc-stride", "3"}, bert.AnswerOptions{PartTokens: 20, Stride: 3}},
	} {
		out, _ := runVerb(t, 0, in, append([]string{"answer", "--model", dir, "--in", "-", "--question", question}, c.flags...)...)
		for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
			want, err := m.Answer(t.Context(), question, texts[i], c.o)
			if err != nil {
				t.Fatal(err)
			}
			var got []answerLine
			if c.o.TopK > 1 {
				got = lines[[]answerLine](t, line)[0]
			} else {
				got = lines[answerLine](t, line)
			}
			if len(got) != len(want) {
				t.Fatalf("%q: %s", c.flags, line)
			}
			for k, w := range want {
				if got[k] != (answerLine{w.Score, w.Start, w.End, w.Text}) {
					t.Errorf("%q: answer %d is %+v, want %+v", c.flags, k, got[k], w)
				}
			}
		}
	}
	if out, _ := runVerb(t, 0, `{"text":""}`, "answer", "--model", dir, "--in", "-", "--format", "jsonl", "--question", question); out != `{"score":0,"start":0,"end":0,"answer":""}`+"\n" {
		t.Errorf("a text without words: %s", out)
	}
	if _, trouble := runVerb(t, 1, "a\n", "answer", "--model", dir, "--in", "-", "--question", strings.Repeat("why ", 80)); !strings.Contains(trouble, "no room") {
		t.Errorf("a question that is too long: %s", trouble)
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	dir, m := tinyModels+"bert-masked-lm", loadTest(t, "bert-masked-lm")
	out, _ := runVerb(t, 0, "the [MASK] is broken .\nthe [MASK] is [MASK] .\n", "fill", "--model", dir, "--in", "-", "--top-k", "2")
	one, two, _ := strings.Cut(out, "\n")
	masks, err := m.FillMask(t.Context(), "the [MASK] is broken .", 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range lines[[]fillLine](t, one)[0] {
		w := masks[0].Candidates[i]
		if g != (fillLine{w.Score, w.ID, w.Token, "the " + w.Token + " is broken."}) {
			t.Errorf("candidate %d is %+v", i, g)
		}
	}
	if got := lines[[][]fillLine](t, two)[0]; len(got) != 2 || len(got[1]) != 2 || got[1][0].Sequence != "[CLS] the [MASK] is "+got[1][0].TokenStr+". [SEP]" {
		t.Errorf("two masks: %s", two)
	}
	if _, trouble := runVerb(t, 1, "the [MASK]\nsecret\n", "fill", "--model", dir, "--in", "-"); !strings.Contains(trouble, "line 2: ") || strings.Contains(trouble, "secret") {
		t.Errorf("no mask: %s", trouble)
	}
}

// What a directory has no head for is an error that says what it has.
func TestMissingHead(t *testing.T) {
	t.Parallel()
	verbs := map[string]string{"classify": "bert-sequence-classification", "tag": "bert-token-classification", "answer": "bert-question-answering", "fill": "bert-masked-lm"}
	for verb, own := range verbs {
		flags := []string{verb, "--in", "-"}
		if verb == "answer" {
			flags = append(flags, "--question", "where ?")
		}
		for _, name := range verbs {
			if name == own {
				continue
			}
			task := loadTest(t, name).Tasks()[0]
			if _, trouble := runVerb(t, 1, "a\n", append(flags, "--model", tinyModels+name)...); !strings.Contains(trouble, "it has one for "+task) {
				t.Errorf("%s with %s: %s", verb, name, trouble)
			}
		}
		if _, trouble := runVerb(t, 1, "a\n", append(flags, "--model", tinyModels+"bert")...); !strings.Contains(trouble, "it has none") {
			t.Errorf("%s: %s", verb, trouble)
		}
		runVerb(t, 2, "", flags...) // no model
		if verb != "tag" {
			runVerb(t, 2, "", append(flags, "--model", tinyModels+own, "--top-k", "-1")...)
		}
	}
	runVerb(t, 2, "", "tag", "--in", "-", "--model", tinyModels+"bert", "--aggregation-strategy", "last")
	runVerb(t, 2, "", "answer", "--in", "-", "--model", tinyModels+"bert-question-answering")
}
