"""Run random combinations of components of Hugging Face tokenizers on hostile
texts and write what they give, one combination a line:

    pip install tokenizers==0.23.3
    python components.py TEXTS.jsonl.gz OUT.jsonl.gz [COMBINATIONS] [TEXTS_EACH] [SEED]

TEXTS are lines with a text_base64, as in the tokenization goldens. A line of OUT
has the tokenizer.json and cases of text, ids, tokens, byte offsets and the
decoded ids, without and with special tokens.
"""

import base64
import gzip
import json
import random
import sys

from tokenizers import Tokenizer

texts_path, out_path = sys.argv[1:3]
combinations, each, seed = (int(a) for a in (sys.argv[3:] + ["60", "40", "1"][len(sys.argv) - 3 :]))
rng = random.Random(seed)
texts = []
for line in gzip.open(texts_path):
    try:
        texts.append(base64.b64decode(json.loads(line)["text_base64"]).decode())
    except UnicodeDecodeError:
        pass
texts += [
    "a<x>b <y> <z>c", "  <z>  ", "word<s>word <s> word", "[day]DAY day [DAY]", "é<x>É", "it's we'll 'tis  x\n\n y \t", " lead", "trail ",
    "1234 5a6 ٣٤ Ⅳ ½", "a--b...c", "▁meta ▁▁ x", "tab\tnew\nline\r\n", "nbsp\u00a0x\u3000y\u2003z", "ﬁ ½ ㌀ ﷺ 각 각", "",
]


def prefix_space():
    return rng.random() < 0.5


def normalizer(depth=0):
    kinds = ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "Strip", "Replace", "Prepend", "BertNormalizer", "Sequence", "Sequence", "ByteLevel", None]
    kind = rng.choice(kinds if depth == 0 else [k for k in kinds if k and k != "Sequence"])
    if kind is None:
        return None
    n = {"type": kind}
    if kind == "Strip":
        n |= {"strip_left": rng.random() < 0.5, "strip_right": rng.random() < 0.5}
    elif kind == "Replace":
        n |= rng.choice(
            [
                {"pattern": {"String": "a"}, "content": "bb"},
                {"pattern": {"Regex": " {2,}"}, "content": " "},
                {"pattern": {"Regex": r"\s+"}, "content": "▁"},
                {"pattern": {"Regex": r"[^a-z\s]"}, "content": ""},
                {"pattern": {"String": "``"}, "content": '"'},
            ]
        )
    elif kind == "Prepend":
        n |= {"prepend": rng.choice(["▁", "xy", " "])}
    elif kind == "BertNormalizer":
        n |= {
            "clean_text": rng.random() < 0.5,
            "handle_chinese_chars": rng.random() < 0.5,
            "strip_accents": rng.choice([None, True, False]),
            "lowercase": rng.random() < 0.5,
        }
    elif kind == "Sequence":
        n |= {"normalizers": [normalizer(1) for _ in range(rng.randint(0, 4))]}
    return n


def pre_tokenizer(depth=0):
    kinds = ["BertPreTokenizer", "Whitespace", "WhitespaceSplit", "Punctuation", "Digits", "Split", "ByteLevel", "Metaspace", "CharDelimiterSplit", "Sequence", "Sequence", None]
    kind = rng.choice(kinds if depth == 0 else [k for k in kinds if k and k != "Sequence"])
    if kind is None:
        return None
    p = {"type": kind}
    behaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
    if kind == "Punctuation":
        p |= {"behavior": rng.choice(behaviors)}
    elif kind == "Digits":
        p |= {"individual_digits": rng.random() < 0.5}
    elif kind == "Split":
        patterns = [{"String": "e"}, {"Regex": r"\s+"}, {"Regex": r"\d"}, {"Regex": "[aeiou]+"}, {"Regex": r"[a-z]+|[^a-z\s]+"}]
        p |= {"pattern": rng.choice(patterns), "behavior": rng.choice(behaviors), "invert": rng.random() < 0.3}
    elif kind == "ByteLevel":
        p |= {"add_prefix_space": prefix_space(), "trim_offsets": prefix_space(), "use_regex": rng.random() < 0.8}
    elif kind == "Metaspace":
        p |= {"replacement": "▁", "prepend_scheme": rng.choice(["always", "first", "never"]), "split": rng.random() < 0.7}
    elif kind == "CharDelimiterSplit":
        p |= {"delimiter": rng.choice(["a", " ", "."])}
    elif kind == "Sequence":
        p |= {"pretokenizers": [pre_tokenizer(1) for _ in range(rng.randint(0, 3))]}
    return p


