package pii

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// column reads one column of a compressed CSV file among the shared data.
func column(tb testing.TB, name, col string) []string {
	tb.Helper()
	return testdir.Column(tb, testdir.Shared(tb, "data", name), col, math.MaxInt)
}

func benchmarkFind(b *testing.B, texts []string) { benchmarkTypes(b, nil, texts) }

func benchmarkTypes(b *testing.B, types []Type, texts []string) {
	d := detector(b, Options{Types: types})
	bytes := 0
	for _, t := range texts {
		bytes += len(t)
	}
	b.SetBytes(int64(bytes))
	found := 0
	for b.Loop() {
		found = 0
		all, err := d.FindAll(b.Context(), texts)
		if err != nil {
			b.Fatal(err)
		}
		for _, spans := range all {
			found += len(spans)
		}
	}
	b.ReportMetric(float64(found), "spans")
	b.ReportMetric(float64(found)/float64(bytes)*1000, "spans/kB")
}

func BenchmarkFindEnglishReviews(b *testing.B) {
	benchmarkFind(b, column(b, "amazon_review_snippets.csv.gz", "text"))
}

func BenchmarkFindChineseReviews(b *testing.B) {
	benchmarkFind(b, column(b, "chinese_shopping_reviews.csv.gz", "text"))
}

// BenchmarkFindDense runs over the test set: little but personal data.
func BenchmarkFindDense(b *testing.B) {
	var texts []string
	for _, l := range wholeCorpus(b) {
		texts = append(texts, l.text)
	}
	benchmarkFind(b, texts)
}

// BenchmarkAddresses is the other benchmarks with street addresses looked for.
func BenchmarkAddresses(b *testing.B) {
	b.Run("EnglishReviews", func(b *testing.B) {
		benchmarkTypes(b, allTypes(), column(b, "amazon_review_snippets.csv.gz", "text"))
	})
	b.Run("ChineseReviews", func(b *testing.B) {
		benchmarkTypes(b, allTypes(), column(b, "chinese_shopping_reviews.csv.gz", "text"))
	})
	b.Run("Dense", func(b *testing.B) {
		var texts []string
		for _, l := range wholeCorpus(b) {
			texts = append(texts, l.text)
		}
		benchmarkTypes(b, allTypes(), texts)
	})
}

// BenchmarkMask masks with each action: reviews, of which few hold personal data,
// and the test set, of which most do.
func BenchmarkMask(b *testing.B) {
	var dense []string
	for _, l := range wholeCorpus(b) {
		dense = append(dense, l.text)
	}
	inputs := []struct {
		name  string
		texts []string
	}{
		{"English", column(b, "amazon_review_snippets.csv.gz", "text")},
		{"Chinese", column(b, "chinese_shopping_reviews.csv.gz", "text")},
		{"Dense", dense},
		{"DenseLong", []string{strings.Repeat(strings.Join(dense, "\n")+"\n", 20)}},
	}
	for _, action := range []struct {
		name string
		p    Policy
	}{{"Mask", Policy{}}, {"Hash", Policy{Action: Hash}}, {"Pseudonym", Policy{Action: Pseudonym, Key: testKey}}} {
		m := masker(b, Options{Types: allTypes()}, action.p)
		for _, in := range inputs {
			b.Run(action.name+in.name, func(b *testing.B) {
				bytes := 0
				for _, t := range in.texts {
					bytes += len(t)
				}
				b.SetBytes(int64(bytes))
				for b.Loop() {
					for _, t := range in.texts {
						mask(b, m, t)
					}
				}
			})
		}
	}
}

// hostile are pieces that, repeated, make long runs of what the scanner must
// look at.
var hostile = map[string]string{
	"digits": "1", "dashes": "1-", "spaced": "123 ", "at": "a@", "colons": "a:", "hex": "ab:", "letters": "a", "dots": "1.", "url": "http://a", "iban": "DE89 ",
	"ibanlower": "de89 ", "paren": "(", "plus": "+1", "mobile": "13812345678 ", "marks": "1!", "newlines": "12345678\n", "commas": "12,", "qq": "qq号", "wx": "微信a1", "wide": "１", "widemobile": "１３８１２３４５６７８ ",
	"invisible": "1\u200b", "nbsp": "555\u00a0", "handle": "@小", "handles": "@小明说", "longhandle": "小", "road": "路1号", "han": "京1号", "lane": "1 A Lane ",
	"capitals": "1 Ab ", "town": "1 A St, Ab ", "unit": "楼1", "estate": "小区1栋", "names": "1 Ab Cd Ef Gh Ij ", "province": "北京", "provinces": "北京北京北京北京北京北京1号", "box": "po box ",
	"card": "4111 1111 1111 ", "ssn": "123-45-", "ip": "1.2.3.4.", "v6": "2001:db8:", "mail": "a.b-c@d.", "bracket": "[email", "pass": "passport a1234567", "mixed": "小区1栋2室13812345678 1 Ab Lane, ",
}

// BenchmarkFindHostile runs over a megabyte of each, street addresses looked for.
func BenchmarkFindHostile(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		piece := hostile[name]
		b.Run(name, func(b *testing.B) { benchmarkTypes(b, allTypes(), []string{strings.Repeat(piece, 1<<20/len(piece))}) })
	}
}

// BenchmarkLinear compares 64 kB with 1 MB of each hostile input: slowdown is the
// time a byte takes in the longer one over that in the shorter, 1 where time is
// linear.
func BenchmarkLinear(b *testing.B) {
	d := detector(b, Options{Types: allTypes()})
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		piece := hostile[name]
		short := strings.Repeat(piece, 1<<16/len(piece))
		long := strings.Repeat(piece, 1<<20/len(piece))
		b.Run(name, func(b *testing.B) {
			var inShort, inLong time.Duration
			for b.Loop() {
				begin := time.Now()
				for range 16 {
					find(b, d, short)
				}
				middle := time.Now()
				find(b, d, long)
				inShort += middle.Sub(begin)
				inLong += time.Since(middle)
			}
			b.ReportMetric(float64(inLong)/float64(inShort), "slowdown")
			b.ReportMetric(0, "ns/op")
		})
	}
}
