package rewrite

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/seed-56ee9438/cohort/internal/csvscan"
	"github.com/seed-56ee9438/cohort/internal/textfile"
	"github.com/seed-56ee9438/cohort/source"
)

func rewrite(t testing.TB, r Rewriter, path string) (string, int, error) {
	t.Helper()
	var b bytes.Buffer
	st, err := r.Rewrite(context.Background(), path, &b)
	return b.String(), st.Rows, err
}

func write(t testing.TB, name, data string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if strings.HasSuffix(name, ".gz") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		io.WriteString(z, data)
		z.Close()
		data = b.String()
	}
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// each changes cells one by one.
func each(change func(Cell) string) func(context.Context, []Cell) ([]string, error) {
	return func(_ context.Context, cells []Cell) ([]string, error) {
		out := make([]string, len(cells))
		for i, c := range cells {
			out[i] = change(c)
		}
		return out, nil
	}
}

func same(c Cell) string { return c.Value }

func mark(c Cell) string { return strings.ReplaceAll(c.Value, "SECRET", "x,\"y\"") }

// What is not changed stays byte for byte: line ends, quotation marks, empty
// lines, white space, the byte order mark, numbers' spelling.
func TestRewriteKeepsBytes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"a.txt":   {"one\r\n\n  two SECRET \nthree", "one\r\n\n  two x,\"y\" \nthree"},
		"bom.txt": {"\ufeffSECRET\n", "\ufeffx,\"y\"\n"},
		"a.csv": {"id , text,\"n\"\r\n1,\"a \"\"b\"\"\r\nc\",007\r\n\r\n2,SECRET,\" \"\r\n3,\"say \"\"SECRET\"\"\",\"7\"\n",
			"id , text,\"n\"\r\n1,\"a \"\"b\"\"\r\nc\",007\r\n\r\n2,\"x,\"\"y\"\"\",\" \"\r\n3,\"say \"\"x,\"\"y\"\"\"\"\",\"7\"\n"},
		"a.tsv": {"text\tn\nSECRET\t1,5\n", "text\tn\n\"x,\"\"y\"\"\"\t1,5\n"},
		"a.jsonl": {`{ "text" : "SECRET", "n":1.50e+1 , "u":"\u4f60\/", "deep":{"k":["SECRET",true,null,-0]} }` + "\r\n\n{\"text\":\"b\"}",
			`{ "text" : "x,\"y\"", "n":1.50e+1 , "u":"\u4f60\/", "deep":{"k":["x,\"y\"",true,null,-0]} }` + "\r\n\n{\"text\":\"b\"}"},
	} {
		got, _, err := rewrite(t, Rewriter{Change: each(mark)}, write(t, name, c[0]))
		if err != nil || got != c[1] {
			t.Errorf("%s: %v\n got %q\nwant %q", name, err, got, c[1])
		}
		if got, _, _ := rewrite(t, Rewriter{Change: each(same)}, write(t, name, c[0])); got != c[0] {
			t.Errorf("%s: nothing changed, but\n got %q\nwant %q", name, got, c[0])
		}
	}
}

func TestRewriteEncodings(t *testing.T) {
	t.Parallel()
	const text = "用户,text\n小明,很好 SECRET 的\n小红,不错\n"
	const want = "用户,text\n小明,\"很好 x,\"\"y\"\" 的\"\n小红,不错\n"
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(text)
	wantGB, _ := simplifiedchinese.GB18030.NewEncoder().String(want)
	u16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	want16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(want)
	var z bytes.Buffer
	zw := gzip.NewWriter(&z)
	io.WriteString(zw, text)
	zw.Close()
	for name, c := range map[string][2]string{"utf8": {text, want}, "gb18030": {gb, wantGB}, "utf16": {u16, want16},
		"utf16 without a mark": {strings.TrimPrefix(u16, "\xff\xfe"), strings.TrimPrefix(want16, "\xff\xfe")}, "gzip": {z.String(), want},
		"a wrong byte": {text + "\xff,x\n", want + "\xff,x\n"}} {
		got, n, err := rewrite(t, Rewriter{Change: each(mark), Options: source.Options{TextColumn: "text"}}, write(t, "a.csv", c[0]))
		if err != nil || got != c[1] || n < 2 {
			t.Errorf("%s: %d rows, %v\n got %q\nwant %q", name, n, err, got, c[1])
		}
	}
}

