"""Times scikit-learn and faiss on made-up points like sentence embeddings, one line
of JSON a task.

    python cluster.py --save DIR [--n 100000] [--d 384] [--k 50]
    python cluster.py --data DIR [--threads 2] [--tasks kmeans,faiss,...]

The first writes points.npy (float32 unit rows [n, d]), init.npy (the first k rows)
and labels.npy, for both sides to read. DBSCAN and the silhouette take the first
20,000 rows, HDBSCAN the first 5,000.
"""

import argparse
import json
import os
import pathlib
import sys
import time
import warnings

p = argparse.ArgumentParser()
p.add_argument("--save")
p.add_argument("--data")
p.add_argument("--threads", type=int, default=2)
p.add_argument("--n", type=int, default=100000)
p.add_argument("--d", type=int, default=384)
p.add_argument("--k", type=int, default=50)
p.add_argument("--tasks", default="kmeans,faiss,init,minibatch,dbscan,silhouette,ch,db,hdbscan")
a = p.parse_args()
os.environ["OMP_NUM_THREADS"] = str(a.threads)
warnings.filterwarnings("ignore")

import numpy as np


def save(path, n, d, k):
    r = np.random.default_rng(0)
    centres = r.normal(size=(k, d))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    labels = r.integers(0, k, n)
    points = centres[labels] + 1.2 * r.normal(size=(n, d)) / np.sqrt(d)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    path.mkdir(parents=True, exist_ok=True)
    np.save(path / "points.npy", points.astype(np.float32))
    np.save(path / "init.npy", points[:k].astype(np.float32))
    np.save(path / "labels.npy", labels.astype(np.int64))


if a.save:
    save(pathlib.Path(a.save), a.n, a.d, a.k)
    sys.exit()

from sklearn.cluster import DBSCAN, HDBSCAN, KMeans, MiniBatchKMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from threadpoolctl import threadpool_limits

data = pathlib.Path(a.data)
x, init, y = (np.load(data / f"{name}.npy") for name in ("points", "init", "labels"))
k, some = len(init), x[:20000]


def faiss_kmeans():
    import faiss

    faiss.omp_set_num_threads(a.threads)
    faiss.Kmeans(x.shape[1], k, niter=10, max_points_per_centroid=10**9).train(x, init_centroids=init)
    return {}


tasks = {
    "kmeans": lambda: {"inertia": float(KMeans(k, init=init, n_init=1, max_iter=10, tol=0).fit(x).inertia_)},
    "faiss": faiss_kmeans,
    "init": lambda: {"inertia": float(KMeans(k, n_init=1, max_iter=1, random_state=0).fit(x).inertia_)},
    "minibatch": lambda: {"inertia": float(MiniBatchKMeans(k, n_init=1, random_state=0).fit(x).inertia_)},
    "dbscan": lambda: {"clusters": int(DBSCAN(eps=0.9, min_samples=5).fit(some).labels_.max() + 1)},
    "silhouette": lambda: {"value": float(silhouette_score(some, y[:20000]))},
    "ch": lambda: {"value": float(calinski_harabasz_score(x, y))},
    "db": lambda: {"value": float(davies_bouldin_score(x, y))},
    "hdbscan": lambda: {"clusters": int(HDBSCAN(min_cluster_size=20, copy=True).fit(x[:5000]).labels_.max() + 1)},
}
with threadpool_limits(a.threads):
    for name in a.tasks.split(","):
        start = time.perf_counter()
        found = tasks[name]()
        seconds = round(time.perf_counter() - start, 3)
        print(json.dumps({"task": name, "n": len(x), "d": x.shape[1], "k": k, "threads": a.threads, "seconds": seconds, **found}), flush=True)
