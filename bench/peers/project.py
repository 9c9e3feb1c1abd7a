"""Times and judges scikit-learn's PCA and umap-learn, one line of JSON a run.

    python project.py pca --n 20000 --d 384 [--components 2,10,50,200] [--threads 2] [--save POINTS.npy]
    python project.py umap POINTS.npy [--seeds 0,1,2] [--neighbors 15] [--save OUT.npy]
    python project.py judge POINTS.npy PLANE.npy

pca makes points whose variances fall as 1/j. umap prints, and judge computes of a
plane that was made elsewhere, over 1,000 rows: trustworthiness and continuity with
15 neighbours, and the rank correlation of distances.
"""

import argparse
import json
import os
import time

p = argparse.ArgumentParser()
p.add_argument("task", choices=["pca", "umap", "judge"])
p.add_argument("files", nargs="*")
p.add_argument("--n", type=int, default=20000)
p.add_argument("--d", type=int, default=384)
p.add_argument("--components", default="2,10,50,200")
p.add_argument("--threads", type=int, default=2)
p.add_argument("--seeds", default="0,1,2")
p.add_argument("--neighbors", type=int, default=15)
p.add_argument("--save")
a = p.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["NUMBA_NUM_THREADS"] = str(a.threads)

import numpy as np
from scipy.stats import spearmanr
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from threadpoolctl import threadpool_limits


def judge(points, plane, k=15, sample=1000):
    rows = np.random.default_rng(0).choice(len(points), min(sample, len(points)), replace=False)
    x, y = points[rows], plane[rows]
    far = lambda z: np.sqrt(np.maximum(((z[:, None] - z[None]) ** 2).sum(-1), 0))[np.triu_indices(len(z), 1)]
    return {
        "trustworthiness": round(float(trustworthiness(x, y, n_neighbors=k)), 4),
        "continuity": round(float(trustworthiness(y, x, n_neighbors=k)), 4),
        "rank_correlation": round(float(spearmanr(far(x.astype(np.float32)), far(y)).statistic), 4),
    }


def timed(run):
    start = time.perf_counter()
    found = run()
    return found, round(time.perf_counter() - start, 4)


with threadpool_limits(a.threads):
    if a.task == "pca":
        x = np.random.default_rng(0).normal(size=(a.n, a.d)) / np.sqrt(np.arange(1, a.d + 1))
        x = x.astype(np.float32)
        if a.save:
            np.save(a.save, x)
        for c in map(int, a.components.split(",")):
            fitted, seconds = timed(lambda: PCA(c, random_state=0).fit(x))
            print(json.dumps({"task": "pca", "n": a.n, "d": a.d, "components": c, "solver": fitted._fit_svd_solver, "seconds": seconds}), flush=True)
    elif a.task == "umap":
        import umap

        x = np.load(a.files[0]).astype(np.float32)
        for seed in map(int, a.seeds.split(",")):
            plane, seconds = timed(lambda: umap.UMAP(n_neighbors=a.neighbors, random_state=seed).fit_transform(x))
            if a.save:
                np.save(a.save, plane)
            print(json.dumps({"task": "umap", "n": len(x), "seed": seed, "seconds": seconds, **judge(x, plane)}), flush=True)
    else:
        print(json.dumps(judge(np.load(a.files[0]), np.load(a.files[1]))))
