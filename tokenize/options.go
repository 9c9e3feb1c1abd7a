package tokenize

// EncodeOptions are the settings of one call. The zero value encodes the whole
// text and adds the model's special tokens.
type EncodeOptions struct {
	// MaxLength is the largest number of tokens, special tokens included; 0
	// means no truncation. A length that leaves no room for the special tokens
	// is an error.
	MaxLength int
	// Strategy says which text of a pair is truncated.
	Strategy Strategy
	// Direction says at which end: Left, or Right for any other value. If
	// tokenizer_config.json has truncation_side left, it is always Left.
	Direction Direction
	// Overflow requests the parts that are cut off. If both texts of a pair are
	// truncated, it holds every combination of parts.
	Overflow bool
	// Stride is the number of tokens by which a part in Overflow repeats the end
	// of the part before it.
	Stride int
	// NoSpecialTokens leaves out the tokens that the model's template adds,
	// such as [CLS] and [SEP].
	NoSpecialTokens bool
	// SpecialTokensAsText treats the name of a special token in the text, such
	// as "[SEP]", as ordinary text. By default it becomes that token, as in the
	// reference; set this for untrusted text.
	SpecialTokensAsText bool
}

// Options describe a BERT tokenizer for a bare vocabulary. The zero value is
// the uncased BERT of the original release.
type Options struct {
	// Cased keeps the case of letters.
	Cased bool
	// StripAccents removes accents: by default if and only if case is not kept.
	StripAccents Choice
	// JoinChinese does not separate Chinese characters.
	JoinChinese bool
	// MaxWordChars is the length in characters beyond which a word is unknown;
	// 0 means 100.
	MaxWordChars int
	// Names of the special tokens; "" means [UNK], [CLS], [SEP], [PAD] and
	// [MASK]. Unknown, CLS and SEP must be in the vocabulary.
	Unknown, CLS, SEP, PAD, Mask string
}

// Choice is yes, no, or the default for the context.
type Choice uint8

// The values of Choice.
const (
	// Default means the default for the context.
	Default Choice = iota
	// Yes turns it on.
	Yes
	// No turns it off.
	No
)
