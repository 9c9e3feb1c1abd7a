package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// people is a CSV of 30 users of three things, and what is said of 18 of them.
func people(t *testing.T) (in, edits string) {
	t.Helper()
	words := [][]string{{"phone", "screen", "battery"}, {"hotel", "paris", "best"}, {"slow", "broken", "answer"}}
	var texts, said strings.Builder
	texts.WriteString("user,text\n")
	for i := range 30 {
		w := words[i%3]
		fmt.Fprintf(&texts, "u%d,the %s is %s and %d\nu%d,a %s and the %s\n", i, w[i%2], w[2], i%7, i, w[1], w[0])
		if i < 18 {
			fmt.Fprintf(&said, `{"user": "u%d", "segment": "%s"},`, i, w[0])
		}
	}
	return file(t, "in.csv", texts.String()), file(t, "edits.json", `{"version": 1,
 "assign": [`+strings.TrimSuffix(said.String(), ",")+`],
 "must_link": [["u18", "u21"], ["u19", "someone"]], "cannot_link": [["u18", "u19"]],
 "seeds": [{"text": "the hotel in paris", "segment": "hotel"}],
 "edits": [{"op": "rename", "segment": 1, "name": "first"}, {"op": "split", "segment": 2}]}`)
}

// What tune writes is a model for every verb, and its segments keep to all that was
// said, whether a metric or the encoder learned and whether that helped.
func TestTune(t *testing.T) {
	t.Parallel()
	model := testdir.Module(t, "bert", "testdata", "models", "bert")
	in, edits := people(t)
	dir := t.TempDir()
	found := filepath.Join(dir, "found")
	if r := run(t, "", "segment", "--in", in, "--model", model, "--k", "3", "--out", found); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	for name, flags := range map[string][]string{
		"metric":  nil,
		"strong":  {"--power", "0.5", "--held-out", "0.5", "--seed", "2"},
		"encoder": {"--encoder", "--epochs", "4", "--batch-size", "16", "--learning-rate", "1e-2"},
		// One step of nothing: no better, so the model stays.
		"same": {"--encoder", "--learning-rate", "1e-30"},
	} {
		out := filepath.Join(dir, name)
		r := run(t, "", append([]string{"tune", "--segmenter", filepath.Join(found, "segmenter.cohort"), "--edits", edits, "--in", in, "--model", model, "--out", out, "--stats"}, flags...)...)
		var st, written tuneStats
		if err := json.Unmarshal([]byte(r.err), &st); r.code != 0 || err != nil {
			t.Fatalf("%s: %+v", name, r)
		}
		if st.Users != 30 || st.Segments < 3 || st.Assigned < 19 || st.MustLinks != 1 || st.CannotLinks != 1 || st.Unknown != 1 || st.Splits != 1 || st.HeldOut == 0 || st.Broken != 0 {
			t.Errorf("%s: %+v", name, st)
		}
		t.Logf("%s: %s", name, r.out)
		if kept := st.Tuned > st.Constrained; st.Kept && !kept || strings.Contains(r.out, "is kept") != st.Kept || name == "same" && st.Kept {
			t.Errorf("%s: %s", name, r.out)
		}
		data, err := os.ReadFile(filepath.Join(out, "tuning.json"))
		if err != nil || json.Unmarshal(data, &written) != nil || written.Tuned != st.Tuned {
			t.Errorf("%s: tuning.json: %s, %v", name, data, err)
		}
		segments := map[string]string{}
		data, err = os.ReadFile(filepath.Join(out, "segments.csv"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
		if err != nil || len(rows) != 31 {
			t.Fatalf("%s: %d rows, %v", name, len(rows), err)
		}
		for _, row := range rows[1:] {
			segments[row[0]] = row[1]
			i, err := strconv.Atoi(strings.TrimPrefix(row[0], "u"))
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"phone", "hotel", "slow"}[i%3]; i < 18 && row[2] != want {
				t.Errorf("%s: %s is in %q, want %s", name, row[0], row[2], want)
			}
		}
		if segments["u18"] != segments["u21"] || segments["u18"] == segments["u19"] {
			t.Errorf("%s: links are not kept: %v", name, segments)
		}
		before, after := embedded(t, in, model), embedded(t, in, out)
		if (before == after) == st.Kept {
			t.Errorf("%s: kept %v, the same vectors %v", name, st.Kept, before == after)
		}
		if r := run(t, "", "segment", "--in", in, "--model", out, "--algorithm", "kmeans", "--init", filepath.Join(out, "centres.npy"), "--out", filepath.Join(dir, name+" again")); r.code != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func embedded(t *testing.T, in, model string) string {
	t.Helper()
	r := run(t, "", "embed", "--in", in, "--model", model, "--out", "-")
	if r.code != 0 {
		t.Fatalf("%+v", r)
	}
	return r.out
}

func TestTuneRefused(t *testing.T) {
	t.Parallel()
	model := testdir.Module(t, "bert", "testdata", "models", "bert")
	in, edits := people(t)
	dir := t.TempDir()
	found, out := filepath.Join(dir, "found"), filepath.Join(dir, "out")
	if r := run(t, "", "segment", "--in", in, "--model", model, "--k", "3", "--out", found); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	for name, c := range map[string]struct {
		edits, want string
		code        int
		flags       []string
	}{
		"nothing said":   {file(t, "none.json", `{"version": 1}`), "too few constraints", 1, nil},
		"misspelt":       {file(t, "misspelt.json", `{"version": 1, "mustlink": []}`), "known fields", 1, nil},
		"contradiction":  {file(t, "conflict.json", `{"version": 1, "must_link": [["u1", "u2"]], "cannot_link": [["u2", "u1"]]}`), "cannot_link 1", 1, nil},
		"no such file":   {filepath.Join(dir, "none.json"), "none.json", 1, nil},
		"no segment":     {file(t, "nine.json", `{"version": 1, "edits": [{"op": "rename", "segment": 9, "name": "x"}]}`), "no segment 9", 1, nil},
		"directory":      {edits, "not exist", 1, []string{"--out", found}},
		"share":          {edits, "--held-out", 2, []string{"--held-out", "1"}},
		"power":          {edits, "--power", 2, []string{"--power", "-1"}},
		"epochs":         {edits, "--epochs", 2, []string{"--epochs", "0"}},
		"without a file": {"", "--edits", 2, nil},
	} {
		r := run(t, "", append([]string{"tune", "--segmenter", filepath.Join(found, "segmenter.cohort"), "--edits", c.edits, "--in", in, "--model", model, "--out", out}, c.flags...)...)
		if r.code != c.code || !strings.Contains(r.err, c.want) || strings.Contains(r.err, "u1") {
			t.Errorf("%s: %+v, want %d, %q", name, r, c.code, c.want)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a refused run left a directory")
	}
}
