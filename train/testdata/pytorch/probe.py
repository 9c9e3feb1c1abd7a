"""Prints the accuracy of scikit-learn's logistic regression on the vectors that TestIntents writes.

    pip install scikit-learn
    python probe.py DIR"""
import json
import pathlib
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

root = pathlib.Path(sys.argv[1])
read = lambda name: (np.load(root / f"{name}.npy"), json.loads((root / f"{name}.json").read_text()))
x, y = read("test")
for name, make in {
    "C=1": lambda: LogisticRegression(max_iter=1000),
    "C by 5-fold cross-validation": lambda: LogisticRegressionCV(Cs=[10, 10 / 3, 1, 1 / 3, 0.1, 1 / 30], cv=5, scoring="neg_log_loss", max_iter=1000),
}.items():
    scores = np.array([make().fit(*read(f"{draw}-train")).score(x, y) for draw in range(10)])
    print(f"{name}: {scores.mean():.4f} ± {2.262 * scores.std(ddof=1) / 10**0.5:.4f}   {scores.round(4).tolist()}")
