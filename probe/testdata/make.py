"""Writes sklearn.json: scikit-learn's logistic and ridge regressions on small random data.

    pip install scikit-learn==1.9.1
    python make.py"""
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

rng = np.random.default_rng(5)
cases = []
for classes in (2, 3, 5):
    n, d = 60, 7
    y = np.arange(n) % classes
    x = rng.normal(size=(n, d)) + rng.normal(size=(classes, d))[y]
    for penalty in (0.3, 3.0):
        m = LogisticRegression(C=1 / penalty, tol=1e-10, max_iter=10000).fit(x, y)
        cases.append({"x": x.tolist(), "y": y.tolist(), "penalty": penalty, "probabilities": m.predict_proba(x).tolist()})
x = rng.normal(size=(40, 6))
y = x @ rng.normal(size=6) + 0.5 + 0.3 * rng.normal(size=40)
r = Ridge(alpha=2.0, solver="cholesky").fit(x, y)
out = {"logistic": cases, "ridge": {"x": x.tolist(), "y": y.tolist(), "penalty": 2.0, "predictions": r.predict(x).tolist()}}
(pathlib.Path(__file__).parent / "sklearn.json").write_text(json.dumps(out).replace("]], ", "]],\n") + "\n")
