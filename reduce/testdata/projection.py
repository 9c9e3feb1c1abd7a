"""Writes projection.json.gz: what scikit-learn's random projections do to the
distances of one table, over seeds. The table is made by formula, so that the
test makes it too."""
import gzip
import json
import sys

import numpy as np
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection, johnson_lindenstrauss_min_dim
n, d, k, seeds = 40, 300, 30, 200
i, j = np.arange(n)[:, None], np.arange(d)[None, :]
X = np.sin(0.7*i*(j+1)) + ((i*37 + j*11) % 17 == 0)*2.0
lo = np.triu_indices(n, 1)
D = np.sqrt(((X[:, None]-X[None])**2).sum(-1))[lo]
q = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999]
def error(values):
    return float(np.std(values)/np.sqrt(seeds))

out = {"points": n, "features": d, "components": k, "seeds": seeds, "at": q, "projections": [], "dims": []}
for density in [1, 1/3, 1/np.sqrt(d), 0.01]:
    ratio, var, fourth, filled, values = [], [], [], [], set()
    for s in range(seeds):
        r = GaussianRandomProjection(k, random_state=s) if density == 1 else SparseRandomProjection(k, density=density, random_state=s)
        Z = r.fit_transform(X)
        C = r.components_ if density == 1 else r.components_.toarray()
        ratio.append(np.sqrt(((Z[:, None]-Z[None])**2).sum(-1))[lo]/D)
        var.append((C**2).mean()); fourth.append((C**4).mean()); filled.append((C != 0).mean())
        if density < 1: values |= set(np.abs(C[C != 0]).tolist())
    R = np.concatenate(ratio)
    per = np.quantile(np.array(ratio), q, axis=1)  # [q, seeds]
    out["projections"].append({"density": density, "variance": np.mean(var), "varianceError": error(var), "fourth": np.mean(fourth), "fourthError": error(fourth), "filled": np.mean(filled), "filledError": error(filled), "size": max(values, default=0),
        "quantiles": np.quantile(R, q).tolist(), "errors": (per.std(axis=1)/np.sqrt(seeds)).tolist(), "squared": float((R**2).mean()), "squaredError": float(np.std([(r**2).mean() for r in ratio])/np.sqrt(seeds))})
for m in [2, 3, 10, 100, 1234, 10**5, 10**7]:
    for e in [0.05, 0.1, 0.33, 0.5, 0.9, 0.99]:
        out["dims"].append({"points": m, "epsilon": e, "want": int(johnson_lindenstrauss_min_dim(m, eps=e))})
with open(sys.argv[1], "wb") as f, gzip.GzipFile("", "wb", fileobj=f, mtime=0) as z:
    z.write(json.dumps(out).encode())