def model():
    chars = sorted(set("".join(rng.sample(texts, 200))) | set("abcdefghijklmnopqrstuvwxyzĠâĊ▁<>[]"))
    chars = rng.sample(chars, min(len(chars), 150)) + list("aeiost▁Ġ")
    chars = list(dict.fromkeys(chars))
    pairs = [a + b for a in "aeiostĠ▁" for b in "aeiostlh"]
    kind = rng.choice(["WordPiece", "BPE", "Unigram", "Unigram", "WordLevel"])
    if kind == "WordPiece":
        vocab = ["<unk>"] + chars + ["##" + c for c in chars] + ["##" + p for p in pairs] + pairs
        return {
            "type": kind,
            "unk_token": "<unk>",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": rng.choice([5, 20, 100]),
            "vocab": {t: i for i, t in enumerate(dict.fromkeys(vocab))},
        }
    if kind == "BPE":
        prefix, suffix = rng.choice([(None, None), (None, None), ("##", None), (None, "</w>")])
        vocab, merges = ["<unk>"] + chars, []
        if prefix:
            vocab += [prefix + c for c in chars]
        if suffix:
            vocab += [c + suffix for c in chars]
        fallback = not prefix and not suffix and rng.random() < 0.3  # together the offsets make no sense
        if fallback:
            vocab += [f"<0x{b:02X}>" for b in range(256 if rng.random() < 0.5 else 128)]
        known = set(vocab)
        for p in rng.sample(pairs, len(pairs)):
            a, b = p[0], (prefix or "") + p[1]
            if a in known and b in known:
                merges.append([a, b])
                vocab.append(p)
                known.add(p)
        if not prefix:
            for _ in range(100):
                a, b = rng.choice(pairs), rng.choice(pairs)
                if a in known and b in known and a + b not in known:
                    merges.append([a, b])
                    vocab.append(a + b)
                    known.add(a + b)
        return {
            "type": kind,
            "dropout": None,
            "unk_token": rng.choice([None, "<unk>"]),
            "continuing_subword_prefix": prefix,
            "end_of_word_suffix": suffix,
            "fuse_unk": rng.random() < 0.5,
            "byte_fallback": fallback,
            "ignore_merges": rng.random() < 0.3,
            "vocab": {t: i for i, t in enumerate(dict.fromkeys(vocab))},
            "merges": merges,
        }
    if kind == "Unigram":
        vocab = [["<unk>", 0.0]] + [[t, -rng.uniform(1, 12)] for t in dict.fromkeys(chars + pairs)]
        fallback = rng.random() < 0.3
        if fallback:
            vocab += [[f"<0x{b:02X}>", -20.0] for b in range(256)]
        return {"type": kind, "unk_id": 0, "vocab": vocab, "byte_fallback": fallback}
    words = [w for t in rng.sample(texts, 200) for w in t.split()][:100]
    return {"type": kind, "unk_token": "<unk>", "vocab": {t: i for i, t in enumerate(dict.fromkeys(["<unk>"] + chars + words))}}


def added_tokens(size):
    def token(content, i):
        return {
            "id": size + i,
            "content": content,
            "single_word": rng.random() < 0.3,
            "lstrip": rng.random() < 0.3,
            "rstrip": rng.random() < 0.3,
            "normalized": rng.random() < 0.4,
            "special": rng.random() < 0.5,
        }

    contents = rng.sample(["<x>", "<y>", "<z>", "<s>", "[day]", "<x>b", "é", "ll", "12"], rng.randint(0, 6))
    return [token(c, i) for i, c in enumerate(contents)]


