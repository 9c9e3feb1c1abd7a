package bert

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tokenChain is a directory with modules over the vectors of tokens before its
// pooling, and one after it.
func tokenChain(tb testing.TB, modes ...string) fstest.MapFS {
	tb.Helper()
	fsys := sentenceModel(tb, nil)
	addJSON(tb, fsys, modulesFile, modules{
		{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
		{"idx": 1, "name": "1", "path": "1_Dense", "type": "sentence_transformers.models.Dense"},
		{"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
		{"idx": 3, "name": "3", "path": "3_Dense", "type": "sentence_transformers.models.Dense"},
		{"idx": 4, "name": "4", "path": "4_Normalize", "type": "sentence_transformers.models.Normalize"},
		{"idx": 5, "name": "5", "path": "5_Pooling", "type": "sentence_transformers.models.Pooling"},
		{"idx": 6, "name": "6", "path": "6_Normalize", "type": "sentence_transformers.models.Normalize"},
	})
	token := "token_embeddings"
	addJSON(tb, fsys, "1_Dense/config.json", map[string]any{"in_features": 32, "out_features": 24, "bias": true, "activation_function": "torch.nn.modules.activation.Tanh", "module_input_name": token})
	addWeights(tb, fsys, "1_Dense/model.safetensors",
		floats(tb, "linear.weight", []int{24, 32}, func(i int) float64 { return beforeWeight(i) }),
		floats(tb, "linear.bias", []int{24}, func(i int) float64 { return float64(i%3) / 3 }))
	addJSON(tb, fsys, "2_Normalize/config.json", map[string]any{"module_input_name": token, "module_output_name": token})
	addJSON(tb, fsys, "3_Dense/config.json", map[string]any{"in_features": 24, "out_features": 24, "bias": false, "activation_function": "torch.nn.modules.activation.ReLU", "module_input_name": token, "module_output_name": token, "use_residual": true})
	addWeights(tb, fsys, "3_Dense/model.safetensors", floats(tb, "linear.weight", []int{24, 24}, func(i int) float64 { return beforeWeight(3 * i) }))
	addJSON(tb, fsys, "4_Normalize/config.json", map[string]any{"module_input_name": "sentence_embedding"}) // of which there is none yet
	addJSON(tb, fsys, "5_Pooling/config.json", map[string]any{"embedding_dimension": 24, "pooling_mode": modes})
	addJSON(tb, fsys, "6_Normalize/config.json", map[string]any{})
	return fsys
}

func beforeWeight(i int) float64 { return float64(float32(float64(i*7%11)/11 - 0.4)) }

// beforePooling computes what tokenChain's modules before the pooling make of a
// token's vector.
func beforePooling(x []float64) []float64 {
	y := make([]float64, 24)
	length := 0.0
	for j := range y {
		y[j] = float64(float32(float64(j%3) / 3))
		for i, v := range x {
			y[j] += v * beforeWeight(j*32+i)
		}
		y[j] = math.Tanh(y[j])
		length += y[j] * y[j]
	}
	for j := range y {
		y[j] /= math.Sqrt(length)
	}
	z := slices.Clone(y)
	for j := range z {
		sum := 0.0
		for i, v := range y {
			sum += v * beforeWeight(3*(j*24+i))
		}
		z[j] += max(0, sum)
	}
	return z
}

// Modules before the pooling against their formulas over the hidden states.
func TestModulesBeforePooling(t *testing.T) {
	t.Parallel()
	texts := []string{"the screen is broken and slow", "good", ""}
	h, err := loadTiny(t, Options{}).Encode(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	m, err := LoadFS(tokenChain(t, "max", "cls", "mean"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := mustEmbed(t, m, texts)
	var want []float64
	for k, ids := range h.IDs {
		row := make([]float64, 3*24)
		for j := range 24 {
			row[j] = math.Inf(-1)
		}
		for i := range ids {
			x := make([]float64, 32)
			for j := range x {
				x[j] = float64(h.Layers[2][(k*h.Tokens+i)*32+j])
			}
			for j, v := range beforePooling(x) {
				row[j] = max(row[j], v)
				if i == 0 {
					row[24+j] = v
				}
				row[48+j] += v / float64(len(ids))
			}
		}
		length := 0.0
		for _, v := range row {
			length += v * v
		}
		for _, v := range row {
			want = append(want, v/math.Sqrt(length))
		}
	}
	close5(t, "max, cls, mean", got.data, want)

	// Where only first tokens are needed, and as the mean of chunks.
	first, err := LoadFS(tokenChain(t, "cls"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		row := want[i*72+24 : i*72+48]
		length := 0.0
		for _, v := range row {
			length += v * v
		}
		for j, v := range mustEmbed(t, first, texts).Row(i) {
			if math.Abs(float64(v)-row[j]/math.Sqrt(length)) > 1e-5 {
				t.Fatalf("cls, text %d: feature %d is %g, want %g", i, j, v, row[j]/math.Sqrt(length))
			}
		}
	}
	long, err := m.EmbedLong(t.Context(), texts[:1], LongOptions{})
	if err != nil {
		t.Fatal(err)
	}
	close5(t, "the only chunk", long[0].Chunks[0].Vector, want[:72])
	if m.Digest() == first.Digest() {
		t.Error("equal digests")
	}
}

// What sentence-transformers cannot compute is refused, naming what is wrong.
func TestModulesBeforePoolingRefused(t *testing.T) {
	t.Parallel()
	entry := func(path, kind string) map[string]any {
		return map[string]any{"path": path, "type": "sentence_transformers.models." + kind}
	}
	encoder, pooling := entry("", "Transformer"), entry("5_Pooling", "Pooling")
	for _, c := range []struct {
		name   string
		damage func(fsys fstest.MapFS)
		says   string
	}{
		{"a Dense of texts", func(fsys fstest.MapFS) {
			addJSON(t, fsys, "1_Dense/config.json", map[string]any{"in_features": 32, "out_features": 24})
		}, "module_input_name"},
		{"a Dense from tokens to texts", func(fsys fstest.MapFS) {
			addJSON(t, fsys, "1_Dense/config.json", map[string]any{"in_features": 32, "out_features": 24, "module_input_name": "token_embeddings", "module_output_name": "sentence_embedding"})
		}, "module_output_name"},
		{"Softmax of tokens", func(fsys fstest.MapFS) {
			addJSON(t, fsys, "1_Dense/config.json", map[string]any{"in_features": 32, "out_features": 24, "module_input_name": "token_embeddings", "activation_function": "torch.nn.modules.activation.Softmax"})
		}, "activation_function"},
		{"another width", func(fsys fstest.MapFS) {
			addJSON(t, fsys, modulesFile, modules{encoder, entry("3_Dense", "Dense"), pooling})
		}, "in_features"},
		{"another width to pool", func(fsys fstest.MapFS) {
			addJSON(t, fsys, "5_Pooling/config.json", map[string]any{"embedding_dimension": 32, "pooling_mode": "mean"})
		}, "embedding_dimension"},
		{"no Pooling", func(fsys fstest.MapFS) {
			addJSON(t, fsys, modulesFile, modules{encoder, entry("1_Dense", "Dense")})
		}, "Pooling"},
		{"LayerNorm of tokens", func(fsys fstest.MapFS) {
			addJSON(t, fsys, modulesFile, modules{encoder, entry("3_LayerNorm", "LayerNorm"), pooling})
		}, "Pooling before it"},
		{"layers afterwards", func(fsys fstest.MapFS) {
			addJSON(t, fsys, modulesFile, modules{encoder, entry("1_Dense", "Dense"), entry("2_W", "WeightedLayerPooling"), pooling})
		}, "WeightedLayerPooling"},
		{"weights of words", func(fsys fstest.MapFS) {
			addJSON(t, fsys, modulesFile, modules{encoder, entry("1_WordWeights", "WordWeights"), pooling})
		}, "WordWeights\", want Transformer"},
	} {
		fsys := tokenChain(t, "mean")
		c.damage(fsys)
		m, err := LoadFS(fsys, Options{})
		if m != nil || !errors.Is(err, ErrConfig) && !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want a refusal that says %q", c.name, err, c.says)
		}
	}
	if _, err := LoadFS(tokenChain(t, "mean"), Options{Pooling: PoolPooler}); !errors.Is(err, ErrInput) {
		t.Errorf("pooling by the pooler: %v, want ErrInput", err)
	}
	m, err := LoadFS(tokenChain(t, "mean"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.checkDifferentiable(0); !errors.Is(err, ErrUnsupported) {
		t.Errorf("the differentiable pass: %v, want ErrUnsupported", err)
	}
}

// routed is a directory whose Router has the same modules for both tasks.
func routed(tb testing.TB, queries ...string) fstest.MapFS {
	tb.Helper()
	from := sentenceModel(tb, map[string]any{"embedding_dimension": 32, "pooling_mode": "mean"})
	fsys := fstest.MapFS{}
	for name, f := range from {
		fsys["document_0_Transformer/"+name] = f
	}
	delete(fsys, "document_0_Transformer/modules.json")
	fsys["document_1_Pooling/config.json"] = from["1_Pooling/config.json"]
	addJSON(tb, fsys, modulesFile, modules{
		{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.router.Router"},
		{"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
	})
	addJSON(tb, fsys, "1_Normalize/config.json", map[string]any{})
	addJSON(tb, fsys, "router_config.json", map[string]any{
		"types": map[string]string{
			"document_0_Transformer": "sentence_transformers.base.modules.transformer.Transformer",
			"document_1_Pooling":     "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
		},
		"structure":  map[string][]string{"document": {"document_0_Transformer", "document_1_Pooling"}, "query": queries},
		"parameters": map[string]any{"default_route": "document", "allow_empty_key": true, "route_mappings": map[string]any{}},
	})
	return fsys
}

// A Router with the same modules for both tasks is these modules.
func TestRouterOfDense(t *testing.T) {
	t.Parallel()
	texts := someTexts(5, 9)
	m, err := LoadFS(routed(t, "document_0_Transformer", "document_1_Pooling"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := LoadFS(sentenceModel(t, map[string]any{"embedding_dimension": 32, "pooling_mode": "mean"}, "Normalize"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := mustEmbed(t, m, texts), mustEmbed(t, plain, texts); !slices.Equal(got.data, want.data) {
		t.Error("other vectors than the modules make without a Router")
	}
	if _, err := LoadFS(routed(t, "document_0_Transformer"), Options{}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "structure.query") {
		t.Errorf("other modules for queries: %v, want a refusal", err)
	}
}
