package text

import (
	"fmt"
	"strings"
	"testing"
)

// benchmarkSizes runs f on texts of 4 KB, 256 KB and 4 MB: the time a byte must
// not grow.
func benchmarkSizes(b *testing.B, piece string, f func(s string)) {
	for _, n := range []int{4 << 10, 256 << 10, 4 << 20} {
		s := strings.ToValidUTF8(strings.Repeat(piece, n/len(piece)+1)[:n], "")
		b.Run(fmt.Sprintf("%dKB", n>>10), func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				f(s)
			}
		})
	}
}

const mixedPiece = "It's a well-made camera, e.g. for the U.S. market... and I like its lens! 质量很好，喜欢。客服态度特别差？！ "

func BenchmarkSentences(b *testing.B) { benchmarkSizes(b, mixedPiece, func(s string) { Sentences(s) }) }

// What could take the square of the length: no stop, and nothing but stops,
// spaces, quotation marks, abbreviations, addresses and emoji.
func BenchmarkSentencesHard(b *testing.B) {
	for _, piece := range []string{"word ", ". ", ".", "\"", "…", "e.g. ", "a.", "x.y@", "a@b", "😀", "! 😀", "! \" ", "                                ", "U.S. I "} {
		b.Run(fmt.Sprintf("%q", piece), func(b *testing.B) {
			benchmarkSizes(b, piece, func(s string) { Sentences(s) })
		})
	}
}

func BenchmarkWords(b *testing.B) {
	benchmarkSizes(b, mixedPiece, func(s string) { Splitter{}.Words(s) })
}

func BenchmarkWordsHard(b *testing.B) {
	for _, piece := range []string{"a", "a-", "a'", "1.", "1-a", "x.y@", "a@b", "http://a ", "@", "好", "!", "\u00ad"} {
		b.Run(fmt.Sprintf("%q", piece), func(b *testing.B) {
			benchmarkSizes(b, piece, func(s string) { Splitter{}.Words(s) })
		})
	}
}
