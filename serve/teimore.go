package serve

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// root answers POST /, to which Hugging Face's InferenceClient sends requests,
// as the route that fits the model does: /rerank or /predict if it classifies,
// /similarity if the inputs are a sentence and others, otherwise /embed.
func (s *service) root(r *http.Request) (any, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var q struct {
		Query  json.RawMessage `json:"query"`
		Inputs struct {
			Source json.RawMessage `json:"source_sentence"`
		} `json:"inputs"`
	}
	_ = json.Unmarshal(body, &q) // the route reports errors
	switch {
	case s.model.Classifies() && q.Query != nil:
		return s.rerank(r)
	case s.model.Classifies():
		return s.predict(r)
	case q.Inputs.Source != nil:
		return s.similarity(r)
	case s.model.VectorKind() == "sparse":
		return s.embedSparse(r)
	}
	return s.embed(r)
}

// similarity answers with the cosines of a sentence and others.
func (s *service) similarity(r *http.Request) (any, error) {
	var q struct {
		Inputs struct {
			Source    *string  `json:"source_sentence"`
			Sentences []string `json:"sentences"`
		} `json:"inputs"`
		Parameters struct {
			PromptName string `json:"prompt_name"`
			cutting
		} `json:"parameters"`
	}
	if err := read(r, &q); err != nil {
		return nil, err
	}
	if err := q.Parameters.check(); err != nil {
		return nil, err
	}
	if q.Inputs.Source == nil || len(q.Inputs.Sentences) == 0 {
		return nil, refuse(http.StatusUnprocessableEntity, "inputs: want a source_sentence and sentences")
	}
	o := s.embedOptions(0, q.Parameters.Truncate)
	o.PromptName = q.Parameters.PromptName
	v, err := s.embedTexts(r.Context(), append([]string{*q.Inputs.Source}, q.Inputs.Sentences...), o)
	if err != nil {
		return nil, err
	}
	out, source := make([]float64, len(q.Inputs.Sentences)), unit(v.rows[0])
	for i, row := range v.rows[1:] {
		out[i] = kernel.Dot64(source, unit(row))
	}
	return out, nil
}

// token is a token of a text; Start and Stop, in characters, are missing for
// special tokens that were added.
type token struct {
	ID      int32  `json:"id"`
	Text    string `json:"text"`
	Special bool   `json:"special"`
	Start   *int   `json:"start"`
	Stop    *int   `json:"stop"`
}

// tokenizeTexts answers with the tokens of texts, which are not truncated.
func (s *service) tokenizeTexts(r *http.Request) (any, error) {
	var q struct {
		Inputs     oneOrMany `json:"inputs"`
		Special    *bool     `json:"add_special_tokens"`
		PromptName string    `json:"prompt_name"`
	}
	if err := read(r, &q); err != nil {
		return nil, err
	}
	if len(q.Inputs.texts) == 0 {
		return nil, refuse(http.StatusUnprocessableEntity, "inputs: nothing to tokenize")
	}
	if s.model.Tokenizer() == nil {
		return nil, refuse(http.StatusFailedDependency, "the model was loaded without a tokenizer")
	}
	prompt, ok := "", q.PromptName == ""
	if !ok {
		if prompt, ok = s.model.Prompts()[q.PromptName]; !ok {
			return nil, refuse(http.StatusUnprocessableEntity, "prompt_name: the model has no prompt of that name")
		}
	}
	leave, err := s.admit(len(q.Inputs.texts))
	if err != nil {
		return nil, err
	}
	defer leave()
	out := make([][]token, len(q.Inputs.texts))
	for i, text := range q.Inputs.texts {
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		text = prompt + text
		e, err := s.model.Tokenizer().EncodeWith(text, tokenize.EncodeOptions{NoSpecialTokens: q.Special != nil && !*q.Special})
		if err != nil {
			return nil, err
		}
		out[i] = s.tokensOf(text, e)
	}
	return out, nil
}

// tokensOf returns the tokens of a text.
func (s *service) tokensOf(text string, e *tokenize.Encoding) []token {
	out := make([]token, len(e.IDs))
	chars, at := 0, 0 // characters before byte at
	// place returns the number of characters before a byte. Offsets mostly ascend.
	place := func(to int) *int {
		if to < at {
			chars, at = 0, 0
		}
		chars += utf8.RuneCountInString(text[at:to])
		at = to
		n := chars
		return &n
	}
	for i, id := range e.IDs {
		t := token{ID: id, Special: e.SpecialTokensMask[i] == 1}
		if t.Special {
			t.Text, _ = s.model.Tokenizer().Token(id)
		} else {
			from, to := e.Offsets[i][0], e.Offsets[i][1]
			t.Text = text[from:to]
			t.Start = place(from)
			t.Stop = place(to)
		}
		out[i] = t
	}
	return out
}
