"""Writes the stop words of stopwords-iso that package text begins with.

    pip install stopwordsiso==0.7.1
    python3 data/gen/stopwords.py data/stopwords      from the directory of package text

Each list is sorted, a word a line. Closing quotation marks that stand after some
words of the source are left out, and its typographic apostrophes become typed ones.
"""

import json
import pathlib
import sys

import stopwordsiso

source = pathlib.Path(stopwordsiso.__file__).parent / "stopwords-iso.json"
lists = json.loads(source.read_text(encoding="utf-8"))
for language in ("en", "zh"):
    words = {w.replace("’", "'").rstrip("”") for w in lists[language]}
    out = pathlib.Path(sys.argv[1]) / f"{language}_iso.txt"
    out.write_bytes("".join(w + "\n" for w in sorted(words)).encode())
