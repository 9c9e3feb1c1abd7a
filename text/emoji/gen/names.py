#!/usr/bin/env python3
"""Writes names.txt: emoji with their short names in English and Chinese, from the package emoji (PyPI, BSD; the names are
those of Unicode's CLDR).

    pip install emoji==2.16.0
    python3 names.py DIR        writes DIR/names.txt

Emoji with a skin tone and those joined of several have the name of their first.
"""
import pathlib
import sys

import emoji

emoji.config.load_language("zh")
lines = []
for chars, of in emoji.EMOJI_DATA.items():
    if of["status"] != emoji.STATUS["fully_qualified"] or "\u200d" in chars or any("\U0001F3FB" <= c <= "\U0001F3FF" for c in chars):
        continue
    names = [of[lang].strip(":").replace("_", " ") for lang in ("en", "zh")]
    lines.append("\t".join([chars.replace("\ufe0f", "")] + names))
path = pathlib.Path(sys.argv[1]) / "names.txt"
path.write_text("\n".join(sorted(set(lines))) + "\n", "utf-8")
print(len(lines), "emoji")
