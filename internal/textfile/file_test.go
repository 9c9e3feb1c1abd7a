package textfile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"

	"github.com/seed-56ee9438/cohort/internal/charset"
)

func open(t *testing.T, data string, o Options) *File {
	t.Helper()
	f, err := Open(strings.NewReader(data), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// all is every line of f.
func all(t *testing.T, f *File) (out []string) {
	t.Helper()
	for {
		b, err := f.Append(nil)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
}

func encode(t *testing.T, name, s string) string {
	t.Helper()
	s, err := charset.Get(name).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func zstded(s string) string {
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		panic(err)
	}
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

// hello is "hello\nworld\n" as bzip2 -9 packs it.
const hello = "BZh91AY\x26SYk\x5f\xb1\xdd\x00\x00\x02A\x80\x00\x10\x06D\x90\x80\x20\x001\x0c\x08\x21\xa3i\x08\x07\x23\xae\x87\x8b\xb9\x22\x9c\x28H5\xaf\xd8\xee\x80"

// Packed files of several members are read to their end.
func TestUnpack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data string
		want Compression
	}{
		"plain": {"hello\nworld\n", ""}, "gzip": {gzipped("hello\nworld\n"), Gzip}, "gzip, two": {gzipped("hello\nwo") + gzipped("rld\n"), Gzip},
		"zstd": {zstded("hello\nworld\n"), Zstd}, "zstd, two": {zstded("hello\nwo") + zstded("rld\n"), Zstd},
		"bzip2": {hello, Bzip2}, "bzip2, two": {hello + hello, Bzip2},
		"zstd, skippable": {"\x50\x2a\x4d\x18\x02\x00\x00\x00xx" + zstded("hello\nworld\n"), Zstd},
	} {
		want := "hello\n|world\n"
		if name == "bzip2, two" {
			want += "|" + want
		}
		f := open(t, c.data, Options{})
		if got := all(t, f); strings.Join(got, "|") != want || f.Compression != c.want {
			t.Errorf("%s: %q, %q", name, got, f.Compression)
		}
	}
}

func TestTruncated(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("some words to pack, and others\n", 20000)
	for name, data := range map[string]string{"gzip": gzipped(text), "zstd": zstded(text)} {
		f, err := Open(strings.NewReader(data[:len(data)-7]), Options{})
		for err == nil {
			_, err = f.Append(nil)
		}
		if errors.Is(err, io.EOF) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The encoding is told when the first byte beyond ASCII comes, wherever that is.
func TestLateEncoding(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat("plain words only\n", 20000)
	for _, name := range []string{"gb18030", "shift_jis", "windows-1251"} {
		text := map[string]string{"gb18030": "物流太慢了，质量也不好", "shift_jis": "配送が遅くて、とても残念です", "windows-1251": "Доставка очень медленная"}[name]
		for _, at := range []int{0, 3, len(pad)} {
			f := open(t, pad[:at]+encode(t, name, text+"\n"+text+"\n"), Options{})
			got := strings.Join(all(t, f), "")
			if e, guessed := f.Encoding(); got != pad[:at]+text+"\n"+text+"\n" || e != name || !guessed {
				t.Errorf("%s behind %d: told as %s", name, at, e)
			}
		}
	}
}

// An escape that belongs to no encoding (a terminal's colours, a lone byte) is a
// character like another, wherever it stands in what has been buffered.
func TestEscapes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a\n\x1b\"0\n", "a\n\x1b[31mred\x1b[0m and \x1b[1mbold\n", "\x1b", "\x1b\x1b\n\x1bend",
		"a\n" + strings.Repeat("\x1b[7mxyz\n", 5000), strings.Repeat("padding\n", 3000) + "\x1b]0;title\a\n",
	} {
		f := open(t, text, Options{})
		f.Head()
		if got := strings.Join(all(t, f), ""); got != text {
			t.Errorf("%.40q became %.40q", text, got)
		}
		// and read in pieces, as a pipe gives them
		f, err := Open(iotest.OneByteReader(strings.NewReader(text)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(all(t, f), ""); got != text {
			t.Errorf("%.40q in pieces became %.40q", text, got)
		}
	}
}

func TestGivenEncoding(t *testing.T) {
	t.Parallel()
	// these bytes are a text in either
	data := encode(t, "windows-1251", "привет\n")
	for _, name := range []string{"windows-1251", "koi8-r"} {
		f := open(t, data, Options{Encoding: name})
		want, _ := charset.Get(name).NewDecoder().String(data)
		if got := all(t, f); got[0] != want {
			t.Errorf("%s: %q, want %q", name, got[0], want)
		}
	}
	// the mark tells the order of the bytes
	f := open(t, "\xfe\xff\x00a\x00\n", Options{Encoding: "utf-16"})
	if got := all(t, f); got[0] != "a\n" {
		t.Errorf("utf-16: %q", got)
	}
	if _, err := Open(strings.NewReader("a"), Options{Encoding: "klingon"}); !errors.Is(err, ErrEncoding) {
		t.Errorf("klingon: %v", err)
	}
}

func TestCarriageReturns(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"a\rb\rc": "a|b|c", "a\r\nb\r\n": "a|b", "a\nb\rc\n": "a|b\rc", "a": "a", "\r\r": "|",
	} {
		f := open(t, data, Options{})
		var got []string
		for _, l := range all(t, f) {
			body, _ := f.Ending([]byte(l))
			got = append(got, string(body))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q", data, got)
		}
	}
}

func TestBinary(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data string
		bad  bool
	}{
		"zip": {"PK\x03\x04 and what follows is text", true}, "parquet": {"PAR1 text", true}, "pdf": {"%PDF-1.7\n", true}, "noise": {"\x01\x02\x03\x04abc\x00", true},
		"a NUL":  {"some text\x00 with one of them\n", false},
		"padded": {"a\x00\x00\x00\x00\x00,b\x00\x00\x00\x00\n", false}, "NULs at the end": {"some text\n" + strings.Repeat("\x00", 500), false}, "only NULs": {strings.Repeat("\x00", 500), true},
		"numbers": {strings.Repeat("\x05\x00\x00\x00", 50) + "text of a program", true}, "pixels": {strings.Repeat("\xff\x00\x00\xff", 50), true},
		"ORC":        {"ORC is a creature\n", false},
		"utf-16":     {"\xff\xfea\x00b\x00", false},
		"text":       {"abc", false},
		"an escape ": {"\x1b[31mred\x1b[0m\n", false},
	} {
		_, err := Open(strings.NewReader(c.data), Options{})
		if errors.Is(err, ErrBinary) != c.bad {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is given back comes again, and lines are counted right.
func TestGiveBack(t *testing.T) {
	t.Parallel()
	f := open(t, "1\n2\n3\n4", Options{})
	f.Append(nil)
	b, _ := f.Append(nil)
	b, _ = f.Append(b)
	f.GiveBack(b, 2)
	if f.Line() != 1 || !strings.HasPrefix(string(f.Head()), "2\n3\n4") {
		t.Errorf("line %d, then %q", f.Line(), f.Head())
	}
	if got := strings.Join(all(t, f), "|"); got != "2\n|3\n|4" || f.Line() != 4 {
		t.Errorf("%q, line %d", got, f.Line())
	}
}
