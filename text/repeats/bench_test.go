package repeats

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// longTexts are single texts of n bytes: what users write, and pieces that,
// repeated, are hard on one step or another.
func longTexts(n int) map[string]string {
	r := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(vocabulary[r.IntN(len(vocabulary))])
		fmt.Fprintf(&b, "%d. ", r.IntN(1000))
	}
	return map[string]string{
		"words": b.String()[:n], "same": strings.Repeat("a", n), "marks": strings.Repeat("a\u0301", n/3), "stops": strings.Repeat(". ", n/2),
		"sentences": strings.Repeat("ab. ", n/4), "chinese": strings.Repeat("物流很慢。客服不回。", n/30), "spaces": strings.Repeat(" ", n),
	}
}

// BenchmarkLength gives the speed on one text by its length: MB/s would fall
// with it, were time more than linear.
func BenchmarkLength(b *testing.B) {
	for _, what := range []string{"words", "same", "marks", "stops", "sentences", "chinese", "spaces"} {
		for _, size := range []struct {
			name string
			n    int
		}{{"4KB", 4 << 10}, {"256KB", 256 << 10}, {"4MB", 4 << 20}} {
			s := longTexts(size.n)[what]
			b.Run("finder/"+what+"/"+size.name, func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					f := NewFinder(0, 1)
					f.Add(s)
					f.Add(s[:len(s)*9/10]) // compared with it
				}
			})
			b.Run("boilerplate/"+what+"/"+size.name, func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					c := NewCounter(BoilerplateOptions{MinTexts: 1, MinLetters: 4})
					c.Add(s)
					c.Stripper().Strip(s)
				}
			})
		}
	}
}
