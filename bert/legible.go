package bert

// unknownTokens are the names of the unknown token in vocabularies.
var unknownTokens = [...]string{"[UNK]", "<unk>", "<UNK>", "[unk]"}

// Legible reports whether the model's vocabulary covers most of a text. Texts
// in scripts that it lacks, or of emoji only, become a sequence of unknown
// tokens and all get nearly the same vector, whatever they say. It returns true
// if the vocabulary falls back on bytes, or if the model was loaded without a
// tokenizer.
func (m *Model) Legible(text string) bool {
	if m.tokenizer == nil {
		return true
	}
	unknown := int32(-1)
	for _, name := range unknownTokens {
		if id, ok := m.tokenizer.ID(name); ok {
			unknown = id
			break
		}
	}
	if unknown < 0 {
		return true
	}
	ids, _ := m.tokenizer.AppendIDs(nil, text, m.maxLength)
	strange, known := 0, 0
	for _, id := range ids {
		switch {
		case id == unknown:
			strange++
		case !m.tokenizer.IsSpecial(id):
			known++
		}
	}
	return strange <= known
}
