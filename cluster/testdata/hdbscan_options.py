"""Makes hdbscan_options.json.gz: what scikit-learn's HDBSCAN finds with each of its options among made-up points."""
import gzip, json, sys
import numpy as np, sklearn
from sklearn.cluster import HDBSCAN
r = np.random.default_rng(6)
n, d = 320, 3
c = np.array([[0, 0, 0], [1.6, 0, 0], [0, 6, 0], [1.5, 6, 0], [8, 8, 8], [0.8, 1.4, 0]])
y = r.integers(0, 6, n)
x = np.where(r.random((n, 1)) < 0.12, r.uniform(-2, 10, (n, d)), c[y] + r.normal(size=(n, d)) * np.array([.2, .25, .3, .3, .5, .2])[y, None])
x = np.round(x, 4)
cases = []
# With min_samples 1 or 2 no two edges of the spanning tree weigh the same, so that there is only one tree.
for o in [dict(min_samples=1), dict(min_samples=2), dict(min_cluster_size=12, min_samples=2), dict(cluster_selection_method="leaf", min_samples=2), dict(min_cluster_size=12, cluster_selection_method="leaf", min_samples=1),
          dict(min_cluster_size=20, allow_single_cluster=True, min_samples=2), dict(min_cluster_size=120, min_samples=2, allow_single_cluster=True), dict(min_cluster_size=120, min_samples=1, allow_single_cluster=True, cluster_selection_epsilon=0.7),
          dict(min_cluster_size=8, max_cluster_size=60, min_samples=2), dict(min_cluster_size=8, max_cluster_size=35, min_samples=2), dict(min_samples=2, cluster_selection_epsilon=0.3), dict(min_samples=2, cluster_selection_epsilon=0.5, min_cluster_size=20),
          dict(metric="manhattan", min_cluster_size=8, min_samples=2), dict(metric="chebyshev", min_cluster_size=8, min_samples=2), dict(metric="cosine", min_cluster_size=8, min_samples=2, algorithm="brute")]:
    try:
        m = HDBSCAN(copy=True, **o).fit(x)
    except TypeError:  # this version's epsilon search fails where it has to go up the tree
        continue
    cases.append(dict(options=o, labels=m.labels_.tolist(), probabilities=m.probabilities_.tolist()))
    print(o, m.labels_.max() + 1, (m.labels_ < 0).sum(), file=sys.stderr)
with gzip.GzipFile(sys.argv[1], "wb", mtime=0) as f: f.write(json.dumps(dict(sklearn=sklearn.__version__, X=x.tolist(), cases=cases)).encode())
