package bert

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Int8 against float32 on the tiny checkpoints: the cosines of the mean of a
// text's hidden states. Layers so narrow have few numbers to average errors
// over, so real models are nearer.
func TestNextInt8(t *testing.T) {
	t.Parallel()
	for name, dir := range nextDirs(t, "model.safetensors") {
		if strings.Contains(name, "model2vec") || strings.Contains(name, "static") || strings.Contains(name, "inference-free") {
			continue // no layers
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exact := loadGoldenModel(t, dir, Options{Threads: 1})
			coarse := loadGoldenModel(t, dir, Options{Threads: 1, Precision: Int8})
			r := rand.New(rand.NewPCG(5, 6))
			var texts []Input
			for range 50 {
				ids := make([]int32, 2+r.IntN(min(exact.MaxLength(), 60)-1))
				for i := range ids {
					ids[i] = 3 + int32(r.IntN(exact.config.VocabSize-3))
				}
				texts = append(texts, Input{IDs: ids})
			}
			var sums [][]float64
			for _, m := range []*Model{exact, coarse} {
				h, err := m.EncodeIDs(t.Context(), texts)
				if err != nil {
					t.Fatal(err)
				}
				last := h.Layers[len(h.Layers)-1]
				for i, ids := range h.IDs {
					sum := make([]float64, h.Output)
					for k := range ids {
						for j := range sum {
							sum[j] += float64(last[(i*h.Tokens+k)*h.Output+j])
						}
					}
					sums = append(sums, sum)
				}
			}
			mean, worst := 0.0, 1.0
			for i := range texts {
				var dot, a, b float64
				for j, x := range sums[i] {
					y := sums[len(texts)+i][j]
					dot, a, b = dot+x*y, a+x*x, b+y*y
				}
				cosine := dot / math.Sqrt(a*b)
				mean, worst = mean+cosine/float64(len(texts)), min(worst, cosine)
			}
			t.Logf("%s: cosine %.5f, worst %.5f", exact.config.ModelType, mean, worst)
			if !(mean >= 0.99) {
				t.Errorf("cosine %.5f, want at least 0.99", mean)
			}
		})
	}
}
