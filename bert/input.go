package bert

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Input is one tokenised text, special tokens included.
type Input struct {
	IDs     []int32 // [tokens]
	TypeIDs []int32 // [tokens], or nil: all 0
	// Padded reports that padding follows the text in its source. Only
	// MobileBERT's last token depends on it.
	Padded bool
}

// checkTokens checks ids and types against the configuration.
func (c *Config) checkTokens(t Input) error {
	if t.TypeIDs != nil && len(t.TypeIDs) != len(t.IDs) {
		return fmt.Errorf("%d ids and %d type ids", len(t.IDs), len(t.TypeIDs))
	}
	for k, id := range t.IDs {
		if id < 0 || int(id) >= c.VocabSize {
			return fmt.Errorf("token %d: id %d, the vocabulary has %d", k, id, c.VocabSize)
		}
	}
	for k, kind := range t.TypeIDs {
		if kind < 0 || int(kind) >= max(c.TypeVocabSize, 1) {
			return fmt.Errorf("token %d: token type %d, the model has %d", k, kind, c.TypeVocabSize)
		}
	}
	return nil
}

// checkInputs checks texts against the configuration and fills s with them.
func (c *Config) checkInputs(s *engine.Sequences, texts []Input) error {
	s.Reset()
	withTypes := false
	for _, t := range texts {
		withTypes = withTypes || t.TypeIDs != nil
	}
	limit := c.limit()
	for i, t := range texts {
		if len(t.IDs) > limit {
			return fmt.Errorf("%w: text %d has %d tokens, the model has positions for %d", ErrInput, i, len(t.IDs), limit)
		}
		if err := c.checkTokens(t); err != nil {
			return fmt.Errorf("%w: text %d: %w", ErrInput, i, err)
		}
		s.IDs = append(s.IDs, t.IDs...)
		switch {
		case t.TypeIDs != nil:
			s.Types = append(s.Types, t.TypeIDs...)
		case withTypes:
			s.Types = append(s.Types, make([]int32, len(t.IDs))...)
		}
		s.Padded = append(s.Padded, t.Padded)
		s.End()
	}
	return nil
}
