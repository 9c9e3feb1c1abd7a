package bert

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// addJSON adds a file to a directory in memory.
func addJSON(tb testing.TB, fsys fstest.MapFS, name string, v any) {
	tb.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	fsys[name] = &fstest.MapFile{Data: data}
}

func addWeights(tb testing.TB, fsys fstest.MapFS, name string, tensors ...safetensors.Tensor) {
	tb.Helper()
	var b bytes.Buffer
	if err := safetensors.Write(&b, tensors, nil); err != nil {
		tb.Fatal(err)
	}
	fsys[name] = &fstest.MapFile{Data: b.Bytes()}
}

func floats(tb testing.TB, name string, shape []int, f func(i int) float64) safetensors.Tensor {
	tb.Helper()
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(f(i))
	}
	t, err := safetensors.Of(name, shape, v)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

type modules []map[string]any

// sentenceModel makes a tiny model a sentence-transformers directory.
func sentenceModel(tb testing.TB, pooling map[string]any, more ...string) fstest.MapFS {
	tb.Helper()
	fsys := modelFiles(tb, tiny)
	list := modules{
		{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
		{"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
	}
	for i, kind := range more {
		list = append(list, map[string]any{"idx": i + 2, "path": string(rune('2'+i)) + "_" + kind, "type": "sentence_transformers.models." + kind})
	}
	addJSON(tb, fsys, "modules.json", list)
	addJSON(tb, fsys, "1_Pooling/config.json", pooling)
	return fsys
}

// Every pooling mode against its formula over the hidden states.
func TestPoolingModes(t *testing.T) {
	t.Parallel()
	texts := []string{"the screen is broken and slow", "good"}
	plain := loadTiny(t, Options{})
	h, err := plain.Encode(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	longest := h.Tokens
	last := h.Layers[2]
	at := func(text, token, f int) float64 { return float64(last[(text*longest+token)*32+f]) }
	formulas := map[string]func(text, n, f int) float64{
		"cls_token": func(x, n, f int) float64 { return at(x, 0, f) },
		"lasttoken": func(x, n, f int) float64 { return at(x, n-1, f) },
		"max_tokens": func(x, n, f int) float64 {
			v := math.Inf(-1)
			for k := range n {
				v = max(v, at(x, k, f))
			}
			return v
		},
		"mean_tokens": func(x, n, f int) (v float64) {
			for k := range n {
				v += at(x, k, f) / float64(n)
			}
			return v
		},
		"mean_sqrt_len_tokens": func(x, n, f int) (v float64) {
			for k := range n {
				v += at(x, k, f) / math.Sqrt(float64(n))
			}
			return v
		},
		"weightedmean_tokens": func(x, n, f int) (v float64) {
			weight := 0.0
			for k := range n {
				v += at(x, k, f) * float64(k+1)
				weight += float64(k + 1)
			}
			return v / weight
		},
	}
	// The order in which sentence-transformers concatenates.
	order := []string{"cls_token", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"}
	all := map[string]any{"word_embedding_dimension": 32}
	check := func(t *testing.T, config map[string]any, names []string) {
		t.Helper()
		m, err := LoadFS(sentenceModel(t, config), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if m.Dim() != 32*len(names) {
			t.Fatalf("dimension %d, want %d", m.Dim(), 32*len(names))
		}
		e := mustEmbed(t, m, texts)
		for x := range texts {
			for k, name := range names {
				for f := range 32 {
					want := formulas[name](x, len(h.IDs[x]), f)
					if d := e.At(x, k*32+f) - want; math.Abs(d) > 1e-6 {
						t.Fatalf("%s: text %d, feature %d is off by %g", name, x, f, d)
					}
				}
			}
		}
	}
	for _, name := range order {
		all["pooling_mode_"+name] = true
		t.Run(name, func(t *testing.T) {
			check(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode_" + name: true}, []string{name})
		})
	}
	t.Run("all", func(t *testing.T) { check(t, all, order) })
	t.Run("by name", func(t *testing.T) {
		check(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode": "max"}, []string{"max_tokens"})
		check(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode": []string{"mean", "cls", "mean"}}, []string{"mean_tokens", "cls_token", "mean_tokens"})
		// As since version 5.4, with a flag of before that does not count.
		check(t, map[string]any{"embedding_dimension": 32, "pooling_mode": "max", "pooling_mode_cls_token": true, "include_prompt": true}, []string{"max_tokens"})
	})
	t.Run("none", func(t *testing.T) {
		check(t, map[string]any{"word_embedding_dimension": 32}, []string{"mean_tokens"})
		check(t, map[string]any{"embedding_dimension": 32, "pooling_mode_cls_token": false}, []string{"mean_tokens"})
	})
}

func TestModuleChain(t *testing.T) {
	t.Parallel()
	fsys := sentenceModel(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true}, "Dense", "LayerNorm", "Dropout", "Normalize")
	addJSON(t, fsys, "2_Dense/config.json", map[string]any{"in_features": 32, "out_features": 7, "bias": true, "activation_function": "torch.nn.modules.activation.Tanh"})
	weight := floats(t, "linear.weight", []int{7, 32}, func(i int) float64 { return math.Sin(float64(i)) })
	bias := floats(t, "linear.bias", []int{7}, func(i int) float64 { return float64(i) / 10 })
	addWeights(t, fsys, "2_Dense/model.safetensors", weight, bias)
	addJSON(t, fsys, "3_LayerNorm/config.json", map[string]any{"dimension": 7})
	addWeights(t, fsys, "3_LayerNorm/model.safetensors",
		floats(t, "norm.weight", []int{7}, func(i int) float64 { return float64(i + 1) }), floats(t, "norm.bias", []int{7}, func(i int) float64 { return 0.25 }))
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Dim() != 7 {
		t.Fatalf("dimension %d", m.Dim())
	}
	texts := []string{"the screen is broken", "good"}
	got := mustEmbed(t, m, texts)
	x := mustEmbed(t, loadTiny(t, Options{}), texts)
	w, _ := weight.Float32()
	for i := range texts {
		y := make([]float64, 7)
		mean, variance, length := 0.0, 0.0, 0.0
		for o := range y {
			for k := range 32 {
				y[o] += x.At(i, k) * float64(w[o*32+k])
			}
			y[o] = math.Tanh(y[o] + float64(o)/10)
			mean += y[o] / 7
		}
		for _, v := range y {
			variance += (v - mean) * (v - mean) / 7
		}
		for o := range y {
			y[o] = (y[o]-mean)/math.Sqrt(variance+1e-5)*float64(o+1) + 0.25
			length += y[o] * y[o]
		}
		for o := range y {
			if d := y[o]/math.Sqrt(length) - got.At(i, o); math.Abs(d) > 1e-5 {
				t.Errorf("text %d, feature %d is off by %g", i, o, d)
			}
		}
	}
	// The chain must fit together.
	addJSON(t, fsys, "2_Dense/config.json", map[string]any{"in_features": 64, "out_features": 7})
	if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrConfig) {
		t.Errorf("a Dense of other width: %v", err)
	}
	addJSON(t, fsys, "2_Dense/config.json", map[string]any{"in_features": 32, "out_features": 7, "activation_function": "my.Own"})
	if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an unknown activation: %v", err)
	}
	addJSON(t, fsys, "2_Dense/config.json", map[string]any{"in_features": 32, "out_features": 8})
	if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrWeights) {
		t.Errorf("a Dense of other weights: %v", err)
	}
	addJSON(t, fsys, "2_Dense/config.json", map[string]any{"in_features": 32, "out_features": 7})
	if _, err := LoadFS(fsys, Options{Pooling: PoolCLS | PoolMax}); !errors.Is(err, ErrInput) {
		t.Errorf("a pooling that does not fit the Dense: %v", err)
	}
	addJSON(t, fsys, "1_Pooling/config.json", map[string]any{"word_embedding_dimension": 16, "pooling_mode_mean_tokens": true})
	if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrConfig) {
		t.Errorf("a pooling of other width: %v", err)
	}
}

func TestDim(t *testing.T) {
	t.Parallel()
	pooling := map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true}
	texts := []string{"the screen is broken", "good"}
	plain := mustEmbed(t, loadTiny(t, Options{}), texts)
	raw := mustEmbed(t, loadTiny(t, Options{Dim: 10}), texts)
	m, err := LoadFS(sentenceModel(t, pooling, "Normalize"), Options{Dim: 10})
	if err != nil {
		t.Fatal(err)
	}
	unit := mustEmbed(t, m, texts)
	if raw.Dim() != 10 || unit.Dim() != 10 || m.Dim() != 10 {
		t.Fatal("dimension is not 10")
	}
	for i := range texts {
		length := 0.0
		for f := range 10 {
			length += plain.At(i, f) * plain.At(i, f)
		}
		for f := range 10 {
			if raw.At(i, f) != plain.At(i, f) {
				t.Error("a model that does not normalise is scaled")
			}
			if d := plain.At(i, f)/math.Sqrt(length) - unit.At(i, f); math.Abs(d) > 1e-6 {
				t.Errorf("feature %d is off by %g", f, d)
			}
		}
	}
}

func TestPrompts(t *testing.T) {
	t.Parallel()
	fsys := sentenceModel(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true})
	addJSON(t, fsys, "config_sentence_transformers.json", map[string]any{
		"prompts": map[string]string{"query": "question : ", "passage": "answer : ", "sts": "street "}, "default_prompt_name": "sts",
	})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	plain := loadTiny(t, Options{})
	text := "the hotel is good"
	equal := func(what string, got *Embeddings, err error, want string) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if !slices.Equal(got.data, mustEmbed(t, plain, []string{want}).data) {
			t.Errorf("%s is not that of %q", what, want)
		}
	}
	e, err := m.EmbedQuery(t.Context(), []string{text})
	equal("EmbedQuery", e, err, "question : "+text)
	e, err = m.EmbedDocument(t.Context(), []string{text})
	equal("EmbedDocument", e, err, "answer : "+text)
	e, err = m.Embed(t.Context(), []string{text})
	equal("Embed", e, err, "street "+text)
	e, err = m.EmbedPrompt(t.Context(), "sts", []string{text})
	equal("EmbedPrompt", e, err, "street "+text)
	if _, err = m.EmbedPrompt(t.Context(), "none", nil); !errors.Is(err, ErrInput) {
		t.Errorf("an unknown prompt: %v", err)
	}
	e, err = plain.EmbedQuery(t.Context(), []string{text})
	equal("EmbedQuery without prompts", e, err, text)

	// include_prompt: false leaves the prompt's tokens out of the mean.
	addJSON(t, fsys, "1_Pooling/config.json", map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true, "include_prompt": false})
	if m, err = LoadFS(fsys, Options{}); err != nil {
		t.Fatal(err)
	}
	e, err = m.EmbedQuery(t.Context(), []string{text})
	if err != nil {
		t.Fatal(err)
	}
	h, err := plain.Encode(t.Context(), []string{"question : " + text})
	if err != nil {
		t.Fatal(err)
	}
	n, last := len(h.IDs[0]), h.Layers[2]
	for f := range 32 {
		sum := 0.0
		for k := 3; k < n; k++ { // after [CLS] question :
			sum += float64(last[k*32+f])
		}
		if d := sum/float64(n-3) - e.At(0, f); math.Abs(d) > 1e-6 {
			t.Fatalf("feature %d is off by %g", f, d)
		}
	}
}

