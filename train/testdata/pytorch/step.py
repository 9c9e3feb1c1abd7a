"""Times training steps of sentence-transformers, as BenchmarkStep does here: forward, MultipleNegativesRanking, backward, AdamW.

    python step.py MODEL TEXTS THREADS STEPS      (TEXTS: a text a line, anchors and positives in turn)"""
import sys
import time

import torch
from sentence_transformers import SentenceTransformer, util

model_dir, path, threads, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
model = SentenceTransformer(model_dir, device="cpu").train()
texts = [l.rstrip("\n") for l in open(path, encoding="utf-8")]
optimiser = torch.optim.AdamW(model.parameters(), lr=2e-5)


def step():
    features = [model.tokenize(t) if hasattr(model, "tokenize") else model.preprocess(t) for t in (texts[0::2], texts[1::2])]
    a, b = (model(f)["sentence_embedding"] for f in features)
    loss = torch.nn.functional.cross_entropy(util.cos_sim(a, b) * 20, torch.arange(len(a)))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()
    return loss.item()


def together():
    """The same with both sides in one batch, as this package does it."""
    f = model.preprocess(texts) if hasattr(model, "preprocess") else model.tokenize(texts)
    e = model(f)["sentence_embedding"]
    loss = torch.nn.functional.cross_entropy(util.cos_sim(e[0::2], e[1::2]) * 20, torch.arange(len(e) // 2))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()


for name, f in (("apart", step), ("together", together)):
    f()
    times = []
    for _ in range(steps):
        t = time.perf_counter()
        f()
        times.append(time.perf_counter() - t)
    times.sort()
    print(f"{name}: {1000 * times[len(times) // 2]:.0f} ms median, {1000 * times[0]:.0f} least, of {steps} steps, {threads} threads")
