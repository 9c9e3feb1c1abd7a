"""Writes weighted_layers.json: vectors of sentence-transformers' WeightedLayerPooling.

Run with PyTorch, transformers and sentence-transformers 6.2:

    python make_weighted_layers.py > weighted_layers.json

The encoder is that of next/st6-dense-residual, without its modules. Vectors are
computed in float64 by the modules of a directory that was saved and loaded again.
"""
import json
import os
import shutil
import tempfile

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer, WeightedLayerPooling

source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "next", "st6-dense-residual")
texts = ["the screen is broken", "good", "The hotel was good and slow in Paris"]
cases = []
with tempfile.TemporaryDirectory() as tmp:
    base = os.path.join(tmp, "base")
    os.mkdir(base)
    for name in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]:
        shutil.copy(os.path.join(source, name), base)
    for start, weights, mode in [(0, [0.5, 2.0, -0.25], "mean"), (1, [1.0, 3.0], "cls"), (2, [0.7], "max"), (0, [1.0, 1.0, 1.0], "lasttoken")]:
        encoder = Transformer(base, config_kwargs={"output_hidden_states": True})
        layers = WeightedLayerPooling(24, num_hidden_layers=2, layer_start=start)
        with torch.no_grad():
            layers.layer_weights.copy_(torch.tensor(weights))
        out = os.path.join(tmp, f"{start}{mode}")
        SentenceTransformer(modules=[encoder, layers, Pooling(24, mode)]).save(out)
        vectors = SentenceTransformer(out, device="cpu").double().encode(texts)
        cases.append(dict(layer_start=start, layer_weights=weights, pooling_mode=mode, vectors=[[float(v) for v in row] for row in vectors]))
print(json.dumps(dict(texts=texts, cases=cases)))
