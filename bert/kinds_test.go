package bert

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// goldenFS returns a directory of testdata/next in memory, to be changed.
func goldenFS(tb testing.TB, name string) fstest.MapFS {
	tb.Helper()
	root := nextDir(tb, name)
	fsys := fstest.MapFS{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		fsys[filepath.ToSlash(rel)] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return fsys
}

func mustLoadFS(tb testing.TB, fsys fstest.MapFS, o Options) *Model {
	tb.Helper()
	m, err := LoadFS(fsys, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

var kindTexts = []string{
	"The battery is empty by noon.", "", "a, no.", "it will not charge, it will not; never", "naïve café — “quoted” 12.50€",
	strings.Repeat("we ordered two blue shirts, but received one green shirt. ", 20),
}

// all returns what a model makes of kindTexts, whatever its kind, for the task.
func allVectors(tb testing.TB, m *Model, task Task) ([]float32, error) {
	tb.Helper()
	switch m.pipeline.kind {
	case sparseVectors:
		v, err := m.EmbedSparseAs(tb.Context(), kindTexts, task, EmbedOptions{})
		if err != nil {
			return nil, err
		}
		var out []float32
		for i := range v.Len() {
			out = append(out, v.Dense(i)...)
		}
		return out, nil
	case multiVectors:
		v, err := m.EmbedMultiAs(tb.Context(), kindTexts, task, EmbedOptions{})
		if err != nil {
			return nil, err
		}
		return slices.Concat(v.texts...), nil
	}
	e, err := m.Embed(tb.Context(), kindTexts)
	if err != nil {
		return nil, err
	}
	return e.data, nil
}

// Settings of the modules of other kinds: each changed one changes the vectors
// of queries or documents or is refused by name, as is an unknown one.
func TestSettingsOfOtherKinds(t *testing.T) {
	t.Parallel()
	const free = "splade-inference-free"
	for _, c := range []struct {
		dir, file string
		path      []string // of the object in the file
		key       string
		value     any
		refused   bool
	}{
		{"model2vec", "config.json", nil, "normalize", false, true},
		{"model2vec", "config.json", nil, "max_length", 5, false},
		{"model2vec", "config.json", nil, "max_length", nil, false},
		{"model2vec", "config.json", nil, "max_length", 0, true},
		{"model2vec", "config.json", nil, "hidden_dim", 31, true},
		{"model2vec", "config.json", nil, "vocabulary_quantization", 31, true},
		{"st6-static-embedding", "tokenizer.json", nil, "truncation", map[string]any{"max_length": 4, "direction": "Left", "strategy": "LongestFirst", "stride": 0}, false},
		{"st6-static-embedding", "tokenizer.json", nil, "truncation", map[string]any{"max_length": 4, "direction": "Up"}, true},
		{"st6-static-embedding", promptsFile, nil, "truncate_dim", 20, false},
		{"st6-static-embedding", promptsFile, nil, "model_type", "SparseEncoder", true},
		{free, "document_1_SpladePooling/config.json", nil, "pooling_strategy", "sum", false},
		{free, "document_1_SpladePooling/config.json", nil, "pooling_strategy", "mean", true},
		{free, "document_1_SpladePooling/config.json", nil, "activation_function", "log1p_relu", false},
		{free, "document_1_SpladePooling/config.json", nil, "activation_function", "gelu", true},
		{free, "document_1_SpladePooling/config.json", nil, "embedding_dimension", 31, true},
		{free, "document_1_SpladePooling/config.json", nil, "word_embedding_dimension", 31, true},
		{free, "document_0_MLMTransformer/sentence_bert_config.json", nil, "transformer_task", "feature-extraction", true},
		{free, "document_0_MLMTransformer/sentence_bert_config.json", nil, "max_seq_length", 6, false},
		{free, "document_0_MLMTransformer/sentence_bert_config.json", nil, "query_length", 6, true},
		{free, "query_0_SparseStaticEmbedding/config.json", nil, "path", "idf.json", true},
		{free, "query_0_SparseStaticEmbedding/tokenizer_config.json", nil, "model_max_length", 5, false},
		{free, "router_config.json", []string{"parameters"}, "default_route", nil, true},
		{free, "router_config.json", []string{"parameters"}, "default_route", "image", true},
		{free, "router_config.json", []string{"parameters"}, "route_mappings", map[string]any{"('query', 'text')": "document"}, true},
		{free, "router_config.json", []string{"structure"}, "image", []string{"document_0_MLMTransformer"}, true},
		{free, "router_config.json", []string{"structure"}, "query", []string{"document_0_MLMTransformer", "document_1_SpladePooling"}, false},
		{free, "router_config.json", []string{"structure"}, "query", []string{"document_0_MLMTransformer"}, true},
		{free, "router_config.json", []string{"structure"}, "document", []string{"query_0_SparseStaticEmbedding"}, true},
		{free, promptsFile, nil, "truncate_dim", 20, true},
		{free, promptsFile, nil, "max_active_dims", 2, false},
		{free, promptsFile, nil, "max_active_dims", 0, true},
		{free, promptsFile, nil, "prompts", map[string]any{"query": "", "document": "the "}, false},
		{"multi-vector-colbert", "2_MultiVectorMask/config.json", nil, "skiplist_words", []string{"a", "the", "."}, false},
		{"multi-vector-colbert", "2_MultiVectorMask/config.json", nil, "skiplist_tasks", []string{"query", "document"}, false},
		{"multi-vector-colbert", "2_MultiVectorMask/config.json", nil, "skiplist_tasks", "query", false},
		{"multi-vector-colbert", "2_MultiVectorMask/config.json", nil, "skiplist_tasks", 7, true},
		{"multi-vector-colbert", "2_MultiVectorMask/config.json", nil, "keep_only_token_ids", []int{2, 26}, false},
		{"multi-vector-colbert", "1_Dense/config.json", nil, "module_input_name", "sentence_embedding", true},
		{"multi-vector-colbert", "1_Dense/config.json", nil, "in_features", 23, true},
		{"multi-vector-colbert", "1_Dense/config.json", nil, "activation_function", "torch.nn.modules.activation.Tanh", false},
		{"multi-vector-colbert", "3_Normalize/config.json", nil, "module_input_name", "sentence_embedding", true},
		{"multi-vector-colbert", "sentence_bert_config.json", nil, "document_length", 10, false},
		{"multi-vector-colbert", "sentence_bert_config.json", nil, "document_length", 41, true},
		{"multi-vector-colbert", "sentence_bert_config.json", nil, "query_length", 11, true},
		{"multi-vector-colbert", "sentence_bert_config.json", nil, "query_expansion", nil, false},
		{"multi-vector-colbert", "sentence_bert_config.json", []string{"query_expansion"}, "strategy", "max", true},
		{"multi-vector-colbert", "sentence_bert_config.json", []string{"query_expansion"}, "attend", true, false},
		{"multi-vector-colbert", "sentence_bert_config.json", []string{"query_expansion"}, "token", "a", false},
		{"multi-vector-colbert", "sentence_bert_config.json", []string{"query_expansion"}, "token", "no such token", true},
		{"multi-vector-colbert", "sentence_bert_config.json", []string{"query_expansion"}, "length", 10, false},
		{"multi-vector-colbert", "sentence_bert_config.json", []string{"query_expansion"}, "length", 0, true},
		{"multi-vector-colbert", "tokenizer_config.json", nil, "padding_side", "left", true},
		{"multi-vector-colbert", promptsFile, nil, "prompts", map[string]any{"query": "[unused1]", "document": "[unused0]"}, false},
		{"multi-vector-colbert", promptsFile, nil, "model_type", "SentenceTransformer", true},
		{"multi-vector-pylate", promptsFile, nil, "query_prefix", "[unused1]", false},
		{"multi-vector-pylate", promptsFile, nil, "document_prefix", "a ", false},
		{"multi-vector-pylate", promptsFile, nil, "query_length", 10, false},
		{"multi-vector-pylate", promptsFile, nil, "query_length", 0, true},
		{"multi-vector-pylate", promptsFile, nil, "document_length", 8, false},
		{"multi-vector-pylate", promptsFile, nil, "attend_to_expansion_tokens", true, false},
		{"multi-vector-pylate", promptsFile, nil, "do_query_expansion", false, false},
		{"multi-vector-pylate", promptsFile, nil, "query_expansion", nil, false},
		{"multi-vector-pylate", promptsFile, nil, "skiplist_words", []string{"the"}, false},
		{"multi-vector-pylate", promptsFile, nil, "model_type", "SentenceTransformer", true},
	} {
		fsys := goldenFS(t, c.dir)
		var whole map[string]any
		if err := json.Unmarshal(fsys[c.file].Data, &whole); err != nil {
			t.Fatal(err)
		}
		vectors := func() (out [2][]float32, err error) {
			m, err := LoadFS(fsys, Options{})
			if err != nil {
				return out, err
			}
			for i, task := range []Task{Query, Document} {
				if out[i], err = allVectors(t, m, task); err != nil {
					t.Fatal(err)
				}
			}
			return out, nil
		}
		set := func(key string, value any) (out [2][]float32, err error) {
			copied := maps.Clone(whole)
			object := copied
			for _, name := range c.path {
				inner := maps.Clone(object[name].(map[string]any))
				object[name] = inner
				object = inner
			}
			object[key] = value
			addJSON(t, fsys, c.file, copied)
			return vectors()
		}
		before, err := vectors()
		if err != nil {
			t.Fatal(err)
		}
		known := func(err error) bool {
			var format *tokenize.FormatError
			return errors.Is(err, ErrUnsupported) || errors.Is(err, ErrConfig) || errors.Is(err, ErrWeights) || errors.As(err, &format)
		}
		after, err := set(c.key, c.value)
		switch same := slices.Equal(before[0], after[0]) && slices.Equal(before[1], after[1]); {
		case c.refused && !known(err):
			t.Errorf("%s/%s: %s %v: %v, want a refusal", c.dir, c.file, c.key, c.value, err)
		case !c.refused && err != nil:
			t.Errorf("%s/%s: %s %v: %v", c.dir, c.file, c.key, c.value, err)
		case !c.refused && same:
			t.Errorf("%s/%s: %s %v changes nothing", c.dir, c.file, c.key, c.value)
		}
		if strings.HasPrefix(filepath.Base(c.file), "tokenizer") || len(c.path) > 0 && c.path[0] == "structure" {
			continue // of others, or names of the user's own
		}
		var wrong *ConfigError
		if _, err := set("flux_capacitor", 1); !errors.As(err, &wrong) || !errors.Is(err, ErrUnsupported) || wrong.Field != "flux_capacitor" {
			t.Errorf("%s/%s: an unknown key: %v", c.dir, c.file, err)
		}
	}
}

// Chains that mean nothing are refused.
func TestChainsOfOtherKinds(t *testing.T) {
	t.Parallel()
	const prefix = "sentence_transformers.models."
	chain := func(types ...string) modules {
		var list modules
		for i, kind := range types {
			if !strings.Contains(kind, ".") {
				kind = prefix + kind
			}
			list = append(list, map[string]any{"idx": i, "name": fmt.Sprint(i), "path": map[bool]string{true: "", false: "1_Dense"}[i == 0], "type": kind})
		}
		return list
	}
	for _, c := range []struct {
		dir  string
		list modules
	}{
		{"model2vec", chain("StaticEmbedding", "Pooling")},
		{"model2vec", chain("StaticEmbedding", "SpladePooling")},
		{"model2vec", chain("StaticEmbedding", "StaticEmbedding")},
		{"st6-static-embedding", chain("StaticEmbedding", "pylate.models.Dense.Dense")},
		{"splade-inference-free", chain("Router", "Normalize")},
		{"splade-inference-free", chain("Router", "sentence_transformers.sparse_encoder.models.SparseAutoEncoder")},
		{"multi-vector-colbert", chain("Transformer", "Pooling")},
		{"multi-vector-colbert", chain("Transformer", "sentence_transformers.multi_vector_encoder.modules.HierarchicalTokenPooling")},
		{"multi-vector-colbert", chain("Router")},
		{"multi-vector-colbert", chain("StaticEmbedding")},
		{"multi-vector-pylate", chain("Transformer", "pylate.models.Other")},
	} {
		fsys := goldenFS(t, c.dir)
		addJSON(t, fsys, modulesFile, c.list)
		if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v: %v", c.dir, c.list, err)
		}
	}
}

// Vectors depend neither on the other texts nor on the number of threads.
func TestOtherKindsAreIndependentOfBatch(t *testing.T) {
	t.Parallel()
	texts := someTexts(200, 30)
	for _, name := range []string{"model2vec", "splade-inference-free", "multi-vector-colbert"} {
		for _, precision := range []Precision{Float32, Int8} {
			var want [][]float32
			for _, o := range []Options{{Threads: 1}, {Threads: 3, BatchTokens: 50}, {Threads: 2}} {
				o.Precision = precision
				m, err := Load(nextDir(t, name), o)
				if err != nil {
					t.Fatal(err)
				}
				rows := func(texts []string) (out [][]float32) {
					switch m.pipeline.kind {
					case sparseVectors:
						v, err := m.EmbedSparse(t.Context(), texts)
						if err != nil {
							t.Fatal(err)
						}
						for i := range texts {
							out = append(out, v.Dense(i))
						}
					case multiVectors:
						v, err := m.EmbedMultiAs(t.Context(), texts, Query, EmbedOptions{})
						if err != nil {
							t.Fatal(err)
						}
						out = v.texts
					default:
						e := mustEmbed(t, m, texts)
						for i := range texts {
							out = append(out, e.Row(i))
						}
					}
					return out
				}
				if want == nil {
					for _, text := range texts {
						want = append(want, rows([]string{text})[0])
					}
				}
				for i, got := range rows(texts) {
					if !slices.Equal(got, want[i]) {
						t.Errorf("%s, %v, %+v: text %d differs from itself alone", name, precision, o, i)
						break
					}
				}
				m.Close()
			}
		}
	}
}

// The means of a static model by their definition, for tables of every type,
// with and without weights and mapping.
func TestStaticMeans(t *testing.T) {
	t.Parallel()
	const dim, clusters = 7, 11
	base := goldenFS(t, "model2vec")
	tok := mustLoadFS(t, base, Options{}).Tokenizer()
	vocab := int(tok.MaxID()) + 1
	vector := func(i int) float64 { return float64(i*31%101)/16 - 3 }
	weight := func(i int) float64 { return 1 / float64(1+i%17) }
	for _, c := range []struct {
		name            string
		mapped, weighed bool
		kind            safetensors.DType
	}{
		{"plain", false, false, safetensors.F32},
		{"half", false, false, safetensors.F16},
		{"weights", false, true, safetensors.F32},
		{"mapping", true, false, safetensors.F32},
		{"both", true, true, safetensors.F32},
		{"int8", true, true, safetensors.I8},
	} {
		fsys := maps.Clone(base)
		rows := vocab
		if c.mapped {
			rows = clusters
		}
		value := vector
		var table safetensors.Tensor
		var err error
		switch c.kind {
		case safetensors.I8:
			value = func(i int) float64 { return float64(i%200 - 100) }
			bytes := make([]int8, rows*dim)
			for i := range bytes {
				bytes[i] = int8(value(i))
			}
			table, err = safetensors.Of("embeddings", []int{rows, dim}, bytes)
		case safetensors.F16:
			v := make([]float32, rows*dim)
			for i := range v {
				v[i] = float32(value(i))
			}
			table, err = safetensors.OfFloat16("embeddings", []int{rows, dim}, v)
		default:
			table = floats(t, "embeddings", []int{rows, dim}, value)
		}
		if err != nil {
			t.Fatal(err)
		}
		tensors := []safetensors.Tensor{table}
		at := func(id int) int { return id }
		if c.mapped {
			at = func(id int) int { return id * 7 % clusters }
			to := make([]int64, vocab)
			for i := range to {
				to[i] = int64(at(i))
			}
			m, err := safetensors.Of("mapping", []int{vocab}, to)
			if err != nil {
				t.Fatal(err)
			}
			tensors = append(tensors, m)
		}
		w := func(int) float64 { return 1 }
		if c.weighed {
			w = weight
			v := make([]float64, vocab)
			for i := range v {
				v[i] = w(i)
			}
			x, err := safetensors.Of("weights", []int{vocab}, v)
			if err != nil {
				t.Fatal(err)
			}
			tensors = append(tensors, x)
		}
		addWeights(t, fsys, "model.safetensors", tensors...)
		addJSON(t, fsys, "config.json", map[string]any{"normalize": true})
		m := mustLoadFS(t, fsys, Options{Threads: 2})
		texts := append(slices.Clone(kindTexts[:5]), strings.Repeat("we ordered two blue shirts; ", 20)) // 512 median tokens or less
		got := mustEmbed(t, m, texts)
		for i, text := range texts {
			ids, _ := tok.AppendIDs(nil, text, 512)
			want := make([]float64, dim)
			for _, id := range ids {
				for f := range want {
					want[f] += w(int(id)) * value(at(int(id))*dim+f) / float64(len(ids))
				}
			}
			length := 0.0
			for _, v := range want {
				length += v * v
			}
			for f, v := range want {
				if v /= max(math.Sqrt(length), 1e-12); math.Abs(got.At(i, f)-v) > 1e-6 {
					t.Fatalf("%s: text %d, feature %d: %g, want %g", c.name, i, f, got.At(i, f), v)
				}
			}
		}
	}
}

// A static model answers like another through every method, and says that it
// has no encoder where one is needed.
func TestStaticMethods(t *testing.T) {
	t.Parallel()
	m := mustLoadFS(t, goldenFS(t, "model2vec"), Options{Threads: 2})
	texts := someTexts(700, 30)
	want := mustEmbed(t, m, texts)
	tokens, err := m.TokenizeWith(texts, EmbedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := m.EmbedTokens(t.Context(), tokens)
	if err != nil || !slices.Equal(e.data, want.data) || e.Tokens != want.Tokens {
		t.Errorf("EmbedTokens differs from Embed, or %v", err)
	}
	var streamed []float32
	for v, err := range m.EmbedSeq(t.Context(), slices.Values(texts)) {
		if err != nil {
			t.Fatal(err)
		}
		streamed = append(streamed, v...)
	}
	if !slices.Equal(streamed, want.data) {
		t.Error("EmbedSeq differs from Embed")
	}
	long, err := m.EmbedLong(t.Context(), texts[:3], LongOptions{})
	if err != nil || !slices.Equal(long[2].Vector, want.Row(2)) {
		t.Errorf("EmbedLong differs from Embed, or %v", err)
	}
	ids, _ := m.Tokenizer().AppendIDs(nil, texts[1], 0)
	if e, err := m.EmbedIDs(t.Context(), []Input{{IDs: ids}, {}}); err != nil || !slices.Equal(e.Row(0), want.Row(1)) || slices.Max(e.Row(1)) != 0 {
		t.Errorf("EmbedIDs: %v", err)
	}
	// model2vec reads no more characters than so many median tokens.
	far := mustEmbed(t, m, []string{"the" + strings.Repeat(" ", 5000) + "shirt", "the"})
	if far.Truncated != 1 || !slices.Equal(far.Row(0), far.Row(1)) {
		t.Errorf("a text of 5,008 characters: %d truncated", far.Truncated)
	}
	cut, err := m.EmbedWith(t.Context(), texts, EmbedOptions{MaxLength: 3})
	if err != nil || cut.Truncated == 0 || cut.Tokens > 3*len(texts) {
		t.Errorf("truncated: %+v, %v", cut.Truncated, err)
	}
	var tooLong *LengthError
	if _, err := m.EmbedWith(t.Context(), texts, EmbedOptions{MaxLength: 3, Overlength: Refuse}); !errors.As(err, &tooLong) {
		t.Errorf("refused: %v", err)
	}
	if _, err := m.EmbedWith(t.Context(), texts, EmbedOptions{MaxLength: 3, Overlength: MeanOfChunks}); err != nil {
		t.Error(err)
	}
	if !m.Static() || !m.Normalizes() || m.Dim() != 32 || m.WeightBytes() < 330*32*4 || len(m.Digest()) != 64 {
		t.Errorf("%v, %v, %d features, %d bytes, %q", m.Static(), m.Normalizes(), m.Dim(), m.WeightBytes(), m.Digest())
	}
	short := mustLoadFS(t, goldenFS(t, "model2vec"), Options{Dim: 5})
	if e := mustEmbed(t, short, texts[1:2]); e.Dim() != 5 || math.Abs(float64(e.Row(0)[0]/e.Row(0)[1]-want.Row(1)[0]/want.Row(1)[1])) > 1e-5 {
		t.Errorf("Dim 5: %v", e.Row(0))
	}
	for name, call := range map[string]func() error{
		"Encode":    func() error { _, err := m.Encode(t.Context(), texts[:1]); return err },
		"EncodeIDs": func() error { _, err := m.EncodeIDs(t.Context(), []Input{{IDs: ids}}); return err },
		"Encoder":   func() error { _, err := m.Encoder(); return err },
		"Logits":    func() error { _, err := m.Logits(t.Context(), []Input{{IDs: ids}}); return err },
		"Classify":  func() error { _, err := m.Classify(t.Context(), texts[:1]); return err },
		"FillMask":  func() error { _, err := m.FillMask(t.Context(), "a [MASK]", 1); return err },
		"late":      func() error { _, err := m.EmbedLong(t.Context(), texts[:1], LongOptions{Late: true}); return err },
		"sparse":    func() error { _, err := m.EmbedSparse(t.Context(), texts[:1]); return err },
		"multi":     func() error { _, err := m.EmbedMulti(t.Context(), texts[:1]); return err },
	} {
		if err := call(); !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrNoHead) && !errors.Is(err, ErrVectorKind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m.Close()
	if _, err := m.Embed(t.Context(), texts); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// model2vec directories from before modules.json, and broken ones.
func TestStaticDirectories(t *testing.T) {
	t.Parallel()
	fsys := goldenFS(t, "model2vec")
	want, err := allVectors(t, mustLoadFS(t, fsys, Options{}), AnyTask)
	if err != nil {
		t.Fatal(err)
	}
	old := maps.Clone(fsys)
	delete(old, modulesFile)
	addJSON(t, old, "config.json", map[string]any{"model_type": "model2vec", "architectures": []string{"StaticModel"}, "normalize": true, "seq_length": 1000000, "apply_pca": 256, "apply_zipf": true})
	got, err := allVectors(t, mustLoadFS(t, old, Options{}), AnyTask)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("without %s: other vectors, or %v", modulesFile, err)
	}
	for name, change := range map[string]func(fstest.MapFS){
		"no vectors":     func(f fstest.MapFS) { delete(f, "model.safetensors") },
		"no tokenizer":   func(f fstest.MapFS) { delete(f, "tokenizer.json") },
		"another tensor": func(f fstest.MapFS) { addWeights(t, f, "model.safetensors", floats(t, "x", []int{330, 32}, wave)) },
		"one dimension":  func(f fstest.MapFS) { addWeights(t, f, "model.safetensors", floats(t, "embeddings", []int{330}, wave)) },
		"too few": func(f fstest.MapFS) {
			addWeights(t, f, "model.safetensors", floats(t, "embeddings", []int{300, 32}, wave))
		},
		"not finite": func(f fstest.MapFS) {
			addWeights(t, f, "model.safetensors", floats(t, "embeddings", []int{330, 32}, func(int) float64 { return math.NaN() }))
		},
		"mapping too far": func(f fstest.MapFS) {
			addWeights(t, f, "model.safetensors", floats(t, "embeddings", []int{3, 32}, wave), mappingTo(t, 330, 3))
		},
		"weights too short": func(f fstest.MapFS) {
			addWeights(t, f, "model.safetensors", floats(t, "embeddings", []int{330, 32}, wave), floats(t, "weights", []int{3}, wave))
		},
	} {
		broken := maps.Clone(fsys)
		change(broken)
		if _, err := LoadFS(broken, Options{}); !errors.Is(err, ErrWeights) && !errors.Is(err, tokenize.ErrNoTokenizer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, o := range []Options{{Pooling: PoolCLS}, {Dim: 33}, {MaxLength: maxTokens + 1}} {
		if _, err := LoadFS(fsys, o); !errors.Is(err, ErrInput) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func wave(i int) float64 { return math.Sin(float64(i)) }

func mappingTo(t *testing.T, n int, to int64) safetensors.Tensor {
	t.Helper()
	rows := make([]int64, n)
	for i := range rows {
		rows[i] = to
	}
	m, err := safetensors.Of("mapping", []int{n}, rows)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Sparse vectors: products, top terms and what is saved.
func TestSparseVectors(t *testing.T) {
	t.Parallel()
	m := mustLoadFS(t, goldenFS(t, "splade-inference-free"), Options{})
	documents, err := m.EmbedSparseAs(t.Context(), kindTexts, Document, EmbedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	queries, err := m.EmbedSparseAs(t.Context(), kindTexts, Query, EmbedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if queries.Dim() != 330 || documents.Truncated != 2 || queries.Truncated != 1 {
		t.Errorf("%d features, %d and %d truncated", queries.Dim(), documents.Truncated, queries.Truncated)
	}
	for i := range kindTexts {
		for k := range kindTexts {
			want := 0.0
			x := documents.Dense(k)
			for f, v := range queries.Dense(i) {
				want += float64(v) * float64(x[f])
			}
			if got := queries.Dot(i, documents, k); math.Abs(got-want) > 1e-9 {
				t.Errorf("query %d, document %d: %g, want %g", i, k, got, want)
			}
		}
	}
	top := documents.Top(0, 3, m.Tokenizer())
	dense := documents.Dense(0)
	if len(top) != 3 || top[0].Weight != slices.Max(dense) || dense[top[0].Index] != top[0].Weight || top[0].Weight < top[1].Weight || top[0].Token == "" {
		t.Errorf("top terms %+v", top)
	}
	if name, _ := m.Tokenizer().Token(top[0].Index); name != top[0].Token || len(documents.Top(0, 1<<30, nil)) > 330 || len(documents.Top(0, -1, nil)) != 0 {
		t.Errorf("token %q, want %q", top[0].Token, name)
	}
	checkSaved(t, documents, new(SparseVectors), "sparse")
	checkSaved(t, SparseVectors{}, new(SparseVectors), "no sparse vectors")
	for name, bad := range map[string]struct {
		indices []int32
		values  []float32
	}{
		"descending": {[]int32{3, 2}, []float32{1, 1}}, "twice": {[]int32{3, 3}, []float32{1, 1}}, "too great": {[]int32{5}, []float32{1}},
		"negative": {[]int32{-1}, []float32{1}}, "no value": {[]int32{1}, nil},
	} {
		if _, err := NewSparseVectors(5, [][]int32{bad.indices}, [][]float32{bad.values}); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, o := range []EmbedOptions{{Dim: 3}, {Overlength: MeanOfChunks}, {PromptName: "none"}} {
		if _, err := m.EmbedSparseAs(t.Context(), kindTexts, AnyTask, o); !errors.Is(err, ErrInput) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := m.EmbedSparseAs(t.Context(), kindTexts, 7, EmbedOptions{}); !errors.Is(err, ErrInput) {
		t.Errorf("a task: %v", err)
	}
	for _, call := range []func() error{
		func() error { _, err := m.Embed(t.Context(), kindTexts); return err },
		func() error { _, err := m.EmbedIDs(t.Context(), []Input{{IDs: []int32{2, 3}}}); return err },
		func() error { _, err := m.EmbedMulti(t.Context(), kindTexts); return err },
	} {
		if err := call(); !errors.Is(err, ErrVectorKind) {
			t.Errorf("another kind: %v", err)
		}
	}
}

// checkSaved encodes x in every form and decodes it into y; what is damaged is
// refused and leaves y as it was.
func checkSaved(t *testing.T, x, y any, what string) {
	t.Helper()
	binary, err := x.(interface{ MarshalBinary() ([]byte, error) }).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	var stream bytes.Buffer
	if err := gob.NewEncoder(&stream).Encode(x); err != nil {
		t.Fatal(err)
	}
	into := y.(interface {
		UnmarshalBinary([]byte) error
		UnmarshalJSON([]byte) error
	})
	for form, read := range map[string]func() error{
		"binary": func() error { return into.UnmarshalBinary(binary) },
		"JSON":   func() error { return into.UnmarshalJSON(text) },
		"gob":    func() error { return gob.NewDecoder(bytes.NewReader(stream.Bytes())).Decode(y) },
	} {
		if err := read(); err != nil {
			t.Errorf("%s, %s: %v", what, form, err)
			continue
		}
		again, err := json.Marshal(y)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s, %s: read back as something else, or %v", what, form, err)
		}
	}
	for i := 0; i < len(binary); i += 1 + len(binary)/97 {
		damaged := bytes.Clone(binary)
		damaged[i] ^= 0x41
		if err := into.UnmarshalBinary(damaged); err == nil {
			t.Errorf("%s: damage at byte %d of %d goes unnoticed", what, i, len(binary))
		} else if !errors.Is(err, ErrSaved) {
			t.Errorf("%s: %v is no ErrSaved", what, err)
		}
	}
	for _, bad := range []string{"", "{", `{"dim":-1}`, `{"dim":1,"vectors":[{"indices":[1],"values":[]}]}`, `{"dim":1,"vectors":[[[1,2]]]}`, `[]`} {
		if err := into.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s: JSON %s is read", what, bad)
		}
	}
	if again, _ := json.Marshal(y); string(again) != string(text) {
		t.Errorf("%s: a failure changed the value", what)
	}
}

// Multi-vectors: scores, what is saved, and expansion against the encoder's own
// hidden states.
func TestMultiVectors(t *testing.T) {
	t.Parallel()
	fsys := goldenFS(t, "multi-vector-colbert")
	m := mustLoadFS(t, fsys, Options{})
	queries, err := m.EmbedMultiAs(t.Context(), kindTexts, Query, EmbedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	documents, err := m.EmbedMultiAs(t.Context(), kindTexts, Document, EmbedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range kindTexts {
		if queries.Count(i) != 12 {
			t.Errorf("query %d has %d vectors", i, queries.Count(i))
		}
		for k := range kindTexts {
			want := 0.0
			for _, q := range queries.Rows(i) {
				best := math.Inf(-1)
				for _, d := range documents.Rows(k) {
					dot := 0.0
					for f := range q {
						dot += float64(q[f]) * float64(d[f])
					}
					best = max(best, dot)
				}
				want += best
			}
			if got := queries.MaxSim(i, documents, k); math.Abs(got-want) > 1e-6 {
				t.Errorf("query %d, document %d: %g, want %g", i, k, got, want)
			}
		}
	}
	if got := queries.MaxSim(0, &MultiVectors{dim: 16, texts: [][]float32{nil}}, 0); got != 0 {
		t.Errorf("MaxSim with an empty document is %g", got)
	}
	checkSaved(t, documents, new(MultiVectors), "multi")
	checkSaved(t, MultiVectors{}, new(MultiVectors), "no multi-vectors")
	if _, err := NewMultiVectors(3, [][]float32{{1, 2}}); !errors.Is(err, ErrInput) {
		t.Errorf("NewMultiVectors: %v", err)
	}
	if v, err := NewMultiVectors(2, [][]float32{{1, 2, 3, 4}, nil}); err != nil || v.Count(0) != 2 || v.Count(1) != 0 || !cmp.Equal(v.Vector(0, 1), []float32{3, 4}) {
		t.Errorf("NewMultiVectors: %v", err)
	}
	for _, o := range []EmbedOptions{{Dim: 3}, {Overlength: MeanOfChunks}, {SpecialTokensAsText: true}} {
		if _, err := m.EmbedMultiAs(t.Context(), kindTexts, AnyTask, o); !errors.Is(err, ErrInput) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := m.Embed(t.Context(), kindTexts); !errors.Is(err, ErrVectorKind) {
		t.Errorf("Embed: %v", err)
	}
	var long *LengthError
	if _, err := m.EmbedMultiAs(t.Context(), kindTexts, Query, EmbedOptions{Overlength: Refuse}); !errors.As(err, &long) || long.Most != 12 {
		t.Errorf("too long: %v", err)
	}

	// With attention to the filling, a query is like any text that ends in it.
	config := map[string]any{}
	if err := json.Unmarshal(fsys["sentence_bert_config.json"].Data, &config); err != nil {
		t.Fatal(err)
	}
	for _, strategy := range []string{"fixed", "min"} {
		config["query_length"] = nil
		config["query_expansion"] = map[string]any{"strategy": strategy, "attend": true, "length": 12}
		addJSON(t, fsys, "sentence_bert_config.json", config)
		attending := mustLoadFS(t, fsys, Options{})
		got, err := attending.EmbedMultiAs(t.Context(), kindTexts[:4], Query, EmbedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range kindTexts[:4] {
			most := 12
			if strategy == "min" {
				most = attending.MaxLength()
			}
			ids, _ := attending.Tokenizer().AppendIDs(nil, "[unused0]"+text, most)
			for len(ids) < 12 {
				ids = append(ids, 4) // [MASK]
			}
			h, err := attending.EncodeIDs(t.Context(), []Input{{IDs: ids}})
			if err != nil {
				t.Fatal(err)
			}
			x := h.Layers[2] // [tokens, 24]
			if got.Count(i) != len(ids) {
				t.Fatalf("%s: query %d has %d vectors, want %d", strategy, i, got.Count(i), len(ids))
			}
			want := make([]float32, 16)
			dense := attending.pipeline.multi.steps[0].(denseStep)
			s := new(engine.Scratch)
			for k := range ids {
				dense.apply(s, want, x[k*24:(k+1)*24], 1, 24)
				normalise(want)
				for f, v := range got.Vector(i, k) {
					if math.Abs(float64(v-want[f])) > 1e-5 {
						t.Fatalf("%s: query %d, vector %d, feature %d: %g, want %g", strategy, i, k, f, v, want[f])
					}
				}
			}
		}
	}
}
