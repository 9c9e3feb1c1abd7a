package bert

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestEmbedWith(t *testing.T) {
	t.Parallel()
	fsys := sentenceModel(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true})
	addJSON(t, fsys, "config_sentence_transformers.json", map[string]any{
		"prompts": map[string]string{"query": "question : ", "sts": "street "}, "default_prompt_name": "sts",
	})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	plain := loadTiny(t, Options{})
	text, long := "the hotel is good", strings.Repeat("hotel ", 40)
	for _, c := range []struct {
		name string
		o    EmbedOptions
		text string
		want string // embedded plainly
	}{
		{"default prompt", EmbedOptions{}, text, "street " + text},
		{"named prompt", EmbedOptions{PromptName: "query"}, text, "question : " + text},
		{"own prompt", EmbedOptions{Prompt: "good "}, text, "good " + text},
		{"no prompt", EmbedOptions{NoPrompt: true}, text, text},
		{"length", EmbedOptions{NoPrompt: true, MaxLength: 10}, long, strings.Repeat("hotel ", 8)},
	} {
		e, err := m.EmbedWith(t.Context(), []string{c.text}, c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !slices.Equal(e.Row(0), mustEmbed(t, plain, []string{c.want}).Row(0)) {
			t.Errorf("%s: not the vector of %q", c.name, c.want)
		}
		tokens, err := m.TokenizeWith([]string{c.text}, c.o)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if tokens.Count(0) != e.Tokens || tokens.Truncated(0) != (e.Truncated == 1) || tokens.Truncated(0) != (c.o.MaxLength > 0) {
			t.Errorf("%s: %d tokens, cut %v; embedded %d, %d cut", c.name, tokens.Count(0), tokens.Truncated(0), e.Tokens, e.Truncated)
		}
	}
	if p := m.Prompts(); len(p) != 2 || p["query"] != "question : " {
		t.Errorf("prompts are %q", p)
	}
}

func TestEmbedWithDim(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	texts := []string{"the hotel", "a good screen"}
	whole := mustEmbed(t, m, texts)
	e, err := m.EmbedWith(t.Context(), texts, EmbedOptions{Dim: 7})
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		if !slices.Equal(e.Row(i), whole.Row(i)[:7]) {
			t.Errorf("text %d is not the first features of its vector", i)
		}
	}
	for v, err := range m.EmbedStream(t.Context(), func(yield func(string, error) bool) { yield(texts[1], nil) }, EmbedOptions{Dim: 7}) {
		if err != nil || !slices.Equal(v.Values, e.Row(1)) {
			t.Errorf("a stream gives %v, %v", v, err)
		}
	}
}

// A special token's name in a text is that token, unless strangers wrote it.
func TestSpecialTokensAsText(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	read := func(plain bool) int {
		tokens, err := m.TokenizeWith([]string{"the [SEP] hotel"}, EmbedOptions{SpecialTokensAsText: plain})
		if err != nil {
			t.Fatal(err)
		}
		return tokens.Total()
	}
	if special, text := read(false), read(true); special != 5 || text <= special {
		t.Errorf("%d tokens with the special one, %d as text", special, text)
	}
}

