// Package tokenize turns text into the token ids that BERT-like models read, and
// keeps track of which bytes of the text each token stands for.
//
// It reads the tokenizer.json of Hugging Face tokenizers, and the older vocab.txt
// (BERT) and vocab.json with merges.txt (RoBERTa), and gives what version 0.23.3
// of that library gives: ids, tokens, word numbers and offsets, with the
// character classes of that version frozen in internal/ucd. A component or
// setting that is not implemented is an *UnsupportedError that names it.
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
// Where it differs from the reference, on purpose: offsets are in bytes of the
// input even where that is no valid UTF-8; a maximum length without room for the
// special tokens is an error, not a text left whole; the truncation and padding
// of tokenizer.json are left to the caller; dropout is refused. Regular
// expressions are those of package regexp, with \s, \w and \d for Unicode: one
// that looks ahead is refused, except GPT-2's, which is matched by hand, and \w
// differs for some numbers such as "³".
//
// # How it works
//
// The normaliser and pre-tokeniser of BERT work on one character at a time, so
// text goes to ids in one pass without intermediate strings (bertPath). WordPiece
// is matched in linear time with failure links over a double array (Song et al.,
// "Fast WordPiece Tokenization", 2021). Other tokenizers, and the rare text whose
// combining marks change places, take the chain of components (pipeline), which
// carries the alignment of every byte along. Tests hold the two against each
// other and both against the reference.
//
// # sugarme/tokenizer
//
// The models of github.com/sugarme/tokenizer can be put behind the components of
// this package, and those of this package into its pipeline: see package
// tokenize/sugarme, which is apart so that its dependencies are too.
//
// # Caveats
//
// A special token's name in the text, such as "[SEP]", becomes that token, as in
// the reference. Set EncodeOptions.SpecialTokensAsText for text of strangers.
package tokenize
