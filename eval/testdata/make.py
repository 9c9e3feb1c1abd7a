"""Writes agreement.json: scikit-learn's scores of pairs of labellings, drawn at random and degenerate ones."""
import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics as m

rng = np.random.default_rng(20)
pairs = [
    ([0, 1, 2, 3], [0, 1, 2, 3]), ([0, 0, 0], [0, 0, 0]), ([0, 0, 0], [0, 1, 2]), ([0, 1, 2], [0, 0, 0]), ([4], [9]),
    ([0, 1], [1, 0]), ([0, 0, 1], [0, 1, 2]), ([0, 1, 0, 1], [0, 0, 1, 1]), ([-1, -1, 0, 0, 1], [3, 3, -1, -1, -1]),
]
for n, r, c, follow in [(10, 2, 3, 0.5), (60, 4, 9, 0.8), (300, 12, 12, 0.0), (300, 12, 5, 0.9), (1000, 40, 3, 0.3), (500, 200, 180, 0.4), (2000, 2, 2, 0.97)]:
    a = rng.integers(-1, r, n)
    b = np.where(rng.random(n) < follow, a % c, rng.integers(-1, c, n))
    pairs.append((a.tolist(), b.tolist()))

cases = []
for a, b in pairs:
    h, c, _ = m.homogeneity_completeness_v_measure(a, b)
    cases.append(dict(
        truth=a, labels=b, ari=m.adjusted_rand_score(a, b), rand=m.rand_score(a, b), mi=m.mutual_info_score(a, b), fmi=m.fowlkes_mallows_score(a, b),
        homogeneity=h, completeness=c, v_measure=m.v_measure_score(a, b), v_measure_beta_half=m.v_measure_score(a, b, beta=0.5),
        nmi={x: m.normalized_mutual_info_score(a, b, average_method=x) for x in ("arithmetic", "geometric", "min", "max")},
        ami={x: m.adjusted_mutual_info_score(a, b, average_method=x) for x in ("arithmetic", "geometric", "min", "max")},
        contingency=m.cluster.contingency_matrix(a, b).tolist() if len(a) <= 60 else None))
json.dump(dict(sklearn=sklearn.__version__, cases=cases), open(pathlib.Path(__file__).with_name("agreement.json"), "w"), separators=(",", ":"))
