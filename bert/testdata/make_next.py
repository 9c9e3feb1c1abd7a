"""Writes the tiny models of next/ that cover heads and positions, and rope.json.

Run with PyTorch 2.15, transformers 5.24 and safetensors. Weights are random.
Outputs are those of transformers' modules in float64, of which the casts to
float32 inside are raised to float64 as well. JinaBERT, which transformers
lacks, is computed by the few lines below.
"""
import json
import math
import os
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

import transformers as t
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

here = os.path.dirname(os.path.abspath(__file__))


def rope():
    """Frequencies and scales by transformers' own functions, in float32."""
    out = []
    base = dict(rope_theta=10000.0)
    for params in [
        dict(rope_type="linear", factor=4.0),
        dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64),
        dict(rope_type="llama3", factor=32.0, low_freq_factor=0.5, high_freq_factor=16.0, original_max_position_embeddings=128, rope_theta=500000.0),
        dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=64),
        dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=1024, beta_fast=16.0, beta_slow=2.0, truncate=False),
        dict(rope_type="yarn", factor=8.0, original_max_position_embeddings=1024, mscale=0.7, mscale_all_dim=1.2),
        dict(rope_type="yarn", factor=8.0, original_max_position_embeddings=512, attention_factor=0.9, partial_rotary_factor=0.5),
        dict(rope_type="yarn", factor=2.0),
        dict(rope_type="longrope", original_max_position_embeddings=64, short_factor=[1 + i / 8 for i in range(16)], long_factor=[1 + i for i in range(16)]),
        dict(rope_type="longrope", factor=2.0, attention_factor=1.3, original_max_position_embeddings=64, short_factor=[1.0] * 16, long_factor=[2.0] * 16),
        dict(rope_type="dynamic", factor=2.0),
        dict(rope_type="proportional", partial_rotary_factor=0.25),
        dict(rope_type="proportional", partial_rotary_factor=0.5, factor=3.0, rope_theta=1e6),
    ]:
        config = t.Qwen3Config(hidden_size=64, num_attention_heads=2, head_dim=32, max_position_embeddings=256, rope_parameters={**base, **params})
        for tokens in [16, 300, 700] if params["rope_type"] in ("dynamic", "longrope") else [16]:
            inverse, scale = ROPE_INIT_FUNCTIONS[params["rope_type"]](config, "cpu", seq_len=tokens)
            out.append(dict(parameters={**base, **params}, tokens=tokens, frequencies=[float(v) for v in inverse], scale=float(scale)))
    with open(os.path.join(here, "rope.json"), "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(o) for o in out) + "\n]\n")


def inputs(vocab, pad, lengths, types):
    width = max(lengths)
    ids = torch.randint(3, vocab, (len(lengths), width))
    mask = torch.zeros_like(ids)
    kinds = torch.zeros_like(ids)
    for i, n in enumerate(lengths):
        mask[i, :n] = 1
        ids[i, n:] = pad
        if types > 1:
            kinds[i, n // 2 : n] = 1
    return ids, mask, kinds


def save(name, state, config, cases):
    dir = os.path.join(here, "next", name)
    os.makedirs(dir, exist_ok=True)
    save_file({k: v.to(one).contiguous() for k, v in state.items()}, os.path.join(dir, "model.safetensors"))
    with open(os.path.join(dir, "config.json"), "w") as f:
        json.dump(config, f, indent=1, sort_keys=True)
    save_file(cases, os.path.join(dir, "expected_f64.safetensors"))
    print(name)


one = torch.float32


def model(name, kind, config, types=0, lengths=((9, 5), (2, 13)), pad=0, alone=False):
    torch.manual_seed(len(name) * 7 + 1)
    torch.float32 = torch.float = one
    torch.set_default_dtype(one)
    config._attn_implementation = "eager"
    m = kind(config).eval()
    with torch.no_grad():
        for p in m.parameters():
            p.copy_((torch.randn(p.shape) * (0.15 if p.dim() > 1 else 0.1) + (1 if p.dim() == 1 and p.mean() == 1 else 0)).to(one))
    dir = os.path.join(here, "next", name)
    m.save_pretrained(dir)
    torch.float32 = torch.float = torch.float64
    torch.set_default_dtype(torch.float64)

    def fresh():  # rotary buffers in float64, too
        loaded = kind(config).eval().double()
        loaded.load_state_dict(m.state_dict())
        return loaded

    loaded = fresh()
    cases = {}
    for k, some in enumerate(lengths):
        ids, mask, kinds = inputs(config.vocab_size, pad, some, types)
        extra = dict(token_type_ids=kinds) if types else {}
        with torch.no_grad():
            if alone:  # the reference's scaling remembers earlier texts
                rows = [fresh()(input_ids=ids[i : i + 1, :n], attention_mask=mask[i : i + 1, :n]).last_hidden_state[0] for i, n in enumerate(some)]
                out = {"last_hidden_state": torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)}
            else:
                out = loaded(input_ids=ids, attention_mask=mask, **extra)
        cases[f"case{k}.input_ids"], cases[f"case{k}.attention_mask"] = ids, mask
        if types:
            cases[f"case{k}.token_type_ids"] = kinds
        for field in ["last_hidden_state", "logits", "start_logits", "end_logits"]:
            if field in out and out[field] is not None:
                cases[f"case{k}.{field}"] = out[field].double().contiguous()
    save_file(cases, os.path.join(dir, "expected_f64.safetensors"))
    for extra in ["generation_config.json"]:
        if os.path.exists(os.path.join(dir, extra)):
            os.remove(os.path.join(dir, extra))
    print(name, os.path.getsize(os.path.join(dir, "model.safetensors")))