// Damaged bytes, and characters spelled in another way, stay as they are beside
// what changes; within it the ones become U+FFFD.
func TestRewriteDamaged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		enc      encoding.Encoding
		mark     string
		bad, odd string // for ① and ②
		shown    string // what ② spells
	}{
		"gb18030": {simplifiedchinese.GB18030, "", "\xff", "\xa3\xa0", "\u3000"},
		"utf16":   {unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\xff\xfe", "\x00\xdc", "\x00\xd8", "\ufffd"},
	} {
		encode := func(s string) string {
			s, err := c.enc.NewEncoder().String(s)
			if err != nil {
				t.Fatal(err)
			}
			for sign, bytes := range map[string]string{"①": c.bad, "②": c.odd} {
				sign, _ := c.enc.NewEncoder().String(sign)
				s = strings.ReplaceAll(s, sign, bytes)
			}
			return c.mark + s
		}
		good := strings.Repeat("我们在这里,一二三\n", 1+textfile.HeadBytes/18) // tells the encoding
		object := strings.Repeat(`{"我们":"在这里"}`+"\n", 1+textfile.HeadBytes/18)
		for file, text := range map[string][2]string{
			"a.txt":   {good + "很好①x②的\n很①② SECRET", good + "很好①x②的\n很\ufffd" + c.shown + " x,\"y\""},
			"a.csv":   {good + "小①明,很好 SECRET② 的\r\n红,\"不\"\"②错①\"\r\n", good + "小①明,\"很好 x,\"\"y\"\"" + c.shown + " 的\"\r\n红,\"不\"\"②错①\"\r\n"},
			"a.jsonl": {object + `{"文①本":"很②好","用户":"SECRET①"}`, object + `{"文①本":"很②好","用户":"x,\"y\"` + "\ufffd" + `"}`},
		} {
			// What change makes of a value need not be UTF-8.
			wrong, _, err := rewrite(t, Rewriter{Change: each(func(Cell) string { return "\xf8\x81" })}, write(t, file, encode(text[0])))
			want, _, _ := rewrite(t, Rewriter{Change: each(func(Cell) string { return "\ufffd" })}, write(t, file, encode(text[0])))
			if err != nil || wrong != want {
				t.Errorf("%s %s: a change that is not UTF-8: %v, %d bytes, want %d", name, file, err, len(wrong), len(want))
			}
			for change, want := range text {
				got, _, err := rewrite(t, Rewriter{Change: each([]func(Cell) string{same, mark}[change])}, write(t, file, encode(text[0])))
				want = encode(want)
				if err != nil || got != want {
					t.Errorf("%s %s: %v\n got ...%q\nwant ...%q", name, file, err, got[max(0, len(got)-80):], want[max(0, len(want)-80):])
				}
			}
		}
	}
}

// Names are asked for too, and nested values know the nearest name.
func TestRewriteCells(t *testing.T) {
	t.Parallel()
	var got []Cell
	note := func(c Cell) string { got = append(got, c); return c.Value }
	check := func(want ...Cell) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%v, want %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%v, want %v", got[i], want[i])
			}
		}
		got = nil
	}
	rewrite(t, Rewriter{Change: each(note)}, write(t, "a.csv", "text,qq\nhi,12\n"))
	check(Cell{Column: "text", Name: "", Value: "text"}, Cell{Column: "qq", Name: "", Value: "qq"}, Cell{Column: "text", Name: "text", Value: "hi"}, Cell{Column: "qq", Name: "qq", Value: "12"})
	rewrite(t, Rewriter{Change: each(note)}, write(t, "a.jsonl", `{"who":{"qq":12,"all":["a"]},"b":"\u0031"}`))
	check(Cell{Column: "who", Name: "", Value: "who"}, Cell{Column: "who", Name: "", Value: "qq"}, Cell{Column: "who", Name: "qq", Value: "12"}, Cell{Column: "who", Name: "", Value: "all"}, Cell{Column: "who", Name: "all", Value: "a"}, Cell{Column: "b", Name: "", Value: "b"}, Cell{Column: "b", Name: "b", Value: "1"})
	rewrite(t, Rewriter{Change: each(note)}, write(t, "a.txt", "hi\n"))
	check(Cell{Value: "hi"})
}

