package bert

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// bareFiles are those of a golden directory without a tokenizer.
func bareFiles(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, file := range []string{"config.json", "model.safetensors"} {
		data, err := os.ReadFile(filepath.Join(nextDir(t, name), file))
		if err != nil {
			t.Fatal(err)
		}
		fsys[file] = &fstest.MapFile{Data: data}
	}
	return fsys
}

// Settings of architectures that are described by data: nonsense is an error with
// a type, what is not followed is refused by name, and nothing panics.
func TestDescribedSettings(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string][]string{
		"modernbert":                {"local_attention", "global_attn_every_n_layers", "global_rope_theta", "rope_parameters", "rope_scaling", "layer_types", "attention_bias", "mlp_bias", "norm_bias", "norm_eps", "classifier_pooling", "classifier_activation", "decoder_bias", "hidden_activation"},
		"qwen3":                     {"head_dim", "num_key_value_heads", "rope_theta", "rope_scaling", "use_sliding_window", "attention_bias", "rms_norm_eps", "is_causal"},
		"deberta-v2-convolution":    {"conv_kernel_size", "conv_groups", "conv_act"},
		"mobilebert-masked-lm":      {"embedding_size", "classifier_activation", "intra_bottleneck_size"},
		"jina-bert":                 {"position_embedding_type", "feed_forward_type", "type_vocab_size"},
		"gemma3-text-bidirectional": {"head_dim", "num_key_value_heads", "query_pre_attn_scalar", "sliding_window", "_sliding_window_pattern", "attn_logit_softcapping", "layer_types", "rope_local_base_freq", "use_bidirectional_attention"},
	} {
		settings = append(settings, "hidden_size", "num_attention_heads", "num_hidden_layers", "intermediate_size", "vocab_size", "max_position_embeddings", "is_decoder", "add_cross_attention")
		files := bareFiles(t, name)
		if _, err := LoadFS(files, Options{NoTokenizer: true}); err != nil {
			t.Fatal(err)
		}
		for _, setting := range settings {
			for _, value := range []any{nil, true, -1, 0, 1, 3, 1 << 40, -1e300, 1e300, 1e-300, "", "linear", "gelu", []string{"full_attention"}, map[string]any{"rope_type": "yarn", "factor": 0}, map[string]any{"full_attention": 3}, map[string]any{"type": "linear", "factor": -4, "rope_theta": math.MaxFloat64}} {
				fsys := bareFiles(t, name)
				setConfig(t, fsys, "config.json", map[string]any{setting: value})
				m, err := LoadFS(fsys, Options{NoTokenizer: true, Threads: 1})
				if err != nil {
					if !errors.Is(err, ErrConfig) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrWeights) {
						t.Errorf("%s: %s %v: untyped error %v", name, setting, value, err)
					}
					continue
				}
				if _, err := m.EmbedIDs(t.Context(), []Input{{IDs: []int32{1, 2, 3, 4, 5}}}); err != nil && !errors.Is(err, ErrInput) {
					t.Errorf("%s: %s %v: %v", name, setting, value, err)
				}
			}
		}
	}
}

// What an architecture does not follow is refused by its name.
func TestDescribedRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ model, setting, json string }{
		{"modernbert", "rope_parameters.rope_type", `{"rope_parameters":{"full_attention":{"rope_type":"other","factor":4}}}`},
		{"modernbert", "classifier_pooling", `{"classifier_pooling":"max"}`},
		{"nomic_bert", "causal", `{"causal":true}`},
		{"nomic_bert", "prenorm", `{"prenorm":true}`},
		{"nomic_bert", "activation_function", `{"activation_function":"geglu"}`},
		{"new", "logn_attention_scale", `{"logn_attention_scale":true}`},
		{"new", "layer_norm_type", `{"layer_norm_type":"rms_norm"}`},
		{"new", "pack_qkv", `{"pack_qkv":false}`},
		{"qwen2", "sliding_window", `{"use_sliding_window":true,"sliding_window":0,"max_window_layers":0}`},
		{"qwen2", "sliding_window", `{"layer_types":["sliding_attention"],"num_hidden_layers":1}`},
		{"qwen2", "is_causal", `{"use_sliding_window":true,"max_window_layers":0,"is_causal":false}`},
		{"modernbert", "local_attention", `{"local_attention":-2}`},
		{"gemma3_text", "sliding_window", `{"sliding_window":-1}`},
		{"deberta-v2", "conv_kernel_size", `{"relative_attention":true,"conv_kernel_size":4}`},
		{"deberta-v2", "conv_groups", `{"relative_attention":true,"conv_kernel_size":3,"conv_groups":7}`},
		{"deberta-v2", "conv_act", `{"relative_attention":true,"conv_kernel_size":3,"conv_act":"other"}`},
		{"embedding_gemma2", "text_config", `{"text_config":3}`},
		{"embedding_gemma2", "per_layer_config.5", `{"text_config":{"per_layer_config":{"5":{"other":1}}}}`},
		{"embedding_gemma2_text", "embedding_dim", `{"embedding_dim":0}`},
		{"bert", "feed_forward_type", `{"position_embedding_type":"alibi","feed_forward_type":"original"}`},
		{"eurobert", "classifier_pooling", `{"classifier_pooling":"max"}`},
		{"nomic_bert", "rotary_scaling_factor, max_trained_positions", `{"rotary_scaling_factor":-1}`},
		{"deberta-v2", "pooler_hidden_act", `{"pooler_hidden_act":"other"}`},
		{"deberta", "talking_head", `{"relative_attention":true,"talking_head":true}`},
		{"albert", "inner_group_num", `{"inner_group_num":0}`},
		{"albert", "num_hidden_groups", `{"num_hidden_groups":0}`},
		{"jina_embeddings_v3", "lora_adaptations", `{"lora_adaptations":["retrieval.query"]}`},
		{"t5", "hidden_act", `{"feed_forward_proj":"gated-other"}`},
		{"t5", "relative_attention_num_buckets", `{"relative_attention_num_buckets":6}`},
		{"eurobert", "num_key_value_heads", `{"num_key_value_heads":3}`},
		{"ernie", "task_type_vocab_size", `{"use_task_id":true}`},
	} {
		_, err := ParseConfig([]byte(`{"model_type":"` + c.model + `",` + c.json[1:]))
		var wrong *ConfigError
		if !errors.As(err, &wrong) || wrong.Field != c.setting {
			t.Errorf("%s %s: %v", c.model, c.json, err)
		}
	}
}
