package bert

// unknownTokens are the names that vocabularies give what they do not have.
var unknownTokens = [...]string{"[UNK]", "<unk>", "<UNK>", "[unk]"}

// Legible tells whether the model's vocabulary has most of what a text is made of.
// Texts in scripts that it lacks, or of emoji alone, become a row of unknown tokens
// and all have nearly the same vector, whatever they say. It is true where the
// vocabulary falls back on bytes, or the model was loaded without a tokenizer.
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
