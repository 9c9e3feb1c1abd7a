"""Writes a model of ModernBERT-base's sizes with random weights, to measure time and
memory with. What it says of a text means nothing.

    python random_model.py DIR
"""

import json
import pathlib
import struct
import sys

import numpy as np

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
layers, hidden, wide, vocab = 22, 768, 1152, 50368
(out / "config.json").write_text(json.dumps(dict(
    model_type="modernbert", architectures=["ModernBertModel"], vocab_size=vocab, hidden_size=hidden, intermediate_size=wide,
    num_hidden_layers=layers, num_attention_heads=12, max_position_embeddings=8192, local_attention=128, global_attn_every_n_layers=3,
    global_rope_theta=160000.0, local_rope_theta=10000.0, pad_token_id=50283), indent=1))
shapes = {"embeddings.tok_embeddings.weight": [vocab, hidden], "embeddings.norm.weight": [hidden], "final_norm.weight": [hidden]}
for i in range(layers):
    at = f"layers.{i}."
    if i > 0:
        shapes[at + "attn_norm.weight"] = [hidden]
    shapes |= {at + "attn.Wqkv.weight": [3 * hidden, hidden], at + "attn.Wo.weight": [hidden, hidden], at + "mlp_norm.weight": [hidden],
               at + "mlp.Wi.weight": [2 * wide, hidden], at + "mlp.Wo.weight": [hidden, wide]}
header, end = {}, 0
for name, shape in shapes.items():
    begin, end = end, end + 4 * int(np.prod(shape))
    header[name] = dict(dtype="F32", shape=shape, data_offsets=[begin, end])
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
r = np.random.default_rng(0)
with open(out / "model.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text)
    for name, shape in shapes.items():
        x = np.ones(shape) if len(shape) == 1 else r.standard_normal(shape, dtype=np.float32) * 0.02
        f.write(np.asarray(x, dtype=np.float32).tobytes())
