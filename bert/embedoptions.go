package bert

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// EmbedOptions are the settings of one call. The zero value embeds texts as
// [Model.Embed] does.
type EmbedOptions struct {
	// PromptName selects one of the model's prompts ([Model.Prompts]); empty
	// means the model's default. An unknown name gives an ErrInput.
	PromptName string
	// Prompt is put before each text as it is, instead of a named prompt.
	Prompt string
	// NoPrompt leaves out even the default prompt. It excludes the other two.
	NoPrompt bool
	// Dim, if not 0, is the number of leading features to keep; they are scaled
	// to unit length again if the model's vectors have unit length (Matryoshka
	// representation learning, Kusupati et al. 2022, arXiv:2205.13147). More
	// than the model has gives an ErrInput.
	Dim int
	// MaxLength, if not 0, is the largest number of tokens in a text, special
	// ones included: at most [Model.MaxLength], and more than the number of
	// special tokens.
	MaxLength int
	// Overlength says what happens to longer texts.
	Overlength Overlength
	// SpecialTokensAsText reads the name of a special token in a text, such as
	// "[SEP]", as ordinary text. By default it becomes that token, as in the
	// reference; set this for untrusted texts.
	SpecialTokensAsText bool
	// Tokenizer takes the place of the model's own, which the model then need
	// not have (Options.NoTokenizer); nil: the model's. It decides about special
	// tokens itself. What needs offsets (MeanOfChunks, [Model.EmbedLong]) is an
	// ErrInput with it, and so are prompts that the model leaves out of pooling.
	Tokenizer Tokenizer
	// Progress, if not nil, replaces Options.Progress for this call.
	Progress func(done, total int)
}

// Tokenizer turns texts into tokens in place of a model's own tokenizer. Its
// methods may be called by several goroutines at once.
type Tokenizer interface {
	// Tokenize returns the tokens of text, special ones included, and whether it
	// left out some so that there are at most max; 0 means no limit. A prompt is
	// already part of text. Ids and types that the model does not support, no
	// token, or more than max are an ErrInput of the call.
	Tokenize(text string, max int) (in Input, truncated bool, err error)
	// Digest identifies what Tokenize does: two tokenizers with the same digest
	// return the same tokens. It becomes part of [Preset.Digest].
	Digest() string
}

// Overlength says what happens to a text that is longer than the model's limit.
type Overlength uint8

// The values of Overlength.
const (
	// Truncate truncates the text and counts it in Embeddings.Truncated.
	Truncate Overlength = iota
	// Refuse returns a *LengthError.
	Refuse
	// MeanOfChunks gives the text the mean of its chunks' vectors, as
	// [Model.EmbedLong] does.
	MeanOfChunks
)

// LengthError reports a text that is longer than the model's limit. It wraps
// ErrInput.
type LengthError struct {
	Text   int // index of the text
	Tokens int // the text's tokens, special ones included
	Most   int // the limit
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("%v: text %d has %d tokens, want at most %d", ErrInput, e.Text, e.Tokens, e.Most)
}

// Unwrap returns ErrInput.
func (e *LengthError) Unwrap() error { return ErrInput }

// Prompts returns the model's prompts by name, as config_sentence_transformers.json
// lists them. The map is the caller's.
func (m *Model) Prompts() map[string]string { return maps.Clone(m.pipeline.prompts) }

// call is EmbedOptions applied to one model.
type call struct {
	prompt     string
	skip       int // leading tokens that pooling leaves out
	maxLength  int
	dim        int
	overlength Overlength
	plain      bool // special tokens are read as text
	tokens     tokenSource
	usual      modelTokens // what tokens is without EmbedOptions.Tokenizer
	progress   func(done, total int)
	static     *staticTable // nil if the model has an encoder
}

// newCall checks the options of a call for vectors of whole texts.
func (m *Model) newCall(o EmbedOptions) (*call, error) { return m.newCallOf(denseVectors, o) }

