# Compares the words of segments with those of BERTopic on the same partitions: the
# mean NPMI of ten words (gensim's c_npmi) over the segments. Reads the lines that
# "segbench words" prints; needs gensim, bertopic (its c-TF-IDF alone) and scikit-learn.
import collections, importlib.util, json, os, re, sys
import numpy as np
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from sklearn.feature_extraction.text import CountVectorizer
# BERTopic itself imports UMAP, HDBSCAN and sentence-transformers, which are not needed here.
found = importlib.util.find_spec("bertopic").submodule_search_locations[0]
spec = importlib.util.spec_from_file_location("ctfidf", os.path.join(found, "vectorizers", "_ctfidf.py"))
ctfidf = importlib.util.module_from_spec(spec); spec.loader.exec_module(ctfidf)
token = re.compile(r"(?u)\b\w\w+\b")
def bertopic(texts, labels, top=10):
    groups = collections.defaultdict(list)
    for t, l in zip(texts, labels):
        if l >= 0: groups[l].append(t)
    ids = sorted(groups)
    v = CountVectorizer(stop_words="english")
    x = v.fit_transform([" ".join(groups[i]) for i in ids])
    w = ctfidf.ClassTfidfTransformer().fit(x).transform(x).toarray()
    names = v.get_feature_names_out()
    return {i: [names[j] for j in np.argsort(-w[n], kind="stable")[:top] if w[n, j] > 0] for n, i in enumerate(ids)}
def npmi(topics, docs, dictionary):
    part = lambda s: max(token.findall(s.lower()) or [""], key=len)
    kept = [[p for p in dict.fromkeys(map(part, words[:10])) if p in dictionary.token2id] for words in topics]
    scored = [t for t in kept if len(t) > 1]
    c = CoherenceModel(topics=scored, texts=docs, dictionary=dictionary, coherence="c_npmi", topn=10, processes=1)
    return c.get_coherence(), sum(map(len, kept)) / len(kept), c.get_coherence_per_topic()
print("| set | texts | partition | segments | NPMI, cohort | NPMI, BERTopic | words, cohort | words, BERTopic |\n|---|---|---|---|---|---|---|---|")
for line in sys.stdin:
    r = json.loads(line)
    with open(os.path.join(os.environ["COHORT_BENCH_DATA"], r["set"] + ".tsv")) as f:
        texts = [l.rstrip("\n").split("\t", 1)[1] for l in f]
    docs = [token.findall(t.lower()) for t in texts]
    d = Dictionary(docs)
    theirs = bertopic(texts, r["labels"])
    ours = {int(k): v for k, v in r["words"].items()}
    ids = [i for i in theirs if len(theirs[i]) > 1 and len(ours.get(i, [])) > 1]
    a, na, pa = npmi([ours[i] for i in ids], docs, d)
    b, nb, pb = npmi([theirs[i] for i in ids], docs, d)
    print(f"| {r['set']} | {len(texts)} | {r['partition']} | {len(ids)} | {a:.3f} | {b:.3f} | {na:.1f} | {nb:.1f} |", flush=True)
    if len(sys.argv) > 1:
        for n, i in enumerate(ids):
            print(f"    {i} {pa[n]:.3f} {' '.join(ours[i][:10])} | {pb[n]:.3f} {' '.join(theirs[i])}")
