"""Writes tokenizer.json beside each BERT of testdata/models: WordPiece over 512 tokens, so that texts can be fed to the tiny models.
Run in this directory: python make_tokenizer.py"""
import json, pathlib, string

special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
chars = [c for c in map(chr, range(33, 127)) if not c.isupper()]
pieces = ["##" + c for c in string.ascii_lowercase + string.digits] + "##s ##ed ##ing ##er ##ly ##est ##ion ##able ##ness ##ment".split()
words = """the and to of in is it that was for on with as this be at by not are from or have an they which one you were all
her she there would their we him been has when who will no more if out so what up said its about than into them can only other time new some
could these two may first then do any like my now over such our man me even most made after also did many off before must well back through
years much where your way down should because long each just state those people too mr how little good world make very year still see own
work men day get here old life both between being under three never know same last another while us might great go come since against right
came take used himself few house use place around small found thought went say part once general high upon school every home room price
buy bad love hate phone screen battery film book food hotel service staff clean slow fast cheap broken happy angry sad best worst money
paris berlin london anna peter river city country capital water light night morning red blue green white black cat dog bird horse fish tree
flower song music word letter question answer name north south east west door window table chair street bridge train car ship road""".split()
tokens = list(dict.fromkeys(special + chars + pieces + words))
tokens += [f"[unused{i}]" for i in range(512 - len(tokens))]
assert len(tokens) == 512
piece = lambda t, s=0: {"SpecialToken": {"id": t, "type_id": s}}
text = lambda t, s: {"Sequence": {"id": t, "type_id": s}}
tokenizer = {
    "version": "1.0", "truncation": None, "padding": None,
    "added_tokens": [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i, t in enumerate(special)],
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing", "single": [piece("[CLS]"), text("A", 0), piece("[SEP]")],
        "pair": [piece("[CLS]"), text("A", 0), piece("[SEP]"), text("B", 1), piece("[SEP]", 1)],
        "special_tokens": {t: {"id": t, "ids": [special.index(t)], "tokens": [t]} for t in ("[CLS]", "[SEP]")}},
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {t: i for i, t in enumerate(tokens)}},
}
for d in pathlib.Path("models").glob("bert*"):
    (d / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=0) + "\n")
