"""Freeze the character classes of Hugging Face tokenizers into ../tables.bin.

The reference takes its classes from several Rust crates, each pinned to its own
version of Unicode, so no single release of the Unicode Character Database
reproduces it. This program asks the library itself about every code point and
writes what it answered. It is reproducible: the same version of the library
gives the same bytes.

    pip install tokenizers==0.23.3
    python probe.py ../tables.bin

Layout of the file (little endian), as read by ../ucd.go:

    magic "UCD1", uint32 n, then n sections of {uint32 offset, uint32 length}
    0 props     trie of uint16: the bits in BITS
    1 ccc       trie of uint16: canonical combining class (0 where the reference has none)
    2 nfd       trie of uint16: index into the pool of the full canonical decomposition, 0 none
    3 nfkd      trie of uint16: the same, compatibility decomposition
    4 lower     trie of uint16: the same, lower case
    5 pool      entries of {uint8 length, UTF-8 bytes}; index = offset
    6 compose   sorted {uint32 first, uint32 second, uint32 composite}
A trie is uint16 index[0x110000/64] of block numbers, then blocks of 64 values.
Hangul syllables are left out of the decompositions: they follow by arithmetic.
"""

import struct
import sys

import tokenizers
from tokenizers import normalizers as nz
from tokenizers import pre_tokenizers as pt

REFERENCE = "0.23.3"

BITS = {
    "mn": 1 << 0,  # BertNormalizer strips it as an accent
    "punct": 1 << 1,  # BertPreTokenizer and Punctuation isolate it
    "control": 1 << 2,  # BertNormalizer's clean_text removes it
    "white": 1 << 3,  # White_Space: WhitespaceSplit, Strip, BertPreTokenizer
    "word": 1 << 4,  # \w of Whitespace and single_word
    "numeric": 1 << 5,  # Digits
    "letter": 1 << 6,  # \p{L} of ByteLevel
    "number": 1 << 7,  # \p{N} of ByteLevel
    "space": 1 << 8,  # \s of ByteLevel
    "mark": 1 << 9,  # StripAccents removes it
    "cjk": 1 << 10,  # BertNormalizer puts spaces around it
    "nfd": 1 << 11,  # it has a canonical decomposition (Hangul too)
    "nfkd": 1 << 12,  # it has a compatibility decomposition (Hangul too)
    "lower": 1 << 13,  # lower-casing changes it
    "ccc": 1 << 14,  # its combining class is not 0
    "wspace": 1 << 15,  # \s of Whitespace
}

BLOCK = 64
SIZE = 0x110000


def is_hangul(c):
    return 0xAC00 <= c < 0xAC00 + 11172


def code_points():
    return (c for c in range(SIZE) if not 0xD800 <= c < 0xE000)


def pieces(pre, s):
    return [t for t, _ in pre.pre_tokenize_str(s)]


def probe_classes():
    def bert(**kw):
        flags = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
        flags.update(kw)
        return nz.BertNormalizer(**flags)

    clean, strip, cjk = bert(clean_text=True), bert(strip_accents=True), bert(handle_chinese_chars=True)
    lower, nfd, nfkd, accents = nz.Lowercase(), nz.NFD(), nz.NFKD(), nz.StripAccents()
    punct, digits, white, words = pt.BertPreTokenizer(), pt.Digits(), pt.WhitespaceSplit(), pt.Whitespace()
    gpt2 = pt.ByteLevel(add_prefix_space=False)
    props, d, kd, low = [0] * SIZE, {}, {}, {}
    for c in code_points():
        s, p = chr(c), 0
        a = "a" + s + "a"
        n = clean.normalize_str(a)
        if n == "aa":
            p |= BITS["control"]
        elif n != a and n != "a a":
            raise SystemExit(f"clean_text: {c:#x} gives {n!r}")
        if accents.normalize_str(a) == "aa":
            p |= BITS["mark"]
        if strip.normalize_str(a) == "aa" and nfd.normalize_str(s) == s:
            p |= BITS["mn"]
        n = cjk.normalize_str(s)
        if n == f" {s} ":
            p |= BITS["cjk"]
        elif n != s:
            raise SystemExit(f"handle_chinese_chars: {c:#x} gives {n!r}")
        w = pieces(white, a)
        if w == ["a", "a"]:
            p |= BITS["white"]
        elif w != [a]:
            raise SystemExit(f"WhitespaceSplit: {c:#x} gives {w!r}")
        w = pieces(punct, a)
        if w == ["a", s, "a"]:
            p |= BITS["punct"]
        elif w != [a] and not p & BITS["white"]:
            raise SystemExit(f"BertPreTokenizer: {c:#x} gives {w!r}")
        w = pieces(words, a)
        if w == [a]:
            p |= BITS["word"]
        elif w == ["a", "a"]:
            p |= BITS["wspace"]
        elif w != ["a", s, "a"]:
            raise SystemExit(f"Whitespace: {c:#x} gives {w!r}")
        if len(pieces(digits, a)) == 3:
            p |= BITS["numeric"]
        if len(pieces(gpt2, a)) == 1:
            p |= BITS["letter"]
        elif len(pieces(gpt2, f"1{s}1")) == 1:
            p |= BITS["number"]
        elif len(pieces(gpt2, f"!{s}!")) != 1:
            p |= BITS["space"]
        n = nfd.normalize_str(s)
        if n != s:
            p |= BITS["nfd"]
            d[c] = n
        n = nfkd.normalize_str(s)
        if n != s:
            p |= BITS["nfkd"]
            kd[c] = n
        n = lower.normalize_str(s)
        if n != s:
            p |= BITS["lower"]
            low[c] = n
        props[c] = p
    return props, d, kd, low


