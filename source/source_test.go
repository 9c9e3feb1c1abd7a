package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func write(t *testing.T, name, data string) string {
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

func read(s *Source) (out []Row, err error) {
	for r, err := range s.Rows(context.Background()) {
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

func TestReadKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		opt        Options
		want       [][2]string // user, text
	}{
		{"a.txt", "one\n\ntwo\r\nthree", Options{}, [][2]string{{"1", "one"}, {"2", "two"}, {"3", "three"}}},
		{"bom.txt", "\ufeffone\n", Options{}, [][2]string{{"1", "one"}}},
		{"utf16.txt", "\xff\xfeh\x00i\x00\n\x00", Options{}, [][2]string{{"1", "hi"}}},
		{"nobom16.csv", utf16("text,user\nit is 很好,张三\nok,b\n"), Options{}, [][2]string{{"张三", "it is 很好"}, {"b", "ok"}}},
		{"gb.csv", gb18030("用户,内容\n张三,质量很好\n李四,\"物流慢, 不满意\"\n"), Options{UserColumn: "用户", TextColumn: "内容"}, [][2]string{{"张三", "质量很好"}, {"李四", "物流慢, 不满意"}}},
		// the second byte of 昞 is a backslash
		{"gb.jsonl", gb18030(`{"text":"昞很好，喜欢这个","user":"甲"}`), Options{}, [][2]string{{"甲", "昞很好，喜欢这个"}}},
		{"one.csv", "text\nit\x92s fine\nna\u00efve\n", Options{}, [][2]string{{"1", "it\x92s fine"}, {"2", "na\u00efve"}}},
		{"a.txt.gz", "one\ntwo\n", Options{}, [][2]string{{"1", "one"}, {"2", "two"}}},
		{"a.csv", "id,text\n7,\"a, \"\"b\"\"\nc\"\n8,d\n", Options{UserColumn: "id"}, [][2]string{{"7", "a, \"b\"\nc"}, {"8", "d"}}},
		{"bom.csv", "\ufefftext,user\na,u\n", Options{}, [][2]string{{"u", "a"}}},
		{"a.csv.gz", "text\nx\ny\n", Options{}, [][2]string{{"1", "x"}, {"2", "y"}}},
		{"a.tsv", "who\tsaid\nann\thi, you\n", Options{UserColumn: "who", TextColumn: "said"}, [][2]string{{"ann", "hi, you"}}},
		{"lazy.csv", "text\n5'8\" tall\n", Options{LazyQuotes: true}, [][2]string{{"1", "5'8\" tall"}}},
		{"a.jsonl", "{\"text\":\"hé\\n\",\"user\":42}\n\n{\"user\":\"u\",\"text\":null}\n", Options{}, [][2]string{{"42", "hé\n"}, {"u", ""}}},
		{"a.jsonl.gz", `{"text":"a"}`, Options{}, [][2]string{{"1", "a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(t.Context(), write(t, c.name, c.data), c.opt)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // a source can be read again
				rows, err := read(s)
				if err != nil {
					t.Fatal(err)
				}
				var got [][2]string
				for _, r := range rows {
					got = append(got, [2]string{r.User, r.Text})
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

func gb18030(s string) string {
	s, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return s
}

func utf16(s string) string {
	s, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return s
}

// TestLongGB18030 crosses the 64 KB by which the encoding is told, at every
// place a character may be cut.
func TestLongGB18030(t *testing.T) {
	t.Parallel()
	for pad := range 4 {
		want := strings.Repeat("a", pad) + strings.Repeat("质量很好㐀", 20000)
		s, err := Open(t.Context(), write(t, "long.csv", gb18030("text\n"+want+"\n"+want+"\n")), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := read(s)
		if err != nil || len(rows) != 2 || rows[0].Text != want || rows[1].Text != want {
			t.Errorf("pad %d: %d rows, %v", pad, len(rows), err)
		}
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		opt        Options
		is         error
		says       string
	}{
		{"empty.csv", "", Options{}, ErrEmpty, "empty.csv"},
		{"blank.txt", "\n \n\n", Options{}, ErrEmpty, "blank.txt"},
		{"head.csv", "text,user\n", Options{}, ErrEmpty, "head.csv"},
		{"col.csv", "a,b\n1,2\n", Options{}, ErrNoColumn, `"text" for the texts: it has "a", "b"`},
		{"col.csv", "text,b\n1,2\n", Options{UserColumn: "who"}, ErrNoColumn, `"who" for the users`},
		{"time.csv", "text,b\n1,2\n", Options{TimeColumn: "when"}, ErrNoColumn, `"when" for the times`},
		{"col.jsonl", `{"a":"b"}`, Options{}, ErrNoColumn, `no such column "text" for the texts: the first record has "a"`},
		{"bin.csv", "PK\x03\x04\x00\x00\x00", Options{}, ErrBinary, "bin.csv"},
		{"bin.txt", "\x01\x02\x03\x04\x05abc", Options{}, ErrBinary, "bin.txt"},
		{"x.parquet", "PAR1", Options{}, ErrFormat, "x.parquet"},
		{"bad.jsonl", "[1]\n", Options{}, nil, "line 1: not a JSON object"},
		{"bad.jsonl", "{\"text\":1} x\n", Options{}, nil, "line 1: not JSON"},
		{"w.csv", "text,w\na,-1\n", Options{WeightColumn: "w"}, nil, `line 2: column "w": the cell is not a weight`},
		{"w.csv", "text,w\na,Inf\n", Options{WeightColumn: "w"}, nil, "is not a weight"},
		{"d.csv", "text,d\na,yesterday\n", Options{TimeColumn: "d"}, nil, "is not a time"},
	} {
		_, err := Open(t.Context(), write(t, c.name, c.data), c.opt)
		if err == nil {
			t.Errorf("%s: opened", c.name)
			continue
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v is not %v", c.name, err, c.is)
		}
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q does not say %q", c.name, err, c.says)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than a line: %q", c.name, err)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "none.csv"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestLaterRowErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, data, says string }{
		{"ragged.csv", "text,b\n1,2\n3\n", "line 3: 1 fields, want 2"},
		{"quote.csv", "text\na\nb \"c\" d\n", "--lazy-quotes"},
		{"late.jsonl", "{\"text\":\"a\"}\n{\"text\":\n", "line 2: not JSON"},
	} {
		s, err := Open(t.Context(), write(t, c.name, c.data), Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = read(s)
		var re *RowError
		if !errors.As(err, &re) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want a RowError saying %q", c.name, err, c.says)
		}
	}
}

func TestTruncatedGzip(t *testing.T) {
	t.Parallel()
	path := write(t, "a.txt.gz", strings.Repeat("some words to pack\n", 5000))
	data, _ := os.ReadFile(path)
	os.WriteFile(path, data[:len(data)/2], 0o600)
	s, err := Open(t.Context(), path, Options{})
	if err == nil {
		_, err = read(s)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want an unexpected end", err)
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2024-03-05": "2024-03-05T00:00:00Z", "2024-03-05T06:07:08+02:00": "2024-03-05T04:07:08Z",
		"2024/03/05": "2024-03-05T00:00:00Z", "1700000000": "2023-11-14T22:13:20Z", "2024年3月5日": "2024-03-05T00:00:00Z",
	} {
		got, err := ParseTime(in)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: %v %v, want %s", in, got, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("csv", []byte("text,user\na,b\n"))
	f.Add("jsonl", []byte(`{"text":"a","n":[1,{"b":null}]}`))
	f.Add("tsv", []byte("text\n\"a"))
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		format, err := ParseFormat(kind)
		if err != nil || format == "" {
			return
		}
		path := filepath.Join(t.TempDir(), "f")
		if os.WriteFile(path, data, 0o600) != nil {
			return
		}
		s, err := Open(t.Context(), path, Options{Format: format})
		if err != nil {
			return
		}
		read(s)
	})
}
