package tokenize

// Encoding is a text, or a pair of texts, as a model reads it. All slices have
// one element per token.
type Encoding struct {
	// IDs are the token ids, special tokens included.
	IDs []int32
	// TypeIDs distinguish the sequences of a pair, as in the model's training:
	// 0 and 1 for BERT, always 0 for RoBERTa.
	TypeIDs []int32
	// Offsets are the bytes [start, end) of the input that a token stands for;
	// [0, 0] for added special tokens. In a pair they count from the start of
	// the token's text (see SequenceIDs).
	Offsets [][2]int
	// SpecialTokensMask is 1 for added special tokens.
	SpecialTokensMask []uint8
	// WordIDs number the words of each sequence from 0; -1 for added special
	// tokens.
	WordIDs []int
	// SequenceIDs are 0 for tokens of the first text, 1 for those of the
	// second, -1 for added special tokens.
	SequenceIDs []int
	// Overflow holds the parts that truncation cut off, each as a complete
	// Encoding with special tokens, if EncodeOptions.Overflow is set.
	Overflow []Encoding
	// Truncated reports that tokens were cut off.
	Truncated bool

	tokens []string // nil: the vocabulary's names of the ids
	from   *Tokenizer
}

// Len returns the number of tokens.
func (e *Encoding) Len() int { return len(e.IDs) }

// Tokens returns the tokens as strings. For an unknown token that depends on
// the kind of model: the unknown token's name for WordPiece and BPE, the piece
// of text for Unigram.
func (e *Encoding) Tokens() []string {
	tokens := make([]string, len(e.IDs))
	for i, id := range e.IDs {
		if e.tokens != nil {
			tokens[i] = e.tokens[i]
		} else if e.from != nil {
			tokens[i], _ = e.from.Token(id)
		}
	}
	return tokens
}

// sequence is one text as tokens, without special tokens.
type sequence struct {
	text    string
	ids     []int32
	offsets [][2]int
	words   []int
	tokens  []string // nil, or one per id
	// nextWord is the number of the next word
	nextWord int
}

func (s *sequence) slice(from, to int) sequence {
	out := sequence{text: s.text, ids: s.ids[from:to], offsets: s.offsets[from:to], words: s.words[from:to]}
	if s.tokens != nil {
		out.tokens = s.tokens[from:to]
	}
	return out
}

// nameTokens fills in tokens, for sequences in which some piece's name differs
// from that of its id.
func (s *sequence) nameTokens(t *Tokenizer) {
	for i := len(s.tokens); i < len(s.ids); i++ {
		name, _ := t.Token(s.ids[i])
		s.tokens = append(s.tokens, name)
	}
}
