package clean

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/seed-56ee9438/cohort/text"
)

func TestString(t *testing.T) {
	t.Parallel()
	all := Options{URLs: Replace, Mentions: Replace, Emoji: Replace, Simplify: true, Form: NFKC}
	drop := Options{Mentions: Drop, Hashtags: Drop, Emoji: Drop}
	for _, c := range []struct {
		o        Options
		in, want string
		steps    []Step
	}{
		{Options{}, "", "", nil},
		{Options{}, "plain text, unchanged.", "plain text, unchanged.", nil},
		{Options{}, "\xEF\xBB\xBFbom", "bom", []Step{Encoding}},
		{Options{}, "good\xff phone", "good phone", []Step{Encoding}},
		{Options{}, "cafÃ© and donâ€™t", "café and don’t", []Step{Encoding}},
		{Options{}, "Ça va, é à ü", "Ça va, é à ü", nil},
		{Options{}, "<p>Great&nbsp;phone &amp; case</p><br/>love <b>it</b>", "Great phone & case love it", []Step{HTML, Space}},
		{Options{}, "a <b and c> d? I <3 it, x<y, <wow> 5 < 6", "a d? I <3 it, x<y, <wow> 5 < 6", []Step{HTML}},
		{Options{}, "x<script>var a='<p>';</script>y<style>p{}</style>z<!-- no -->", "xyz", []Step{HTML}},
		{Options{}, "AT&T &lt;3 &#39;ok&#x27; &bogus; &copy", "AT&T <3 'ok' &bogus; &copy", []Step{HTML}},
		{Options{}, "zero\u200bwidth\u00ad \u202eevil\x07", "zerowidth evil", []Step{Invisible}},
		{Options{}, "ｉＰｈｏｎｅ１３很好，真的！", "iPhone13很好，真的！", []Step{Form}},
		{Options{}, "cafe\u0301　wide", "café wide", []Step{Form}},
		{Options{}, "５０％、１．５倍～ ａ／ｂ＿ｃ－ｄ＆ｅ（ﾡ）", "50%、1.5倍~ a/b_c-d&e（ㄱ）", []Step{Form}},
		{Options{Form: NFC}, "cafe\u0301　１．５％ｱ", "café １．５％ｱ", []Step{Form}},
		{Options{Form: NFKC}, "ﬁne，２０²！", "fine,202!", []Step{Form}},
		{Options{Simplify: true}, "這個電視機很好", "这个电视机很好", []Step{Simplified}},
		{Options{}, "這個電視機很好", "這個電視機很好", nil},
		{Options{}, "see https://a.com/x?y=1, or www.b.org. 见http://c.cn谢谢", "see , or . 见谢谢", []Step{URLs}},
		{Options{URLs: Keep}, "see https://a.com/x", "see https://a.com/x", nil},
		{Options{}, "@bob #BestPhoneEver #best_buy #5 c# #话题#好", "@bob Best Phone Ever best buy #5 c# 话题 好", []Step{Hashtags}},
		{all, "@bob loves https://a.b/ 👍🏽🇫🇷 1️⃣ #電視", "[handle] loves [url] thumbs up France keycap 1 电视", []Step{URLs, Mentions, Emoji, Simplified, Hashtags}},
		{drop, "@bob wow 👨‍👩‍👧 #tag ❤️!", "wow !", []Step{Mentions, Emoji, Hashtags}},
		{Options{}, "sooooo goooood!!!!!! 哈哈哈哈哈 10000000 1111111", "sooo goood!!! 哈哈哈 10000000 1111111", []Step{Repeats}},
		{Options{MaxRepeat: -1}, "sooooo", "sooooo", nil},
		{Options{}, "  a\t\tb \r\n\r\n\r\n c  ", "a b c", []Step{Space}},
		{Options{KeepLines: true}, "  a\t\tb \r\n\r\n\r\n c \n d ", "a b\n\nc\nd", []Step{Space}},
		{Options{}, "me@x.com", "me@x.com", nil},
		{Options{Mentions: Drop}, "me@example a.b@example /@bob", "me@example a.b@example /@bob", nil},
		{drop, "5😀 4 of 10😀 7⃣", "5 4 of 10", []Step{Emoji}},
		{Options{}, "ｱｲﾜ", "アイワ", []Step{Form}},
	} {
		got := New(c.o).String(c.in)
		if got.Text != c.want {
			t.Errorf("%+v\n   %q\n-> %q\n   %q wanted", c.o, c.in, got.Text, c.want)
		}
		for _, s := range c.steps {
			if !got.Steps.Has(s) {
				t.Errorf("%q: step %s is not reported", c.in, s)
			}
		}
		if len(c.steps) == 0 && got.Steps != 0 {
			t.Errorf("%q: steps %b reported, none wanted", c.in, got.Steps)
		}
		o := c.o
		o.NoOffsets = true
		if fast := New(o).String(c.in); fast.Text != got.Text || fast.Steps != got.Steps {
			t.Errorf("%q: without offsets %q", c.in, fast.Text)
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const zh, en = "这款手机很好，电池耐用！abc", "A good phone, really."
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(zh + "€㐀")
	if err != nil {
		t.Fatal(err)
	}
	le, _ := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(en + "😀")
	be, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(zh + "😀")
	for _, c := range []struct{ in, want, charset string }{
		{zh, zh, "utf-8"},
		{gb, zh + "€㐀", "gb18030"},
		{le, en + "😀", "utf-16le"},
		{be, zh + "😀", "utf-16be"},
		{"\xff\xfea\x00", "a", "utf-16le"},
		{"caf\xe9 cr\xe8me \x80 5", "café crème € 5", "windows-1252"},
		{"it\x92s great", "it’s great", "windows-1252"},
		{"se\xf1or", "señor", "windows-1252"},
		{"Gr\xfc\xdfe", "Grüße", "windows-1252"},
		{"\xbfhola", "¿hola", "windows-1252"},
		{"\xba\xc3", "好", "gb18030"},
		{"iPhone\xba\xc3", "iPhone好", "gb18030"},
		{"\xeb\x8a\xd2\x95 is fine", "電視 is fine", "gb18030"},
		{"\xd6\xca\xc1\xbf very good phone", "质量 very good phone", "gb18030"},
		{"好的" + "\xe5\xa5" + "很好", "好的很好", "utf-8 with errors"},
	} {
		got := New(Options{}).Bytes([]byte(c.in))
		if got.Text != c.want || got.Charset != c.charset {
			t.Errorf("%q -> %q as %s, want %q as %s", c.in, got.Text, got.Charset, c.want, c.charset)
		}
	}
}

// TestSource traces words of cleaned texts to their sources.
func TestSource(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("電池abc很好")
	if err != nil {
		t.Fatal(err)
	}
	c := New(Options{Simplify: true, Emoji: Replace})
	for _, x := range []struct{ in, word, source string }{
		{"<p>Tom &amp; Ann</p>", "&", "&amp;"},
		{"<p>Tom &amp; Ann</p>", "Ann", "Ann"},
		{"  so   goooooood 👍🏽!", "thumbs up", "👍🏽"},
		{"  so   goooooood 👍🏽!", "so goood", "so   goooooood"},
		{"這個 #電視機#很好", "电视机", "電視機"},
		{"ＡＢＣ and cafe\u0301", "ABC", "ＡＢＣ"},
		{"ＡＢＣ and cafe\u0301", "é", "e\u0301"},
		{gb, "abc", "abc"},
		{gb, "电", gb[:2]},
	} {
		got := c.String(x.in)
		i := strings.Index(got.Text, x.word)
		if i < 0 {
			t.Errorf("%q has no %q", got.Text, x.word)
			continue
		}
		from, to := got.Source(i, i+len(x.word))
		if x.in[from:to] != x.source {
			t.Errorf("%q of %q comes from %q, want %q", x.word, got.Text, x.in[from:to], x.source)
		}
	}
}

func TestStepsOfTexts(t *testing.T) {
	t.Parallel()
	c := New(Options{MinRunes: 3})
	for _, x := range []struct {
		in    string
		short bool
		steps []Step
	}{
		{"<b>bold</b>", false, []Step{HTML}}, {"ok", true, nil}, {"", true, nil}, {"fine text", false, nil},
		{"two  spaces", false, []Step{Space}}, {"!!!", true, nil}, {"<i>two  faults</i>", false, []Step{HTML, Space}},
	} {
		got := c.String(x.in)
		if steps := slices.Collect(got.Steps.All()); !slices.Equal(steps, x.steps) || got.Short != x.short || got.Charset != "utf-8" {
			t.Errorf("%q: steps %v, short %v, %s; want %v, %v", x.in, steps, got.Short, got.Charset, x.steps, x.short)
		}
		for s := range got.Steps.All() {
			if s != x.steps[0] {
				t.Errorf("%q: the first step is %v", x.in, s)
			}
			break
		}
	}
	if got := c.String("好的 nice"); got.Language != text.Chinese {
		t.Errorf("language %q", got.Language)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"<p>Great&nbsp;phone</p> #BestEver @bob https://a.b/c 👍🏽!!!!!!", "cafÃ©\xff", "ａｂｃ　電視",
		"\xff\xfea\x00b\x00", "\xb5\xe7\xca\xd3", "a\u0301\u0301<script>x", "1️⃣ www.x ::// #a_b_C", "\u1100\u1161",
	} {
		f.Add(s, uint16(0))
		f.Add(s, uint16(0xffff))
	}
	f.Fuzz(func(t *testing.T, s string, bits uint16) {
		o := Options{
			KeepHTML: bits&1 != 0, Form: NormalForm(bits >> 1 & 3), Simplify: bits>>3&1 != 0, URLs: Treatment(bits >> 4 & 3),
			Mentions: Treatment(bits >> 6 & 3), Hashtags: Treatment(bits >> 8 & 3), Emoji: Treatment(bits >> 10 & 3), KeepLines: bits>>12&1 != 0,
			MaxRepeat: int(bits>>13&3) - 1,
		}
		got := New(o).String(s)
		if !utf8.ValidString(got.Text) {
			t.Fatalf("%q -> %q is not UTF-8", s, got.Text)
		}
		rewrites := !o.KeepHTML || o.Form != KeepForm || o.Simplify || o.URLs == Replace || o.Mentions == Replace || o.Emoji == Replace || got.Steps.Has(Encoding)
		checkTrace(t, s, &got, !rewrites)
		for i := range got.Text {
			_, n := utf8.DecodeRuneInString(got.Text[i:])
			from, to := got.Source(i, i+n)
			// a character that took one letter of the source is that letter
			if to == from+1 && asciiAlnum(s[from]) && n == 1 && asciiAlnum(got.Text[i]) && s[from] != got.Text[i] {
				t.Fatalf("%q -> %q: %q at %d comes from %q", s, got.Text, got.Text[i], i, s[from])
			}
		}
		o.NoOffsets = true
		if fast := New(o).String(s); fast.Text != got.Text {
			t.Fatalf("%q: %q with offsets, %q without", s, got.Text, fast.Text)
		}
	})
}

func benchmark(b *testing.B, o Options, s string) {
	c := New(o)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		c.String(s)
	}
}

const (
	plainReview = "I bought this phone last week and the battery lasts two days. Great camera, too! "
	cleanReview = "I bought this phone last week and the battery lasts two days. Great camera, too! It fits in a pocket."
	dirtyReview = "<p>Sooooo good!!!!!!</p> see https://example.com/x?y=1 #BestPhoneEver @bob 👍🏽 電池很好，ＡＢＣ &amp; caf\u0065\u0301 "
)

func BenchmarkClean(b *testing.B)          { benchmark(b, Options{}, cleanReview) }
func BenchmarkPlain(b *testing.B)          { benchmark(b, Options{}, plainReview) }
func BenchmarkPlainNoOffsets(b *testing.B) { benchmark(b, Options{NoOffsets: true}, plainReview) }
func BenchmarkDirty(b *testing.B)          { benchmark(b, Options{Simplify: true, Emoji: Replace}, dirtyReview) }
func BenchmarkDirtyNoOffsets(b *testing.B) {
	benchmark(b, Options{Simplify: true, Emoji: Replace, NoOffsets: true}, dirtyReview)
}

// The time a byte takes must not grow with the length of the text.
func BenchmarkDirtyMegabyte(b *testing.B) {
	benchmark(b, Options{Simplify: true, Emoji: Replace}, strings.Repeat(dirtyReview, 1<<20/len(dirtyReview)))
}

// Full-width letters and digits, which forms and chat are full of, do not keep
// GB18030 from being told.
func TestFullWidthGB18030(t *testing.T) {
	t.Parallel()
	const want = "手机１３８１２３４５６７８，邮箱ｂｏｂ＠ｅｘａｍｐｌｅ．ｃｏｍ"
	b, err := simplifiedchinese.GB18030.NewEncoder().String(want)
	if err != nil {
		t.Fatal(err)
	}
	if got := Charset([]byte(b)); got != "gb18030" {
		t.Errorf("charset %s", got)
	}
}
