package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/source"
)

// readingStats are those that --stats prints, without what the verb did.
func readingStats(t *testing.T, got outcome) (st source.Stats) {
	t.Helper()
	if got.code != 0 {
		t.Fatalf("%d: %s", got.code, got.err)
	}
	if err := json.Unmarshal([]byte(got.err), &st); err != nil {
		t.Fatalf("%q: %v", got.err, err)
	}
	return st
}

// A stray quotation mark is the same fault, in the same line, to verbs that read
// and to the one that copies; and the flags that its message names do help.
func TestSameFaultEverywhere(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	rows.WriteString("user,rating,text\n")
	for i := range 40 {
		text := fmt.Sprintf("it lasts %d days", i)
		if i == 12 {
			text = `"great" they say`
		}
		fmt.Fprintf(&rows, "u%d,%d,%s\n", i/4, 1+i%5, text)
	}
	open := strings.Replace(rows.String(), `"great" they say`, `"great, they say`, 1)
	open = strings.Replace(open, "lasts 30 days", `lasts 30 days"`, 1)
	for name, data := range map[string]string{"stray": rows.String(), "open": strings.Replace(open, "great, they", "great they", 1)} {
		path := file(t, "a.csv", data)
		out := filepath.Join(t.TempDir(), "out.csv")
		for _, verb := range []string{"tokenize", "mask"} {
			got := run(t, "", verb, "--in", path, "--out", out)
			if got.code != 1 || !strings.Contains(got.err, "line 14: column 3: ") || !strings.Contains(got.err, "--no-quotes") {
				t.Errorf("%s, %s: %d %s", name, verb, got.code, got.err)
			}
			for _, flag := range []string{"--no-quotes", "--lazy-quotes"} {
				if st := readingStats(t, run(t, "", verb, "--in", path, "--out", out, flag, "--stats")); st.Rows != 40 {
					t.Errorf("%s, %s %s: %+v", name, verb, flag, st)
				}
			}
			rejects := filepath.Join(t.TempDir(), "rejects.jsonl")
			st := readingStats(t, run(t, "", verb, "--in", path, "--out", out, "--on-error", "skip", "--rejects", rejects, "--stats"))
			why, _ := os.ReadFile(rejects)
			n := strings.Count(string(why), "\n")
			if st.Rows+st.Rejected != 40 || st.Rejected != n || !strings.Contains(string(why), `"line":14,"error":"column 3: `) {
				t.Errorf("%s, %s: %+v\n%s", name, verb, st, why)
			}
		}
	}
}

