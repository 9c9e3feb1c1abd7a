package bert

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// golden is one file of reference outputs.
type golden struct {
	tb   testing.TB
	file *safetensors.File
}

func openGolden(tb testing.TB, path string) golden {
	tb.Helper()
	f, err := safetensors.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	return golden{tb, f}
}

func (g golden) has(name string) bool { _, ok := g.file.Lookup(name); return ok }

func (g golden) floats(name string) (data []float64, shape []int) {
	g.tb.Helper()
	t, ok := g.file.Lookup(name)
	if !ok {
		g.tb.Fatalf("golden has no %s", name)
	}
	data, err := t.Float64()
	if err != nil {
		g.tb.Fatal(err)
	}
	return data, t.Shape
}

func (g golden) ints(name string) (data []int64, shape []int) {
	g.tb.Helper()
	t, ok := g.file.Lookup(name)
	if !ok {
		g.tb.Fatalf("golden has no %s", name)
	}
	data, err := t.Int64()
	if err != nil {
		g.tb.Fatal(err)
	}
	return data, t.Shape
}

// goldenCase is a padded batch of the goldens, its padding left out: the rows
// that attention_mask marks, which in all goldens come first.
type goldenCase struct {
	engine.Sequences
	width int // tokens of a padded row
}

func (g golden) batch(c *Config, prefix string) (goldenCase, bool) {
	if !g.has(prefix + "input_ids") {
		return goldenCase{}, false
	}
	ids, shape := g.ints(prefix + "input_ids")
	mask, _ := g.ints(prefix + "attention_mask")
	var types []int64
	if g.has(prefix+"token_type_ids") && c.TypeVocabSize > 0 {
		types, _ = g.ints(prefix + "token_type_ids")
	}
	var out goldenCase
	out.Reset()
	out.width = shape[1]
	for r := range shape[0] {
		out.Padded = append(out.Padded, mask[(r+1)*shape[1]-1] == 0)
		for i := range shape[1] {
			at := r*shape[1] + i
			if mask[at] == 0 {
				continue
			}
			out.IDs = append(out.IDs, int32(ids[at]))
			if types != nil {
				out.Types = append(out.Types, int32(types[at]))
			}
		}
		out.End()
	}
	return out, true
}

// unpadded returns the rows of x [texts, width, size] that are no padding.
func (c goldenCase) unpadded(x []float64, size int) []float64 {
	var out []float64
	for i := range c.Texts() {
		out = append(out, x[i*c.width*size:(i*c.width+c.Len(i))*size]...)
	}
	return out
}

// relativeError returns the largest difference over the largest value of want.
func relativeError(got []float32, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	var diff, peak float64
	for i, w := range want {
		if math.IsNaN(float64(got[i])) {
			return math.Inf(1)
		}
		diff = max(diff, math.Abs(float64(got[i])-w))
		peak = max(peak, math.Abs(w))
	}
	return diff / peak
}

