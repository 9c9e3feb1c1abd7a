package pii

import (
	"strings"
	"testing"
)

// wide writes the ASCII characters of s in their full-width forms.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '\u3000'
		case r > ' ' && r < 0x7F:
			return r + 0xFEE0
		}
		return r
	}, s)
}

// Whatever is found in ASCII is found in full-width characters too, at the
// source's own bytes, and gets the same token.
func TestFullWidth(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{Types: allTypes()})
	m := masker(t, Options{Types: allTypes()}, Policy{Action: Pseudonym, Key: testKey})
	for _, c := range []struct {
		typ           Type
		before, value string
	}{
		{Email, "邮箱", "oscar.brook@example.com"}, {Phone, "手机", "13812345678"}, {Phone, "手机", "138-1234-5678"}, {Phone, "电话", "(0755)87829954"},
		{Phone, "call ", "+1 202-555-0143"}, {Card, "卡号", "4111 1111 1111 1111"}, {IBAN, "IBAN ", "DE89370400440532013000"},
		{SSN, "SSN ", "457-67-9451"}, {CNID, "身份证", "330106196206130247"}, {CNID, "身份证", "44030519561216013X"}, {USCC, "税号", "91440305MAJR70WWTC"},
		{Passport, "护照", "E12345678"}, {QQ, "QQ", "8262048"}, {WeChat, "微信", "snow_panda77"}, {Handle, "thanks ", "@frank_ivanov"},
		{Address, "ship to ", "12 Larkspur Lane, Dayton, OH 45402"}, {IP, "网关", "192.168.1.7"}, {MAC, "MAC ", "53:35:4d:6b:58:c1"}, {URL, "后台", "http://nora:pa55w0rd1@nas.example.org/index.html"},
	} {
		plain := c.before + c.value + "，谢谢"
		text := c.before + wide(c.value) + "，谢谢"
		got := find(t, d, text)
		if len(got) != 1 || got[0].Type != c.typ || text[got[0].Start:got[0].End] != wide(c.value) {
			t.Errorf("%s: %v in %q", c.typ, got, text)
			continue
		}
		if a, b := mask(t, m, plain).Text, mask(t, m, text).Text; a != b {
			t.Errorf("%q -> %q, but %q -> %q", plain, a, text, b)
		}
	}
}

// Cleaning makes letters and digits half-width and leaves Chinese punctuation:
// values so mixed are found too.
func TestFullWidthPunctuation(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{Types: allTypes()})
	for text, want := range map[string]string{
		"MAC 53：35：4d：6b：58：c1，好":                      "53：35：4d：6b：58：c1",
		"ship to 12 Larkspur Lane， Dayton， OH 45402":   "12 Larkspur Lane， Dayton， OH 45402",
		"固话（0755）87829954。":                            "（0755）87829954",
		"见http：//nora:pa55w0rd1@nas.example.org，密码在里面": "http：//nora:pa55w0rd1@nas.example.org",
		"电话：13812345678，QQ：没有":                         "13812345678",
		"（13812345678）":                                "13812345678",
	} {
		got := find(t, d, text)
		if len(got) != 1 || text[got[0].Start:got[0].End] != want {
			t.Errorf("%q: %v, want %q", text, got, want)
		}
	}
}

// Invisible characters, no-break spaces and typographic hyphens hide nothing.
func TestInvisible(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{})
	for text, want := range map[string]string{
		"call 138\u200b1234\u200b5678 now":         "138\u200b1234\u200b5678",
		"call 202\u2011555\u20110143":              "202\u2011555\u20110143",
		"ring +49\u00a030\u00a023125\u00a0038":     "+49\u00a030\u00a023125\u00a0038",
		"mail an\u00adna@exam\u2060ple.com\u200b.": "an\u00adna@exam\u2060ple.com",
		"card 4111\u20091111\u20091111\u20091111":  "4111\u20091111\u20091111\u20091111",
		"\ufeff13812345678":                        "13812345678",
		"微信：\u200esnow_panda77\u200e，":             "snow_panda77",
	} {
		got := find(t, d, text)
		if len(got) != 1 || text[got[0].Start:got[0].End] != want {
			t.Errorf("%q: %v, want %q", text, got, want)
		}
	}
}

func TestAllowFullWidth(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{Allow: []string{"13812345678", "Ｈｅｌｐ＠example.com"}})
	if got := find(t, d, "１３８１２３４５６７８ 13812345678 HELP@example.com"); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// FuzzFold checks that every place of a folded text leads back to a place of the
// source that holds the same character.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "１３８", "a\u200b\u200b1\u00a0", "（０７５５）８", "\xc2", "\xe2\x80", "\xef\xbc", "，：１：２", "１\u200b", "bob%40example.com", "%2B86", "&#64;", "a&#x40;b&commat;", "&#46", "&#49;&#50;", "138<b>1</b>2", "a<i>@</i>b", "1<b><i>2", "a&amp;#64;b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if needsFold(s) != (fold(s).text != s) {
			t.Fatalf("needsFold(%q) is %v", s, needsFold(s))
		}
		g := fold(s)
		last := 0
		for i := range len(g.text) {
			sp := Span{Start: i, End: i + 1}
			g.restore(&sp)
			if sp.Start < last || sp.End <= sp.Start || sp.End > len(s) {
				t.Fatalf("byte %d of %q is at %d:%d of %q", i, g.text, sp.Start, sp.End, s)
			}
			last = sp.End
			piece := s[sp.Start:sp.End]
			if len(piece) > 1 {
				before := byte(0)
				if i > 0 {
					before = g.text[i-1]
				}
				if c, size := foldAt(s, sp.Start, before); c != g.text[i] || size != len(piece) {
					t.Fatalf("byte %d of %q is %q of the source", i, g.text, piece)
				}
			} else if piece[0] != g.text[i] {
				t.Fatalf("byte %d of %q is %q of the source", i, g.text, piece)
			}
		}
	})
}
