package clean

import (
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// hostile are pieces of which a long row is hard on one step or another.
var hostile = []string{
	"<", "<b", "<b ", "<a href=\"", "<!--", "</", "<![CDATA[", "<script>", "<script></", "<textarea>", "<b>x</b>",
	"&", "&amp;amp;", "&#", "&a;", "e\u0301", "\u0301", "a\u0323\u0301", "\u1100\u1161\u11a8", "\u0f71\u0f72", "👩\u200d", "<div><p><ul><li>", "@@", "http://http://", "a@", "&#x41;", "哈哈", "🇫", "👍🏽", "1\u20e3",
	"#", "#AaB", "@a", "a://", "www.", "://.", "Ã", "Ã©", "\xff", "\xb5\xe7", "a\x00", " ", "\r\n", "a", "ab", "乾隆", "Ａ", "ｶﾞ", "™", "ﷺ",
}

// TestLinear cleans rows of hostile pieces, and rows twice as long, and compares
// the bytes allocated: memory grows as the input does.
func TestLinear(t *testing.T) {
	c := New(Options{Form: NFKC, Simplify: true, Emoji: Replace, Mentions: Replace, URLs: Replace})
	allocated := func(s string) float64 { return float64(testdir.Allocated(func() { c.String(s) })) }
	allocated("warm 乾隆")
	const n = 64 << 10
	for _, piece := range hostile {
		row := strings.Repeat(piece, n/len(piece))
		if once, twice := allocated(row), allocated(row+row); twice > 3*once+1<<16 {
			t.Errorf("%d bytes of %q take %.0f bytes of memory, twice as many take %.0f", len(row), piece, once, twice)
		}
	}
}

// BenchmarkRows gives the speed for the hostile pieces together: had one of
// them a step of quadratic time, the long row would show it in MB/s.
func BenchmarkRows(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"4KB", 4 << 10}, {"256KB", 256 << 10}} {
		b.Run(size.name, func(b *testing.B) {
			c := New(Options{Form: NFKC, Simplify: true, Emoji: Replace, Mentions: Replace, URLs: Replace})
			total := 0
			var rows []string
			for _, piece := range hostile {
				rows = append(rows, strings.Repeat(piece, size.n/len(piece)))
				total += len(rows[len(rows)-1])
			}
			b.SetBytes(int64(total))
			for b.Loop() {
				for _, row := range rows {
					c.String(row)
				}
			}
		})
	}
}
