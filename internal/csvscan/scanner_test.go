package csvscan

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// scanned is what stands in text, a record a string, fields between bars; or "line
// N: error" for a fault.
func scanned(t testing.TB, text string, d Dialect) []string {
	t.Helper()
	f, err := textfile.Open(strings.NewReader(text), textfile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if d.Delimiter == "" {
		d.Delimiter = ","
	}
	s := New(f, d)
	var out []string
	for {
		err := s.Next()
		var fault *Fault
		switch {
		case errors.Is(err, io.EOF):
			return out
		case errors.As(err, &fault):
			out = append(out, fmt.Sprintf("line %d: %v", fault.Line, fault.Err))
			continue
		case err != nil:
			t.Fatal(err)
		}
		if len(s.Fields) == 0 {
			continue
		}
		if len(out) == 0 {
			s.Expect(len(s.Fields))
		}
		var values []string
		for i := range s.Fields {
			values = append(values, string(s.Value(i)))
		}
		out = append(out, strings.Join(values, "|"))
		if len(out) > len(text)+2 {
			t.Fatalf("%q: no end", text)
		}
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		d    Dialect
		want []string
	}{
		"plain":       {"a,b\r\n1,2\n\n3,", Dialect{}, []string{"a|b", "1|2", "3|"}},
		"quoted":      {"a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n", Dialect{}, []string{"a|b", "x, \"y\"|two\nlines"}},
		"empty":       {"a,b\n\"\",\n", Dialect{}, []string{"a|b", "|"}},
		"semicolon":   {"a;b\n\"1;2\";3,4\n", Dialect{Delimiter: ";"}, []string{"a|b", "1;2|3,4"}},
		"several":     {"a||b\n\"1||2\"||3\n", Dialect{Delimiter: "||"}, []string{"a|b", "1||2|3"}},
		"carriage":    {"a,b\r1,\"x\ry\"\r", Dialect{}, []string{"a|b", "1|x\ry"}},
		"bare":        {"a,b\n1,5\" tall\n2,x\n", Dialect{}, []string{"a|b", "line 2: " + ErrBare.Error(), "2|x"}},
		"after":       {"a,b\n1,\"x\" y\n2,x\n", Dialect{}, []string{"a|b", "line 2: " + ErrQuote.Error(), "2|x"}},
		"open":        {"a,b\n1,\"x\nsome words\nmore\n", Dialect{}, []string{"a|b", "line 2: " + ErrOpen.Error(), "some words", "more"}},
		"no quotes":   {"a,b\n1,\"x\n2,\"y\" z\n", Dialect{NoQuotes: true}, []string{"a|b", "1|\"x", "2|\"y\" z"}},
		"lazy bare":   {"a,b\n1,5\" tall\n", Dialect{Lazy: true}, []string{"a|b", "1|5\" tall"}},
		"lazy after":  {"a,b\n1,\"x\" y\n2,\"z\"\n", Dialect{Lazy: true}, []string{"a|b", "1|\"x\" y", "2|z"}},
		"lazy inside": {"a,b\n\"say \"x\", or not\",2\n", Dialect{Lazy: true}, []string{"a|b", "say \"x| or not\"|2"}},
		"lazy words":  {"a,b\n\"say \"x\" or, not\",2\n", Dialect{Lazy: true}, []string{"a|b", "say \"x\" or, not|2"}},
		"lazy open":   {"a,b\n1,\"x\n2,y\n", Dialect{Lazy: true}, []string{"a|b", "1|\"x", "2|y"}},
		"lazy lines":  {"a,b\n1,\"two\nlines\"\n2,y\n", Dialect{Lazy: true}, []string{"a|b", "1|two\nlines", "2|y"}},
		"escape": {`a,b` + "\n" + `"say \"x\", then\ngo",c:\\d` + "\n" + `x\,y,\"z` + "\n", Dialect{Escape: '\\'},
			[]string{"a|b", "say \"x\", then\ngo|c:\\d", "x,y|\"z"}},
		"escaped line": {"a,b\n1,x\\\ny\n2,z\n", Dialect{Escape: '\\'}, []string{"a|b", "1|x\\\ny", "2|z"}},
		"other escape": {"a,b\n\"it^\"s ^^ n\",^,\n", Dialect{Escape: '^'}, []string{"a|b", "it\"s ^ n|,"}},
		"spaced":       {"a, \"b\"\n1,  \"x, \"\"y\"\"\"\n \"2\", \"\"\n", Dialect{}, []string{"a|b", "1|x, \"y\"", "2|"}},
		"spaced lazy":  {"a,b\n1, \"x, y\"\n2, \"x\" y\n", Dialect{Lazy: true}, []string{"a|b", "1|x, y", "2| \"x\" y"}},
		"spaced words": {"a,b\n1, \"x\" y\n2, \"x\n3,y\n", Dialect{}, []string{"a|b", "line 2: " + ErrBare.Error(), "line 3: " + ErrBare.Error(), "3|y"}},
		"spaced texts": {"a,b\n1, \"x\"\n", Dialect{NoQuotes: true}, []string{"a|b", "1| \"x\""}},
		"spaced marks": {"a,b\n1, \"x\\\", y\"\n", Dialect{Escape: '\\'}, []string{"a|b", "1|x\", y"}},
		"tab":          {"a\tb\n\"x\ty\"\tz\n", Dialect{Delimiter: "\t"}, []string{"a|b", "x\ty|z"}},
	} {
		if name == "escaped line" { // the line feed is the value's
			c.want[1] = "1|x\ny"
		}
		if d := cmp.Diff(c.want, scanned(t, c.text, c.d)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// people writes records of users and texts; change makes other rows of some.
func people(sep string, rows int, change func(i int, row []string)) string {
	var b strings.Builder
	b.WriteString(strings.Join([]string{"user", "rating", "text"}, sep) + "\n")
	for i := range rows {
		row := []string{fmt.Sprintf("u%d", i/3), fmt.Sprint(1 + i%5), fmt.Sprintf("the battery of number %d lasts long enough for me", i)}
		if change != nil {
			change(i, row)
		}
		b.WriteString(strings.Join(row, sep) + "\n")
	}
	return b.String()
}

// A quotation mark that opens a field and does not close it swallows no row,
// wherever it stands and wherever the next one is.
func TestSwallowedRows(t *testing.T) {
	t.Parallel()
	const rows = 60
	for name, change := range map[string]func(i int, row []string){
		"closed by the end of a later text": func(i int, row []string) {
			switch i {
			case 10:
				row[2] = `"` + row[2]
			case 40:
				row[2] += `"`
			}
		},
		"closed in the next row": func(i int, row []string) {
			switch i {
			case 10:
				row[2] = `"` + row[2]
			case 11:
				row[2] += `"`
			}
		},
		"closed by another that opens": func(i int, row []string) {
			if i == 10 || i == 40 {
				row[2] = `"` + row[2]
			}
		},
		"never closed": func(i int, row []string) {
			if i == 30 {
				row[2] = `"` + row[2]
			}
		},
		"in the first row": func(i int, row []string) {
			switch i {
			case 0:
				row[2] = `"` + row[2]
			case 9:
				row[2] += `"`
			}
		},
		"in the last row": func(i int, row []string) {
			if i == rows-1 {
				row[2] = `"` + row[2]
			}
		},
		"in the first column": func(i int, row []string) {
			if i == 5 || i == 25 {
				row[0] = `"` + row[0]
			}
		},
		"often": func(i int, row []string) {
			if i%7 == 3 {
				row[2] = `"` + row[2]
			}
		},
		"with text behind": func(i int, row []string) {
			if i%10 == 3 {
				row[2] = `"great" they say, or "not"` + row[2]
				row[2] = strings.ReplaceAll(row[2], ",", "")
			}
		},
	} {
		for _, sep := range []string{",", "\t", ";"} {
			text := people(sep, rows, change)
			strict := scanned(t, text, Dialect{Delimiter: sep})
			good, faults := 0, 0
			for _, r := range strict[1:] {
				if strings.HasPrefix(r, "line ") {
					faults++
				} else if strings.Count(r, "|") == 2 && !strings.Contains(r, "\n") {
					good++
				} else {
					t.Errorf("%s, %q: a row is %.80q", name, sep, r)
				}
			}
			if faults == 0 || good+faults != rows {
				t.Errorf("%s, %q: %d rows and %d faults of %d", name, sep, good, faults, rows)
			}
			for _, d := range []Dialect{{Lazy: true}, {NoQuotes: true}} {
				d.Delimiter = sep
				if got := scanned(t, text, d); len(got) != rows+1 {
					t.Errorf("%s, %q, %+v: %d rows of %d", name, sep, d, len(got)-1, rows)
				}
			}
		}
	}
}

// Fields of several lines stay fields, whatever people write in them.
func TestHonestLines(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"a letter": "Dear Sir,\nthe parcel came late, and broken.\n\nYours,\nAnna",
		"a list":   "good:\n- price, size\n- colour\nbad:\n- weight, noise",
		"one line": "first, then\nsecond, third",
		"quotes":   "she said \"\"no\"\",\nand left",
		"chinese":  "质量很好,\n物流很快,谢谢",
		"blank":    "\n\n\n",
	} {
		text := people(",", 30, func(i int, row []string) {
			if i%4 == 1 {
				row[2] = `"` + value + `"`
			}
		})
		for _, lazy := range []bool{false, true} {
			got := scanned(t, text, Dialect{Lazy: lazy})
			if len(got) != 31 {
				t.Errorf("%s, lazy %v: %d rows of 30: %q", name, lazy, len(got)-1, got)
				continue
			}
			if want := "u0|2|" + strings.ReplaceAll(value, `""`, `"`); got[2] != want {
				t.Errorf("%s, lazy %v: %q, want %q", name, lazy, got[2], want)
			}
		}
	}
}

// Lines that look like rows are believed to be a field where the user says so.
func TestMultiline(t *testing.T) {
	t.Parallel()
	text := people(",", 20, func(i int, row []string) {
		if i == 5 {
			row[2] = "\"this is what I ordered:\nu1,4,one\nu2,5,two\nu3,2,three\""
		}
	})
	if got := scanned(t, text, Dialect{Multiline: true}); len(got) != 21 {
		t.Errorf("%d rows: %q", len(got)-1, got)
	}
	if got := scanned(t, text, Dialect{}); !strings.Contains(strings.Join(got, "\n"), ErrSwallows.Error()) {
		t.Errorf("not told: %q", got)
	}
}

// The faults of a file of nothing but open marks are found in time.
func TestManyFaults(t *testing.T) {
	t.Parallel()
	text := people("\t", 20000, func(_ int, row []string) { row[2] = `"` + row[2] })
	if got := scanned(t, text, Dialect{Delimiter: "\t"}); len(got) != 20001 {
		t.Errorf("%d", len(got))
	}
	if got := scanned(t, text, Dialect{Delimiter: "\t", Lazy: true}); len(got) != 20001 {
		t.Errorf("lazy: %d", len(got))
	}
}

func TestHints(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]*Fault{
		`--escape "\"`:   {Field: 2, Err: ErrQuote, Escaped: true},
		"--no-quotes":    {Field: 2, Err: ErrQuote},
		"--lazy-quotes":  {Field: 2, Err: ErrBare},
		"--multiline":    {Field: 2, Err: ErrSwallows},
		"column 3: a qu": {Field: 3, Err: ErrOpen},
	} {
		if !strings.Contains(f.Error(), want) {
			t.Errorf("%v does not say %s", f, want)
		}
	}
	if got := scanned(t, "a,b\n1,\"say \\\"x\\\"\"\n", Dialect{}); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for _, d := range []Dialect{{Delimiter: ","}, {Delimiter: ";", Escape: '\\'}, {Delimiter: "\t", NoQuotes: true, Escape: '\\'}} {
		for _, v := range []string{"", "a", "a,b", `say "x"`, "two\nlines", `c:\dir`, " a", "tab\tbed", ";"} {
			for _, quoted := range []bool{false, true} {
				if d.NoQuotes && quoted {
					continue
				}
				raw := d.Quote(nil, v, quoted)
				got := scanned(t, "x"+d.Delimiter+"y\n"+string(raw)+d.Delimiter+"1\n", d)
				if len(got) != 2 || got[1] != v+"|1" {
					t.Errorf("%+v: %q is written %q and read %q", d, v, raw, got)
				}
			}
		}
	}
	if got := (Dialect{Delimiter: ",", NoQuotes: true}).Quote(nil, "a,b\nc", false); string(got) != "a b c" {
		t.Errorf("without quotes: %q", got)
	}
}

func TestSniff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, given, usual string
		want               Layout
	}{
		"comma":          {"user,text\na,b\n", "", ",", Layout{Delimiter: ","}},
		"semicolon":      {"user;text\na;b, c\nd;e\n", "", ",", Layout{Delimiter: ";", Guessed: true}},
		"pipe":           {"user|text\na|b\n", "", ",", Layout{Delimiter: "|", Guessed: true}},
		"tab in csv":     {"user\ttext\na\tb, c\n", "", ",", Layout{Delimiter: "\t", Guessed: true}},
		"comma in tsv":   {"user,text\na,b\n", "", "\t", Layout{Delimiter: ",", Guessed: true}},
		"decimal commas": {"text;n\nx;1,5\ny;2,5\n", "", ",", Layout{Delimiter: ";", Guessed: true}},
		"one column":     {"text\na, b\nc; d\n", "", ",", Layout{Delimiter: ","}},
		"sep":            {"sep=;\nuser;text\na;b\n", "", ",", Layout{Delimiter: ";", Skip: 1}},
		"sep quoted":     {"\"sep=|\"\r\nuser|text\r\n", "", ",", Layout{Delimiter: "|", Skip: 1}},
		"sep, given":     {"sep=;\nuser|text\na|b\n", "|", ",", Layout{Delimiter: "|", Skip: 1}},
		"title":          {"Reviews of March\n\nuser,text\na,b\n", "", ",", Layout{Delimiter: ",", Skip: 2}},
		"titles":         {"Reviews;;\nfrom;March;\n;;\nuser;text;n\na;b;1\n", "", ",", Layout{Delimiter: ";", Skip: 3, Guessed: true}},
		"names as data":  {"id,comment\n1,text\n", "", ",", Layout{Delimiter: ","}},
		"other names":    {"id;comment\n1;good\n2;bad\n", "", ",", Layout{Delimiter: ";", Guessed: true}},
		"case":           {"User;TEXT\na;b\n", "", ",", Layout{Delimiter: ";", Guessed: true}},
		"quoted":         {"\"user\";\"text\"\n\"a\";\"b; c, d\"\n", "", ",", Layout{Delimiter: ";", Guessed: true}},
		"given":          {"user,text\n", "x", ",", Layout{Delimiter: "x"}},
	} {
		got := Sniff([]byte(c.text), false, Dialect{}, c.given, c.usual, []string{"text"})
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// FuzzScan: every byte is in one record or fault, and it ends.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"a,b\n\"c\n", "a\n\"\"\"\n", "\"a\"b\n\"c", "a,\"b\nu1,c\n\",d\n", "a\\\nb,c\n"} {
		for _, lazy := range []bool{false, true} {
			f.Add(s, lazy, false)
			f.Add(s, lazy, true)
		}
	}
	f.Fuzz(func(t *testing.T, s string, lazy, escape bool) {
		d := Dialect{Delimiter: ",", Lazy: lazy}
		if escape {
			d.Escape = '\\'
		}
		in := textfile.Lines([]byte(s), false)
		sc := New(in, d)
		var all strings.Builder
		for {
			err := sc.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			var fault *Fault
			if err != nil && !errors.As(err, &fault) {
				t.Fatal(err)
			}
			if lazy && err != nil {
				t.Fatalf("%q: lazy, but %v", s, err)
			}
			all.Write(sc.Record)
			if err == nil && len(sc.Fields) > 0 && all.Len() == len(sc.Record) {
				sc.Expect(len(sc.Fields))
			}
			for i := range sc.Fields {
				if fault == nil {
					sc.Value(i)
				}
			}
			if all.Len() > len(s) {
				break
			}
		}
		if all.String() != s {
			t.Fatalf("%q became %q", s, all.String())
		}
	})
}
