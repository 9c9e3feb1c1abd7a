// Package tokenize converts text to the token ids that BERT-like models take,
// and keeps track of the bytes of the text that each token stands for.
//
// It reads the tokenizer.json of Hugging Face tokenizers, and the older
// vocab.txt (BERT) and vocab.json with merges.txt (RoBERTa, HerBERT), and produces the
// same ids, tokens, word numbers and offsets as version 0.23.3 of that library,
// whose character classes are frozen in internal/ucd. A component or setting
// that is not implemented gives an *UnsupportedError that names it.
//
//	tok, err := tokenize.Load(os.DirFS("path/to/model"))
//	enc, err := tok.Encode("Hello world")     // ids, offsets, masks
//	ids, cut := tok.AppendIDs(nil, text, 256) // ids alone, fast
//
// # What is covered
//
// Models: WordPiece, BPE, Unigram, WordLevel, and any other through
// Tokenizer.WithModel. Normalizers: BertNormalizer, NFC, NFD, NFKC, NFKD,
// Lowercase, StripAccents, Strip, Replace, Prepend, Nmt, ByteLevel, Precompiled,
// Sequence. Pre-tokenizers: BertPreTokenizer, Whitespace, WhitespaceSplit,
// Punctuation, Digits, Split, CharDelimiterSplit, ByteLevel, Metaspace, Sequence.
// Post-processors: TemplateProcessing, BertProcessing, RobertaProcessing,
// ByteLevel, Sequence. Decoders: WordPiece, ByteLevel, Metaspace, BPEDecoder,
// ByteFallback, Fuse, Strip, Replace, Sequence. Added tokens with all their flags.
//
// It deliberately differs from the reference as follows. Offsets are bytes of
// the input even if that is not valid UTF-8. A maximum length without room for
// the special tokens is an error instead of leaving the text whole. The
// truncation and padding of tokenizer.json are left to the caller, except that
// Load takes the side of truncation from it. Dropout is refused. Regular
// expressions are those of package regexp, with \s, \w and \d for Unicode:
// lookahead is refused, except in GPT-2's expression, which is matched by hand,
// and \w differs for some numbers such as "³".
//
// # How it works
//
// BERT's normaliser and pre-tokeniser work on one character at a time, so text
// is converted to ids in one pass without intermediate strings. WordPiece is
// matched in linear time with failure links over a double array (Song et al.,
// "Fast WordPiece Tokenization", 2021). Other tokenizers, and the rare text whose
// combining marks are reordered, use the chain of components, which keeps track
// of the alignment of every byte. Tests compare the two with each other and both
// with the reference.
//
// # sugarme/tokenizer
//
// The models of github.com/sugarme/tokenizer can be used with the components of
// this package, and the models of this package in its pipeline: see package
// tokenize/sugarme, which is separate to keep its dependencies out of this
// package.
//
// # Caveats
//
// A special token's name in the text, such as "[SEP]", becomes that token, as
// in the reference. Set EncodeOptions.SpecialTokensAsText for untrusted text.
package tokenize
