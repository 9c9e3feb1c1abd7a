package bert

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// own is a caller's tokenizer that returns what a model's does, or what it is
// told.
type own struct {
	m    *Model
	in   *Input
	fail error
}

func (o own) Digest() string { return "own" }

func (o own) Tokenize(text string, most int) (Input, bool, error) {
	if o.fail != nil {
		return Input{}, false, o.fail
	}
	if o.in != nil {
		return *o.in, false, nil
	}
	ids, cut := o.m.Tokenizer().AppendIDs(nil, text, most)
	return Input{IDs: ids}, cut, nil
}

func TestPreset(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	bare, err := Load(tiny, Options{NoTokenizer: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bare.Close() })
	texts := append(someTexts(30, 40), "the [SEP] hotel", strings.Repeat("hotel ", 90))
	digests := map[string]string{m.Digest(): "the model's"}
	for name, c := range map[string]struct {
		of     *Model
		o      EmbedOptions
		want   EmbedOptions // of m, with the same vectors
		digest string
	}{
		"nothing":          {of: m, digest: m.Digest()},
		"the usual length": {of: m, o: EmbedOptions{MaxLength: m.MaxLength(), Dim: m.Dim(), NoPrompt: true}, digest: m.Digest()},
		"as text":          {of: m, o: EmbedOptions{SpecialTokensAsText: true}, want: EmbedOptions{SpecialTokensAsText: true}},
		"prompt":           {of: m, o: EmbedOptions{Prompt: "good "}, want: EmbedOptions{Prompt: "good "}},
		"Dim":              {of: m, o: EmbedOptions{Dim: 5}, want: EmbedOptions{Dim: 5}},
		"length":           {of: m, o: EmbedOptions{MaxLength: 9}, want: EmbedOptions{MaxLength: 9}},
		"chunks":           {of: m, o: EmbedOptions{MaxLength: 10, Overlength: MeanOfChunks}, want: EmbedOptions{MaxLength: 10, Overlength: MeanOfChunks}},
		"own tokenizer":    {of: m, o: EmbedOptions{Tokenizer: own{m: m}}},
		"its prompt":       {of: m, o: EmbedOptions{Tokenizer: own{m: m}, Prompt: "good ", MaxLength: 12}, want: EmbedOptions{Prompt: "good ", MaxLength: 12}},
		"only its own":     {of: bare, o: EmbedOptions{Tokenizer: own{m: m}, MaxLength: 11}, want: EmbedOptions{MaxLength: 11}},
	} {
		p, err := c.of.With(c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want, err := m.EmbedWith(t.Context(), texts, c.want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Embed(t.Context(), texts)
		if err != nil || !slices.Equal(got.data, want.data) || got.Truncated != want.Truncated || got.Dim() != p.Dim() {
			t.Errorf("%s: other vectors; %v", name, err)
			continue
		}
		i := 0
		for v, err := range p.EmbedSeq(t.Context(), slices.Values(texts)) {
			if err != nil || !slices.Equal(v, want.Row(i)) {
				t.Errorf("%s: the stream's vector %d differs, %v", name, i, err)
			}
			i++
		}
		if c.digest != "" && p.Digest() != c.digest {
			t.Errorf("%s: another digest than the model's", name)
		}
		if other := digests[p.Digest()]; c.digest == "" && other != "" || len(p.Digest()) != 64 {
			t.Errorf("%s: digest %q as of %s", name, p.Digest(), other)
		}
		digests[p.Digest()] = name
		if p.Name() != c.of.Name() || p.Model() != c.of || !p.Legible("hotel") {
			t.Errorf("%s: a preset of another model", name)
		}
	}
}

func TestOwnTokenizerErrors(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	skips := sentenceModel(t, map[string]any{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true, "include_prompt": false})
	addJSON(t, skips, "config_sentence_transformers.json", map[string]any{"prompts": map[string]string{"query": "good "}})
	skipping, err := LoadFS(skips, Options{})
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	ids := func(ids ...int32) own { return own{in: &Input{IDs: ids}} }
	for name, c := range map[string]struct {
		m  *Model
		o  EmbedOptions
		is error
	}{
		"no token":      {m, EmbedOptions{Tokenizer: ids()}, ErrInput},
		"too many":      {m, EmbedOptions{Tokenizer: ids(1, 2, 3), MaxLength: 2}, ErrInput},
		"negative":      {m, EmbedOptions{Tokenizer: ids(-1)}, ErrInput},
		"beyond":        {m, EmbedOptions{Tokenizer: ids(1 << 30)}, ErrInput},
		"types":         {m, EmbedOptions{Tokenizer: own{in: &Input{IDs: []int32{1}, TypeIDs: []int32{9}}}}, ErrInput},
		"fewer types":   {m, EmbedOptions{Tokenizer: own{in: &Input{IDs: []int32{1, 2}, TypeIDs: []int32{0}}}}, ErrInput},
		"its own error": {m, EmbedOptions{Tokenizer: own{fail: boom}}, boom},
		"too long":      {m, EmbedOptions{Tokenizer: own{m: m}, MaxLength: 3, Overlength: Refuse}, ErrInput},
		"chunks":        {m, EmbedOptions{Tokenizer: own{m: m}, Overlength: MeanOfChunks}, ErrInput},
		"as text":       {m, EmbedOptions{Tokenizer: own{m: m}, SpecialTokensAsText: true}, ErrInput},
		"its prompt":    {skipping, EmbedOptions{Tokenizer: own{m: m}, PromptName: "query"}, ErrInput},
		"no model":      {&Model{}, EmbedOptions{}, ErrInput},
	} {
		_, err := c.m.EmbedWith(t.Context(), []string{"the hotel is good"}, c.o)
		if !errors.Is(err, c.is) {
			t.Errorf("%s: %v, want %v", name, err, c.is)
		}
	}
	if _, err := m.EmbedLong(t.Context(), []string{"a"}, LongOptions{EmbedOptions: EmbedOptions{Tokenizer: own{m: m}}}); !errors.Is(err, ErrInput) {
		t.Errorf("EmbedLong: %v", err)
	}
	if _, err := m.With(EmbedOptions{Dim: -1}); !errors.Is(err, ErrInput) {
		t.Errorf("With: %v", err)
	}
	if _, err := (&Model{}).With(EmbedOptions{}); !errors.Is(err, ErrInput) {
		t.Errorf("With of no model: %v", err)
	}
}

// alternating gives every other text types, and says that it is padded.
type alternating struct{ m *Model }

func (alternating) Digest() string { return "" }

func (a alternating) Tokenize(text string, most int) (Input, bool, error) {
	ids, cut := a.m.Tokenizer().AppendIDs(nil, text, most)
	in := Input{IDs: ids}
	if len(text)%2 == 0 {
		in.TypeIDs, in.Padded = slices.Repeat([]int32{1}, len(ids)), true
	}
	return in, cut, nil
}

// Types of a caller's tokenizer, or of a template that gives a single text
// others than 0, reach the encoder: vectors are those of the same ids and types.
func TestTypesOfTokens(t *testing.T) {
	t.Parallel()
	fsys := modelFiles(t, tiny)
	var tok map[string]any
	if err := json.Unmarshal(fsys["tokenizer.json"].Data, &tok); err != nil {
		t.Fatal(err)
	}
	tok["post_processor"] = map[string]any{
		"type":           "TemplateProcessing",
		"single":         []any{special("[CLS]", 0), map[string]any{"Sequence": map[string]any{"id": "A", "type_id": 1}}, special("[SEP]", 1)},
		"pair":           []any{special("[CLS]", 0), map[string]any{"Sequence": map[string]any{"id": "A", "type_id": 0}}, special("[SEP]", 0), map[string]any{"Sequence": map[string]any{"id": "B", "type_id": 1}}},
		"special_tokens": map[string]any{"[CLS]": named("[CLS]", 2), "[SEP]": named("[SEP]", 3)},
	}
	addJSON(t, fsys, "tokenizer.json", tok)
	typed, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	plain := loadTiny(t, Options{})
	texts := someTexts(12, 12)
	for name, c := range map[string]struct {
		m *Model
		o EmbedOptions
	}{
		"template":           {typed, EmbedOptions{}},
		"as text":            {typed, EmbedOptions{SpecialTokensAsText: true}},
		"a caller's":         {plain, EmbedOptions{Tokenizer: alternating{plain}}},
		"a template's chunk": {typed, EmbedOptions{MaxLength: 64, Overlength: MeanOfChunks}},
	} {
		var inputs []Input
		for _, text := range texts {
			in, _, _ := alternating{c.m}.Tokenize(text, 64)
			if c.m == typed {
				in.TypeIDs = c.m.Tokenizer().AppendTypeIDs(nil, len(in.IDs))
			}
			inputs = append(inputs, in)
		}
		want, err := c.m.EmbedIDs(t.Context(), inputs)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.m.EmbedWith(t.Context(), texts, c.o)
		if err != nil || !slices.Equal(got.data, want.data) {
			t.Errorf("%s: other vectors than of the same ids and types; %v", name, err)
		}
		if c.o.Overlength == MeanOfChunks {
			continue
		}
		one, err := c.m.TokenizeWith(texts[:5], c.o)
		if err != nil {
			t.Fatal(err)
		}
		rest, err := c.m.TokenizeWith(texts[5:], c.o)
		if err != nil {
			t.Fatal(err)
		}
		if got, err = c.m.EmbedTokens(t.Context(), one, rest); err != nil || !slices.Equal(got.data, want.data) {
			t.Errorf("%s: tokens have other vectors; %v", name, err)
		}
	}
	if slices.Equal(mustEmbed(t, typed, texts).data, mustEmbed(t, plain, texts).data) {
		t.Error("types make no difference, so the test shows nothing")
	}
}

func special(name string, typeID int) map[string]any {
	return map[string]any{"SpecialToken": map[string]any{"id": name, "type_id": typeID}}
}

func named(name string, id int) map[string]any {
	return map[string]any{"id": name, "ids": []int{id}, "tokens": []string{name}}
}
