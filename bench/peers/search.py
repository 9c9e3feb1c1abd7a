"""Times faiss's exact and approximate search on made-up points like sentence
embeddings, one line of JSON an index.

    python search.py --save DIR [--n 1000000] [--d 384] [--centres 2000] [--queries 50]
    python search.py --data DIR [--threads 2] [--indexes flat,sq8,hnsw]

The first writes points.npy and queries.npy (float32 unit rows) and truth.npy (the ten
rows most similar to each query, in float64), for all sides to read. "elapsed" and
"processor" are milliseconds a query, one query a call; "processor" counts all threads.
"""

import argparse
import json
import os
import pathlib
import resource
import sys
import time

p = argparse.ArgumentParser()
p.add_argument("--save")
p.add_argument("--data")
p.add_argument("--threads", type=int, default=2)
p.add_argument("--n", type=int, default=1000000)
p.add_argument("--d", type=int, default=384)
p.add_argument("--centres", type=int, default=2000)
p.add_argument("--queries", type=int, default=50)
p.add_argument("--indexes", default="flat,sq8")
p.add_argument("--passes", type=int, default=3)
a = p.parse_args()
os.environ["OMP_NUM_THREADS"] = str(a.threads)

import numpy as np

K, BLOCK = 10, 20000


def unit(x):
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def save(path):
    r = np.random.default_rng(0)
    centres = r.normal(size=(a.centres, a.d))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)

    def some(n):
        noise = r.standard_normal(size=(n, a.d), dtype=np.float32) * np.float32(0.8 / np.sqrt(a.d))
        return unit(centres[r.integers(0, a.centres, n)] + noise)

    path.mkdir(parents=True, exist_ok=True)
    x = np.lib.format.open_memmap(path / "points.npy", mode="w+", dtype=np.float32, shape=(a.n, a.d))
    q = some(a.queries)
    scores, rows = np.full((a.queries, K), -np.inf), np.zeros((a.queries, K), np.int64)
    for lo in range(0, a.n, BLOCK):
        hi = min(lo + BLOCK, a.n)
        x[lo:hi] = some(hi - lo)
        s = np.hstack([scores, q.astype(np.float64) @ x[lo:hi].astype(np.float64).T])
        ids = np.hstack([rows, np.broadcast_to(np.arange(lo, hi), (a.queries, hi - lo))])
        best = np.argsort(-s, axis=1, kind="stable")[:, :K]
        scores, rows = np.take_along_axis(s, best, 1), np.take_along_axis(ids, best, 1)
    x.flush()
    np.save(path / "queries.npy", q)
    np.save(path / "truth.npy", rows)


if a.save:
    save(pathlib.Path(a.save))
    sys.exit()

import faiss

faiss.omp_set_num_threads(a.threads)
data = pathlib.Path(a.data)
x, q, truth = (np.load(data / f"{name}.npy") for name in ("points", "queries", "truth"))


def processor():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def made(kind):
    if kind == "flat":
        return faiss.IndexFlatIP(x.shape[1])
    if kind == "sq8":
        return faiss.IndexScalarQuantizer(x.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index = faiss.IndexHNSWFlat(x.shape[1], 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    return index


def ask(index, note):
    best = None
    for _ in range(a.passes):
        start, used = time.perf_counter(), processor()
        found = np.vstack([index.search(q[i : i + 1], K)[1] for i in range(len(q))])
        took = (time.perf_counter() - start, processor() - used)
        best = min(best or took, took)
    recall = np.mean([len(set(f) & set(t)) / K for f, t in zip(found.tolist(), truth.tolist())])
    ms = [round(1000 * t / len(q), 3) for t in best]
    print(json.dumps({**note, "n": len(x), "threads": a.threads, "elapsed": ms[0], "processor": ms[1], "recall": round(float(recall), 4)}), flush=True)


for kind in a.indexes.split(","):
    index = made(kind)
    start, used = time.perf_counter(), processor()
    if not index.is_trained:
        index.train(x)
    index.add(x)
    note = {"index": "faiss " + kind, "built_s": round(time.perf_counter() - start, 1), "built_processor_s": round(processor() - used, 1)}
    for ef in [20, 100, 400] if kind == "hnsw" else [0]:
        if ef:
            index.hnsw.efSearch = ef
            note["ef"] = ef
        ask(index, note)