def post_processor():
    kind = rng.choice([None, "TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence"])
    trim = {"trim_offsets": rng.random() < 0.7, "add_prefix_space": prefix_space()}
    if kind is None:
        return None
    if kind == "TemplateProcessing":
        return {
            "type": kind,
            "single": [{"SpecialToken": {"id": "<unk>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 1}}],
            "pair": [{"Sequence": {"id": "B", "type_id": 2}}, {"SpecialToken": {"id": "<unk>", "type_id": 3}}, {"Sequence": {"id": "A", "type_id": 1}}],
            "special_tokens": {"<unk>": {"id": "<unk>", "ids": [0], "tokens": ["<unk>"]}},
        }
    if kind == "BertProcessing":
        return {"type": kind, "sep": ["<unk>", 0], "cls": ["<unk>", 0]}
    if kind == "RobertaProcessing":
        return {"type": kind, "sep": ["<unk>", 0], "cls": ["<unk>", 0]} | trim
    if kind == "ByteLevel":
        return {"type": kind, "use_regex": True} | trim
    return {"type": kind, "processors": [{"type": "ByteLevel", "use_regex": True} | trim, {"type": "BertProcessing", "sep": ["<unk>", 0], "cls": ["<unk>", 0]}]}


def decoder(depth=0):
    kind = rng.choice([None, "WordPiece", "ByteLevel", "Metaspace", "BPEDecoder", "ByteFallback", "Fuse", "Strip", "Replace", "Sequence"])
    if kind is None or kind == "Sequence" and depth:
        return None if depth == 0 else {"type": "Fuse"}
    d = {"type": kind}
    if kind == "WordPiece":
        d |= {"prefix": "##", "cleanup": rng.random() < 0.5}
    elif kind == "ByteLevel":
        d |= {"add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    elif kind == "Metaspace":
        d |= {"replacement": "▁", "prepend_scheme": rng.choice(["always", "never"]), "split": True}
    elif kind == "BPEDecoder":
        d |= {"suffix": "</w>"}
    elif kind == "Strip":
        d |= {"content": " ", "start": 1, "stop": 0}
    elif kind == "Replace":
        d |= {"pattern": {"String": "▁"}, "content": " "}
    elif kind == "Sequence":
        d |= {"decoders": [decoder(1) for _ in range(rng.randint(1, 3))]}
    return d


with gzip.GzipFile(out_path, "w", mtime=0) as out:
    done = 0
    while done < combinations:
        m = model()
        spec = {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added_tokens(len(m["vocab"])),
            "normalizer": normalizer(),
            "pre_tokenizer": pre_tokenizer(),
            "post_processor": post_processor(),
            "decoder": decoder(),
            "model": m,
        }
        tok = Tokenizer.from_str(json.dumps(spec))
        cases = []
        for text in rng.sample(texts, each) + texts[-15:]:
            try:
                enc = tok.encode(text)
                pair = tok.encode(text, "second Text")
            except BaseException as e:  # the library panics on some
                continue
            at = [0]
            for c in text:
                at.append(at[-1] + len(c.encode()))
            try:
                decoded = tok.decode(enc.ids)
            except BaseException:
                decoded = None
            cases.append(
                {
                    "text": text,
                    "ids": enc.ids,
                    "tokens": enc.tokens,
                    "offsets": [[at[a], at[b]] if b < len(at) else None for a, b in enc.offsets],
                    "words": enc.word_ids,
                    "pair_ids": pair.ids,
                    "pair_types": pair.type_ids,
                    "decoded": decoded,
                }
            )
        out.write((json.dumps({"tokenizer": spec, "cases": cases}, ensure_ascii=False) + "\n").encode())
        done += 1
