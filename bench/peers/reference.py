"""BERT sentence embeddings in float64, by NumPy, and the goldens made of them.

    python reference.py MODEL TEXTS OUT.npy

MODEL is a directory as sentence-transformers writes it, of the BERT family with
learned positions. TEXTS holds one text a line. OUT gets the float64 embeddings
[texts, dim], the truth that tests compare with. Slow and plain on purpose: one text
at a time, every step as in the papers (Vaswani et al. 2017, Devlin et al. 2019).
"""

import json
import pathlib
import sys

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer


def read_texts(path, limit=None):
    texts = [line.rstrip("\n") for line in open(path, encoding="utf-8") if line.strip()]
    return texts[:limit]


def read_tokenizer(model):
    """The tokenizer, and what sentence-transformers does to texts before it."""
    settings = json.loads((pathlib.Path(model) / "sentence_bert_config.json").read_text())
    tokenizer = Tokenizer.from_file(str(pathlib.Path(model) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(settings["max_seq_length"])
    lower = settings.get("do_lower_case", False)
    return tokenizer, lambda text: text.strip().lower() if lower else text.strip()


class Encoder:
    """The encoder, its pooling and its normalisation, in float64."""

    def __init__(self, model):
        model = pathlib.Path(model)
        self.config = json.loads((model / "config.json").read_text())
        pooling = json.loads((model / "1_Pooling" / "config.json").read_text())
        self.cls = pooling["pooling_mode_cls_token"]
        modules = json.loads((model / "modules.json").read_text())
        self.unit = any(m["type"].endswith("Normalize") for m in modules)
        self.weights = {k: v.astype(np.float64) for k, v in load_file(model / "model.safetensors").items()}

    def norm(self, x, name):
        mean = x.mean(-1, keepdims=True)
        var = ((x - mean) ** 2).mean(-1, keepdims=True)
        x = (x - mean) / np.sqrt(var + self.config["layer_norm_eps"])
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def attention(self, x, name):
        heads = self.config["num_attention_heads"]
        tokens, hidden = x.shape

        def split(part):  # [heads, tokens, hidden / heads]
            return self.linear(x, f"{name}.self.{part}").reshape(tokens, heads, -1).transpose(1, 0, 2)

        q, k, v = split("query"), split("key"), split("value")
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(hidden // heads)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = (weights @ v).transpose(1, 0, 2).reshape(tokens, hidden)
        return self.norm(self.linear(mixed, name + ".output.dense") + x, name + ".output.LayerNorm")

    def hidden(self, ids):
        """The last hidden states [tokens, hidden] of one text's ids."""
        w = self.weights
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: len(ids)] + w["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(x, "embeddings.LayerNorm")
        for i in range(self.config["num_hidden_layers"]):
            layer = f"encoder.layer.{i}"
            x = self.attention(x, layer + ".attention")
            up = self.linear(x, layer + ".intermediate.dense")
            up = 0.5 * up * (1 + erf(up / np.sqrt(2)))  # GELU
            x = self.norm(self.linear(up, layer + ".output.dense") + x, layer + ".output.LayerNorm")
        return x

    def embed(self, ids):
        x = self.hidden(ids)
        x = x[0] if self.cls else x.mean(0)
        return x / np.linalg.norm(x) if self.unit else x


if __name__ == "__main__":
    model, texts, out = sys.argv[1:4]
    encoder = Encoder(model)
    tokenizer, prepare = read_tokenizer(model)
    ids = [tokenizer.encode(prepare(t)).ids for t in read_texts(texts)]
    np.save(out, np.stack([encoder.embed(i) for i in ids]))
