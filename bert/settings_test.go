package bert

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// chainModel is a model with every module there is: settings of each by file, as
// sentence-transformers writes them. Its encoder is tiny's, 32 features wide.
func chainModel(tb testing.TB) (fstest.MapFS, map[string]map[string]any) {
	tb.Helper()
	settings := map[string]map[string]any{
		"sentence_bert_config.json": {
			"max_seq_length": 12, "do_lower_case": false, "transformer_task": "feature-extraction", "module_output_name": "token_embeddings",
			"modality_config": map[string]any{"text": map[string]any{"method": "forward", "method_output_name": "last_hidden_state"}},
		},
		promptsFile: {
			"__version__": map[string]any{"pytorch": "2"}, "model_type": "SentenceTransformer", "similarity_fn_name": "cosine",
			"prompts": map[string]any{"query": "the screen ", "document": ""}, "default_prompt_name": nil,
		},
		"1_Pooling/config.json":   {"embedding_dimension": 32, "pooling_mode": "mean", "include_prompt": true},
		"2_Dense/config.json":     {"in_features": 32, "out_features": 32, "bias": true, "activation_function": "torch.nn.modules.activation.Tanh", "use_residual": false, "module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"},
		"3_LayerNorm/config.json": {"dimension": 32},
		"4_Dropout/config.json":   {"dropout": 0.1},
		"5_Normalize/config.json": {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"},
	}
	fsys := modelFiles(tb, tiny)
	setConfig(tb, fsys, "tokenizer.json", map[string]any{"normalizer": map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": false}})
	addJSON(tb, fsys, "tokenizer_config.json", map[string]any{"tokenizer_class": "PreTrainedTokenizerFast"}) // BERT's own would decide on case
	list := modules{{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"}}
	for i, kind := range []string{"Pooling", "Dense", "LayerNorm", "Dropout", "Normalize"} {
		list = append(list, map[string]any{"idx": i + 1, "name": string(rune('1' + i)), "path": string(rune('1'+i)) + "_" + kind, "type": "sentence_transformers.models." + kind})
	}
	addJSON(tb, fsys, modulesFile, list)
	for name, fields := range settings {
		addJSON(tb, fsys, name, fields)
	}
	addWeights(tb, fsys, "2_Dense/model.safetensors",
		floats(tb, "linear.weight", []int{32, 32}, func(i int) float64 { return float64(i*7%11)/11 - 0.4 }),
		floats(tb, "linear.bias", []int{32}, func(i int) float64 { return float64(i%3) / 3 }))
	addWeights(tb, fsys, "3_LayerNorm/model.safetensors",
		floats(tb, "norm.weight", []int{32}, func(i int) float64 { return 1 + float64(i%5)/9 }),
		floats(tb, "norm.bias", []int{32}, func(i int) float64 { return float64(i%4) / 7 }))
	return fsys, settings
}

// changed returns settings with one of them changed, or without it.
func changed(settings map[string]any, key string, value any) map[string]any {
	out := maps.Clone(settings)
	out[key] = value
	return out
}

// A setting that nobody knows is refused by its name in every file of a
// sentence-transformers directory.
func TestUnknownSettingsAreRefused(t *testing.T) {
	t.Parallel()
	fsys, settings := chainModel(t)
	if _, err := LoadFS(fsys, Options{}); err != nil {
		t.Fatal(err)
	}
	for file, fields := range settings {
		addJSON(t, fsys, file, changed(fields, "flux_capacitor", 1.21))
		_, err := LoadFS(fsys, Options{})
		var wrong *ConfigError
		if !errors.As(err, &wrong) || !errors.Is(err, ErrUnsupported) || wrong.File != file || wrong.Field != "flux_capacitor" {
			t.Errorf("%s: %v", file, err)
		}
		addJSON(t, fsys, file, fields)
	}
	addJSON(t, fsys, modulesFile, modules{{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer", "flux_capacitor": 1}})
	if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "flux_capacitor") {
		t.Errorf("%s: %v", modulesFile, err)
	}
}

// Every known setting changes the result, or is refused where the changed value
// is one that is not followed.
func TestKnownSettingsAreFollowed(t *testing.T) {
	t.Parallel()
	texts := []string{"The screen is broken and the hotel was good and slow", "good"}
	vectors := func(fsys fstest.MapFS) ([]float32, error) {
		m, err := LoadFS(fsys, Options{})
		if err != nil {
			return nil, err
		}
		e, err := m.EmbedQuery(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		return e.data, nil
	}
	fsys, settings := chainModel(t)
	before, err := vectors(fsys)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(err error, key string) bool {
		if strings.HasSuffix(key, "_dimension") || strings.HasSuffix(key, "_features") {
			key = "" // what does not fit it may be named instead
		}
		return (errors.Is(err, ErrUnsupported) || errors.Is(err, ErrConfig) || errors.Is(err, ErrWeights)) && strings.Contains(err.Error(), key)
	}
	for _, c := range []struct {
		file, key string
		value     any
		refused   bool // or else the vectors change
	}{
		{"sentence_bert_config.json", "max_seq_length", 5, false},
		{"sentence_bert_config.json", "do_lower_case", true, false},
		{"sentence_bert_config.json", "transformer_task", "fill-mask", true},
		{"sentence_bert_config.json", "module_output_name", "sentence_embedding", true},
		{"sentence_bert_config.json", "modality_config", map[string]any{"text": map[string]any{"method": "forward", "method_output_name": "pooler_output"}}, true},
		{"sentence_bert_config.json", "modality_config", map[string]any{"image": map[string]any{"method": "forward"}}, true},
		{"sentence_bert_config.json", "processing_kwargs", map[string]any{"text": map[string]any{"truncation": false}}, true},
		{"sentence_bert_config.json", "query_length", 32, true},
		{"sentence_bert_config.json", "document_length", 32, true},
		{"sentence_bert_config.json", "query_expansion", map[string]any{"token": "[MASK]"}, true},
		{"sentence_bert_config.json", "tokenizer_name_or_path", "another", true},
		{"sentence_bert_config.json", "tokenizer_args", map[string]any{"truncation_side": "left"}, true},
		{"sentence_bert_config.json", "processor_kwargs", map[string]any{"do_lower_case": true}, true},
		{"sentence_bert_config.json", "config_args", map[string]any{"num_hidden_layers": 1}, true},
		{"sentence_bert_config.json", "config_kwargs", map[string]any{"num_hidden_layers": 1}, true},
		{"sentence_bert_config.json", "model_args", map[string]any{"add_pooling_layer": true}, true},
		{"sentence_bert_config.json", "model_kwargs", map[string]any{"file_name": "another"}, true},
		{promptsFile, "prompts", map[string]any{"query": "a hotel "}, false},
		{promptsFile, "model_type", "SparseEncoder", true},
		{promptsFile, "default_prompt_name", "none", true},
		{promptsFile, "truncate_dim", 20, false},
		{promptsFile, "max_active_dims", 5, true},
		{"1_Pooling/config.json", "embedding_dimension", 31, true},
		{"1_Pooling/config.json", "word_embedding_dimension", 31, true},
		{"1_Pooling/config.json", "pooling_mode", "cls", false},
		{"1_Pooling/config.json", "pooling_mode", "first", true},
		{"1_Pooling/config.json", "pooling_mode", nil, true},
		{"1_Pooling/config.json", "pooling_mode", []string{}, true},
		{"1_Pooling/config.json", "include_prompt", false, false},
		{"2_Dense/config.json", "in_features", 31, true},
		{"2_Dense/config.json", "out_features", 31, true},
		{"2_Dense/config.json", "bias", false, false},
		{"2_Dense/config.json", "activation_function", "torch.nn.modules.linear.Identity", false},
		{"2_Dense/config.json", "activation_function", "torch.nn.modules.activation.Softmax", false},
		{"2_Dense/config.json", "activation_function", "torch.nn.modules.activation.GLU", true},
		{"2_Dense/config.json", "activation_function", "somewhere.Tanh", true},
		{"2_Dense/config.json", "use_residual", true, false},
		{"2_Dense/config.json", "module_input_name", "token_embeddings", true},
		{"2_Dense/config.json", "module_output_name", "scores", true},
		{"3_LayerNorm/config.json", "dimension", 31, true},
		{"5_Normalize/config.json", "module_input_name", "token_embeddings", true},
		{"5_Normalize/config.json", "module_output_name", "token_embeddings", true},
	} {
		addJSON(t, fsys, c.file, changed(settings[c.file], c.key, c.value))
		after, err := vectors(fsys)
		switch {
		case c.refused && !refused(err, c.key):
			t.Errorf("%s: %s %v: %v, want a refusal", c.file, c.key, c.value, err)
		case !c.refused && err != nil:
			t.Errorf("%s: %s %v: %v", c.file, c.key, c.value, err)
		case !c.refused && slices.Equal(after, before):
			t.Errorf("%s: %s %v changes nothing", c.file, c.key, c.value)
		}
		addJSON(t, fsys, c.file, settings[c.file])
	}
	// What says how to compute, or what is another's business, changes nothing.
	for _, c := range []struct {
		file, key string
		value     any
	}{
		{"sentence_bert_config.json", "unpad_inputs", true},
		{"sentence_bert_config.json", "model_args", map[string]any{"torch_dtype": "float16", "trust_remote_code": true}},
		{"sentence_bert_config.json", "processor_kwargs", map[string]any{"padding_side": "left"}},
		{promptsFile, "similarity_fn_name", "dot"},
		{"1_Pooling/config.json", "pooling_mode_cls_token", true}, // pooling_mode counts
		{"4_Dropout/config.json", "dropout", 0.9},
	} {
		addJSON(t, fsys, c.file, changed(settings[c.file], c.key, c.value))
		if after, err := vectors(fsys); err != nil || !slices.Equal(after, before) {
			t.Errorf("%s: %s %v: other vectors, or %v", c.file, c.key, c.value, err)
		}
		addJSON(t, fsys, c.file, settings[c.file])
	}
}

// A residual sum is projected where the sizes differ.
func TestDenseResidual(t *testing.T) {
	t.Parallel()
	texts := []string{"the screen is broken", "good"}
	for _, out := range []int{32, 5} {
		fsys := sentenceModel(t, map[string]any{"embedding_dimension": 32, "pooling_mode": "mean"}, "Dense")
		addJSON(t, fsys, "2_Dense/config.json", map[string]any{"in_features": 32, "out_features": out, "bias": false, "activation_function": "torch.nn.modules.activation.ReLU", "use_residual": true})
		weight := func(i int) float64 { return float64(i*5%13)/13 - 0.5 }
		project := func(i int) float64 { return float64(i*3%7)/7 - 0.3 }
		tensors := []safetensors.Tensor{floats(t, "linear.weight", []int{out, 32}, weight)}
		if out != 32 {
			tensors = append(tensors, floats(t, "residual.weight", []int{out, 32}, project))
		}
		addWeights(t, fsys, "2_Dense/model.safetensors", tensors...)
		m, err := LoadFS(fsys, Options{})
		if err != nil {
			t.Fatal(err)
		}
		plain, got := mustEmbed(t, loadTiny(t, Options{}), texts), mustEmbed(t, m, texts)
		for i := range texts {
			for o := range out {
				sum, residual := 0.0, 0.0
				for j := range 32 {
					sum += plain.At(i, j) * weight(o*32+j)
					residual += plain.At(i, j) * project(o*32+j)
				}
				if out == 32 {
					residual = plain.At(i, o)
				}
				if want := max(sum, 0) + residual; got.At(i, o)-want > 1e-5 || want-got.At(i, o) > 1e-5 {
					t.Fatalf("%d features: text %d, feature %d is %g, want %g", out, i, o, got.At(i, o), want)
				}
			}
		}
	}
}

// Whatever a prompt covers is left out of the pooling, in every mode.
func TestPromptLeftOut(t *testing.T) {
	t.Parallel()
	const prompt, text = "the screen ", "is broken and slow"
	plain := loadTiny(t, Options{})
	h, err := plain.Encode(t.Context(), []string{prompt + text, prompt})
	if err != nil {
		t.Fatal(err)
	}
	n, skip := len(h.IDs[0]), len(h.IDs[1])-1
	row := func(i, f int) float64 { return float64(h.Layers[2][i*32+f]) }
	weighted := func(weight func(i int) float64) func(f int) float64 {
		return func(f int) float64 {
			sum, over := 0.0, 0.0
			for i := skip; i < n; i++ {
				sum += weight(i) * row(i, f)
				over += weight(i)
			}
			return sum / over
		}
	}
	for mode, want := range map[string]func(f int) float64{
		"cls":          func(f int) float64 { return row(skip, f) },
		"lasttoken":    func(f int) float64 { return row(n-1, f) },
		"mean":         weighted(func(int) float64 { return 1 }),
		"weightedmean": weighted(func(i int) float64 { return float64(i + 1) }),
		"max": func(f int) float64 {
			top := row(skip, f)
			for i := skip; i < n; i++ {
				top = max(top, row(i, f))
			}
			return top
		},
	} {
		fsys := sentenceModel(t, map[string]any{"embedding_dimension": 32, "pooling_mode": mode, "include_prompt": false})
		addJSON(t, fsys, promptsFile, map[string]any{"prompts": map[string]any{"query": prompt}})
		m, err := LoadFS(fsys, Options{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := m.EmbedQuery(t.Context(), []string{text})
		if err != nil {
			t.Fatal(err)
		}
		for f := range 32 {
			if d := e.At(0, f) - want(f); d > 1e-6 || d < -1e-6 {
				t.Fatalf("%s: feature %d is off by %g", mode, f, d)
			}
		}
	}
}

// Options that mean nothing are refused, however large.
func TestOptionsAreBounded(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{Threads: -1}, {Threads: 1 << 40}, {BatchTokens: -1}, {BatchTokens: 1 << 58}, {Precision: 7}, {Dim: -1}, {Dim: 1 << 40},
		{MaxLength: -1}, {MaxLength: 1 << 40}, {Pooling: 1 << 7},
	} {
		if _, err := Load(tiny, o); !errors.Is(err, ErrInput) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	fill := loadHead(t, "bert-masked-lm", Options{})
	masks, err := fill.FillMask(t.Context(), "the [MASK]", 1<<60)
	if err != nil || len(masks[0].Candidates) != fill.Config().VocabSize {
		t.Errorf("all candidates: %v", err)
	}
	answer := loadHead(t, "bert-question-answering", Options{})
	if _, err := answer.Answer(t.Context(), "who", "the hotel", AnswerOptions{TopK: 1 << 60, MaxTokens: 1 << 62, Stride: 1 << 60}); err != nil {
		t.Error(err)
	}
}
