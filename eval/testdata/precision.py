"""Fills in the values of precision.json: python precision.py (needs mpmath 1.4).

Points are taken as the exact float64 numbers that they are. Means, and scatters
within and between clusters, are made of fractions without any rounding; square
roots and sums of distances are of 60 digits; each value is written as the nearest float64."""
import collections
import json
from fractions import Fraction

import mpmath as mp

mp.mp.dps = 60


def real(q):
    return mp.mpf(q.numerator) / q.denominator


def silhouette(n, members, labels, distance):
    total = mp.mpf(0)
    for i in range(n):
        own = members[labels[i]]
        if len(own) == 1:
            continue
        a = mp.fsum(distance(i, j) for j in own) / (len(own) - 1)
        b = min(mp.fsum(distance(i, j) for j in m) / len(m) for c, m in members.items() if c != labels[i])
        if max(a, b) > 0:
            total += (b - a) / max(a, b)
    return total / n


def values(x, labels):
    n = len(x)
    members = collections.defaultdict(list)
    for i, c in enumerate(labels):
        members[c].append(i)
    exact = [[Fraction(v) for v in row] for row in x]
    wide = [[mp.mpf(v) for v in row] for row in x]
    norm = [mp.sqrt(mp.fsum(v * v for v in row)) for row in wide]
    difference = lambda i, j: [u - v for u, v in zip(wide[i], wide[j])]
    out = {
        "euclidean": silhouette(n, members, labels, lambda i, j: mp.sqrt(mp.fsum(v * v for v in difference(i, j)))),
        "manhattan": silhouette(n, members, labels, lambda i, j: mp.fsum(abs(v) for v in difference(i, j))),
        "chebyshev": silhouette(n, members, labels, lambda i, j: max(abs(v) for v in difference(i, j))),
        "cosine": silhouette(n, members, labels, lambda i, j: mp.fsum((u / norm[i] - v / norm[j]) ** 2 for u, v in zip(wide[i], wide[j])) / 2 if i != j else 0),
    }
    mean = lambda rows: [sum(exact[i][f] for i in rows) / len(rows) for f in range(len(x[0]))]
    squared = lambda p, q: sum((u - v) ** 2 for u, v in zip(p, q))
    center = {c: mean(m) for c, m in members.items()}
    middle, k = mean(range(n)), len(members)
    between = sum(len(m) * squared(center[c], middle) for c, m in members.items())
    within = sum(squared(exact[i], center[c]) for c, m in members.items() for i in m)
    out["calinski_harabasz"] = real(between * (n - k) / (within * (k - 1)))
    spread = {c: mp.fsum(mp.sqrt(real(squared(exact[i], center[c]))) for i in m) / len(m) for c, m in members.items()}
    # Centres that coincide count as 0, as in scikit-learn.
    ratio = lambda a, b: (spread[a] + spread[b]) / mp.sqrt(real(squared(center[a], center[b]))) if center[a] != center[b] else 0
    out["davies_bouldin"] = mp.fsum(max(ratio(a, b) for b in members if b != a) for a in members) / k
    return {name: float(mp.nstr(v, 20)) for name, v in out.items()}


with open("precision.json") as f:
    cases = json.load(f)
for case in cases:
    case["values"] = values(case["x"], case["labels"])
with open("precision.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
