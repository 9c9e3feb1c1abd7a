package sentiment

import (
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Grams is a linear model over the character n-grams of a text, hashed into
// 2^Bits buckets. It keeps details of words that the encoder's vector blurs. A
// feature is present or absent; the weights include the naive Bayes log-count
// ratio by which it was scaled in the fit (Wang and Manning 2012).
type Grams struct {
	Bits    int     `json:"bits"`
	Longest int     `json:"longest"` // length of the longest n-gram in characters
	Weights weights `json:"weights"` // [1 << Bits] of float32
	Bias    float64 `json:"bias"`
}

// Logit returns the log-odds of a positive text.
func (g *Grams) Logit(text string) float64 {
	found := buckets(nil, text, g.Bits, g.Longest)
	if len(found) == 0 {
		return g.Bias
	}
	z := 0.0
	for _, b := range found {
		z += float64(g.Weights[b])
	}
	return z/math.Sqrt(float64(len(found))) + g.Bias
}

// buckets appends the distinct buckets of a text's n-grams of 1 to longest
// characters to to, in ascending order. White space and case are ignored.
func buckets(to []uint32, text string, bits, longest int) []uint32 {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	from := len(to)
	mask := uint32(1)<<bits - 1
	for at := range text {
		end := at
		for range longest {
			if end == len(text) {
				break
			}
			_, n := utf8.DecodeRuneInString(text[end:])
			end += n
			to = append(to, crc32.ChecksumIEEE([]byte(text[at:end]))&mask)
		}
	}
	slices.Sort(to[from:])
	return to[:from+len(slices.Compact(to[from:]))]
}
