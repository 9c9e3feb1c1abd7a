package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/train"
)

// examples is a CSV of texts of three things.
func examples(n, from int) string {
	words := [][]string{{"phone", "screen", "battery"}, {"hotel", "paris", "best"}, {"slow", "broken", "answer"}}
	var b strings.Builder
	b.WriteString("text,like,unlike,score,class\n")
	for i := from; i < from+n; i++ {
		w, other := words[i%3], words[(i+1)%3]
		fmt.Fprintf(&b, "the %s is %s and %d,a %s and the %s %d,the %s %d,%d,%d\n", w[i%2], w[2], i%7, w[1], w[0], i%5, other[0], i%4, i%2, i%3)
	}
	return b.String()
}

// Every loss trains a model that --model takes, and the same seed gives the same.
func TestTrain(t *testing.T) {
	t.Parallel()
	model := testdir.Module(t, "bert", "testdata", "models", "bert")
	in, held := file(t, "in.csv", examples(24, 0)), file(t, "held.csv", examples(24, 24))
	texts := file(t, "texts.txt", "the phone is broken\nbest hotel in paris\n")
	dir := t.TempDir()
	embedded, best := map[string]string{}, map[string]bool{"untrained": true} // whether the untrained model is the best
	for name, flags := range map[string][]string{
		"untrained":   nil,
		"negatives":   {"--pair-column", "like", "--negative-column", "unlike", "--held-out", held, "--patience", "5"},
		"triplet":     {"--loss", "triplet", "--pair-column", "like", "--negative-column", "unlike"},
		"cosine":      {"--loss", "cosine", "--pair-column", "like", "--score-column", "score"},
		"cosent":      {"--loss", "cosent", "--pair-column", "like", "--score-column", "score", "--held-out", held},
		"classes":     {"--loss", "classes", "--label-column", "class"},
		"again":       {"--loss", "classes", "--label-column", "class", "--threads", "1", "--checkpoint", filepath.Join(dir, "state")},
		"contrast":    {"--loss", "contrast", "--label-column", "class", "--lora-rank", "2", "--adapter-out", filepath.Join(dir, "adapters")},
		"distill":     {"--loss", "distill", "--no-dropout", "--pair-column", "like", "--held-out", held},
		"robust":      {"--loss", "robust", "--noise", "typing=0.3,spaces=1", "--no-dropout", "--held-out", held},
		"errors":      {"--loss", "robust"},
		"twice":       {"--loss", "twice"},
		"denoise":     {"--loss", "denoise", "--chunk", "5", "--schedule", "cosine"},
		"reconstruct": {"--loss", "reconstruct", "--chunk", "5", "--lora-rank", "2"},
	} {
		used := model
		if flags != nil {
			used = filepath.Join(dir, name)
			r := run(t, "", append([]string{"train", "--in", in, "--model", model, "--out", used, "--epochs", "2", "--batch-size", "12", "--learning-rate", "1e-3", "--stats"}, flags...)...)
			var st trainStats
			if err := json.Unmarshal([]byte(r.err), &st); r.code != 0 || err != nil {
				t.Fatalf("%s: %+v", name, r)
			}
			if scored := strings.Contains(strings.Join(flags, " "), "held-out"); st.Steps != 4 || len(st.Losses) != 2 || st.Examples != 24 || scored != (len(st.Scores) == 3) || scored != (st.Best != nil) {
				t.Errorf("%s: %s", name, r.err)
			}
			best[name] = st.Best != nil && st.Best.Step == 0
			want := "" // said, as the directory does not tell
			switch {
			case best[name]:
				want = "so the model stays as it was"
			case st.Best != nil:
				want = fmt.Sprintf("score on the held-out examples: %.4f before, %.4f after step %d of 4: that model is kept\n", st.Scores[0].Score, st.Best.Score, st.Best.Step)
			}
			if !strings.Contains(r.out, want) || want == "" && r.out != "" {
				t.Errorf("%s prints %q, want %q", name, r.out, want)
			}
		}
		r := run(t, "", "embed", "--in", texts, "--model", used, "--out", "-")
		if r.code != 0 {
			t.Fatalf("%s: %s", name, r.err)
		}
		embedded[name] = r.out
	}
	for name, vectors := range embedded {
		if same := vectors == embedded["classes"]; same != (name == "classes" || name == "again") {
			t.Errorf("%s has the vectors of classes: %v", name, same)
		}
		if same := vectors == embedded["untrained"]; same != best[name] {
			t.Errorf("%s has the vectors of the untrained model: %v", name, same)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "adapters", "adapter_model.safetensors")); err != nil {
		t.Error(err)
	}
}

