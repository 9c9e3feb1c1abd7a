package tokenize

// pipeline is the chain of components that tokenizer.json describes, for
// tokenizers without a faster path, and for the few texts that such a path
// cannot handle.
type pipeline struct {
	normalizer   normalizer   // may be nil
	preTokenizer preTokenizer // may be nil
	model        model
	normalized   *addedMatcher // added tokens to find in normalised text
}

// model splits a piece of normalised text into tokens.
type model interface {
	tokenize(dst []modelPiece, word string) ([]modelPiece, error)
}

// modelPiece is a token and the bytes of the text that it covers.
type modelPiece struct {
	id       int32
	from, to int
	text     string // its name, if that differs from the vocabulary's
}

// run appends the tokens of text[from:to] to out.
func (p *pipeline) run(t *Tokenizer, out *sequence, text string, from, to int, specialAsText bool) error {
	a := align(text, from, to)
	if p.normalizer != nil {
		a = p.normalizer.normalize(a)
	}
	for at := 0; at < len(a.text); {
		var token *addedToken
		start, end := len(a.text), len(a.text)
		if p.normalized != nil {
			if found, from, to := p.normalized.next(a.text, at, specialAsText); found != nil {
				token, start, end = found, from, to
			}
		}
		if start > at {
			if err := p.stretch(t, out, a.slice(at, start)); err != nil {
				return err
			}
		}
		if token != nil {
			from, to := a.input(start, end)
			out.add(t, token.ID, from, to, a.text[start:end])
			out.nextWord++
		}
		at = end
	}
	return nil
}

// stretch splits text without added tokens and runs the model on the parts.
func (p *pipeline) stretch(t *Tokenizer, out *sequence, a aligned) error {
	parts := []aligned{a}
	if p.preTokenizer != nil {
		parts = p.preTokenizer.split(nil, a)
	}
	var pieces []modelPiece
	for _, part := range parts {
		if part.text == "" {
			continue
		}
		var err error
		if pieces, err = p.model.tokenize(pieces[:0], part.text); err != nil {
			return err
		}
		for _, x := range pieces {
			from, to := part.input(x.from, x.to)
			out.add(t, x.id, from, to, x.text)
		}
		out.nextWord++
	}
	return nil
}

// add appends a token of the current word. name may be "", which means the
// vocabulary's.
func (s *sequence) add(t *Tokenizer, id int32, from, to int, name string) {
	if name == "" {
		name, _ = t.Token(id)
	}
	s.ids = append(s.ids, id)
	s.offsets = append(s.offsets, [2]int{from, to})
	s.words = append(s.words, s.nextWord)
	s.tokens = append(s.tokens, name)
}

// tokenize makes wordPiece a model for pipelines.
func (w *wordPiece) tokenize(dst []modelPiece, word string) ([]modelPiece, error) {
	chars := 0
	for range word {
		chars++
	}
	if chars > w.maxChars {
		return append(dst, modelPiece{id: w.unknown, to: len(word)}), nil
	}
	at := 0
	for _, p := range w.appendPieces(nil, []byte(word)) {
		dst = append(dst, modelPiece{id: p.id, from: at, to: at + int(p.bytes)})
		at += int(p.bytes)
	}
	return dst, nil
}