common = dict(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, num_labels=3)


def slopes(n):
    def power(n):
        first = 2 ** (-(2 ** -(math.log2(n) - 3)))
        return [first * first**i for i in range(n)]

    if math.log2(n).is_integer():
        return power(n)
    below = 2 ** math.floor(math.log2(n))
    return power(below) + slopes(2 * below)[0::2][: n - below]


def jina_bert(name, normed):
    """JinaBERT as its authors' code defines it, one text at a time in float64."""
    torch.manual_seed(3)
    torch.float32 = torch.float = one
    torch.set_default_dtype(one)
    h, heads, wide, layers, vocab, eps = 24, 3, 32, 2, 40, 1e-12
    w = {}

    def linear(at, out, inn, bias=True):
        w[at + ".weight"] = torch.randn(out, inn) * 0.15
        if bias:
            w[at + ".bias"] = torch.randn(out) * 0.1

    def norm(at, n):
        w[at + ".weight"], w[at + ".bias"] = 1 + torch.randn(n) * 0.1, torch.randn(n) * 0.1

    w["embeddings.word_embeddings.weight"], w["embeddings.token_type_embeddings.weight"] = torch.randn(vocab, h) * 0.3, torch.randn(2, h) * 0.3
    norm("embeddings.LayerNorm", h)
    for i in range(layers):
        at = f"encoder.layer.{i}."
        for part in ["query", "key", "value"]:
            linear(at + "attention.self." + part, h, h)
        linear(at + "attention.output.dense", h, h)
        if normed:
            for part in ["attention.self.layer_norm_q", "attention.self.layer_norm_k", "layer_norm_1", "layer_norm_2"]:
                norm(at + part, h)
            linear(at + "mlp.up_gated_layer", 2 * wide, h, False)
            linear(at + "mlp.down_layer", h, wide)
        else:
            norm(at + "attention.output.LayerNorm", h)
            linear(at + "mlp.gated_layers", 2 * wide, h, False)
            linear(at + "mlp.wo", h, wide)
            norm(at + "mlp.layernorm", h)
    d = {k: v.double() for k, v in w.items()}

    def apply(at, x):
        return F.linear(x, d[at + ".weight"], d.get(at + ".bias"))

    def normalise(at, x):
        return F.layer_norm(x, x.shape[-1:], d[at + ".weight"], d[at + ".bias"], eps)

    def run(ids, kinds):
        n = len(ids)
        x = normalise("embeddings.LayerNorm", d["embeddings.word_embeddings.weight"][ids] + d["embeddings.token_type_embeddings.weight"][kinds])
        distance = (torch.arange(n)[None] - torch.arange(n)[:, None]).abs().double()
        bias = -torch.tensor(slopes(heads), dtype=torch.float64)[:, None, None] * distance
        for i in range(layers):
            at = f"encoder.layer.{i}."
            q, k, v = (apply(at + "attention.self." + part, x) for part in ["query", "key", "value"])
            if normed:
                q, k = normalise(at + "attention.self.layer_norm_q", q), normalise(at + "attention.self.layer_norm_k", k)
            q, k, v = (y.view(n, heads, h // heads).transpose(0, 1) for y in (q, k, v))
            p = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(h // heads) + bias, -1)
            y = apply(at + "attention.output.dense", (p @ v).transpose(0, 1).reshape(n, h))
            x = normalise(at + ("layer_norm_1" if normed else "attention.output.LayerNorm"), x + y)
            y = apply(at + ("mlp.up_gated_layer" if normed else "mlp.gated_layers"), x)
            y = y[:, :wide] * F.gelu(y[:, wide:]) if normed else F.gelu(y[:, :wide]) * y[:, wide:]
            y = apply(at + ("mlp.down_layer" if normed else "mlp.wo"), y)
            x = normalise(at + ("layer_norm_2" if normed else "mlp.layernorm"), x + y)
        return x

    cases = {}
    for k, some in enumerate([(9, 5), (2, 21)]):
        ids, mask, kinds = inputs(vocab, 0, some, 2)
        rows = [run(ids[i, :n], kinds[i, :n]) for i, n in enumerate(some)]
        cases.update({f"case{k}.input_ids": ids, f"case{k}.attention_mask": mask, f"case{k}.token_type_ids": kinds})
        cases[f"case{k}.last_hidden_state"] = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    save(name, w, dict(
        model_type="bert", architectures=["JinaBertModel"], position_embedding_type="alibi", feed_forward_type="geglu", hidden_act="gelu",
        vocab_size=vocab, hidden_size=h, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=wide,
        max_position_embeddings=64, type_vocab_size=2, layer_norm_eps=eps, pad_token_id=0, emb_pooler="mean"), cases)


def main():
    rope()
    decoder = {**common, "max_position_embeddings": 64, "num_key_value_heads": 1}
    model("qwen3-sequence-classification", t.Qwen3ForSequenceClassification, t.Qwen3Config(**decoder, head_dim=8, pad_token_id=0))
    model("qwen3-token-classification", t.Qwen3ForTokenClassification, t.Qwen3Config(**decoder, head_dim=8, pad_token_id=0))
    model("qwen2-question-answering", t.Qwen2ForQuestionAnswering, t.Qwen2Config(**decoder, pad_token_id=0))
    yarn = dict(rope_type="yarn", rope_theta=1000.0, factor=4.0, original_max_position_embeddings=16)
    model("qwen2-yarn", t.Qwen2Model, t.Qwen2Config(**decoder, pad_token_id=0, rope_parameters=yarn))
    short = {**decoder, "max_position_embeddings": 12}
    dynamic = dict(rope_type="dynamic", rope_theta=1000.0, factor=4.0)
    model("qwen2-dynamic", t.Qwen2Model, t.Qwen2Config(**short, pad_token_id=0, rope_parameters=dynamic), lengths=((7, 31), (12, 13)), alone=True)
    model("gemma3-sequence-classification", t.Gemma3TextForSequenceClassification, t.Gemma3TextConfig(
        **decoder, head_dim=8, pad_token_id=0, query_pre_attn_scalar=8, sliding_window=4, use_bidirectional_attention=True))
    for pooling in ["bos", "mean", "late"]:
        model("eurobert-" + pooling, t.EuroBertForSequenceClassification, t.EuroBertConfig(**decoder, pad_token_id=0, classifier_pooling=pooling))
    model("eurobert-masked-lm", t.EuroBertForMaskedLM, t.EuroBertConfig(**decoder, pad_token_id=0, mlp_bias=True))
    xlm = dict(max_position_embeddings=64, pad_token_id=1, type_vocab_size=1)
    model("jina-embeddings-v3-masked-lm", t.JinaEmbeddingsV3ForMaskedLM, t.JinaEmbeddingsV3Config(**common, **xlm), pad=1)
    model("jina-embeddings-v3-sequence-classification", t.JinaEmbeddingsV3ForSequenceClassification, t.JinaEmbeddingsV3Config(**common, **xlm), pad=1)
    bert = dict(max_position_embeddings=64, type_vocab_size=2, pad_token_id=0)
    model("nomic-bert-masked-lm", t.NomicBertForMaskedLM, t.NomicBertConfig(**common, **bert), types=2)
    model("nomic-bert-sequence-classification", t.NomicBertForSequenceClassification, t.NomicBertConfig(**common, **bert), types=2)
    model("gte-masked-lm", t.GteForMaskedLM, t.GteConfig(**common, **{**bert, "type_vocab_size": 1}))
    model("gte-sequence-classification", t.GteForSequenceClassification, t.GteConfig(**common, **{**bert, "type_vocab_size": 1}))
    mobile = dict(vocab_size=40, hidden_size=16, embedding_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, intra_bottleneck_size=8, true_hidden_size=8, num_feedforward_networks=2, num_labels=3, **bert)
    model("mobilebert-masked-lm", t.MobileBertForMaskedLM, t.MobileBertConfig(**mobile), types=2)
    model("mobilebert-sequence-classification", t.MobileBertForSequenceClassification, t.MobileBertConfig(**mobile), types=2)
    deberta = dict(relative_attention=True, pos_att_type=["p2c", "c2p"], position_buckets=8, norm_rel_ebd="layer_norm", share_att_key=True, position_biased_input=False, type_vocab_size=0, max_position_embeddings=64, pad_token_id=0)
    model("deberta-v2-convolution", t.DebertaV2ForMaskedLM, t.DebertaV2Config(**common, **deberta, conv_kernel_size=3, conv_act="gelu", legacy=False))
    model("deberta-v2-convolution-groups", t.DebertaV2Model, t.DebertaV2Config(**common, **deberta, conv_kernel_size=5, conv_groups=2))
    model("t5-token-classification", t.T5ForTokenClassification, t.T5Config(vocab_size=40, d_model=16, d_kv=8, d_ff=24, num_layers=2, num_heads=2, num_labels=3, pad_token_id=0))
    small = dict(vocab_size=31, hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=10, num_labels=3, max_position_embeddings=64)
    model("qwen2-sliding-window", t.Qwen2Model, t.Qwen2Config(**small, num_key_value_heads=1, pad_token_id=0, use_sliding_window=True, sliding_window=3, max_window_layers=1))
    model("modernbert-untied-masked-lm", t.ModernBertForMaskedLM, t.ModernBertConfig(
        **small, pad_token_id=0, decoder_bias=False, tie_word_embeddings=False, local_attention=1, norm_bias=True, mlp_bias=True, attention_bias=True))
    model("xlm-roberta-untied-masked-lm", t.XLMRobertaForMaskedLM, t.XLMRobertaConfig(**small, pad_token_id=1, type_vocab_size=1, tie_word_embeddings=False), pad=1)
    model("roformer-sequence-classification", t.RoFormerForSequenceClassification, t.RoFormerConfig(**small, rotary_value=True, embedding_size=7, type_vocab_size=2, hidden_act="relu"), types=2)
    model("albert-inner-groups", t.AlbertModel, t.AlbertConfig(**{**small, "num_hidden_layers": 3, "hidden_size": 8, "intermediate_size": 6}, embedding_size=8, num_hidden_groups=2, inner_group_num=2, type_vocab_size=2, pad_token_id=0), types=2)
    model("deberta-v2-projected", t.DebertaV2ForSequenceClassification, t.DebertaV2Config(
        **small, embedding_size=7, relative_attention=False, pooler_hidden_act="tanh", type_vocab_size=2, pad_token_id=0), types=2)
    model("gemma3-text-biased", t.Gemma3TextModel, t.Gemma3TextConfig(
        **small, num_key_value_heads=1, head_dim=6, pad_token_id=0, query_pre_attn_scalar=8, sliding_window=3, sliding_window_pattern=2, attention_bias=True, attn_logit_softcapping=5.0))
    jina_bert("jina-bert", False)
    jina_bert("jina-bert-normed", True)


if len(sys.argv) > 1:  # only these
    wanted, make, make_jina, rope = sys.argv[1:], model, jina_bert, lambda: None
    model = lambda name, *a, **k: name in wanted and make(name, *a, **k)
    jina_bert = lambda name, *a: name in wanted and make_jina(name, *a)
main()
