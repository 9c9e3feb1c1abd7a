package bert

import "strings"

// Words returns the whole words of the model's vocabulary in lower case, in the
// order of the vocabulary, which for the models in use is mostly that of falling
// frequency: for package text/repair. They are tokens of the letters a to z that
// begin a word. It returns nil if the model was loaded without a tokenizer.
func (m *Model) Words() []string {
	t := m.tokenizer
	if t == nil {
		return nil
	}
	// Byte-level and SentencePiece vocabularies mark tokens that begin a word,
	// WordPiece those that do not.
	mark := ""
	for _, start := range [...]string{"▁the", "Ġthe"} {
		if _, ok := t.ID(start); ok {
			mark = strings.TrimSuffix(start, "the")
		}
	}
	var out []string
	for id := range t.MaxID() + 1 {
		w, ok := t.Token(id)
		if !ok || t.IsSpecial(id) {
			continue
		}
		if w, ok = strings.CutPrefix(w, mark); !ok {
			continue
		}
		if w = strings.ToLower(w); w != "" && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
			out = append(out, w)
		}
	}
	return out
}

// Words is [Model.Words].
func (p *Preset) Words() []string { return p.m.Words() }
