"""Embeds the lines of a file with ONNX Runtime and prints its best speed of several
passes as one line of JSON, with the keys of "cohort embed --stats".

    python embed.py --model MODEL --onnx FILE.onnx --texts FILE [--n 1000] [--threads 1]
                    [--batch 32] [--passes 3] [--save OUT.npy]

Texts are sorted by length and padded by the batch, as sentence-transformers does.
Only real tokens are counted. Tokenizing is timed apart (tokenize_s), with as many
threads, and is not part of seconds. With --batch 1, ms_per_text is the latency.
"""

import argparse
import json
import os
import time

p = argparse.ArgumentParser()
p.add_argument("--model", required=True)
p.add_argument("--onnx", required=True)
p.add_argument("--texts", required=True)
p.add_argument("--n", type=int, default=1000)
p.add_argument("--threads", type=int, default=1)
p.add_argument("--batch", type=int, default=32)
p.add_argument("--passes", type=int, default=3)
p.add_argument("--save")
a = p.parse_args()
os.environ["TOKENIZERS_PARALLELISM"] = "true" if a.threads > 1 else "false"
os.environ["RAYON_NUM_THREADS"] = str(a.threads)

import numpy as np
import onnxruntime as ort

from reference import Encoder, read_texts, read_tokenizer

encoder = Encoder(a.model)
tokenizer, prepare = read_tokenizer(a.model)
texts = [prepare(t) for t in read_texts(a.texts, a.n)]
start = time.perf_counter()
ids = [e.ids for e in tokenizer.encode_batch_fast(texts)]
tokenize_s = time.perf_counter() - start
order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
tokens = sum(map(len, ids))
options = ort.SessionOptions()
options.intra_op_num_threads = a.threads
session = ort.InferenceSession(a.onnx, options, providers=["CPUExecutionProvider"])


def embed(batch):
    longest = max(len(ids[i]) for i in batch)
    x = np.zeros((len(batch), longest), np.int64)
    mask = np.zeros_like(x)
    for row, i in enumerate(batch):
        x[row, : len(ids[i])] = ids[i]
        mask[row, : len(ids[i])] = 1
    h = session.run(None, {"input_ids": x, "attention_mask": mask, "token_type_ids": np.zeros_like(x)})[0]
    e = h[:, 0] if encoder.cls else (h * mask[..., None]).sum(1) / mask.sum(1)[:, None]
    return (e / np.linalg.norm(e, axis=1, keepdims=True)).astype(np.float32)


out = np.zeros((len(texts), encoder.config["hidden_size"]), np.float32)
best = float("inf")
embed(order[: a.batch])  # warm
for _ in range(a.passes):
    start = time.perf_counter()
    for first in range(0, len(order), a.batch):
        batch = order[first : first + a.batch]
        out[batch] = embed(batch)
    best = min(best, time.perf_counter() - start)
if a.save:
    np.save(a.save, out)
print(json.dumps(dict(texts=len(texts), tokens=tokens, threads=a.threads, batch=a.batch, seconds=round(best, 4), tokens_per_s=round(tokens / best, 1),
                      ms_per_text=round(1e3 * best / len(texts), 4), tokenize_s=round(tokenize_s, 4))))
