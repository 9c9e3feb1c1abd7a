package charset

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
)

//go:embed testdata/sentences.txt
var sentencesFile string

// sentences are the made-up ones by language.
func sentences() map[string][]string {
	by := map[string][]string{}
	for sc := bufio.NewScanner(strings.NewReader(sentencesFile)); sc.Scan(); {
		if l, s, ok := strings.Cut(sc.Text(), "\t"); ok {
			by[l] = append(by[l], s)
		}
	}
	return by
}

// written are which language is written in which encodings.
var written = []struct{ language, encoding string }{
	{"zh-Hans", "gb18030"}, {"zh-Hant", "big5"}, {"zh-Hant", "gb18030"}, {"ja", "shift_jis"}, {"ja", "euc-jp"}, {"ja", "iso-2022-jp"}, {"ko", "euc-kr"},
	{"ru", "windows-1251"}, {"ru", "koi8-r"}, {"ru", "ibm866"}, {"ru", "iso-8859-5"}, {"uk", "windows-1251"}, {"uk", "koi8-u"}, {"ru", "x-mac-cyrillic"},
	{"de", "windows-1252"}, {"fr", "windows-1252"}, {"es", "windows-1252"}, {"pt", "windows-1252"}, {"it", "windows-1252"}, {"sv", "windows-1252"},
	{"en", "windows-1252"}, {"de", "macintosh"}, {"fr", "macintosh"}, {"en", "macintosh"},
	{"pl", "windows-1250"}, {"pl", "iso-8859-2"}, {"cs", "windows-1250"}, {"cs", "iso-8859-2"}, {"hu", "windows-1250"}, {"tr", "windows-1254"},
	{"el", "windows-1253"}, {"he", "windows-1255"}, {"ar", "windows-1256"}, {"th", "windows-874"},
	{"zh-Hans", "utf-8"}, {"ru", "utf-16le"}, {"ja", "utf-16be"}, {"en", "utf-16le"}, {"de", "utf-32le"}, {"ko", "utf-32be"},
}

// makeTable is a table of some size, of sentences of a language, every tenth row
// of it or every row.
func makeTable(seed uint64, language string, size, every int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	own, english := sentences()[language], []string{"works as described", "very good value, would buy again", "broke after a week", "no complaints so far"}
	var b strings.Builder
	b.WriteString("user,text,rating\r\n")
	for row := 0; b.Len() < size; row++ {
		s := english[r.IntN(len(english))]
		if len(own) > 0 && row%every == 0 {
			s = own[r.IntN(len(own))]
		}
		fmt.Fprintf(&b, "u%d,%s,%d\r\n", r.IntN(1000), s, 1+r.IntN(5))
	}
	return b.String()
}

// TestDetect: an encoding is right if it gives the text back.
func TestDetect(t *testing.T) {
	t.Parallel()
	for _, w := range written {
		_, enc, ok := Find(w.encoding)
		if !ok {
			t.Fatalf("no encoding %s", w.encoding)
		}
		for _, every := range []int{1, 10} {
			for _, size := range []int{200, 1000, 10000} {
				if strings.HasPrefix(w.encoding, "macintosh") && size/every < 1000 {
					continue // some words are as good a text in another encoding
				}
				wrong := map[string]int{}
				const tries = 10
				for seed := range uint64(tries) {
					raw := []byte(makeTable(seed, w.language, size, every))
					var want string
					if enc != nil {
						var err error
						if raw, err = encoding.ReplaceUnsupported(enc.NewEncoder()).Bytes(raw); err != nil {
							t.Fatal(err)
						}
						text, err := enc.NewDecoder().Bytes(raw)
						if err != nil {
							t.Fatal(err)
						}
						want = string(text)
					} else {
						want = string(raw)
					}
					got := raw
					g := Detect(raw)
					if g.Encoding != nil {
						got, _ = g.Encoding.NewDecoder().Bytes(raw)
					}
					if string(got) != want {
						wrong[g.Name]++
					}
				}
				if len(wrong) > 0 {
					t.Errorf("%s in %s, %d bytes, one row of %d: %v of %d", w.language, w.encoding, size, every, wrong, tries)
				}
			}
		}
	}
}