// The encoder may lie in a directory of its own, as old models have it.
func TestTransformerInSubdirectory(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for name, f := range modelFiles(t, tiny) {
		fsys["0_BERT/"+name] = f
	}
	addJSON(t, fsys, "modules.json", modules{{"path": "0_BERT", "type": "my_code.Transformer"}})
	if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a module of a class from elsewhere: %v", err)
	}
	addJSON(t, fsys, "modules.json", modules{{"path": "0_BERT", "type": "sentence_transformers.models.BERT"}})
	addJSON(t, fsys, "0_BERT/sentence_bert_config.json", map[string]any{"max_seq_length": 12, "do_lower_case": false})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.MaxLength() != 12 {
		t.Errorf("maximal length %d", m.MaxLength())
	}
	text := []string{"the screen"}
	if !slices.Equal(mustEmbed(t, m, text).data, mustEmbed(t, loadTiny(t, Options{}), text).data) {
		t.Error("other vectors")
	}
	// The tokenizer alone is read from there, too, without weights.
	delete(fsys, "0_BERT/model.safetensors")
	delete(fsys, "0_BERT/config.json")
	addJSON(t, fsys, "0_BERT/sentence_bert_config.json", map[string]any{"do_lower_case": true})
	tok, err := LoadTokenizer(fsys)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := m.Tokenizer().AppendIDs(nil, "the screen", 0)
	if got, _ := tok.AppendIDs(nil, "THE Screen", 0); !slices.Equal(got, want) {
		t.Errorf("ids %v, want %v", got, want)
	}
}
