"""The same job by scikit-learn on the same vectors: users as means of their
texts' vectors scaled to length 1, KMeans, ARI with the primary domain.

    python internal/demo/kmeans.py users.jsonl texts.npy 10
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

rows = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
x = np.load(sys.argv[2]).astype(np.float64)
k = int(sys.argv[3])
assert len(rows) == len(x)
at, domain = {}, []
for r in rows:
    if r["user"] not in at:
        at[r["user"]] = len(at)
        domain.append(r["domain"])
users = np.zeros((len(at), x.shape[1]))
np.add.at(users, [at[r["user"]] for r in rows], x)
users /= np.linalg.norm(users, axis=1, keepdims=True)
print("scikit-learn", sklearn.__version__, users.shape)
for seed in range(5):
    km = KMeans(n_clusters=k, n_init=10, random_state=seed).fit(users)
    print(f"seed {seed}: ARI {adjusted_rand_score(domain, km.labels_):.3f}, V-measure {v_measure_score(domain, km.labels_):.3f}, inertia {km.inertia_:.3f}")
