package bert

import (
	"math"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// sentence-transformers makes the same vectors with a saved directory as the
// model that was saved.
func TestPythonLoadsSaved(t *testing.T) {
	t.Parallel()
	plain, half := modelFiles(t, tiny), modelFiles(t, tiny)
	editWeights(t, half, func(from safetensors.Tensor) []safetensors.Tensor {
		v, err := from.Float32()
		if err != nil {
			return []safetensors.Tensor{from}
		}
		to, err := safetensors.OfFloat16(from.Name, from.Shape, v)
		if err != nil {
			t.Fatal(err)
		}
		return []safetensors.Tensor{to}
	})
	setConfig(t, half, configFile, map[string]any{"dtype": "float16"})
	chain := sentenceModel(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true}, "Dense", "Normalize")
	addJSON(t, chain, "2_Dense/config.json", map[string]any{"in_features": 32, "out_features": 24, "bias": true, "activation_function": "torch.nn.modules.activation.Tanh"})
	addWeights(t, chain, "2_Dense/model.safetensors",
		floats(t, "linear.weight", []int{24, 32}, func(i int) float64 { return float64(i*7%11)/11 - 0.4 }),
		floats(t, "linear.bias", []int{24}, func(i int) float64 { return float64(i%3) / 3 }))
	texts := append(someTexts(9, 12), "the phone")
	var names, dirs []string
	var wants []*Embeddings
	for name, c := range map[string]struct {
		fsys    fstest.MapFS
		options Options
		train   bool
	}{
		"plain":                    {fsys: plain},
		"pooling":                  {fsys: plain, options: Options{Pooling: PoolCLS | PoolMean | PoolLastToken}},
		"length":                   {fsys: plain, options: Options{MaxLength: 6}},
		"features and length":      {fsys: plain, options: Options{Dim: 7, MaxLength: 6}},
		"chain":                    {fsys: chain},
		"features of unit vectors": {fsys: chain, options: Options{Dim: 7, MaxLength: 6, Pooling: PoolMax}},
		"float16":                  {fsys: half},
		"trained":                  {fsys: plain, train: true},
	} {
		m, err := LoadFS(c.fsys, c.options)
		if err != nil {
			t.Fatal(err)
		}
		if c.train {
			tree, err := m.Encoder()
			if err != nil {
				t.Fatal(err)
			}
			tree = tree.Trainable()
			for p := range tree.names {
				for i := range values(p) {
					values(p)[i] *= 1 + float32(i%5)/20
				}
			}
			if m, err = m.WithEncoder(tree); err != nil {
				t.Fatal(err)
			}
		}
		dir := filepath.Join(t.TempDir(), "model")
		if err := m.Save(dir); err != nil {
			t.Fatal(err)
		}
		names, dirs, wants = append(names, name), append(dirs, dir), append(wants, mustEmbed(t, m, texts))
	}
	for k, vectors := range testdir.SentenceTransformers(t, texts, dirs...) {
		worst, want := 0.0, wants[k]
		for i, v := range vectors {
			if len(v) != want.Dim() {
				t.Fatalf("%s: %d features, want %d", names[k], len(v), want.Dim())
			}
			for j, x := range v {
				worst = max(worst, math.Abs(x-want.At(i, j)))
			}
		}
		if t.Logf("%s: deviation %.2g", names[k], worst); !(worst <= 2e-6) {
			t.Errorf("%s: Python's vectors differ by %g", names[k], worst)
		}
	}
}
