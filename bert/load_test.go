package bert

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// modelFiles returns a tiny model's directory in memory, to be damaged.
func modelFiles(tb testing.TB, dir string) fstest.MapFS {
	tb.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{"config.json", "model.safetensors", "tokenizer.json"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			tb.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

// setConfig changes fields of a JSON file; a nil value removes the field.
func setConfig(tb testing.TB, fsys fstest.MapFS, name string, fields map[string]any) {
	tb.Helper()
	config := map[string]any{}
	if f, ok := fsys[name]; ok {
		if err := json.Unmarshal(f.Data, &config); err != nil {
			tb.Fatal(err)
		}
	}
	for k, v := range fields {
		if v == nil {
			delete(config, k)
		} else {
			config[k] = v
		}
	}
	data, err := json.Marshal(config)
	if err != nil {
		tb.Fatal(err)
	}
	fsys[name] = &fstest.MapFile{Data: data}
}

// moveToken gives the last token of the tokenizer's vocabulary another id.
func moveToken(tb testing.TB, fsys fstest.MapFS, id int) {
	tb.Helper()
	var file map[string]any
	if err := json.Unmarshal(fsys["tokenizer.json"].Data, &file); err != nil {
		tb.Fatal(err)
	}
	vocab := file["model"].(map[string]any)["vocab"].(map[string]any)
	last, top := "", -1.0
	for token, at := range vocab {
		if at := at.(float64); at > top {
			last, top = token, at
		}
	}
	vocab[last] = id
	data, err := json.Marshal(file)
	if err != nil {
		tb.Fatal(err)
	}
	fsys["tokenizer.json"] = &fstest.MapFile{Data: data}
}

// editWeights writes the model's tensors anew, each as edit returns it.
func editWeights(tb testing.TB, fsys fstest.MapFS, edit func(t safetensors.Tensor) []safetensors.Tensor) {
	tb.Helper()
	file, err := safetensors.Parse("model.safetensors", fsys["model.safetensors"].Data)
	if err != nil {
		tb.Fatal(err)
	}
	var out []safetensors.Tensor
	for _, name := range file.Names() {
		t, _ := file.Lookup(name)
		out = append(out, edit(t)...)
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, out, nil); err != nil {
		tb.Fatal(err)
	}
	fsys["model.safetensors"] = &fstest.MapFile{Data: b.Bytes()}
}

func renamed(tb testing.TB, t safetensors.Tensor, name string) safetensors.Tensor {
	tb.Helper()
	n, err := safetensors.New(name, t.DType, t.Shape, t.Bytes())
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// Everything that config and weights may say that cannot be: an error of the
// right kind that names file or tensor, what was found and what was wanted.
func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	config := func(fields map[string]any) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, f fstest.MapFS) { setConfig(t, f, "config.json", fields) }
	}
	weights := func(name string, edit func(t *testing.T, x safetensors.Tensor) []safetensors.Tensor) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, f fstest.MapFS) {
			editWeights(t, f, func(x safetensors.Tensor) []safetensors.Tensor {
				if x.Name == name {
					return edit(t, x)
				}
				return []safetensors.Tensor{x}
			})
		}
	}
	file := func(name, data string) func(*testing.T, fstest.MapFS) {
		return func(_ *testing.T, f fstest.MapFS) { f[name] = &fstest.MapFile{Data: []byte(data)} }
	}
	const query = "encoder.layer.1.attention.self.query.weight"
	for _, c := range []struct {
		name   string
		damage func(*testing.T, fstest.MapFS)
		kind   error
		says   []string
	}{
		{"no config", func(_ *testing.T, f fstest.MapFS) { delete(f, "config.json") }, ErrConfig, []string{"config.json"}},
		{"empty config", file("config.json", " \n"), ErrConfig, []string{"config.json", "empty"}},
		{"config is HTML", file("config.json", "<!DOCTYPE html><html>"), ErrConfig, []string{"config.json", "not JSON"}},
		{"config is a list", file("config.json", "[1]"), ErrConfig, []string{"config.json", "array"}},
		{"config with junk after it", file("config.json", `{"model_type":"bert"} x`), ErrConfig, []string{"config.json"}},
		{"string for a number", config(map[string]any{"hidden_size": "32"}), ErrConfig, []string{"hidden_size", "string"}},
		{"fraction for a number", config(map[string]any{"hidden_size": 32.5}), ErrConfig, []string{"hidden_size"}},
		{"beyond int", config(map[string]any{"hidden_size": 1e30}), ErrConfig, []string{"hidden_size"}},
		{"unknown model type", config(map[string]any{"model_type": "gpt2"}), ErrUnsupported, []string{"model_type", "gpt2", "distilbert"}},
		{"no model type, unknown class", config(map[string]any{"model_type": nil, "architectures": []string{"LlamaModel"}}), ErrUnsupported, []string{"model_type"}},
		{"decoder", config(map[string]any{"is_decoder": true}), ErrUnsupported, []string{"is_decoder"}},
		{"relative positions", config(map[string]any{"position_embedding_type": "relative_key"}), ErrUnsupported, []string{"position_embedding_type", "relative_key"}},
		{"unknown activation", config(map[string]any{"hidden_act": "xielu"}), ErrUnsupported, []string{"hidden_act", "xielu", "gelu_new"}},
		{"heads do not divide", config(map[string]any{"num_attention_heads": 5}), ErrConfig, []string{"num_attention_heads", "5", "32"}},
		{"no heads", config(map[string]any{"num_attention_heads": 0}), ErrConfig, []string{"num_attention_heads"}},
		{"negative size", config(map[string]any{"intermediate_size": -64}), ErrConfig, []string{"intermediate_size", "-64"}},
		{"zero size", config(map[string]any{"hidden_size": 0}), ErrConfig, []string{"hidden_size"}},
		{"absurd size", config(map[string]any{"hidden_size": 1 << 40}), ErrConfig, []string{"hidden_size"}},
		{"absurd layers", config(map[string]any{"num_hidden_layers": 1 << 30}), ErrConfig, []string{"num_hidden_layers"}},
		{"negative eps", config(map[string]any{"layer_norm_eps": -1}), ErrConfig, []string{"layer_norm_eps"}},
		{"pad beyond vocabulary", config(map[string]any{"pad_token_id": 512}), ErrConfig, []string{"pad_token_id", "512"}},
		{"positions all behind padding", config(map[string]any{"model_type": "roberta", "pad_token_id": 63}), ErrConfig, []string{"max_position_embeddings", "64"}},
		{"labels with a hole", config(map[string]any{"id2label": map[string]string{"0": "a", "2": "b"}}), ErrConfig, []string{"id2label", `"2"`}},
		{"label that is no number", config(map[string]any{"id2label": map[string]string{"x": "a"}}), ErrConfig, []string{"id2label", `"x"`}},
		{"absurd labels", config(map[string]any{"num_labels": 1 << 40}), ErrConfig, []string{"num_labels"}},
		{"unknown problem", config(map[string]any{"problem_type": "ranking"}), ErrUnsupported, []string{"problem_type"}},

		{"more layers than weights", config(map[string]any{"num_hidden_layers": 3}), ErrWeights, []string{"encoder.layer.2.", "nothing"}},
		{"hidden size of other weights", config(map[string]any{"hidden_size": 64}), ErrWeights, []string{"embeddings.word_embeddings.weight", "[512 32]", "[512 64]"}},
		{"other intermediate size", config(map[string]any{"intermediate_size": 128}), ErrWeights, []string{"intermediate.dense.weight", "[64 32]", "[128 32]"}},
		{"other vocabulary", config(map[string]any{"vocab_size": 513}), ErrWeights, []string{"word_embeddings", "[513 32]"}},
		{"other positions", config(map[string]any{"max_position_embeddings": 65}), ErrWeights, []string{"position_embeddings", "[65 32]"}},
		{"other types", config(map[string]any{"type_vocab_size": 3}), ErrWeights, []string{"token_type_embeddings", "[3 32]"}},
		{"the other architecture", config(map[string]any{"model_type": "distilbert"}), ErrWeights, []string{"transformer.layer.0.attention.q_lin.weight"}},
		{"vocabulary larger than the table", func(t *testing.T, f fstest.MapFS) {
			setConfig(t, f, "config.json", map[string]any{"vocab_size": 500})
		}, ErrConfig, []string{"vocab_size", "500", "512"}},

		{"missing tensor", weights(query, func(*testing.T, safetensors.Tensor) []safetensors.Tensor { return nil }), ErrWeights, []string{query, "nothing", "[32 32]"}},
		{"misshaped tensor", weights(query, func(t *testing.T, x safetensors.Tensor) []safetensors.Tensor {
			y, err := safetensors.New(x.Name, x.DType, []int{16, 64}, x.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			return []safetensors.Tensor{y}
		}), ErrWeights, []string{query, "[16 64]", "[32 32]"}},
		{"integers", weights(query, func(t *testing.T, x safetensors.Tensor) []safetensors.Tensor {
			y, err := safetensors.Of(x.Name, x.Shape, make([]int32, x.Len()))
			if err != nil {
				t.Fatal(err)
			}
			return []safetensors.Tensor{y}
		}), ErrWeights, []string{query, "I32"}},
		{"NaN", weights(query, func(t *testing.T, x safetensors.Tensor) []safetensors.Tensor {
			v, _ := x.Float32()
			v = slices.Clone(v)
			v[1000] = float32(math.NaN())
			y, err := safetensors.Of(x.Name, x.Shape, v)
			if err != nil {
				t.Fatal(err)
			}
			return []safetensors.Tensor{y}
		}), safetensors.ErrNotFinite, []string{query, "NaN"}},
		{"Inf in the table", weights("embeddings.word_embeddings.weight", func(t *testing.T, x safetensors.Tensor) []safetensors.Tensor {
			v, _ := x.Float32()
			v = slices.Clone(v)
			v[len(v)-1] = float32(math.Inf(-1))
			y, err := safetensors.Of(x.Name, x.Shape, v)
			if err != nil {
				t.Fatal(err)
			}
			return []safetensors.Tensor{y}
		}), ErrWeights, []string{"word_embeddings", "Inf"}},
		{"cut weights", func(_ *testing.T, f fstest.MapFS) {
			f["model.safetensors"].Data = f["model.safetensors"].Data[:100_000]
		}, ErrWeights, []string{"model.safetensors"}},
		{"no weights", func(_ *testing.T, f fstest.MapFS) { delete(f, "model.safetensors") }, safetensors.ErrNoWeights, []string{"model.safetensors"}},
		{"pickle only", func(_ *testing.T, f fstest.MapFS) {
			delete(f, "model.safetensors")
			f["pytorch_model.bin"] = &fstest.MapFile{Data: []byte("PK\x03\x04")}
		}, ErrWeights, []string{"pytorch_model.bin", "pickle", "convert it once"}},
		{"pickle as safetensors", file("model.safetensors", "PK\x03\x04"+strings.Repeat("x", 100)), safetensors.ErrZip, []string{"model.safetensors"}},
		{"LFS pointer", file("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"), safetensors.ErrLFSPointer, []string{"model.safetensors"}},
		{"index leads outside", func(_ *testing.T, f fstest.MapFS) {
			delete(f, "model.safetensors")
			f["model.safetensors.index.json"] = &fstest.MapFile{Data: []byte(`{"weight_map":{"a":"../../x.safetensors"}}`)}
		}, safetensors.ErrOutside, []string{"x.safetensors"}},

		{"no tokenizer", func(_ *testing.T, f fstest.MapFS) { delete(f, "tokenizer.json") }, tokenize.ErrNoTokenizer, nil},
		{"a token id beyond the table, in a vocabulary with gaps", func(t *testing.T, f fstest.MapFS) {
			moveToken(t, f, 900)
		}, ErrConfig, []string{"vocab_size", "512", "901"}},
		{"modules is an object", file("modules.json", `{}`), ErrConfig, []string{"modules.json", "object"}},
		{"unknown module", file("modules.json", `[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1","type":"sentence_transformers.models.LSTM"}]`), ErrUnsupported, []string{"modules.json", "sentence_transformers.models.LSTM"}},
		{"module outside", file("modules.json", `[{"path":"../x","type":"sentence_transformers.models.Transformer"}]`), ErrConfig, []string{"modules.json", "../x"}},
		{"no transformer", file("modules.json", `[{"path":"1","type":"sentence_transformers.models.Pooling"}]`), ErrUnsupported, []string{"modules.json", "Transformer"}},
		{"pooling without its file", file("modules.json", `[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1","type":"sentence_transformers.models.Pooling"}]`), ErrConfig, []string{"1/config.json"}},
		{"unknown default prompt", func(_ *testing.T, f fstest.MapFS) {
			f["modules.json"] = &fstest.MapFile{Data: []byte(`[{"path":"","type":"sentence_transformers.models.Transformer"}]`)}
			f["config_sentence_transformers.json"] = &fstest.MapFile{Data: []byte(`{"prompts":{"query":"q: "},"default_prompt_name":"doc"}`)}
		}, ErrConfig, []string{"default_prompt_name", `"doc"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := modelFiles(t, tiny)
			c.damage(t, fsys)
			m, err := LoadFS(fsys, Options{})
			if err == nil {
				m.Close()
				t.Fatal("no error")
			}
			if !errors.Is(err, c.kind) {
				t.Errorf("error %v, want one that is %v", err, c.kind)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q does not say %q", err, s)
				}
			}
		})
	}
}

func TestLoadRefusesOptions(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Dim: 33}, {Dim: -1}, {MaxLength: 65}, {MaxLength: -1}, {Pooling: 0x80}} {
		if _, err := Load(tiny, o); !errors.Is(err, ErrInput) {
			t.Errorf("%+v: error %v, want ErrInput", o, err)
		}
	}
	if _, err := Load(filepath.Join(tiny, "config.json"), Options{}); !errors.Is(err, ErrConfig) {
		t.Errorf("a file as the directory: %v", err)
	}
	if _, err := Load("testdata/none", Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no directory: %v", err)
	}
	if _, err := Load("testdata/models/bert-masked-lm", Options{Pooling: PoolPooler}); !errors.Is(err, ErrWeights) {
		t.Errorf("no pooler in the checkpoint: %v", err)
	}
}

// embedAll embeds some texts by the model in fsys.
func embedAll(t *testing.T, fsys fs.FS, o Options) []float32 {
	t.Helper()
	m, err := LoadFS(fsys, o)
	if err != nil {
		t.Fatal(err)
	}
	return mustEmbed(t, m, someTexts(20, 20)).data
}

// The same weights under every name that checkpoints give them.
func TestLoadOtherNames(t *testing.T) {
	t.Parallel()
	want := embedAll(t, modelFiles(t, tiny), Options{})
	for name, rename := range map[string]func(string) string{
		"prefix": func(n string) string { return "bert." + n },
		"gamma and beta": func(n string) string {
			return strings.NewReplacer("LayerNorm.weight", "LayerNorm.gamma", "LayerNorm.bias", "LayerNorm.beta").Replace(n)
		},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := modelFiles(t, tiny)
			editWeights(t, fsys, func(x safetensors.Tensor) []safetensors.Tensor {
				return []safetensors.Tensor{renamed(t, x, rename(x.Name))}
			})
			if !slices.Equal(embedAll(t, fsys, Options{}), want) {
				t.Error("other vectors")
			}
		})
	}
	t.Run("no model_type", func(t *testing.T) {
		fsys := modelFiles(t, tiny)
		setConfig(t, fsys, "config.json", map[string]any{"model_type": nil})
		if !slices.Equal(embedAll(t, fsys, Options{}), want) {
			t.Error("other vectors")
		}
	})
	t.Run("float64", func(t *testing.T) {
		fsys := modelFiles(t, tiny)
		editWeights(t, fsys, func(x safetensors.Tensor) []safetensors.Tensor {
			v, err := x.Float64()
			if err != nil {
				t.Fatal(err)
			}
			y, err := safetensors.Of(x.Name, x.Shape, v)
			if err != nil {
				t.Fatal(err)
			}
			return []safetensors.Tensor{y}
		})
		if !slices.Equal(embedAll(t, fsys, Options{}), want) {
			t.Error("other vectors")
		}
	})
	t.Run("shards", func(t *testing.T) {
		fsys := modelFiles(t, tiny)
		file, err := safetensors.Parse("", fsys["model.safetensors"].Data)
		if err != nil {
			t.Fatal(err)
		}
		shards := make([][]safetensors.Tensor, 3)
		index := map[string]string{}
		for i, name := range file.Names() {
			x, _ := file.Lookup(name)
			shards[i%3] = append(shards[i%3], x)
			index[name] = fmt.Sprintf("model-%d.safetensors", i%3)
		}
		for i, s := range shards {
			var b bytes.Buffer
			if err := safetensors.Write(&b, s, nil); err != nil {
				t.Fatal(err)
			}
			fsys[fmt.Sprintf("model-%d.safetensors", i)] = &fstest.MapFile{Data: b.Bytes()}
		}
		data, _ := json.Marshal(map[string]any{"weight_map": index})
		fsys["model.safetensors.index.json"] = &fstest.MapFile{Data: data}
		delete(fsys, "model.safetensors")
		if !slices.Equal(embedAll(t, fsys, Options{}), want) {
			t.Error("other vectors")
		}
	})
}

func TestUnused(t *testing.T) {
	t.Parallel()
	fsys := modelFiles(t, tiny)
	editWeights(t, fsys, func(x safetensors.Tensor) []safetensors.Tensor {
		if x.Name != "pooler.dense.bias" {
			return []safetensors.Tensor{x}
		}
		return []safetensors.Tensor{x, renamed(t, x, "../../etc/passwd")}
	})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(m.Unused()); got != "[../../etc/passwd pooler.dense.bias pooler.dense.weight]" {
		t.Errorf("unused %s", got)
	}
	m, err = LoadFS(fsys, Options{Pooling: PoolPooler})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(m.Unused()); got != "[../../etc/passwd]" {
		t.Errorf("unused with the pooler %s", got)
	}
}

func TestMaxLength(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sentence, tokenizer string
		option, want        int
	}{
		{"", "", 0, 64},
		{"", `{"model_max_length": 40}`, 0, 40},
		{"", `{"model_max_length": 1000000000000000019884624838656}`, 0, 64},
		{`{"max_seq_length": 20}`, `{"model_max_length": 40}`, 0, 20},
		{`{"max_seq_length": 500}`, "", 0, 64},
		{`{"max_seq_length": null}`, "", 0, 64},
		{`{"max_seq_length": 20}`, "", 30, 30},
	} {
		fsys := modelFiles(t, tiny)
		fsys["modules.json"] = &fstest.MapFile{Data: []byte(`[{"path":"","type":"sentence_transformers.models.Transformer"}]`)}
		if c.sentence != "" {
			fsys["sentence_bert_config.json"] = &fstest.MapFile{Data: []byte(c.sentence)}
		}
		if c.tokenizer != "" {
			fsys["tokenizer_config.json"] = &fstest.MapFile{Data: []byte(c.tokenizer)}
		}
		m, err := LoadFS(fsys, Options{MaxLength: c.option})
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if m.MaxLength() != c.want {
			t.Errorf("%+v: maximal length %d", c, m.MaxLength())
		}
		if e := mustEmbed(t, m, []string{strings.Repeat("good ", 100)}); e.Tokens != c.want || e.Truncated != 1 {
			t.Errorf("%+v: %d tokens, %d truncated", c, e.Tokens, e.Truncated)
		}
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	digest := func(fsys fs.FS, o Options) string {
		m, err := LoadFS(fsys, o)
		if err != nil {
			t.Fatal(err)
		}
		return m.Digest()
	}
	a := digest(modelFiles(t, tiny), Options{})
	if len(a) != 64 || a != digest(modelFiles(t, tiny), Options{Threads: 3, BatchTokens: 7, Name: "x"}) {
		t.Error("the digest depends on what does not change embeddings")
	}
	fsys := modelFiles(t, tiny)
	editWeights(t, fsys, func(x safetensors.Tensor) []safetensors.Tensor {
		v, _ := x.Float32()
		v = slices.Clone(v)
		v[0]++
		y, _ := safetensors.Of(x.Name, x.Shape, v)
		return []safetensors.Tensor{y}
	})
	for name, b := range map[string]string{
		"weights": digest(fsys, Options{}), "precision": digest(modelFiles(t, tiny), Options{Precision: Int8}),
		"pooling": digest(modelFiles(t, tiny), Options{Pooling: PoolCLS}), "dimension": digest(modelFiles(t, tiny), Options{Dim: 5}),
	} {
		if a == b {
			t.Errorf("the digest does not depend on the %s", name)
		}
	}
}

// Nothing that config.json holds may crash the loader or take much memory.
func FuzzParseConfig(f *testing.F) {
	for _, name := range []string{"bert", "mpnet", "bert-token-classification"} {
		data, err := os.ReadFile(filepath.Join("testdata/models", name, "config.json"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"model_type":"distilbert","dim":768,"n_heads":12}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseConfig(data)
		if err == nil && (c.HiddenSize%c.NumAttentionHeads != 0 || c.positionOffset() >= c.MaxPositionEmbeddings) {
			t.Errorf("accepted %+v", c)
		}
		if err != nil && !errors.Is(err, ErrConfig) && !errors.Is(err, ErrUnsupported) {
			t.Errorf("untyped error %v", err)
		}
	})
}

// The same for modules.json and what it refers to.
func FuzzPipeline(f *testing.F) {
	f.Add([]byte(`[{"path":"","type":"sentence_transformers.models.Transformer"},{"path":"1","type":"sentence_transformers.models.Pooling"},{"path":"2","type":"b.Normalize"}]`), []byte(`{"word_embedding_dimension":32,"pooling_mode_mean_tokens":true}`), []byte(`{"prompts":{"query":"q"}}`))
	f.Add([]byte(`[{"path":"0_T","type":"Transformer"},{"path":"1","type":"Pooling"},{"path":"1","type":"Dense"}]`), []byte(`{"word_embedding_dimension":32,"pooling_mode":["cls","max"],"in_features":64,"out_features":9999999}`), []byte(`{"max_seq_length":3}`))
	f.Fuzz(func(t *testing.T, modules, pooling, prompts []byte) {
		p, err := loadPipeline(fstest.MapFS{
			"modules.json":                      &fstest.MapFile{Data: modules},
			"1/config.json":                     &fstest.MapFile{Data: pooling},
			"config_sentence_transformers.json": &fstest.MapFile{Data: prompts},
			"sentence_bert_config.json":         &fstest.MapFile{Data: prompts},
		})
		if err == nil && p.pooling() != 0 && p.width < 1 {
			t.Errorf("accepted width %d", p.width)
		}
		if err != nil && !errors.Is(err, ErrConfig) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrWeights) {
			t.Errorf("untyped error %v", err)
		}
	})
}
