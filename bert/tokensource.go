package bert

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// tokenSource makes the tokens of a call's texts: with the model's tokenizer, or
// with the caller's.
type tokenSource interface {
	// append appends the tokens of text, truncated to length unless that is 0.
	append(s *engine.Sequences, text string, length int) (cut bool, err error)
	// count returns the number of tokens of the whole text.
	count(text string) (int, error)
	// least is the smallest length that leaves room for a token of the text.
	least() int
}

// checkOwnTokenizer refuses what a caller's tokenizer cannot do.
func (m *Model) checkOwnTokenizer(c *call) error {
	switch {
	case c.plain:
		return fmt.Errorf("%w: SpecialTokensAsText with a Tokenizer, which decides that itself", ErrInput)
	case c.overlength == MeanOfChunks:
		return fmt.Errorf("%w: MeanOfChunks needs the model's own tokenizer", ErrInput)
	case c.prompt != "" && m.pipeline.skipPrompt:
		return fmt.Errorf("%w: the model leaves its prompt out of the pooling, which needs its own tokenizer", ErrInput)
	}
	return nil
}

// modelTokens are those of the model's tokenizer.
type modelTokens struct {
	*tokenize.Tokenizer
	plain bool // special tokens are read as text
	typed bool // types of the tokens are not all 0
}

func (t *modelTokens) append(s *engine.Sequences, text string, length int) (cut bool, err error) {
	from := len(s.IDs)
	if t.plain {
		e, err := t.EncodeWith(text, tokenize.EncodeOptions{MaxLength: length, SpecialTokensAsText: true})
		if err != nil {
			return false, err
		}
		s.IDs, cut = append(s.IDs, e.IDs...), e.Truncated
	} else {
		s.IDs, cut = t.AppendIDs(s.IDs, text, length)
	}
	if t.typed {
		s.Types = t.AppendTypeIDs(s.Types, len(s.IDs)-from)
	}
	return cut, nil
}

func (t *modelTokens) count(text string) (int, error) {
	e, err := t.EncodeWith(text, tokenize.EncodeOptions{SpecialTokensAsText: t.plain})
	if err != nil {
		return 0, err
	}
	return e.Len(), nil
}

func (t *modelTokens) least() int { return t.SpecialTokens(false) + 1 }

// callersTokens are those of a caller's tokenizer, checked against the model.
type callersTokens struct {
	Tokenizer
	config *Config
}

func (t callersTokens) append(s *engine.Sequences, text string, length int) (cut bool, err error) {
	in, cut, err := t.Tokenize(text, length)
	if err != nil {
		return false, err
	}
	if n := len(in.IDs); n == 0 || n > length {
		return false, fmt.Errorf("%w: Tokenizer returned %d tokens, want 1 to %d", ErrInput, n, length)
	}
	if err := t.config.checkTokens(in); err != nil {
		return false, fmt.Errorf("%w: Tokenizer returned %w", ErrInput, err)
	}
	s.IDs = append(s.IDs, in.IDs...)
	s.AddTypes(in.TypeIDs)
	if in.Padded || len(s.Padded) > 0 {
		s.Padded = append(s.Padded, make([]bool, s.Texts()-len(s.Padded))...)
		s.Padded = append(s.Padded, in.Padded)
	}
	return cut, nil
}

func (t callersTokens) count(text string) (int, error) {
	in, _, err := t.Tokenize(text, 0)
	return len(in.IDs), err
}

func (t callersTokens) least() int { return 1 }
