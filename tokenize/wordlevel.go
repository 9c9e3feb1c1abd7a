package tokenize

// wordLevel has only whole words as tokens.
type wordLevel struct {
	vocab   map[string]int32
	unknown int32 // -1: there is none
}

func (m *wordLevel) tokenize(dst []modelPiece, word string) ([]modelPiece, error) {
	id, ok := m.vocab[word]
	if !ok {
		if id = m.unknown; id < 0 {
			return dst, ErrUnknownText
		}
	}
	return append(dst, modelPiece{id: id, to: len(word)}), nil
}
