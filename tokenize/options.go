package tokenize

// EncodeOptions are the settings of one call. The zero value encodes the whole
// text and adds the model's special tokens.
type EncodeOptions struct {
	// MaxLength is the largest number of tokens, special tokens included; 0 for
	// no truncation. A length that leaves no room for the special tokens is an
	// error.
	MaxLength int
	// Strategy says which text of a pair is cut.
	Strategy Strategy
	// Direction says from which end. Where tokenizer_config.json has
	// truncation_side left it is Left in any case.
	Direction Direction
	// Overflow asks for the parts that are cut off. Of a pair of which both
	// texts are cut, it holds every combination of parts.
	Overflow bool
	// Stride is the number of tokens by which a part in Overflow repeats the end
	// of the part before it.
	Stride int
	// NoSpecialTokens leaves out what the model's template adds, such as [CLS]
	// and [SEP].
	NoSpecialTokens bool
	// SpecialTokensAsText treats the name of a special token in the text, such
	// as "[SEP]", as any other text. By default it becomes that token, as in the
	// reference; set this for text that strangers wrote.
	SpecialTokensAsText bool
}

// Options describe a BERT tokenizer made from a bare vocabulary. The zero value
// is the uncased BERT of the original release.
type Options struct {
	// Cased keeps the case of letters.
	Cased bool
	// StripAccents removes accents: by default exactly if the case is not kept.
	StripAccents Choice
	// JoinChinese does not separate Chinese characters from each other.
	JoinChinese bool
	// MaxWordChars is the length in characters beyond which a word is unknown;
	// 0 stands for 100.
	MaxWordChars int
	// Names of the special tokens; "" stands for [UNK], [CLS], [SEP], [PAD] and
	// [MASK]. Unknown, CLS and SEP must be in the vocabulary.
	Unknown, CLS, SEP, PAD, Mask string
}

// Choice is yes, no, or what the context says.
type Choice uint8

const (
	// Default leaves the choice to the context.
	Default Choice = iota
	// Yes chooses it.
	Yes
	// No chooses against it.
	No
)
