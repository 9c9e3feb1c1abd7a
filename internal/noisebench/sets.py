"""Makes the sets of TestRobustness: sets.py DATA DIR LOOKALIKES [STACKOVERFLOW [JSTS]]

DATA is a directory with the data sets (clinc150.json.gz and the others, see
docs/robustness.md), DIR where the sets are written, LOOKALIKES the groups of
characters of package repair (text/repair/data/lookalikes.txt). Homophones are made with
pypinyin 0.55 (MIT): characters of GB/T 2312's first level with the same first
reading, tones aside. STACKOVERFLOW is the directory rawText of the GitHub repository
jacoxu/StackOverflow, JSTS the file datasets/jsts-v1.3/valid-v1.3.json of
yahoojapan/JGLUE.
"""

import collections
import csv
import gzip
import json
import os
import random
import re
import shutil
import sys

from pypinyin import Style, pinyin

data, out, lookalikes = sys.argv[1:4]
os.makedirs(out, exist_ok=True)


def rows(name):
    with gzip.open(os.path.join(data, name), "rt", encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def one(s):
    return re.sub(r"\s+", " ", s).strip()


def write(name, lines):
    with open(os.path.join(out, name), "w", encoding="utf-8") as f:
        f.writelines(line + "\n" for line in lines)


def labelled(name, of, classes, each):
    write(name, (f"{c}\t{t}" for c in classes for t in of[c][:each]))


def clinc(rng):
    with gzip.open(os.path.join(data, "clinc150.json.gz"), "rt", encoding="utf-8") as f:
        sets = json.load(f)
    of = collections.defaultdict(list)
    for text, intent in sets["train"]:
        of[intent].append(one(text))
    intents = sorted(of)
    rng.shuffle(intents)
    for i in intents:
        rng.shuffle(of[i])
    chosen = sorted(intents[:20])
    labelled("clinc.tsv", of, chosen, 30)
    # Pairs to tune an encoder on come from the other intents.
    write("clinc.pairs", (t for i in sorted(intents[20:]) for t in of[i][:24]))


def clothing(rng):
    of = collections.defaultdict(list)
    for r in rows("womens_clothing_reviews.csv.gz"):
        t = one(r["Review Text"])
        if r["Department Name"] not in ("", "Trend") and 60 <= len(t) <= 260:
            of[r["Department Name"]].append(t)
    for v in of.values():
        rng.shuffle(v)
    classes = sorted(of)
    labelled("clothing.tsv", of, classes, 80)
    rest = [t for c in classes for t in of[c][80:]]
    rng.shuffle(rest)
    write("clothing.more", rest[:2000])
    write("clothing.pairs", rest[2000:5000])


def sentiment(rng):
    of = collections.defaultdict(list)
    rest = []
    for r in rows("amazon_review_snippets.csv.gz"):
        mean, t = float(r["human_sentiment"]), one(r["text"])
        label = "neg" if mean < -0.8 else "pos" if mean > 0.8 else ""
        (of[label] if label else rest).append(t)
    for v in of.values():
        rng.shuffle(v)
    labelled("sentiment.tsv", of, ["neg", "pos"], 400)
    rest += of["neg"][400:] + of["pos"][400:]
    rng.shuffle(rest)
    write("sentiment.more", rest[:3000])


def chinese(rng):
    of = collections.defaultdict(list)
    for r in rows("chinese_shopping_reviews.csv.gz"):
        t = one(r["text"])
        if 20 <= len(t) <= 120:
            of[r["label"]].append(t)
    for v in of.values():
        rng.shuffle(v)
    labelled("chinese.tsv", of, ["0", "1"], 500)
    labelled("chineseusers.tsv", of | {"all": of["0"][500:800] + of["1"][500:800]}, ["all"], 600)
    rest = of["0"][800:] + of["1"][800:]
    rng.shuffle(rest)
    write("chinese.more", rest[:4000])
    write("chineseusers.more", rest[:4000])
    write("chinese.pairs", rest[:4000])


def titles(rng):
    of = collections.defaultdict(list)
    with open(os.path.join(sys.argv[4], "label_StackOverflow.txt"), encoding="utf-8") as labels:
        with open(os.path.join(sys.argv[4], "title_StackOverflow.txt"), encoding="utf-8") as f:
            for label, t in zip(labels, f):
                if one(t):
                    of[label.strip()].append(one(t))
    for v in of.values():
        rng.shuffle(v)
    classes = sorted(of)
    labelled("titles.tsv", of, classes, 50)
    rest = [t for c in classes for t in of[c][50:]]
    rng.shuffle(rest)
    write("titles.more", rest)


def kana(rng):
    of = {}
    with open(sys.argv[5], encoding="utf-8") as f:
        for line in f:
            pair = json.loads(line)
            for t in (one(pair["sentence1"]), one(pair["sentence2"])):
                if len(re.findall("[\u30a1-\u30fc]", t)) >= 5:
                    of[t] = True
    of = list(of)
    rng.shuffle(of)
    write("kana.tsv", (f"all\t{t}" for t in of[:600]))


def homophones():
    of = collections.defaultdict(list)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                c = bytes([row, cell]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            of[pinyin(c, style=Style.NORMAL)[0][0]].append(c)
    write("homophones.txt", ("".join(v) for _, v in sorted(of.items()) if len(v) > 1))


for make in (clinc, clothing, sentiment, chinese, titles, kana)[: len(sys.argv)]:
    make(random.Random(24))
homophones()
shutil.copy(lookalikes, os.path.join(out, "lookalikes.txt"))