func TestTrainRefused(t *testing.T) {
	t.Parallel()
	model := testdir.Module(t, "bert", "testdata", "models", "bert")
	in := file(t, "in.csv", examples(6, 0))
	out := filepath.Join(t.TempDir(), "out")
	for want, flags := range map[string][]string{
		"--loss is":                   {"--loss", "magic"},
		"needs --pair-column":         {},
		"has no use for":              {"--loss", "twice", "--label-column", "class"},
		"no score for --held-out":     {"--loss", "twice", "--held-out", in},
		"has no use for --noise":      {"--loss", "denoise", "--noise", "typing=0.1"},
		"of typing, want above 0":     {"--loss", "robust", "--noise", "typing=2"},
		"has spaces twice":            {"--loss", "robust", "--noise", "spaces=0.1,spaces=0.2"},
		"holds \"shouting\",":         {"--loss", "robust", "--noise", "shouting=0.2"},
		"of homophones, want above 0": {"--loss", "robust", "--noise", "homophones"},
		"need --held-out":             {"--loss", "twice", "--patience", "2"},
		"need --lora-rank":            {"--loss", "twice", "--lora-alpha", "2"},
		"want linear, cosine or":      {"--loss", "twice", "--schedule", "stairs"},
		"Epochs is -1":                {"--loss", "twice", "--epochs", "-1"},
		"different dropout, but":      {"--loss", "twice", "--no-dropout"},
	} {
		r := run(t, "", append([]string{"train", "--in", in, "--model", model, "--out", out}, flags...)...)
		if r.code != 2 || !strings.Contains(r.err, want) {
			t.Errorf("%v: %+v, want %q", flags, r, want)
		}
	}
	if r := run(t, "", "train", "--in", in, "--model", model, "--out", out, "--loss", "cosine", "--pair-column", "like", "--score-column", "unlike"); r.code != 1 || !strings.Contains(r.err, "line 2") || strings.Contains(r.err, "hotel") {
		t.Errorf("no number: %+v", r)
	}
	if r := run(t, "", "train", "--in", in, "--model", model, "--out", filepath.Dir(in), "--loss", "twice"); r.code != 1 || !strings.Contains(r.err, "empty") {
		t.Errorf("a directory in use: %+v", r)
	}
	config := file(t, "train.yaml", "loss: classes\nlabel_column: class\nepochs: 1\n")
	if r := run(t, "", "train", "--config", config, "--in", in, "--model", model, "--out", out); r.code != 0 {
		t.Errorf("a configuration: %+v", r)
	}
}

func TestHeldOutLine(t *testing.T) {
	t.Parallel()
	worse, better := []train.Score{{Score: 0.5}, {Step: 4, Score: 0.25}, {Step: 8, Score: 0.4}}, []train.Score{{Score: 0.25}, {Step: 8, Score: 0.4}}
	for want, r := range map[string]train.Result{
		"score on the held-out examples: 0.5000 before, at best 0.4000 tuned (8 steps): that is no better, so the model stays as it was": {Steps: 8, Scores: worse, Best: worse[0]},
		"score on the held-out examples: 0.2500 before, 0.4000 after step 8 of 12: that model is kept":                                   {Steps: 12, Scores: better, Best: better[1]},
	} {
		if got := heldOutLine(&r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