// Without --stats a note says what was guessed; rejects are none where a run fails.
func TestGuessesAreSaid(t *testing.T) {
	t.Parallel()
	path := file(t, "a.csv", "user;text\na;b\n")
	got := run(t, "", "tokenize", "--in", path)
	if got.code != 0 || !strings.Contains(got.err, `delimited by ";" (--delimiter`) {
		t.Errorf("%d %q", got.code, got.err)
	}
	if got := run(t, "", "tokenize", "--in", path, "--delimiter", "semicolon"); got.code != 0 || got.err != "" {
		t.Errorf("given: %d %q", got.code, got.err)
	}
	rejects := filepath.Join(t.TempDir(), "rejects.jsonl")
	got = run(t, "", "tokenize", "--in", file(t, "a.jsonl", "no\n"), "--on-error", "skip", "--rejects", rejects)
	if _, err := os.Stat(rejects); got.code != 1 || !os.IsNotExist(err) {
		t.Errorf("a run that failed: %d %q, %v", got.code, got.err, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(rejects)); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestReadingFlagsAreRefused(t *testing.T) {
	t.Parallel()
	csv, txt := file(t, "a.csv", "text\na\n"), file(t, "a.txt", "a\n")
	for _, args := range [][]string{
		{"--in", csv, "--encoding", "klingon"}, {"--in", csv, "--on-error", "explode"}, {"--in", csv, "--rejects", "x"}, {"--in", csv, "--no-quotes", "--lazy-quotes"},
		{"--in", txt, "--delimiter", ";"}, {"--in", txt, "--text-column", "text"}, {"--in", csv, "--escape", "ab"}, {"--in", csv, "--format", "doc"},
	} {
		for _, verb := range []string{"tokenize", "mask"} {
			if got := run(t, "", append([]string{verb, "--out", "-"}, args...)...); got.code != 2 {
				t.Errorf("%s %v: %d %s", verb, args, got.code, got.err)
			}
		}
	}
}

// Every text counts where results are a row a text; elsewhere NULL is none.
func TestNullsOfVerbs(t *testing.T) {
	t.Parallel()
	path := file(t, "a.csv", "user,text\na,none\nb,the battery lasts\n")
	got := run(t, "", "tokenize", "--in", path)
	if first, _, _ := strings.Cut(got.out, "\n"); !strings.Contains(first, `"none"`) {
		t.Errorf("%s", got.out)
	}
	st := readingStats(t, run(t, "", "tokenize", "--in", path, "--null-values", "NONE", "--out", os.DevNull, "--stats"))
	if st.NullTexts != 1 {
		t.Errorf("%+v", st)
	}
}

// What was read stands in the report, and rows without a user are none's.
func TestReadingInTheReport(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a whole run")
	}
	var rows strings.Builder
	rows.WriteString("user;text;stars\n")
	for i := range 30 {
		user := fmt.Sprintf("u%d", i%10)
		if i%6 == 5 {
			user = "N/A"
		}
		fmt.Fprintf(&rows, "%s;%s number %d;%d/5\n", user, []string{"the battery lasts long", "delivery was slow"}[i%2], i, 1+i%5)
	}
	rows.WriteString("u1;fine;lovely\nu1 ;fine;5/5\n")
	out := t.TempDir()
	got := run(t, "", "segment", "--in", file(t, "a.csv", rows.String()), "--rating", "stars", "--k", "2", "--bootstrap", "-1", "--out", out, "--stats")
	st := readingStats(t, got)
	if st.Rows != 32 || st.AlikeUsers != 1 || st.AlikeUserLine != 33 || st.MissingUsers != 5 || st.Ratings != 31 || st.UnreadRatings != 1 || st.UnreadRatingLine != 32 || st.RatingScale != 5 {
		t.Errorf("%+v", st)
	}
	page, _ := os.ReadFile(filepath.Join(out, reportHTML))
	for _, w := range []string{"Rows read: 32.", "taken for different users: 1", "rows without a user: 5", "ratings that could not be read: 1"} {
		if !strings.Contains(string(page), w) {
			t.Errorf("the page does not say %q", w)
		}
	}
	table, _ := os.ReadFile(filepath.Join(out, segmentsCSV))
	if n := strings.Count(string(table), "no-user-"); n != 5 {
		t.Errorf("%d users without a name, want 5", n)
	}
}

// Of several files a note names the one that it is about.
func TestNotesNameTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, data := range map[string]string{
		"1.csv": "user,text\nbob,one\n", "2.csv": "user;text\n\u200bbob;two\n", "3.csv": "user;text\neve;caf\xe9 no\u0308\n", "4.csv": "title\nuser,text\neve ,four\n",
		"5.csv": "user,text\nu,\xce\xef\xc1\xf7\xcc\xab\xc2\xfd\xc1\xcb\xa3\xac\xd6\xca\xc1\xbf\xd2\xb2\xb2\xbb\xba\xc3\n", // 物流太慢了，质量也不好
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src, err := source.Open(t.Context(), dir, source.Options{CompareUsers: true})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for _, err := range src.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := strings.ReplaceAll(strings.Join(notes(src.Stats()), "\n"), dir+string(filepath.Separator), "")
	for _, w := range []string{
		"the encoding of 5.csv is taken to be gb18030 (", "bytes that are not of their encoding (utf-8, gb18030), the first is line 2 of 3.csv",
		`fields of 2.csv and 1 more file are taken to be delimited by ";"`, "the header of 4.csv is taken to be line 2", "2 users' names differ from", "the first is in line 2 of 2.csv",
	} {
		if !strings.Contains(got, w) {
			t.Errorf("%s\ndoes not say %q", got, w)
		}
	}
}

// What is told of a reading says what to look at.
func TestNotes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		st   source.Stats
		want []string
	}{
		{source.Stats{}, nil},
		{source.Stats{AlikeUsers: 1, AlikeUserLine: 4}, []string{"1 user's name differs from", "different users", "line 4"}},
		{source.Stats{AlikeUsers: 2, AlikeUserLine: 4, ZeroWeights: 1}, []string{"2 users' names differ from", "1 row has the weight 0 and is left out"}},
		{source.Stats{Encoding: "gb18030", UTF8Lines: 2, UTF8Line: 7}, []string{"2 lines look like utf-8, but read as gb18030 like the rest, the first is line 7"}},
		{source.Stats{OverriddenEncoding: "utf-8", OverriddenFile: "b.csv", Encoding: "gb18030"}, []string{"the bytes of b.csv look like utf-8"}},
		{source.Stats{Files: 2, Encoding: "gb18030", UTF8Lines: 2, UTF8Line: 7, UTF8File: "b.csv", UnreadRatings: 1, UnreadRatingLine: 3, UnreadRatingFile: "c.csv"}, []string{"the first is line 7 of b.csv", "the first in line 3 of c.csv"}},
		{source.Stats{MergedCells: 2}, []string{"2 cells have the values of the merged cells"}},
		{source.Stats{ZeroWeights: 3}, []string{"3 rows have the weight 0 and are left out"}},
	} {
		got := strings.Join(notes(c.st), "\n")
		for _, w := range c.want {
			if !strings.Contains(got, w) {
				t.Errorf("%+v: %q, want %q", c.st, got, w)
			}
		}
		if len(c.want) == 0 && got != "" {
			t.Errorf("%+v: %q", c.st, got)
		}
	}
}
