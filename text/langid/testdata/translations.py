#!/usr/bin/env python3
"""Write phrases of Django's translations (BSD) with their languages as JSON: [[language, phrase], …].

    pip install django && python3 translations.py > translations.json
    COHORT_TRANSLATIONS=$PWD/translations.json go test -run Translations -v ./text/langid

They had no part in setting the detector's thresholds. Placeholders and tags are
taken out, and phrases of one word, fuzzy ones and those left in English.
"""
import ast
import json
import pathlib
import re

import django

LANGUAGES = "es de fr pt it nl pl tr id vi sv da cs hu ro fi ru uk bg ar fa he hi ja ko el th".split()
root = pathlib.Path(django.__file__).parent


def field(name, entry):
    m = re.search(r'^%s ((?:".*"\n?)+)' % name, entry, re.M)
    return "".join(ast.literal_eval(q) for q in re.findall(r'".*"', m.group(1))) if m else None


seen = {}
for lang in LANGUAGES:
    for app in ("conf", "contrib/admin", "contrib/auth"):
        f = root / app / "locale" / lang / "LC_MESSAGES" / "django.po"
        for entry in f.read_text("utf-8").split("\n\n") if f.exists() else []:
            source, text = field("msgid", entry), field(r"msgstr(?:\[0\])?", entry)
            if "fuzzy" in entry or not source or not text or source == text:
                continue
            text = re.sub(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>|&\w+;", " ", text)
            text = re.sub(r"\s+", " ", text).strip()
            if len(text) >= 3 and (lang in ("ja", "ko", "th") or len(text.split()) >= 2):
                seen[lang, text] = None
print(json.dumps(list(seen), ensure_ascii=False))