// newCallOf is newCall for vectors of that kind.
func (m *Model) newCallOf(kind vectorKind, o EmbedOptions) (*call, error) {
	if err := m.gives(kind); err != nil {
		return nil, err
	}
	if m.tokenizer == nil && o.Tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	c := &call{
		static: m.pipeline.static,
		prompt: m.pipeline.defaultPrompt, maxLength: m.maxLength, dim: m.dim,
		overlength: o.Overlength, plain: o.SpecialTokensAsText, progress: o.Progress,
		usual: modelTokens{m.tokenizer, o.SpecialTokensAsText, m.typed},
	}
	c.tokens = &c.usual
	if o.Tokenizer != nil {
		c.tokens = callersTokens{o.Tokenizer, m.config}
	}
	switch named := o.PromptName != ""; {
	case o.NoPrompt && (named || o.Prompt != ""), named && o.Prompt != "":
		return nil, fmt.Errorf("%w: more than one of PromptName, Prompt and NoPrompt is set", ErrInput)
	case o.NoPrompt:
		c.prompt = ""
	case o.Prompt != "":
		c.prompt = o.Prompt
	case named:
		prompt, ok := m.pipeline.prompts[o.PromptName]
		if !ok {
			return nil, fmt.Errorf("%w: model %s has no prompt %q, but %q", ErrInput, m.name, o.PromptName, slices.Sorted(maps.Keys(m.pipeline.prompts)))
		}
		c.prompt = prompt
	}
	if o.Tokenizer == nil {
		c.skip = m.promptTokens(c.prompt)
	} else if err := m.checkOwnTokenizer(c); err != nil {
		return nil, err
	}
	if o.Dim < 0 || o.Dim > m.dim {
		return nil, fmt.Errorf("%w: Dim is %d, want 0 to %d", ErrInput, o.Dim, m.dim)
	}
	if o.Dim > 0 {
		c.dim = o.Dim
	}
	if least := c.tokens.least(); o.MaxLength != 0 && (o.MaxLength < least || o.MaxLength > m.maxLength) {
		return nil, fmt.Errorf("%w: MaxLength is %d, want %d to %d, or 0", ErrInput, o.MaxLength, least, m.maxLength)
	}
	if o.MaxLength != 0 {
		c.maxLength = o.MaxLength
	}
	if o.Overlength > MeanOfChunks {
		return nil, fmt.Errorf("%w: Overlength is %d, want Truncate, Refuse or MeanOfChunks", ErrInput, o.Overlength)
	}
	if c.progress == nil {
		c.progress = m.options.Progress
	}
	return c, nil
}

// gives returns an error if the model's vectors are of another kind.
func (m *Model) gives(kind vectorKind) error {
	if kind == sparseVectors && m.GuessesSparse() {
		return nil
	}
	if own := m.pipeline.kind; own != kind {
		return fmt.Errorf("%w: those of %s are %s (%s), not %s", ErrVectorKind, m.name, own, own.method(), kind)
	}
	return nil
}

// begin empties s for texts of this call.
func (c *call) begin(s *engine.Sequences) {
	s.Reset()
	s.Skip = c.skip
}

// add appends the tokens of text i, truncated to the call's length. If a
// truncated text is to be the mean of its chunks, only the special tokens are
// appended: the chunks are embedded separately.
func (c *call) add(s *engine.Sequences, i int, text string) (cut bool, err error) {
	if c.prompt != "" {
		text = c.prompt + text
	}
	clipped := false
	if c.overlength == Truncate {
		text, clipped = c.static.clipped(text)
	}
	from := len(s.IDs)
	if cut, err = c.tokens.append(s, text, c.maxLength); err != nil {
		return false, fmt.Errorf("bert: text %d: %w", i, err)
	}
	cut = cut || clipped
	switch {
	case !cut:
	case c.overlength == Refuse:
		n, err := c.tokens.count(text)
		if err != nil {
			return false, fmt.Errorf("bert: text %d: %w", i, err)
		}
		s.Cut(from)
		return false, &LengthError{Text: i, Tokens: n, Most: c.maxLength}
	case c.overlength == MeanOfChunks:
		s.Cut(from)
		if _, err := c.tokens.append(s, "", 0); err != nil {
			return false, fmt.Errorf("bert: text %d: %w", i, err)
		}
	default:
		s.Truncated++
	}
	s.End()
	return cut, nil
}

// chunked embeds the truncated texts as means of their chunks, and calls set
// with each one's index, vector and tokens.
func (m *Model) chunked(ctx context.Context, o EmbedOptions, cut []int, text func(i int) string, set func(i int, vector []float32, tokens int)) error {
	for _, i := range cut {
		long, err := m.EmbedLong(ctx, []string{text(i)}, LongOptions{EmbedOptions: o})
		if err != nil {
			return err
		}
		tokens := 0
		for _, k := range long[0].Chunks {
			tokens += k.Tokens
		}
		set(i, long[0].Vector, tokens)
	}
	return nil
}

// shorten returns x [texts, dim] with the features that the call keeps.
func (m *Model) shorten(c *call, e *Embeddings) *Embeddings {
	if c.dim == e.dim {
		return e
	}
	out := &Embeddings{data: make([]float32, e.rows*c.dim), rows: e.rows, dim: c.dim, Tokens: e.Tokens, Truncated: e.Truncated}
	for i := range e.rows {
		row := out.Row(i)
		copy(row, e.Row(i))
		if m.pipeline.normalised {
			normalise(row)
		}
	}
	return out
}

// loaded returns an error if the model was never loaded.
func (m *Model) loaded() error {
	if m == nil || m.runner == nil {
		return fmt.Errorf("%w: the model was not loaded", ErrInput)
	}
	return nil
}

// ready returns an error if the model cannot serve a call: it was never loaded,
// or the context is nil.
func (m *Model) ready(ctx context.Context) error {
	if err := m.loaded(); err != nil {
		return err
	}
	if ctx == nil {
		return parallel.ErrNilContext
	}
	return nil
}
