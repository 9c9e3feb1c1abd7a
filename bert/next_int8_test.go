package bert

import (
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
			mean, worst := meanCosines(t, exact, coarse)
			t.Logf("%s: cosine %.5f, worst %.5f", exact.config.ModelType, mean, worst)
			if !(mean >= 0.99) {
				t.Errorf("cosine %.5f, want at least 0.99", mean)
			}
		})
	}
}
