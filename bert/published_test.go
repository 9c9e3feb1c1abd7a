package bert

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// The settings of published checkpoints, in the forms in which they are
// published: what is refused names the setting and says what to do.
func TestPublishedConfigs(t *testing.T) {
	t.Parallel()
	const qwen = `"attention_dropout": 0.0, "bos_token_id": 151643, "eos_token_id": 151643, "hidden_act": "silu", "initializer_range": 0.02,
		"max_position_embeddings": 32768, "rms_norm_eps": 1e-06, "sliding_window": null, "use_cache": true, "use_sliding_window": false,
		"hidden_size": 128, "intermediate_size": 256, "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 2, "vocab_size": 1000`
	const gteQwen2 = `"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "max_window_layers": 2, "rope_theta": 1000000.0, "tie_word_embeddings": false,
		"auto_map": {"AutoModel": "modeling_qwen.Qwen2Model", "AutoModelForCausalLM": "modeling_qwen.Qwen2ForCausalLM", "AutoModelForSequenceClassification": "modeling_qwen.Qwen2ForSequenceClassification"}, ` + qwen
	const qwen3 = `"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "head_dim": 32, "max_window_layers": 2, "rope_scaling": null, "rope_theta": 1000000, "tie_word_embeddings": true, ` + qwen
	const nomic = `"model_type": "nomic_bert", "architectures": ["NomicBertModel"], "attn_pdrop": 0.0, "bos_token_id": null, "causal": false, "dense_seq_output": true, "embd_pdrop": 0.0,
		"auto_map": {"AutoConfig": "nomic-ai/nomic-bert-2048--configuration_hf_nomic_bert.NomicBertConfig", "AutoModel": "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"},
		"fused_bias_fc": true, "fused_dropout_add_ln": true, "initializer_range": 0.02, "layer_norm_epsilon": 1e-12, "mlp_fc1_bias": %[1]v, "mlp_fc2_bias": %[1]v,
		"n_embd": 96, "n_head": 4, "n_inner": 192, "n_layer": 2, "n_positions": 2048, "pad_vocab_size_multiple": 64, "parallel_block": false, "prenorm": false, "qkv_proj_bias": %[1]v,
		"reorder_and_upcast_attn": false, "resid_pdrop": 0.0, "rotary_emb_base": 10000, "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": false, "rotary_emb_scale_base": null,
		"scale_attn_by_inverse_layer_idx": false, "scale_attn_weights": true, "summary_activation": null, "use_flash_attn": true, "use_rms_norm": false, "use_xentropy": true, "vocab_size": 1024`
	const gte = `"auto_map": {"AutoConfig": "configuration_hf_alibaba_nlp_gte.GteConfig", "AutoModel": "modeling_hf_alibaba_nlp_gte.GteModel"},
		"attention_probs_dropout_prob": 0.0, "classifier_dropout": null, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 96, "initializer_range": 0.02, "intermediate_size": 192,
		"layer_norm_eps": 1e-12, "layer_norm_type": "layer_norm", "logn_attention_clip1": false, "logn_attention_scale": false, "max_position_embeddings": 8192, "num_attention_heads": 4, "num_hidden_layers": 2,
		"pack_qkv": true, "pad_token_id": 1, "position_embedding_type": "rope", "rope_theta": 160000, "type_vocab_size": 1, "unpad_inputs": false, "use_memory_efficient_attention": false, "vocab_size": 1024`
	const xlmr = `"architectures": ["XLMRobertaModel"], "attention_probs_dropout_prob": 0.1, "bos_token_id": 0, "classifier_dropout": null, "eos_token_id": 2, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 96,
		"initializer_range": 0.02, "intermediate_size": 192, "layer_norm_eps": 1e-05, "max_position_embeddings": 8194, "model_type": "xlm-roberta", "num_attention_heads": 4, "num_hidden_layers": 2, "output_past": true,
		"pad_token_id": 1, "type_vocab_size": 1, "use_cache": true, "vocab_size": 1024`
	for _, c := range []struct {
		name, config string
		refused      []string // what the error says; nil: none
	}{
		{"bge-m3, multilingual-e5, snowflake-arctic-embed-l-v2.0", xlmr + `, "position_embedding_type": "absolute"`, nil},
		{"jina-embeddings-v3 with its own code", xlmr + `, "position_embedding_type": "rotary", "rotary_emb_base": 20000.0, "lora_adaptations": ["retrieval.query", "text-matching"], "lora_rank": 4`, []string{"position_embedding_type", "rotary"}},
		{"jina-embeddings-v3 with adapters", `"model_type": "jina_embeddings_v3", "lora_adaptations": ["retrieval.query", "text-matching"]`, []string{"lora_adaptations"}},
		{"snowflake-arctic-embed-m-v2.0", `"model_type": "gte", "architectures": ["GteModel"], "rope_scaling": null, ` + gte, nil},
		{"gte-base-en-v1.5, stella_en_400M_v5", `"model_type": "new", "architectures": ["NewModel"], "rope_scaling": {"factor": 2.0, "type": "ntk"}, ` + gte, nil},
		{"nomic-embed-text-v1.5", fmt.Sprintf(nomic, false) + `, "activation_function": "swiglu", "type_vocab_size": 2, "max_trained_positions": 2048, "rotary_scaling_factor": null`, nil},
		{"nomic-embed-text-v2-moe", fmt.Sprintf(nomic, true) + `, "activation_function": "gelu", "type_vocab_size": 1, "num_experts": 8, "moe_every_n_layers": 2, "moe_top_k": 2, "moe_impl": "megablocks", "ffn_div": 1, "expert_choice_router": false`, []string{"num_experts", "8"}},
		{"Qwen3-Embedding, Qwen3-Reranker", qwen3, nil},
		{"gte-Qwen2-7B-instruct, stella_en_1.5B_v5", gteQwen2, []string{"is_causal", "modeling_qwen.Qwen2Model", "false if"}},
		{"the same, told what its code does", gteQwen2 + `, "is_causal": false`, nil},
		{"the same in Qwen3's form", strings.Replace(qwen3, `"model_type"`, `"auto_map": {"AutoModel": "modeling.Bidirectional"}, "model_type"`, 1), []string{"is_causal", "modeling.Bidirectional"}},
	} {
		config, err := ParseConfig([]byte("{" + c.config + "}"))
		if c.refused == nil {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if config != nil || !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v, want a refusal", c.name, err)
			continue
		}
		for _, s := range c.refused {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v, want it to say %q", c.name, err, s)
			}
		}
	}
	config, err := ParseConfig([]byte("{" + gteQwen2 + `, "is_causal": false}`))
	if err != nil || config.blocks[0].Causal {
		t.Errorf("is_causal false: causal attention (%v)", err)
	}
}
