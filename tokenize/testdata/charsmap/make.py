"""Writes expected.tsv.gz: what Hugging Face tokenizers make of every code point
and of some texts under SentencePiece's nmt_nfkc rules. Lines are two Go-quoted
strings, text and result, of code points only those that change."""
import gzip, json, sys
from tokenizers import normalizers
blob = open(sys.argv[1], "rb").read()
n = normalizers.Precompiled(blob)
quote = lambda s: '"' + "".join(c if " " <= c <= "~" and c not in '"\\' else "\\U%08x" % ord(c) for c in s) + '"'
texts = []
for c in range(0x110000):
    if not 0xD800 <= c < 0xE000:
        s = chr(c)
        if n.normalize_str(s) != s:
            texts.append(s)
texts += ["ＡＢＣ　１２３", "ﾊﾝｶｸ ｶﾞ ﾊﾟ", "㍿ ㌔ ㎞ ½", "e\u0301 E\u0301 a\u030a\u0301", "ﬁne ﬂow ﬀ", "x\u200by\u200dz\ufeff", "a\tb\nc\rd\u00a0e",
          "각 각 ᄀ", "👩\u200d👩\u200d👧 ok", "\u0000a\u0001b", "①②⑳ Ⅳ ™", "… ‥ ～", "لا ﻻ ﷺ", "क़ ख़", "İstanbul ẞ ß", "", " ", "  two  spaces  ",
          "q\u0323\u0307 q\u0307\u0323", "\ufffd\ufffe", "混ぜ ﾜｰﾙﾄﾞ world"]
with gzip.GzipFile(sys.argv[2], "wb", mtime=0) as f:
    for s in texts:
        f.write((quote(s) + "\t" + quote(n.normalize_str(s)) + "\n").encode())
print(len(texts))
