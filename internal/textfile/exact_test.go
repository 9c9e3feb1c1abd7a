package textfile

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/internal/charset"
)

// notUTF8 are encodings that a file is decoded from: of every form that there is.
func notUTF8() map[string]encoding.Encoding {
	m := map[string]encoding.Encoding{}
	for _, name := range []string{"gb18030", "utf-16le", "utf-16be", "utf-32le", "big5", "shift_jis", "euc-jp", "euc-kr", "windows-1252", "windows-1251", "macintosh", "windows-874"} {
		m[name] = charset.Get(name)
	}
	return m
}

// exact is s decoded, and encoded again in pieces as they come.
func exact(t *testing.T, enc encoding.Encoding, s string, oneByte bool) (decoded, again string) {
	t.Helper()
	var in io.Reader = strings.NewReader(s)
	if oneByte {
		in = iotest.OneByteReader(in)
	}
	text, err := io.ReadAll(transform.NewReader(in, NewExactDecoder(enc)))
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	var b strings.Builder
	w := transform.NewWriter(&b, NewExactEncoder(enc))
	for rest := text; len(rest) > 0; {
		n := len(rest)
		if oneByte {
			n = 1
		}
		if _, err := w.Write(rest[:n]); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return string(text), b.String()
}

// damage is s with what is damaged in one piece shown as one U+FFFD: of bytes of
// EUC-JP that are none together, decoders make as many as they come in pieces.
func damage(s string) string {
	for strings.Contains(s, "\ufffd\ufffd") {
		s = strings.ReplaceAll(s, "\ufffd\ufffd", "\ufffd")
	}
	return s
}

// checkExact says whether the bytes of s come back, and whether s is shown as
// the encoding's own decoder does.
func checkExact(t *testing.T, name string, enc encoding.Encoding, s string) {
	t.Helper()
	want, err := enc.NewDecoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, oneByte := range []bool{false, true} {
		text, again := exact(t, enc, s, oneByte)
		if again != s {
			t.Errorf("%s: %q became %q by way of %q", name, s, again, text)
		}
		if got := string(Shown([]byte(text), enc)); damage(got) != damage(want) {
			t.Errorf("%s: %q is shown as %q, want %q", name, s, got, want)
		}
	}
	whole, _, err := transform.String(NewExactDecoder(enc), s)
	if got := string(Shown([]byte(whole), enc)); err != nil || damage(got) != damage(want) {
		t.Errorf("%s: %q, read at once, is shown as %q, %v, want %q", name, s, got, err, want)
	}
}

func TestExact(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for name, enc := range notUTF8() {
		good, err := encoding.ReplaceUnsupported(enc.NewEncoder()).String(strings.Repeat("好, a\"é\n😀\ufffd€\u3000", 1500))
		if err != nil {
			t.Fatal(err)
		}
		checkExact(t, name, enc, good)
		if text, _ := exact(t, enc, good, false); keptAt([]byte(text)) >= 0 {
			t.Errorf("%s: bytes of a good text are kept", name)
		}
		for _, few := range []int{1, 2, 50, len(good)} {
			bad := []byte(good)
			for range few {
				bad[rng.IntN(len(bad))] = byte(rng.Uint32())
			}
			checkExact(t, name, enc, string(bad[:len(bad)-rng.IntN(4)]))
		}
		for a := range 256 {
			var all []byte
			for b := range 256 {
				all = append(all, 'a', 0, byte(a), byte(b), 0, '"')
			}
			checkExact(t, name, enc, string(all))
		}
	}
}

// FuzzExact decodes and encodes any bytes.
func FuzzExact(f *testing.F) {
	for _, s := range []string{"", "\xca\xca\xff", "\x80", "\xa3\xa0", "\x81\x30\x41\x41", "\x84\x31\xa4\x37", "\x00\xd8a\x00", "\xd8\x00\x00a", "\xdc", "\xc4\xe3\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, enc := range notUTF8() {
			checkExact(t, name, enc, s)
		}
	})
}
