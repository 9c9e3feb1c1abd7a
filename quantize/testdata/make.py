"""Writes quantize.json: what NumPy makes of vectors by the formulas of sentence-transformers 6.2's
quantize_embeddings. Needs numpy 2: python make.py"""
import json
import numpy as np

rng = np.random.default_rng(1)
x = rng.normal(size=(40, 21)).astype(np.float32)
x /= np.linalg.norm(x, axis=1, keepdims=True)
ranges = np.vstack((x.min(axis=0), x.max(axis=0)))
steps = (ranges[1] - ranges[0]) / 255
bits = np.packbits(x > 0, axis=1)
halves = np.concatenate([x.ravel()[:60], np.float32([0, -0.0, 1, 65504, 65520, 65519.9, 1e9, -1e9, 6e-8, 2.9e-8, 3e-8, 6.1e-5, 6.0975e-5, 5.9e-8, 1.0005, 1.00048828125, 1.00146484375])])
with np.errstate(over="ignore"):
    half = halves.astype(np.float16).view(np.uint16)
json.dump({
    "x": x.tolist(), "uint8": ((x - ranges[0]) / steps).astype(np.uint8).tolist(),
    "int8": ((x - ranges[0]) / steps - 128).astype(np.int8).tolist(), "ubinary": bits.tolist(),
    "binary": (bits - 128).astype(np.int8).tolist(), "halves": halves.tolist(), "half_bits": half.tolist(),
}, open("quantize.json", "w"))