func loadGoldenModel(tb testing.TB, dir string, o Options) *Model {
	tb.Helper()
	o.NoTokenizer = true // the goldens begin with ids
	m, err := Load(dir, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

// hiddenStates runs sequences and returns the last hidden states in their order.
func hiddenStates(tb testing.TB, m *Model, s engine.Sequences) []float32 {
	tb.Helper()
	size := m.config.width()
	out := make([]float32, len(s.IDs)*size)
	j := &engine.Job{Sequences: s}
	err := m.runner.Run(context.Background(), m.encoder, j, false, func(_ *engine.Arena, b *engine.Batch, hidden []float32) error {
		for t, i := range b.Index {
			from, to := b.Span(t)
			copy(out[s.Offsets[i]*size:], hidden[from*size:to*size])
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// goldenModels are the tiny models of the goldens: those in testdata, and all
// others where the shared material is there.
func goldenModels(tb testing.TB) map[string]string {
	tb.Helper()
	dirs := make(map[string]string)
	local, _ := filepath.Glob("testdata/models/*/expected_f64.safetensors")
	for _, p := range local {
		dirs[filepath.Base(filepath.Dir(p))] = filepath.Dir(p)
	}
	if root := sharedModels(); root != "" {
		all, _ := filepath.Glob(filepath.Join(root, "*", "expected_f64.safetensors"))
		for _, p := range all {
			dirs[filepath.Base(filepath.Dir(p))] = filepath.Dir(p)
		}
	} else if os.Getenv("COHORT_REQUIRE_SHARED") != "" {
		tb.Fatal("the shared golden models are required but missing")
	}
	if len(dirs) == 0 {
		tb.Fatal("no golden models at all")
	}
	return dirs
}

// sharedPath returns the path of shared material, which may be missing.
func sharedPath(parts ...string) string {
	root := os.Getenv("COHORT_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	return filepath.Join(append([]string{root}, parts...)...)
}

func sharedModels() string {
	root := sharedPath("golden", "models")
	if _, err := os.Stat(root); err != nil {
		return ""
	}
	return root
}

func TestGoldenHiddenStates(t *testing.T) {
	t.Parallel()
	for name, dir := range goldenModels(t) {
		t.Run(name, func(t *testing.T) {
			m := loadGoldenModel(t, dir, Options{})
			g := openGolden(t, filepath.Join(dir, "expected_f64.safetensors"))
			compared := 0
			for k := 0; ; k++ {
				prefix := fmt.Sprintf("case%d.", k)
				c, ok := g.batch(m.config, prefix)
				if !ok {
					break
				}
				if !g.has(prefix + "last_hidden_state") {
					continue
				}
				want, _ := g.floats(prefix + "last_hidden_state")
				e := relativeError(hiddenStates(t, m, c.Sequences), c.unpadded(want, m.config.HiddenSize))
				t.Logf("%slast_hidden_state: relative error %.2g", prefix, e)
				if !(e <= 1e-5) {
					t.Errorf("%slast_hidden_state: relative error %g, want at most 1e-5", prefix, e)
				}
				compared++
			}
			if compared == 0 && !g.has("case0.logits") && !g.has("case0.start_logits") {
				t.Error("nothing was compared")
			}
		})
	}
}

func TestGoldenPooler(t *testing.T) {
	t.Parallel()
	for name, dir := range goldenModels(t) {
		g := openGolden(t, filepath.Join(dir, "expected_f64.safetensors"))
		if !g.has("case0.pooler_output") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, pooling := range []Pooling{PoolPooler, PoolPooler | PoolMean} { // first tokens alone, and all
				m := loadGoldenModel(t, dir, Options{Pooling: pooling})
				for k := 0; g.has(fmt.Sprintf("case%d.input_ids", k)); k++ {
					prefix := fmt.Sprintf("case%d.", k)
					c, _ := g.batch(m.config, prefix)
					want, _ := g.floats(prefix + "pooler_output")
					vectors := make([]float32, c.Texts()*m.dim)
					if err := m.embedJob(t.Context(), &engine.Job{Sequences: c.Sequences}, vectors, nil); err != nil {
						t.Fatal(err)
					}
					var got []float32
					for i := range c.Texts() {
						got = append(got, vectors[(i+1)*m.dim-m.config.HiddenSize:(i+1)*m.dim]...)
					}
					if e := relativeError(got, want); !(e <= 1e-5) {
						t.Errorf("pooling %v, %spooler_output: relative error %g", pooling, prefix, e)
					}
				}
			}
		})
	}
}

// realModels are the two models that the goldens of whole texts are for.
var realModels = []string{"all-MiniLM-L6-v2", "bge-small-zh-v1.5"}

func loadReal(tb testing.TB, name string, o Options) *Model {
	tb.Helper()
	m, err := Load(testdir.Shared(tb, "models", name), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

func goldenTexts(tb testing.TB, name string) []string {
	tb.Helper()
	data, err := os.ReadFile(testdir.Shared(tb, "golden", "embed", name, "texts.json"))
	if err != nil {
		tb.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal(data, &texts); err != nil {
		tb.Fatal(err)
	}
	return texts
}

func TestGoldenEmbeddings(t *testing.T) {
	t.Parallel()
	for _, name := range realModels {
		t.Run(name, func(t *testing.T) {
			m := loadReal(t, name, Options{})
			texts := goldenTexts(t, name)
			g := openGolden(t, testdir.Shared(t, "golden", "embed", name, "embeddings.safetensors"))
			want, shape := g.floats("embeddings_f64")
			if slowKernels() { // every tenth text, or fewer
				n := 0
				for i := 0; i < len(texts); i += sized(10, 40) {
					texts[n] = texts[i]
					copy(want[n*shape[1]:(n+1)*shape[1]], want[i*shape[1]:])
					n++
				}
				texts, want, shape = texts[:n], want[:n*shape[1]], []int{n, shape[1]}
			}
			emb, err := m.Embed(t.Context(), texts)
			if err != nil {
				t.Fatal(err)
			}
			if shape[0] != emb.Len() || shape[1] != emb.Dim() {
				t.Fatalf("embeddings [%d, %d], want %v", emb.Len(), emb.Dim(), shape)
			}
			compareEmbeddings(t, emb, texts, want)
		})
	}
}

// compareEmbeddings compares vectors of texts with their float64 values.
func compareEmbeddings(t *testing.T, emb *Embeddings, texts []string, want []float64) {
	t.Helper()
	worst, at := 0.0, 0
	for i, w := range want {
		if d := math.Abs(float64(emb.data[i]) - w); !(d <= worst) {
			worst, at = d, i/emb.Dim()
		}
	}
	t.Logf("%d texts, %d tokens: largest difference to float64 is %.3g", emb.Len(), emb.Tokens, worst)
	if !(worst <= 2e-6) {
		t.Errorf("text %d %q: difference %g, want at most 2e-6", at, texts[at], worst)
	}
}

// TestGoldenSentences is TestGoldenEmbeddings with ten texts of a sentence each,
// for machines and emulators that would take long for more. It logs the time.
func TestGoldenSentences(t *testing.T) {
	const name, sentences = "all-MiniLM-L6-v2", 10
	m := loadReal(t, name, Options{})
	all := goldenTexts(t, name)
	floats, shape := openGolden(t, testdir.Shared(t, "golden", "embed", name, "embeddings.safetensors")).floats("embeddings_f64")
	var texts []string
	var want []float64
	for i, text := range all {
		if n := len(text); n >= 30 && n <= 80 && len(texts) < sentences {
			texts = append(texts, text)
			want = append(want, floats[i*shape[1]:(i+1)*shape[1]]...)
		}
	}
	if len(texts) != sentences {
		t.Fatalf("%d texts of a sentence, want %d", len(texts), sentences)
	}
	start := time.Now()
	emb, err := m.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	t.Logf("%s, %v kernels: %d texts in %v, %.0f tokens a second", runtime.GOARCH, kernel.Active(), len(texts), took.Round(time.Millisecond), float64(emb.Tokens)/took.Seconds())
	compareEmbeddings(t, emb, texts, want)
}

func TestGoldenLayers(t *testing.T) {
	t.Parallel()
	for _, name := range realModels {
		t.Run(name, func(t *testing.T) {
			m := loadReal(t, name, Options{})
			texts := goldenTexts(t, name)[:3]
			g := openGolden(t, testdir.Shared(t, "golden", "embed", name, "layers_f64.safetensors"))
			for k, text := range texts {
				var s engine.Sequences
				s.Reset()
				m.tokenise(&s, "", text)
				ids, _ := g.ints(fmt.Sprintf("text%d.ids", k))
				if fmt.Sprint(ids) != fmt.Sprint(s.IDs) {
					t.Fatalf("text %d: ids %v, want %v", k, s.IDs, ids)
				}
				worst := 0.0
				j := &engine.Job{Sequences: s, Visit: func(_ *engine.Batch, layer int, hidden []float32) {
					want, _ := g.floats(fmt.Sprintf("text%d.hidden%d", k, layer))
					e := relativeError(hidden, want)
					worst = max(worst, e)
					if !(e <= 1e-4) {
						t.Errorf("text %d, layer %d: relative error %g, want at most 1e-4", k, layer, e)
					}
				}}
				err := m.runner.Run(t.Context(), m.encoder, j, false, func(*engine.Arena, *engine.Batch, []float32) error { return nil })
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("text %d: worst layer's relative error %.2g", k, worst)
			}
		})
	}
}