// Errors name the line and never the data.
func TestRewriteErrors(t *testing.T) {
	t.Parallel()
	const secret = "anna@example.com"
	for name, c := range map[string]struct {
		file, data string
		want       error
	}{
		"empty":     {"a.csv", "", source.ErrEmpty},
		"header":    {"a.csv", "text\n", source.ErrEmpty},
		"ragged":    {"a.csv", "text,n\n" + secret + "\n", nil},
		"bare":      {"a.csv", "text\na " + secret + " \"b\"\n", csvscan.ErrBare},
		"open":      {"a.csv", "text\n\"" + secret + "\n", csvscan.ErrOpen},
		"stray":     {"a.csv", "text\n\"" + secret + "\"x\n", csvscan.ErrQuote},
		"no json":   {"a.jsonl", secret + "\n", nil},
		"cut json":  {"a.jsonl", `{"text":"` + secret, nil},
		"no object": {"a.jsonl", `"` + secret + `"`, nil},
		"binary":    {"a.txt", "PK\x03\x04" + secret, source.ErrBinary},
		"kind":      {"a.pdf", secret, source.ErrFormat},
		"column":    {"a.csv", secret + ",2125550178\nx,y\n", source.ErrNoColumn},
	} {
		_, _, err := rewrite(t, Rewriter{Change: each(same), Options: source.Options{Columns: []string{"nosuch"}}}, write(t, c.file, c.data))
		if name != "column" {
			_, _, err = rewrite(t, Rewriter{Change: each(same)}, write(t, c.file, c.data))
		}
		if err == nil || c.want != nil && !errors.Is(err, c.want) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "555") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (&Rewriter{Change: each(same)}).Rewrite(ctx, write(t, "a.txt", "x\n"), io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	full := errors.New("full")
	for _, name := range []string{"a.txt", "a.csv", "a.jsonl"} {
		data := map[string]string{"a.txt": "x\n", "a.csv": "text\nx\n", "a.jsonl": "{}\n"}[name]
		if _, err := (&Rewriter{Change: each(same)}).Rewrite(context.Background(), write(t, name, data), badWriter{full}); !errors.Is(err, full) {
			t.Errorf("%s to a full disk: %v", name, err)
		}
	}
}

type badWriter struct{ err error }

func (w badWriter) Write([]byte) (int, error) { return 0, w.err }

// A row, not the file, is in memory: of standard input no more is read than is
// needed for the row asked about.
func TestRewriteStreams(t *testing.T) {
	t.Parallel()
	const row = "0123456789 0123456789 0123456789\n"
	in := &counter{rest: 8 << 20, row: row}
	most := 0
	r := Rewriter{Options: source.Options{Stdin: in}}
	done := 0
	r.Change = each(func(c Cell) string {
		done += len(row)
		most = max(most, in.given-done)
		return c.Value
	})
	var out countWriter
	if _, err := r.Rewrite(context.Background(), "-", &out); err != nil {
		t.Fatal(err)
	}
	if int(out) != in.given || most > 1<<20 {
		t.Errorf("%d bytes of %d written; read ahead by up to %d", out, in.given, most)
	}
}

// counter gives rest bytes of rows.
type counter struct {
	rest, given int
	row         string
}

func (c *counter) Read(p []byte) (int, error) {
	if c.rest <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n+len(c.row) <= len(p) {
		n += copy(p[n:], c.row)
	}
	c.rest -= n
	c.given += n
	return n, nil
}

type countWriter int

func (w *countWriter) Write(p []byte) (int, error) { *w += countWriter(len(p)); return len(p), nil }

// FuzzRewriteCSV reads the same values as encoding/csv and, without changes,
// writes the same bytes.
func FuzzRewriteCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\"\n\"x\"\"y\"\r\n\n\"p\nq\"", "a\n\"b\"c\n", "a,\"\n", "a\r\n\r\n,\n", "a\n\"\n\"\n", "a\n\"x\r\n\r\n\"\r\n", "\n\"\n\x1b\"0\n", "a, \"b, c\"\n"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, s string, lazy bool) {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			return // may be read as GB18030, or UTF-16
		}
		path := filepath.Join(dir, "x.csv")
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		var got []string
		r := Rewriter{Options: source.Options{LazyQuotes: lazy, Delimiter: ","}, Change: each(func(c Cell) string { got = append(got, c.Value); return c.Value })}
		var out strings.Builder
		st, err := r.Rewrite(t.Context(), path, &out)
		if err == nil && out.String() != s {
			t.Fatalf("%q became %q", s, out.String())
		}
		if st.SpacedQuotes > 0 {
			return // which encoding/csv refuses
		}
		if lazy || strings.Contains(strings.ReplaceAll(s, "\r\n", "\n"), "\r") || strings.HasPrefix(s, "\ufeff") || err != nil {
			return // encoding/csv drops some carriage returns
		}
		in := csv.NewReader(strings.NewReader(s))
		in.LazyQuotes, in.FieldsPerRecord = lazy, -1
		recs, rerr := in.ReadAll()
		if rerr != nil {
			t.Fatalf("%q: encoding/csv says %v", s, rerr)
		}
		var want []string
		for _, rec := range recs {
			want = append(want, rec...)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
		for i := range want {
			if strings.ReplaceAll(got[i], "\r\n", "\n") != want[i] {
				t.Fatalf("%q: %q, want %q", s, got, want)
			}
		}
	})
}