func TestTokensOfSeveralCalls(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2, BatchTokens: 32})
	texts := someTexts(90, 30)
	want := mustEmbed(t, m, texts)
	e, err := m.EmbedTokens(t.Context(), m.Tokenize(texts[:1]), m.Tokenize(texts[1:60]), m.Tokenize(nil), m.Tokenize(texts[60:]))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(e.data, want.data) || e.Tokens != want.Tokens {
		t.Error("tokens of several calls have other vectors than their texts")
	}
	short, err := m.TokenizeWith(texts[:1], EmbedOptions{Dim: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.EmbedTokens(t.Context(), m.Tokenize(texts), short); !errors.Is(err, ErrInput) {
		t.Errorf("tokens of another Dim: %v", err)
	}
	if none, err := m.EmbedTokens(t.Context()); err != nil || none.Len() != 0 {
		t.Errorf("no tokens: %v, %v", none, err)
	}
}

// Whatever number an option can be given is used or refused.
func TestEmbedOptionsRefused(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	for name, o := range map[string]EmbedOptions{
		"unknown prompt": {PromptName: "none"}, "two prompts": {PromptName: "a", Prompt: "b"}, "a prompt and none": {Prompt: "b", NoPrompt: true},
		"Dim -1": {Dim: -1}, "Dim 33": {Dim: 33}, "Dim huge": {Dim: math.MaxInt},
		"MaxLength -1": {MaxLength: -1}, "MaxLength 2": {MaxLength: 2}, "MaxLength huge": {MaxLength: math.MaxInt},
		"Overlength 9": {Overlength: 9},
	} {
		if _, err := m.EmbedWith(t.Context(), []string{"a"}, o); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := m.TokenizeWith(nil, o); !errors.Is(err, ErrInput) {
			t.Errorf("TokenizeWith, %s: %v", name, err)
		}
	}
	_, err := m.EmbedWith(t.Context(), []string{"a", "the hotel is good", "b"}, EmbedOptions{MaxLength: 5, Overlength: Refuse})
	var long *LengthError
	if !errors.As(err, &long) || *long != (LengthError{Text: 1, Tokens: 6, Most: 5}) || !errors.Is(err, ErrInput) {
		t.Errorf("a long text: %v", err)
	}
}

// The same for the options of loading: a size that would take all memory, or is
// none, is refused before anything is read.
func TestOptionsRefused(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"Threads -1": {Threads: -1}, "Threads huge": {Threads: 1 << 58}, "BatchTokens -1": {BatchTokens: -1}, "BatchTokens huge": {BatchTokens: 1 << 58},
		"Dim -1": {Dim: -1}, "Dim huge": {Dim: math.MaxInt}, "MaxLength -1": {MaxLength: -1}, "MaxLength huge": {MaxLength: math.MaxInt},
		"Precision 9": {Precision: 9}, "Pooling 255": {Pooling: 255},
	} {
		if _, err := Load("testdata/models/bert", o); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSizesOfHeads(t *testing.T) {
	t.Parallel()
	m, err := Load("testdata/models/bert-masked-lm", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for k, want := range map[int]int{-1: 0, 0: 0, 3: 3, 1 << 30: m.Config().VocabSize, math.MaxInt: m.Config().VocabSize} {
		masks, err := m.FillMask(t.Context(), "the [MASK] is good", k)
		if err != nil || len(masks) != 1 || len(masks[0].Candidates) != want {
			t.Errorf("topK %d: %d masks, %v; want %d candidates", k, len(masks), err, want)
		}
	}
	q, err := Load("testdata/models/bert-question-answering", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	o := AnswerOptions{TopK: math.MaxInt, MaxTokens: math.MaxInt, Stride: math.MaxInt}
	if a, err := q.Answer(t.Context(), "where is the hotel ?", "the hotel is in paris", o); err != nil || len(a) == 0 {
		t.Errorf("%d answers, %v", len(a), err)
	}
}

// Texts that come to no token at all have vectors of zeros, wherever they stand.
func TestTextsWithoutTokens(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 1})
	c := &call{dim: m.dim}
	for _, lengths := range [][]int{{0}, {0, 0}, {0, 3, 0}, {4, 0, 2}} {
		tokens := &Tokens{call: *c}
		c.begin(&tokens.sequences)
		for _, n := range lengths {
			for range n {
				tokens.sequences.IDs = append(tokens.sequences.IDs, 7)
			}
			tokens.sequences.End()
		}
		for _, pooling := range []Pooling{PoolMean, PoolCLS, PoolLastToken, PoolMax} {
			p, err := Load("testdata/models/bert", Options{Pooling: pooling})
			if err != nil {
				t.Fatal(err)
			}
			e, err := p.EmbedTokens(t.Context(), tokens)
			if err != nil {
				t.Fatal(err)
			}
			for i, n := range lengths {
				if zero := slices.Max(e.Row(i)) == 0 && slices.Min(e.Row(i)) == 0; zero != (n == 0) {
					t.Errorf("%v of lengths %v: text %d is zero: %v", pooling, lengths, i, zero)
				}
			}
			p.Close()
		}
	}
	if _, err := m.EmbedIDs(t.Context(), []Input{{IDs: []int32{2, 3}}, {}}); !errors.Is(err, ErrInput) {
		t.Errorf("ids of no token: %v", err)
	}
}