func TestDetectShapes(t *testing.T) {
	t.Parallel()
	gb := func(s string) []byte { b, _ := Get("gb18030").NewEncoder().Bytes([]byte(s)); return b }
	sjis := func(s string) []byte { b, _ := Get("shift_jis").NewEncoder().Bytes([]byte(s)); return b }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "ascii"},
		{"ascii", []byte("user,text\na,b\n"), "ascii"},
		{"mark", []byte("\xef\xbb\xbfa"), "utf-8"},
		{"mark16", []byte("\xff\xfea\x00"), "utf-16le"},
		{"mark32", []byte("\xff\xfe\x00\x00a\x00\x00\x00"), "utf-32le"},
		{"cut utf-8", []byte("very good 很好")[:len("very good 很好")-1], "utf-8"},
		{"damaged utf-8", []byte("很好很好很好很好很好 \xff"), "utf-8"},
		{"one byte", []byte("text\nit\x92s fine\n"), "windows-1252"},
		{"header alone", gb("用户,内容,评分\n1,ok,5\n2,fine,4\n"), "gb18030"},
		{"header alone", sjis("ユーザー,内容,評価\n1,ok,5\n2,fine,4\n"), "shift_jis"},
		{"half-width kana", sjis("text\nﾃﾞﾝﾁｶﾞﾖｸﾓﾁﾏｽ\nﾊｲｿｳｶﾞｵｿｲﾃﾞｽ\n"), "shift_jis"},
		{"cut gb18030", gb("用户,内容\n张三,质量很好")[:len(gb("用户,内容\n张三,质量很好"))-1], "gb18030"},
		{"capitals", func() []byte {
			b, _ := Get("windows-1251").NewEncoder().Bytes([]byte("ОТЛИЧНЫЙ ТОВАР\nНЕ РАБОТАЕТ\n"))
			return b
		}(), "windows-1251"},
	} {
		if g := Detect(c.data); g.Name != c.want {
			t.Errorf("%s: %s, want %s", c.name, g.Name, c.want)
		}
	}
}

// Some stray bytes apart from each other make a text neither Cyrillic nor Chinese.
func TestStrayBytes(t *testing.T) {
	t.Parallel()
	for _, stray := range []int{1, 3, 6} {
		windows := 0
		for seed := range uint64(200) {
			r := rand.New(rand.NewPCG(seed, 9))
			raw := []byte(makeTable(seed, "none", 3000, 1<<30))
			for i := range stray {
				raw[20+i*400+r.IntN(300)] = byte(0x80 + r.IntN(128))
			}
			switch g := Detect(raw); g.Name {
			case "windows-1252":
				windows++
			case "windows-1250", "windows-1254", "windows-1257", "iso-8859-2", "macintosh":
			default:
				t.Errorf("%d stray bytes, seed %d: %s", stray, seed, g.Name)
			}
		}
		if windows < 140 {
			t.Errorf("%d stray bytes: %d of 200 files are windows-1252", stray, windows)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"UTF-8": "utf-8", "utf8": "utf-8", "GBK": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "Shift_JIS": "shift_jis", "sjis": "shift_jis", "cp932": "shift_jis",
		"EUC-KR": "euc-kr", "cp949": "euc-kr", "Big5": "big5", "cp1252": "windows-1252", "1251": "windows-1251", "latin1": "windows-1252", "windows-1251": "windows-1251",
		"ISO-8859-15": "iso-8859-15", "UTF-16": "utf-16le", "cp850": "ibm850", "macroman": "macintosh", "koi8-r": "koi8-r",
	} {
		got, enc, ok := Find(name)
		if !ok || got != want || (enc == nil) != (want == "utf-8") {
			t.Errorf("%s: %q %v %v, want %q", name, got, enc, ok, want)
		}
	}
	for _, name := range []string{"", "utf-9", "klingon", "replacement", "iso-2022-kr"} {
		if got, _, ok := Find(name); ok {
			t.Errorf("%q: %s", name, got)
		}
	}
}

// FuzzDetect: any bytes have an encoding.
func FuzzDetect(f *testing.F) {
	f.Add([]byte("a\xe9b"))
	f.Add([]byte("\x00a\x00"))
	f.Add(bytes.Repeat([]byte{0x81, 0x30}, 40))
	f.Fuzz(func(t *testing.T, b []byte) {
		if g := Detect(b); g.Name == "" || g.Mark > len(b) {
			t.Fatalf("%q: %+v", b, g)
		}
	})
}

func BenchmarkDetect(b *testing.B) {
	raw, _ := Get("gb18030").NewEncoder().Bytes([]byte(makeTable(1, "zh-Hans", 64<<10, 1)))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Detect(raw)
	}
}
