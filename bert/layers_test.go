package bert

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// weightedLayers is a case of testdata/weighted_layers.json.
type weightedLayers struct {
	Start   int         `json:"layer_start"`
	Weights []float64   `json:"layer_weights"`
	Mode    string      `json:"pooling_mode"`
	Vectors [][]float64 `json:"vectors"`
}

// files returns a directory with the case's WeightedLayerPooling.
func (c *weightedLayers) files(tb testing.TB) fstest.MapFS {
	tb.Helper()
	fsys := fstest.MapFS{}
	for _, name := range []string{"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} {
		data, err := os.ReadFile(filepath.Join(nextDir(tb, "st6-dense-residual"), name))
		if err != nil {
			tb.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	setConfig(tb, fsys, configFile, map[string]any{"output_hidden_states": true})
	list := modules{{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"}}
	for i, kind := range []string{"weighted_layer_pooling.WeightedLayerPooling", "pooling.Pooling"} {
		list = append(list, map[string]any{"idx": i + 1, "name": string(rune('1' + i)), "path": []string{"1_WeightedLayerPooling", "2_Pooling"}[i], "type": "sentence_transformers.sentence_transformer.modules." + kind})
	}
	addJSON(tb, fsys, modulesFile, list)
	addJSON(tb, fsys, "1_WeightedLayerPooling/config.json", map[string]any{"embedding_dimension": 24, "layer_start": c.Start, "num_hidden_layers": 2})
	addJSON(tb, fsys, "2_Pooling/config.json", map[string]any{"embedding_dimension": 24, "pooling_mode": c.Mode, "include_prompt": true})
	addWeights(tb, fsys, "1_WeightedLayerPooling/model.safetensors", floats(tb, "layer_weights", []int{len(c.Weights)}, func(i int) float64 { return c.Weights[i] }))
	return fsys
}

// WeightedLayerPooling against sentence-transformers, saved and loaded again, too.
func TestWeightedLayers(t *testing.T) {
	t.Parallel()
	var golden struct {
		Texts []string         `json:"texts"`
		Cases []weightedLayers `json:"cases"`
	}
	data, err := os.ReadFile("testdata/weighted_layers.json")
	if err == nil {
		err = json.Unmarshal(data, &golden)
	}
	if err != nil || len(golden.Cases) < 4 {
		t.Fatalf("%d cases, %v", len(golden.Cases), err)
	}
	for _, c := range golden.Cases {
		want := slices.Concat(c.Vectors...)
		m, err := LoadFS(c.files(t), Options{Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		close5(t, c.Mode, mustEmbed(t, m, golden.Texts).data, want)
		one, err := m.Embed(t.Context(), golden.Texts[:1]) // a single text, shared by the threads
		if err != nil {
			t.Fatal(err)
		}
		close5(t, c.Mode+", one text", one.data, c.Vectors[0])
		dir := filepath.Join(t.TempDir(), "saved")
		if err := m.Save(dir); err != nil {
			t.Fatal(err)
		}
		again, err := Load(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(mustEmbed(t, again, golden.Texts).data, mustEmbed(t, m, golden.Texts).data) || again.Digest() != m.Digest() {
			t.Errorf("%s: other vectors when saved", c.Mode)
		}
		tree, err := m.Encoder()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.ForwardTokens(tree, m.Tokenize(golden.Texts), Pass{}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: a differentiable pass: %v", c.Mode, err)
		}
		again.Close()
		m.Close()
	}
}

// What does not fit a WeightedLayerPooling is refused by name.
func TestWeightedLayersRefused(t *testing.T) {
	t.Parallel()
	c := weightedLayers{Start: 1, Weights: []float64{1, 3}, Mode: "mean"}
	const file = "1_WeightedLayerPooling/config.json"
	settings := map[string]any{"embedding_dimension": 24, "layer_start": 1, "num_hidden_layers": 2}
	for says, change := range map[string]func(fsys fstest.MapFS){
		"output_hidden_states": func(fsys fstest.MapFS) { setConfig(t, fsys, configFile, map[string]any{"output_hidden_states": nil}) },
		"num_hidden_layers": func(fsys fstest.MapFS) {
			addJSON(t, fsys, file, changed(changed(settings, "num_hidden_layers", 4), "layer_start", 3))
		},
		"embedding_dimension": func(fsys fstest.MapFS) { addJSON(t, fsys, file, changed(settings, "embedding_dimension", 23)) },
		"layer_start":         func(fsys fstest.MapFS) { addJSON(t, fsys, file, changed(settings, "layer_start", -1)) },
		"layer_weights":       func(fsys fstest.MapFS) { addJSON(t, fsys, file, changed(settings, "layer_start", 0)) },
		"flux":                func(fsys fstest.MapFS) { addJSON(t, fsys, file, changed(settings, "flux", 1)) },
		"the sum of layer_weights is 0": func(fsys fstest.MapFS) {
			addWeights(t, fsys, "1_WeightedLayerPooling/model.safetensors", floats(t, "layer_weights", []int{2}, func(i int) float64 { return float64(1 - 2*i) }))
		},
	} {
		fsys := c.files(t)
		change(fsys)
		if _, err := LoadFS(fsys, Options{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if _, err := LoadFS(c.files(t), Options{Pooling: PoolPooler}); !errors.Is(err, ErrInput) {
		t.Errorf("the pooler: %v", err)
	}
	fsys := c.files(t)
	setConfig(t, fsys, configFile, map[string]any{"output_hidden_states": nil})
	addJSON(t, fsys, "sentence_bert_config.json", map[string]any{"config_kwargs": map[string]any{"output_hidden_states": true}})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatalf("output_hidden_states in sentence_bert_config.json: %v", err)
	}
	m.Close()
}
