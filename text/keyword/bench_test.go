package keyword

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// BenchmarkExtractSizes shows that the time a byte does not grow with the size:
// of many texts, and of one long text.
func BenchmarkExtractSizes(b *testing.B) {
	for _, size := range []int{4 << 10, 256 << 10, 4 << 20} {
		var texts []string
		var labels []int
		n := 0
		for i := 0; n < size; i++ {
			texts = append(texts, fmt.Sprintf("%s Model%d sold by shop%d.", sample[i%len(sample)], i%997, i%89))
			labels = append(labels, i%5)
			n += len(texts[i])
		}
		for _, c := range []struct {
			name   string
			texts  []string
			labels []int
		}{{"texts", texts, labels}, {"one", []string{strings.Join(texts, " ")}, []int{0}}} {
			b.Run(fmt.Sprintf("%s/%dKB", c.name, size>>10), func(b *testing.B) {
				b.SetBytes(int64(n))
				for b.Loop() {
					if _, err := Extract(context.Background(), c.texts, c.labels, Options{}, Query{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
