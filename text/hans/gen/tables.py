"""Writes OpenCC's tables from traditional to simplified Chinese.

    pip install opencc-python-reimplemented==0.1.7
    python3 gen/tables.py data      from the directory of package hans

characters.txt has a traditional character and its simplified one on each line,
phrases.txt a phrase, a tab and its simplified form. Of several simplified forms
the first is kept. Characters that stay as they are are left out; phrases that
stay are kept, since their characters would change.
"""

import pathlib
import sys

import opencc

source = pathlib.Path(opencc.__file__).parent / "dictionary"
for name, file, between in (("TSCharacters", "characters", ""), ("TSPhrases", "phrases", "\t")):
    lines = set()
    for line in (source / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        written, forms = line.split("\t")
        simplified = forms.split(" ")[0]
        if name == "TSPhrases" or simplified != written:
            lines.add(written + between + simplified + "\n")
    (pathlib.Path(sys.argv[1]) / f"{file}.txt").write_bytes("".join(sorted(lines)).encode())
