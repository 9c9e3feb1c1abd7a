package beam

import (
	"context"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// BenchmarkRound measures what a block does in a round of KMeans, and how many
// bytes it sends.
func BenchmarkRound(b *testing.B) {
	users := crowds(5000, 384, 20, 1)
	c := NewCenters(dense.Matrix{Rows: users.rows().Slice(0, 20)})
	f := &stepFn{}
	bytes := 0
	for b.Loop() {
		bytes = 0
		err := f.ProcessElement(context.Background(), users, c, func(_ int, p part) {
			data, err := encodePart(p)
			if err != nil {
				b.Fatal(err)
			}
			bytes += len(data)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/5000/20, "ns/user/centre")
	b.ReportMetric(float64(bytes)/20/384, "B/number")
}
