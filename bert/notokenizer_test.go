package bert

import (
	"errors"
	"slices"
	"testing"
)

// A model without a tokenizer takes ids, and says so of texts.
func TestNoTokenizer(t *testing.T) {
	t.Parallel()
	fsys := modelFiles(t, tiny)
	delete(fsys, "tokenizer.json")
	if _, err := LoadFS(fsys, Options{}); err == nil {
		t.Fatalf("a directory without a tokenizer: %v", err)
	}
	m, err := LoadFS(fsys, Options{NoTokenizer: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, texts := t.Context(), []string{"the screen is broken"}
	for name, call := range map[string]func() error{
		"Embed":         func() error { _, err := m.Embed(ctx, texts); return err },
		"EmbedQuery":    func() error { _, err := m.EmbedQuery(ctx, texts); return err },
		"EmbedDocument": func() error { _, err := m.EmbedDocument(ctx, texts); return err },
		"Encode":        func() error { _, err := m.Encode(ctx, texts); return err },
		"EmbedSeq": func() error {
			for _, err := range m.EmbedSeq(ctx, slices.Values(texts)) {
				return err
			}
			return nil
		},
		"Tokenize": func() (err error) {
			defer func() { err, _ = recover().(error) }()
			m.Tokenize(texts)
			return nil
		},
	} {
		if err := call(); !errors.Is(err, ErrNoTokenizer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for head, call := range map[string]func(m *Model) error{
		"bert-sequence-classification": func(m *Model) error { _, err := m.Classify(ctx, texts); return err },
		"bert-token-classification":    func(m *Model) error { _, err := m.Tag(ctx, texts, TagOptions{}); return err },
		"bert-question-answering":      func(m *Model) error { _, err := m.Answer(ctx, "who", "me", AnswerOptions{}); return err },
		"bert-masked-lm":               func(m *Model) error { _, err := m.FillMask(ctx, "a [MASK]", 1); return err },
	} {
		m := loadHead(t, head, Options{NoTokenizer: true})
		if err := call(m); !errors.Is(err, ErrNoTokenizer) {
			t.Errorf("%s: %v", head, err)
		}
	}
	// The same ids give the same vectors.
	with := loadTiny(t, Options{})
	want := mustEmbed(t, with, texts)
	h, err := with.Encode(ctx, texts)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.EmbedIDs(ctx, []Input{{IDs: h.IDs[0]}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.data, want.data) || got.Tokens != want.Tokens {
		t.Error("EmbedIDs differs from Embed")
	}
	if _, err := m.EmbedIDs(ctx, []Input{{IDs: []int32{-1}}}); !errors.Is(err, ErrInput) {
		t.Errorf("a negative id: %v", err)
	}
}