def probe_combining_classes(props, d):
    """The reference does not tell a combining class, but two marks change places
    exactly if the second has the lower class and neither has class 0."""
    import unicodedata

    nfd = nz.NFD()
    swaps = lambda x, y: x != y and nfd.normalize_str("a" + x + y) == "a" + y + x
    overlay, above = "\u0334", "\u0345"  # classes 1 and 240
    # One mark of each class that the reference knows; the numbers of the classes
    # are stable across versions of Unicode.
    marks = {}
    for c in code_points():
        k, s = unicodedata.combining(chr(c)), chr(c)
        if k and c not in d and k not in marks and (swaps(above, s) or swaps(s, overlay)):
            marks[k] = s
    order = sorted(marks)
    ccc = {}
    for c in code_points():
        s = chr(c)
        if c in d or not (swaps(s, overlay) or swaps(above, s)):
            continue
        # The class k with: marks below k are moved before s, marks above are not.
        below = [k for k in order if swaps(s, marks[k])]
        over = [k for k in order if swaps(marks[k], s)]
        equal = [k for k in order if k not in below and k not in over]
        if len(equal) != 1:
            raise SystemExit(f"combining class of {c:#x} is not clear: {equal}")
        ccc[c] = equal[0]
        props[c] |= BITS["ccc"]
    return ccc


def probe_compositions(d):
    """A pair composes if composing the decomposition gives the character back."""
    nfc, nfd = nz.NFC(), nz.NFD()
    pairs = {}
    for c, n in d.items():
        if is_hangul(c) or nfc.normalize_str(n) != chr(c):
            continue
        first, second = nfc.normalize_str(n[:-1]), n[-1]
        if len(first) != 1:
            raise SystemExit(f"composition of {c:#x} is not a pair")
        pairs[(ord(first), ord(second))] = c
    return pairs


def trie(values):
    index, blocks, seen = [], [], {}
    for at in range(0, SIZE, BLOCK):
        block = tuple(values[at : at + BLOCK])
        if block not in seen:
            seen[block] = len(blocks)
            blocks.append(block)
        index.append(seen[block])
    out = struct.pack(f"<{len(index)}H", *index)
    for block in blocks:
        out += struct.pack(f"<{BLOCK}H", *block)
    return out


def main():
    if tokenizers.__version__ != REFERENCE:
        raise SystemExit(f"need tokenizers {REFERENCE}, have {tokenizers.__version__}")
    props, d, kd, low = probe_classes()
    ccc = probe_combining_classes(props, d)
    pairs = probe_compositions(d)

    pool, at = bytearray(1), {}

    def intern(s):
        if s not in at:
            b = s.encode()
            at[s] = len(pool)
            pool.append(len(b))
            pool.extend(b)
        return at[s]

    def mapping(m):
        values = [0] * SIZE
        for c, s in sorted(m.items()):
            if not is_hangul(c):
                values[c] = intern(s)
        return trie(values)

    classes = [0] * SIZE
    for c, k in ccc.items():
        classes[c] = k
    sections = [trie(props), trie(classes), mapping(d), mapping(kd), mapping(low)]
    if len(pool) > 0xFFFF:
        raise SystemExit(f"pool of {len(pool)} bytes does not fit 16 bits")
    sections.append(bytes(pool))
    sections.append(b"".join(struct.pack("<III", a, b, c) for (a, b), c in sorted(pairs.items())))
    offset = 8 + 8 * len(sections)
    head = b"UCD1" + struct.pack("<I", len(sections))
    for s in sections:
        head += struct.pack("<II", offset, len(s))
        offset += len(s)
    with open(sys.argv[1], "wb") as f:
        f.write(head + b"".join(sections))
    for name, bit in BITS.items():
        print(f"{name:8} {sum(1 for p in props if p & bit)}")
    print("compose ", len(pairs), "pool", len(pool), "sections", [len(s) for s in sections])


main()
