package bert

import (
	"math"
	"path/filepath"
	"strings"
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
	// Which shortens vectors to the number in the directory, and whose Dense modules
	// name their input.
	since6 := testdir.SentenceTransformersVersion(t) >= 6
	var names, dirs []string
	var wants []*Embeddings
	for name, c := range map[string]struct {
		fsys    fstest.MapFS
		options Options
		train   bool
		since6  bool // needs version 6 of sentence-transformers
	}{
		"plain":                    {fsys: plain},
		"pooling":                  {fsys: plain, options: Options{Pooling: PoolCLS | PoolMean | PoolLastToken}},
		"length":                   {fsys: plain, options: Options{MaxLength: 6}},
		"features and length":      {fsys: plain, options: Options{Dim: 7, MaxLength: 6}, since6: true},
		"chain":                    {fsys: chain},
		"features of unit vectors": {fsys: chain, options: Options{Dim: 7, MaxLength: 6, Pooling: PoolMax}, since6: true},
		"float16":                  {fsys: half},
		"trained":                  {fsys: plain, train: true},
		"modules before pooling":   {fsys: tokenChain(t, "mean", "max", "cls"), since6: true},
		"router":                   {fsys: routed(t, "document_0_Transformer", "document_1_Pooling"), since6: true},
	} {
		if c.since6 && !since6 {
			t.Logf("%s: not compared, needs sentence-transformers 6", name)
			continue
		}
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
		mapped := filepath.Join(t.TempDir(), "mapped")
		if err := m.SaveMapped(mapped, someMap(m.Dim())); err != nil {
			t.Fatal(err)
		}
		back, err := Load(mapped, Options{})
		if err != nil {
			t.Fatal(err)
		}
		names, dirs, wants = append(names, name+", mapped"), append(dirs, mapped), append(wants, mustEmbed(t, back, texts))
		if err := back.Close(); err != nil {
			t.Error(err)
		}
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

// Python makes the same vectors with saved models of other kinds, for queries
// and documents.
func TestPythonLoadsSavedKinds(t *testing.T) {
	t.Parallel()
	if testdir.SentenceTransformersVersion(t) < 6 {
		t.Skip("needs sentence-transformers 6")
	}
	old := goldenFS(t, "model2vec")
	delete(old, modulesFile)
	setConfig(t, old, configFile, map[string]any{"model_type": "model2vec"})
	// sentence-transformers counts unknown words, model2vec does not: texts of
	// both, then of known words.
	texts := append(someTexts(5, 12), "the phone", strings.Repeat("it will not charge ", 9))
	mixed := len(texts)
	vocabulary := mustLoadFS(t, old, Options{}).Tokenizer()
	for id := range vocabulary.MaxID() + 1 {
		if word, _ := vocabulary.Token(id); len(word) > 2 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == "" {
			texts = append(texts, word+" "+word)
		}
	}
	if len(texts) < mixed+5 {
		t.Fatalf("%d known words", len(texts)-mixed)
	}
	type saved struct {
		name    string
		fsys    fstest.MapFS
		options Options
		from    int // first text
	}
	for _, c := range []struct {
		class, method string
		task          Task
		models        []saved
	}{
		{"SentenceTransformer", "encode", AnyTask, []saved{
			{"static", goldenFS(t, "st6-static-embedding"), Options{}, 0},
			{"static, shorter", goldenFS(t, "st6-static-embedding"), Options{MaxLength: 4, Dim: 5}, 0},
			{"model2vec", old, Options{Dim: 7}, mixed},
			{"quantised", quantisedStatic(t), Options{}, mixed},
		}},
		{"SparseEncoder", "encode_query", Query, []saved{{"sparse", goldenFS(t, "splade-inference-free"), Options{}, 0}}},
		{"SparseEncoder", "encode_document", Document, []saved{{"sparse, shorter", goldenFS(t, "splade-inference-free"), Options{MaxLength: 5}, 0}}},
		{"MultiVectorEncoder", "encode_query", Query, []saved{{"multi", goldenFS(t, "multi-vector-colbert"), Options{}, 0}}},
		{"MultiVectorEncoder", "encode_document", Document, []saved{
			{"multi", goldenFS(t, "multi-vector-colbert"), Options{MaxLength: 9}, 0},
			{"PyLate", goldenFS(t, "multi-vector-pylate"), Options{}, 0},
		}},
	} {
		var dirs []string
		var wants [][][]float32
		for _, from := range c.models {
			m := mustLoadFS(t, from.fsys, from.options)
			dirs = append(dirs, filepath.Join(t.TempDir(), "model"))
			if err := m.Save(dirs[len(dirs)-1]); err != nil {
				t.Fatal(err)
			}
			wants = append(wants, eachVector(t, m, c.task, texts))
		}
		for k, vectors := range testdir.SentenceTransformersOf(t, c.class, c.method, texts, dirs...) {
			worst, largest := 0.0, 1.0
			for i, v := range vectors[c.models[k].from:] {
				want := wants[k][c.models[k].from+i]
				if len(v) != len(want) {
					t.Fatalf("%s, text %d: %d values, want %d", c.models[k].name, i, len(v), len(want))
				}
				for j, x := range v {
					worst, largest = max(worst, math.Abs(x-float64(want[j]))), max(largest, math.Abs(x))
				}
			}
			if t.Logf("%s.%s, %s: deviation %.2g of %.2g", c.class, c.method, c.models[k].name, worst, largest); !(worst <= 1e-5*largest) {
				t.Errorf("%s: Python's vectors differ by %g", c.models[k].name, worst)
			}
		}
	}
}

// eachVector returns the vector of each text, or those of its tokens one after
// another.
func eachVector(t *testing.T, m *Model, task Task, texts []string) [][]float32 {
	t.Helper()
	var out [][]float32
	switch m.pipeline.kind {
	case sparseVectors:
		v, err := m.EmbedSparseAs(t.Context(), texts, task, EmbedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range v.Len() {
			out = append(out, v.Dense(i))
		}
	case multiVectors:
		v, err := m.EmbedMultiAs(t.Context(), texts, task, EmbedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return v.texts
	default:
		e := mustEmbed(t, m, texts)
		for i := range e.Len() {
			out = append(out, e.Row(i))
		}
	}
	return out
}