// FuzzRewriteJSON writes the same bytes but NULs without changes, and valid JSON
// with.
func FuzzRewriteJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":{"b":["c",1e5,{"d":null}]},"e":"\""}`, `{}`, `{"a":"\\"}`, ` { "x" : [ ] } `,
		"{\"a\":\"\xca\xca\xca\xca\xca\xcaK\xff\"}", // GB18030 with a damaged end
		"{\"a\":\"\xd4\xca\xca\x00\x00\x00dK\xff\"}"} {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, s string) {
		path := filepath.Join(dir, "x.jsonl")
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		r := Rewriter{Change: each(same)}
		st, err := r.Rewrite(t.Context(), path, &b)
		if err != nil {
			return
		}
		want, got := s, b.String()
		if st.NULs > 0 {
			want, got = strings.ReplaceAll(want, "\x00", ""), strings.ReplaceAll(got, "\x00", "")
		}
		if got != want {
			t.Fatalf("%q became %q", s, b.String())
		}
		out, _, err := rewrite(t, Rewriter{Change: each(func(c Cell) string { return c.Value + "\"\\" })}, path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out) {
			if strings.TrimSpace(line) != "" && !json.Valid([]byte(line)) && json.Valid([]byte(s)) {
				t.Fatalf("%q became %q", s, out)
			}
		}
	})
}

// TestDoubtfulHeader: the cells of a first row that is no header are told.
func TestDoubtfulHeader(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]bool{"text,user\na,b\n": false, "anna berg,works great\na,b\n": true} {
		var got []bool
		_, _, err := rewrite(t, Rewriter{Change: each(func(c Cell) string { got = append(got, c.Doubtful); return c.Value })}, write(t, "x.csv", data))
		if err != nil || len(got) != 4 || got[0] != want || got[1] != want || got[2] || got[3] {
			t.Errorf("%q: %v, %v", data, got, err)
		}
	}
}

// TestRewriteAsksInBatches: Change is asked about many rows at a time, in order,
// and its failure ends the copy.
func TestRewriteAsksInBatches(t *testing.T) {
	t.Parallel()
	var data strings.Builder
	data.WriteString("text,n\n")
	for i := range 1000 {
		fmt.Fprintf(&data, "SECRET %d,%d\n", i, i)
	}
	path := write(t, "a.csv", data.String())
	calls, asked := 0, 0
	r := Rewriter{Change: func(_ context.Context, cells []Cell) ([]string, error) {
		calls++
		out := make([]string, len(cells))
		for i, c := range cells {
			if want := []string{"n", "text"}[(asked+i+1)%2]; c.Column != want {
				t.Fatalf("cell %d is of column %s", asked+i, c.Column)
			}
			out[i] = mark(c)
		}
		asked += len(cells)
		return out, nil
	}}
	got, n, err := rewrite(t, r, path)
	if err != nil || n != 1000 || asked != 2002 || calls > 20 ||
		strings.Count(got, "\n") != 1001 || !strings.HasSuffix(got, `"x,""y"" 999",999`+"\n") {
		t.Errorf("%d rows, %d cells in %d calls, %v: ends with %q", n, asked, calls, err, got[max(0, len(got)-40):])
	}
	broken := errors.New("broken")
	calls = 0
	r.Change = func(_ context.Context, cells []Cell) ([]string, error) {
		if calls++; calls == 2 {
			return nil, broken
		}
		return make([]string, len(cells)), nil
	}
	if _, _, err := rewrite(t, r, path); !errors.Is(err, broken) || calls != 2 {
		t.Errorf("%v after %d calls", err, calls)
	}
	r.Change = func(context.Context, []Cell) ([]string, error) { return nil, nil }
	if _, _, err := rewrite(t, r, path); err == nil {
		t.Error("as many values as there are no cells for")
	}
}
