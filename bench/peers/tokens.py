"""Times Hugging Face's tokenizers, with one thread, on the lines of files.

    python tokens.py MODEL TEXTS...

MODEL is a directory with tokenizer.json. The best of five passes, without truncation:
the other side is "go test -run '^$' -bench AppendIDs -cpu 1 ./tokenize".
"""

import os
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

from reference import read_texts, read_tokenizer

tokenizer, _ = read_tokenizer(sys.argv[1])
tokenizer.no_truncation()
for path in sys.argv[2:]:
    texts = read_texts(path)
    size = sum(len(t.encode()) for t in texts)
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        tokens = sum(len(e.ids) for e in tokenizer.encode_batch_fast(texts))
        best = min(best, time.perf_counter() - start)
    print(f"{path}: {size / best / 1e6:.2f} MB/s, {tokens / best:.0f} tokens/s")
