#!/usr/bin/env python3
"""Writes en_vader.txt: the words of VADER's lexicon (vaderSentiment on PyPI, MIT) with their mean valence.

    pip install vaderSentiment==3.3.2
    python3 vader.py DIR        writes DIR/en_vader.txt

Emoticons (dx and xp too, which are read in reviews of cameras and computers), digits and words that people are not sure of (whose ratings deviate by more than they mean) are left out.
"""
import importlib.resources
import pathlib
import re
import sys

# the package alone, without what importing it needs
import importlib.util

where = pathlib.Path(importlib.util.find_spec("vaderSentiment").submodule_search_locations[0]) / "vader_lexicon.txt"
out = []
for line in where.read_text("utf-8").splitlines():
    word, mean, deviation, *_ = line.split("\t")
    if word.lower() in ("dx", "xp"):
        continue
    if re.fullmatch(r"[a-z][a-z'-]+", word) and abs(float(mean)) >= float(deviation):
        out.append(f"{word} {float(mean):g}")
path = pathlib.Path(sys.argv[1]) / "en_vader.txt"
path.write_text("\n".join(sorted(set(out))) + "\n")
print(len(out), "words")
