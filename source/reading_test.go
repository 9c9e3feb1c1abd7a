package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-56ee9438/cohort/internal/charset"
)

// texts are users and texts of a file, and what reading it showed.
func texts(t *testing.T, path string, o Options) (out []string, st Stats, err error) {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	if err != nil {
		return nil, st, err
	}
	defer s.Close()
	for r, err := range s.Rows(t.Context()) {
		if err != nil {
			return out, s.Stats(), err
		}
		out = append(out, r.User+": "+r.Text)
	}
	return out, s.Stats(), nil
}

func in(t *testing.T, encoding, s string) string {
	t.Helper()
	s, err := charset.Get(encoding).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What a file is is told, and said.
func TestToldAndSaid(t *testing.T) {
	t.Parallel()
	zh := "用户;内容\n张三;物流太慢了，等了一个星期\n李四;质量很好, 下次再买\n"
	two := []string{"张三: 物流太慢了，等了一个星期", "李四: 质量很好, 下次再买"}
	for name, c := range map[string]struct {
		file, data string
		o          Options
		want       []string
		st         Stats
	}{
		"semicolons": {"a.csv", "user;text\na;one, two\nb;three\n", Options{}, []string{"a: one, two", "b: three"}, Stats{Rows: 2, Format: CSV, Encoding: "utf-8", Delimiter: ";", DelimiterGuessed: true}},
		"gb18030":    {"a.csv", in(t, "gb18030", zh), Options{TextColumn: "内容", UserColumn: "用户"}, two, Stats{Rows: 2, Format: CSV, Encoding: "gb18030", EncodingGuessed: true, Delimiter: ";", DelimiterGuessed: true}},
		"header in windows-1252": {"a.csv", in(t, "windows-1252", "Benutzer,Größe,Text\na,5,Schöne Grüße\n"), Options{TextColumn: "text", UserColumn: "benutzer", Columns: []string{"größe"}},
			[]string{"a: Schöne Grüße"}, Stats{Rows: 1, Format: CSV, Encoding: "windows-1252", EncodingGuessed: true, Delimiter: ","}},
		"utf-16 with tabs":      {"a.csv", "\xff\xfe" + in(t, "utf-16le", strings.ReplaceAll(zh, ";", "\t")), Options{TextColumn: "内容", UserColumn: "用户"}, two, Stats{Rows: 2, Format: CSV, Encoding: "utf-16le", Delimiter: "\t", DelimiterGuessed: true}},
		"sep":                   {"a.csv", "sep=;\r\nuser;text\r\na;b\r\n", Options{}, []string{"a: b"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ";", HeaderLine: 2}},
		"spaces before quotes":  {"a.csv", "user,text\na, \"b, c\"\n", Options{}, []string{"a: b, c"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ",", SpacedQuotes: 1}},
		"title of full width":   {"a.csv", "Reviews,03/2026\nuser,text\na,b\n", Options{TextColumn: "text", UserColumn: "user"}, []string{"a: b"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ",", HeaderLine: 2}},
		"title":                 {"a.csv", "Reviews of March\n\nuser,text\na,b\n", Options{}, []string{"a: b"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ",", HeaderLine: 3}},
		"carriage returns":      {"a.csv", "user,text\ra,\"b\rc\"\r", Options{}, []string{"a: b\nc"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ","}},
		"a NUL":                 {"a.csv", "user,text\na,b\x00c is a long enough text\n", Options{}, []string{"a: bc is a long enough text"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", NULs: 1, Delimiter: ","}},
		"NULs that pad":         {"a.csv", "user,text\na\x00\x00\x00,short\x00\x00\x00\x00\n\x00\x00\x00\x00", Options{}, []string{"a: short"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", NULs: 11, Delimiter: ","}},
		"NULs at the end":       {"a.jsonl", `{"user":"a","text":"b"}` + "\n" + strings.Repeat("\x00", 99), Options{}, []string{"a: b"}, Stats{Rows: 1, Format: JSONL, Encoding: "utf-8", NULs: 99}},
		"NULs in JSON":          {"a.jsonl", `{"user":"a\u0000","text":"b\u0000c"}` + "\n", Options{}, []string{"a: bc"}, Stats{Rows: 1, Format: JSONL, Encoding: "utf-8", NULs: 2}},
		"NULs before a text":    {"a.txt", strings.Repeat("\x00", 70) + "b\n\x00\nc\n", Options{}, []string{"1: b", "2: c"}, Stats{Rows: 2, Format: Text, Encoding: "utf-8", NULs: 71}},
		"NULs after UTF-16":     {"a.txt", "h\x00i\x00\n\x00t\x00h\x00e\x00r\x00e\x00" + strings.Repeat("\x00", 98), Options{}, []string{"1: hi", "2: there"}, Stats{Rows: 2, Format: Text, Encoding: "utf-16le", EncodingGuessed: true, NULs: 49}},
		"no value in a dump":    {"a.csv", "user,text\n\\N,\\N\nb\\0,x\\N\nc,\"\\N\"\n", Options{Escape: `\`}, []string{"no-user-1: ", "b: xN", "c: N"}, Stats{Rows: 3, Format: CSV, Encoding: "utf-8", NULs: 1, Delimiter: ",", NullTexts: 1, MissingUsers: 1}},
		"JSON array":            {"a.json", "[\n{\"text\":\"a\",\"user\":1},\n{\"text\":\"b\"}]", Options{}, []string{"1: a", "no-user-2: b"}, Stats{Rows: 2, Format: JSON, Encoding: "utf-8", MissingUsers: 1}},
		"array in jsonl":        {"a.jsonl", "[{\"text\":\"a\"}]", Options{}, []string{"1: a"}, Stats{Rows: 1, Format: JSON, Encoding: "utf-8"}},
		"pretty JSON":           {"a.json", "{\n \"text\": \"a\"\n}\n{\n \"text\": \"b\"\n}\n", Options{}, []string{"1: a", "2: b"}, Stats{Rows: 2, Format: JSON, Encoding: "utf-8"}},
		"paths":                 {"a.jsonl", `{"review":{"text":"a","n":[{"x":"u1"}]}}`, Options{TextColumn: "review.text", UserColumn: "review.n.0.x"}, []string{"u1: a"}, Stats{Rows: 1, Format: JSONL, Encoding: "utf-8"}},
		"a name with a point":   {"a.jsonl", `{"review.text":"a","review":{"text":"b"}}`, Options{TextColumn: "review.text"}, []string{"1: a"}, Stats{Rows: 1, Format: JSONL, Encoding: "utf-8"}},
		"user first in row two": {"a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\",\"user\":\"u\"}\n", Options{}, []string{"no-user-1: a", "u: b"}, Stats{Rows: 2, Format: JSONL, Encoding: "utf-8", MissingUsers: 1}},
		"case":                  {"a.csv", "USER,Text\na,b\n", Options{}, []string{"a: b"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ","}},
		"blanks":                {"a.csv", "User ID,Review Text\na,b\n", Options{TextColumn: "review_text", UserColumn: "user-id"}, []string{"a: b"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ","}},
		"by number":             {"a.csv", "text,text\na,b\n", Options{TextColumn: "#2"}, []string{"1: b"}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ","}},
		"escape":                {"a.csv", "user,text\na,\"say \\\"x\\\", y\"\n", Options{Escape: `\`}, []string{`a: say "x", y`}, Stats{Rows: 1, Format: CSV, Encoding: "utf-8", Delimiter: ","}},
		"times that are none":   {"a.csv", "user,text,at\na,b,0001-01-01T00:00:00\na,c,9999-12-31\na,d,45356\n", Options{TimeColumn: "at"}, []string{"a: b", "a: c", "a: d"}, Stats{Rows: 3, Format: CSV, Encoding: "utf-8", Delimiter: ",", MissingTimes: 2, SerialTimes: 1}},
		"null texts":            {"a.csv", "user,text\na,NULL\na,n/a\na,NaN\na,-\na,None\na,NA\na,x\n", Options{}, []string{"a: ", "a: ", "a: ", "a: ", "a: ", "a: ", "a: x"}, Stats{Rows: 7, Format: CSV, Encoding: "utf-8", Delimiter: ",", NullTexts: 6}},
		"own nulls":             {"a.csv", "user,text\na,NULL\na,?\n", Options{Nulls: []string{"?"}}, []string{"a: NULL", "a: "}, Stats{Rows: 2, Format: CSV, Encoding: "utf-8", Delimiter: ",", NullTexts: 1}},
		"none in txt":           {"a.txt", "none\n-\n", Options{}, []string{"1: none", "2: -"}, Stats{Rows: 2, Format: Text, Encoding: "utf-8"}},
		"alike users":           {"a.csv", "user,text\nbob,1\nbob ,2\nbob,3\n\u200bbob,4\nbob ,5\nBob,6\n\u00a0bo\u00adb\u3000,7\n", Options{CompareUsers: true}, []string{"bob: 1", "bob : 2", "bob: 3", "\u200bbob: 4", "bob : 5", "Bob: 6", "\u00a0bo\u00adb\u3000: 7"}, Stats{Rows: 7, Format: CSV, Encoding: "utf-8", Delimiter: ",", AlikeUsers: 3, AlikeUserLine: 3}},
		"no alike users":        {"a.csv", "user,text\na b,1\nab,2\na  b,3\n c,4\n", Options{CompareUsers: true}, []string{"a b: 1", "ab: 2", "a  b: 3", " c: 4"}, Stats{Rows: 4, Format: CSV, Encoding: "utf-8", Delimiter: ","}},
		"not compared":          {"a.csv", "user,text\nb,1\n b,2\n", Options{}, []string{"b: 1", " b: 2"}, Stats{Rows: 2, Format: CSV, Encoding: "utf-8", Delimiter: ","}},
		"weights of 0":          {"a.csv", "user,text,n\na,1,0\na,2,\na,3,0.0\na,4,2\n", Options{WeightColumn: "n"}, []string{"a: 1", "a: 2", "a: 3", "a: 4"}, Stats{Rows: 4, Format: CSV, Encoding: "utf-8", Delimiter: ",", NullWeights: 1, ZeroWeights: 2}},
		"users apart":           {"a.csv", "user,text\n,a\nN/A,b\nu,c\n", Options{}, []string{"no-user-1: a", "no-user-2: b", "u: c"}, Stats{Rows: 3, Format: CSV, Encoding: "utf-8", Delimiter: ",", MissingUsers: 2}},
		"one user":              {"a.csv", "user,text\n,a\n,b\nu,c\n", Options{MissingUser: OneUser}, []string{"no-user: a", "no-user: b", "u: c"}, Stats{Rows: 3, Format: CSV, Encoding: "utf-8", Delimiter: ",", MissingUsers: 2}},
		"without them":          {"a.csv", "user,text\n,a\n,b\nu,c\n", Options{MissingUser: SkipUsers}, []string{"u: c"}, Stats{Rows: 3, Format: CSV, Encoding: "utf-8", Delimiter: ",", MissingUsers: 2}},
	} {
		got, st, err := texts(t, write(t, c.file, c.data), c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(c.want, got) + cmp.Diff(c.st, st); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, data string
		o          Options
		is         error
		says       string
	}{
		"a text that is an object": {"a.jsonl", `{"text":{"en":"secret","de":"b"}}`, Options{}, nil, `line 1: column "text": the value is an object, want a string: it has "en", "de", so "text.en" is one`},
		"a text that is an array":  {"a.jsonl", `{"text":["secret"]}`, Options{}, nil, `text.0 is its first element`},
		"a user that is an object": {"a.jsonl", `{"text":"a","user":{"id":1}}`, Options{}, nil, `so "user.id" is one`},
		"two columns":              {"a.csv", "text,user,text\na,b,c\n", Options{}, ErrTwice, `columns 1 and 3 are both called "text"`},
		"two that differ in case":  {"a.csv", "TEXT,user,Text\na,b,c\n", Options{}, ErrTwice, `columns 1 and 3`},
		"did you mean":             {"a.csv", "id,txet\na,b\n", Options{}, ErrNoColumn, `did you mean "txet"?`},
		"a word for it":            {"a.csv", "id,review\na,b\n", Options{}, ErrNoColumn, `did you mean "review"?`},
		"a user's":                 {"a.csv", "customer,text\na,b\n", Options{UserColumn: "user"}, ErrNoColumn, `did you mean "customer"?`},
		"columns of txt":           {"a.txt", "a\n", Options{TextColumn: "text"}, ErrOption, "has no columns"},
		"quotes of jsonl":          {"a.jsonl", "{}", Options{NoQuotes: true}, ErrOption, "quotation marks"},
		"an encoding":              {"a.csv", "text\na\n", Options{Encoding: "klingon"}, ErrEncoding, "klingon"},
		"a delimiter":              {"a.csv", "text\na\n", Options{Delimiter: "\n"}, ErrOption, "delimiter"},
		"a reaction":               {"a.csv", "text\na\n", Options{OnError: "panic"}, ErrOption, "stop or skip"},
		"pretty jsonl":             {"a.jsonl", "{\n\"text\": 1}\n", Options{}, nil, "--format json"},
		"not ratings":              {"a.csv", "text,r\na,good\nb,bad\nc,3\n", Options{RatingColumn: "r"}, ErrRating, `2 of 3 values of "r" cannot be read as one, the first in line 2`},
		"a date that could be two": {"a.csv", "text,d\na,03/04/2024\n", Options{TimeColumn: "d"}, nil, "--time-format"},
		"all rejected":             {"a.jsonl", "x\ny\n", Options{OnError: Skip}, ErrEmpty, "all 2 records were rejected"},
		"a driver that is missing": {"a.parquet", "PAR1", Options{}, ErrFormat, "source/parquet"},
		"a database":               {"", "", Options{}, ErrNoDriver, "source/postgres"},
	} {
		path := "postgres://u:secret@host/db"
		if c.file != "" {
			path = write(t, c.file, c.data)
		}
		_, _, err := texts(t, path, c.o)
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// With Skip what cannot be read is counted and told once, however often the source
// is read.
func TestSkip(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, data string
		o          Options
		want       []string
		lines      []int
	}{
		"quotes": {"a.csv", "user,text\na,one\nb,\"two\" x\nc,three\nd,four,five\n", Options{}, []string{"a: one", "c: three"}, []int{3, 5}},
		"json":   {"a.jsonl", "{\"text\":\"a\"}\nno\n[1]\n{\"text\":\"b\"}\n", Options{}, []string{"1: a", "4: b"}, []int{2, 3}},
		"array":  {"a.json", "[{\"text\":\"a\"},\n{\"text\":},\n3,\n{\"text\":\"b\"}]", Options{}, []string{"1: a", "4: b"}, []int{2, 3}},
		"times":  {"a.csv", "user,text,d\na,x,soon\nb,y,2024-01-01\n", Options{TimeColumn: "d"}, []string{"b: y"}, []int{2}},
		"groups": {"a.jsonl", "{\"text\":{}}\n{\"text\":\"b\"}\n", Options{}, []string{"2: b"}, []int{1}},
	} {
		var lines []int
		c.o.OnError = Skip
		c.o.Reject = func(r Reject) error {
			lines = append(lines, r.Line)
			if r.Error == "" || filepath.Base(r.File) != c.file {
				t.Errorf("%s: %+v", name, r)
			}
			return nil
		}
		s, err := Open(t.Context(), write(t, c.file, c.data), c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for range 2 {
			var got []string
			for r, err := range s.Rows(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, r.User+": "+r.Text)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		if d := cmp.Diff(c.lines, lines); d != "" || s.Stats().Rejected != len(c.lines) {
			t.Errorf("%s: %s %+v", name, d, s.Stats())
		}
		s.Close()
	}
	full := errors.New("full")
	_, _, err := texts(t, write(t, "a.jsonl", "{\"text\":\"a\"}\nno\n"), Options{OnError: Skip, Reject: func(Reject) error { return full }})
	if !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
}

func TestRatings(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), write(t, "a.csv", "text,stars\na,3/5\nb,★★★★☆\nc,80 %\nd,\"2,5\"\ne,none\nf,lovely\n"), Options{RatingColumn: "stars"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for r, err := range s.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(r.Rating, r.Rated))
	}
	want := []string{"3 true", "4 true", "4 true", "2.5 true", "0 false", "0 false"}
	st := Stats{Rows: 6, Format: CSV, Encoding: "utf-8", Delimiter: ",", Ratings: 4, MissingRating: 1, UnreadRatings: 1, UnreadRatingLine: 7, RatingScale: 5}
	if d := cmp.Diff(want, got) + cmp.Diff(st, s.Stats()); d != "" {
		t.Error(d)
	}
}

// Directories and patterns are read file by file, each in its own way.
func TestManyFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, data := range map[string]string{
		"1.csv": "user,text\na,one\n", "2.csv": "text;user\n" + in(t, "gb18030", "物流太慢了，质量也不好;b\n"), "3.jsonl": `{"user":"c","text":"three"}`, "notes.doc": "no", ".hidden.csv": "x", "_SUCCESS": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, st, err := texts(t, dir, Options{})
	want := []string{"a: one", "b: 物流太慢了，质量也不好", "c: three"}
	second := filepath.Join(dir, "2.csv")
	wantStats := Stats{Files: 3, Rows: 3, Format: "csv, jsonl", Encoding: "utf-8, gb18030", EncodingGuessed: true, EncodingGuesses: []Guess{{Value: "gb18030", File: second}}, Delimiter: ",, ;", DelimiterGuessed: true, DelimiterGuesses: []Guess{{Value: ";", File: second}}}
	if d := cmp.Diff(want, got) + cmp.Diff(wantStats, st); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	if got, _, err := texts(t, filepath.Join(dir, "[12].csv"), Options{}); err != nil || len(got) != 2 {
		t.Errorf("a pattern: %v, %v", got, err)
	}
	for _, name := range []string{filepath.Join(dir, "*.tsv"), t.TempDir(), filepath.Join(dir, "4.csv")} {
		if _, _, err := texts(t, name, Options{}); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
	// a fault names the file, and rows are numbered over all of them
	os.WriteFile(filepath.Join(dir, "4.csv"), []byte("text\nx\ny,z\n"), 0o600)
	var row *RowError
	if _, _, err := texts(t, dir, Options{Format: CSV}); !errors.As(err, &row) && !errors.Is(err, ErrNoColumn) {
		t.Errorf("%v", err)
	}
}

// TestFileOfFindings: of several files it is told where something was found, or
// guessed; of one it goes without saying.
func TestFileOfFindings(t *testing.T) {
	t.Parallel()
	gbk := func(s string) string { return in(t, "gb18030", s) }
	some := gbk("a,物流太慢了，质量也不好,4\nb,包装很好，物流很快，值得购买,4\nc,屏幕不错，电池差,5\n")
	for name, c := range map[string]struct {
		files []string // from 1.csv on
		o     Options
		want  func(st *Stats, path func(n int) string)
	}{
		"lines of another encoding": {[]string{"user,text\na,Zażółć\n", "user,text\na,ok\nb,caf\xe9\n"}, Options{Encoding: "utf-8"}, func(st *Stats, path func(int) string) {
			st.UndecodedLines, st.UndecodedLine, st.UndecodedFile = 1, 3, path(2)
		}},
		"lines of UTF-8": {[]string{"user,text,stars\n" + some, "user,text,stars\n" + some + "d,质量很好,3\n"}, Options{}, func(st *Stats, path func(int) string) {
			st.UTF8Lines, st.UTF8Line, st.UTF8File = 1, 5, path(2)
			st.EncodingGuessed, st.EncodingGuesses = true, []Guess{{"gb18030", path(1), 2}}
		}},
		"UTF-8 in place of what is said": {[]string{"user,text\n" + gbk("a,物流太慢了\n"), "user,text\na,Батарея\nb,Звук\n"}, Options{Encoding: "gb18030"}, func(st *Stats, path func(int) string) {
			st.OverriddenEncoding, st.OverriddenFile = "utf-8", path(2)
		}},
		"users alike": {[]string{"user,text\nbob,x\n", "user,text\nx,x\nbob ,x\n"}, Options{CompareUsers: true}, func(st *Stats, path func(int) string) {
			st.AlikeUsers, st.AlikeUserLine, st.AlikeUserFile = 1, 3, path(2)
		}},
		"ratings": {[]string{"text,stars\na,3\nb,4\n", "text,stars\na,5\nb,lovely\n"}, Options{RatingColumn: "stars"}, func(st *Stats, path func(int) string) {
			st.UnreadRatings, st.UnreadRatingLine, st.UnreadRatingFile = 1, 3, path(2)
		}},
		"headers": {[]string{"text,user\na,b\n", "title\ntext,user\na,b\n", "title\ntext,user\na,b\n", "title\n\ntext,user\na,b\n"}, Options{}, func(st *Stats, path func(int) string) {
			st.HeaderLine, st.HeaderGuesses = 3, []Guess{{"2", path(2), 2}, {"3", path(4), 0}}
		}},
		"one file, about which it is": {[]string{"title\ntext,user\na,bob\nb,bob \n"}, Options{CompareUsers: true}, func(st *Stats, _ func(int) string) { st.HeaderLine, st.AlikeUsers, st.AlikeUserLine = 2, 1, 4 }},
	} {
		dir := t.TempDir()
		path := func(n int) string { return filepath.Join(dir, fmt.Sprint(n, ".csv")) }
		for i, data := range c.files {
			if err := os.WriteFile(path(i+1), []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, st, err := texts(t, dir, c.o)
		want := Stats{Files: st.Files, Rows: st.Rows, Format: CSV, Encoding: st.Encoding, Delimiter: ",", Ratings: st.Ratings}
		c.want(&want, path)
		if d := cmp.Diff(want, st); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

// The error of too few ratings names the file of the first that is none.
func TestFileOfRatings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, stars := range map[string]string{"1.csv": "3", "2.csv": "good\na,bad"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("text,stars\na,"+stars+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := texts(t, dir, Options{RatingColumn: "stars"}); !errors.Is(err, ErrRating) || !strings.Contains(err.Error(), "line 2 of "+filepath.Join(dir, "2.csv")) {
		t.Error(err)
	}
}

// Files returns what Open reads of a directory, a pattern or a file.
func TestFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"b.csv", "a.JSONL.gz", "notes.doc", ".hidden.csv", "_part.csv", "_SUCCESS"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "c.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string][]string{
		"": {"a.JSONL.gz", "b.csv"}, "*.csv": {".hidden.csv", "_part.csv", "b.csv"}, "notes.doc": {"notes.doc"}, "_part.csv": {"_part.csv"}, "*.tsv": nil, "none.csv": nil,
	} {
		got, err := Files(filepath.Join(dir, pattern))
		for i := range got {
			got[i] = filepath.Base(got[i])
		}
		if !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%q: %q, %v, want %q", pattern, got, err, want)
		}
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), write(t, "a.jsonl", `{"text":"a","n":1.50,"t":true,"x":null,"g":{"k":[1]}}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range s.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		want := []Field{{"text", "a", String}, {"n", "1.50", Number}, {"t", "true", Bool}, {"x", "", Null}, {"g", `{"k":[1]}`, Group}}
		if d := cmp.Diff(want, r.Fields, cmpopts.EquateEmpty()); d != "" || r.Line != 1 || r.Row != 1 {
			t.Error(d)
		}
		if f, ok := r.Lookup("g.k.0"); !ok || f.Value != "1" || f.Kind != Number {
			t.Errorf("g.k.0: %+v", f)
		}
		if _, ok := r.Lookup("g.k.1"); ok {
			t.Error("g.k.1 is there")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.Records(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
}

// NA is no value where one is needed, and Namibia elsewhere.
func TestValue(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), write(t, "a.csv", "text,Country,age\na,NA,n/a\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for r := range s.Rows(t.Context()) {
		if got := s.Value(&r, "country") + "|" + s.Value(&r, "age") + "|" + s.Value(&r, "none"); got != "NA||" {
			t.Errorf("%q", got)
		}
	}
}
