"""Time Hugging Face tokenizers, one thread, on what BenchmarkAppendIDs reads.

    python compare.py SHARED          beside
    go test -run '^$' -bench AppendIDs -cpu 1 ./tokenize
"""

import csv
import gzip
import os
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
from tokenizers import Tokenizer

shared = sys.argv[1]
csv.field_size_limit(1 << 24)
for name, model, file, column in [
    ("english-short", "all-MiniLM-L6-v2", "amazon_review_snippets.csv.gz", "text"),
    ("english-long", "all-MiniLM-L6-v2", "womens_clothing_reviews.csv.gz", "Review Text"),
    ("chinese", "bge-small-zh-v1.5", "chinese_shopping_reviews.csv.gz", "text"),
]:
    tok = Tokenizer.from_file(f"{shared}/models/{model}/tokenizer.json")
    tok.no_padding()
    tok.no_truncation()
    with gzip.open(f"{shared}/data/{file}", "rt", encoding="utf-8", newline="") as f:
        texts = [row[column] for _, row in zip(range(2000), csv.DictReader(f))]
    size = sum(len(t.encode()) for t in texts)
    best = None
    for _ in range(5):
        start = time.perf_counter()
        tokens = sum(len(e.ids) for e in tok.encode_batch_fast(texts))
        seconds = time.perf_counter() - start
        best = min(best or seconds, seconds)
    print(f"{name:15} {size / best / 1e6:7.2f} MB/s {tokens / best:12.0f} tokens/s")
