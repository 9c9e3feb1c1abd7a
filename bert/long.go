package bert

import (
	"context"
	"fmt"
	"sort"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// LongOptions say how texts of any length are split into chunks.
type LongOptions struct {
	EmbedOptions // of each chunk; Overlength is ignored

	// Split, for example text.Sentences, splits a text into pieces, returned as
	// byte ranges in order; nil splits into words. A chunk takes as many pieces
	// as fit. A piece that is too long for a chunk is split between words, and
	// a word that is too long between tokens.
	Split func(text string) [][2]int
	// Overlap is how many tokens of a chunk, rounded down to whole words, are
	// repeated in the next. It must be less than half of a chunk's capacity.
	Overlap int
	// Late encodes chunks together with their surroundings, as much as the
	// model reads at once, and pools them afterwards, so that a chunk's vector
	// reflects what "it" refers to (late chunking, Günther et al. 2024,
	// arXiv:2409.04701). MaxLength then limits the chunk, not what is read. The
	// model must use mean pooling.
	Late bool
}

// LongEmbedding holds the vectors of a text's chunks.
type LongEmbedding struct {
	Chunks []Chunk
	// Vector, [dim], is the mean of the chunks' vectors, weighted by their
	// tokens. It has unit length if the model's vectors have.
	Vector []float32
}

// Chunk is a part of a text.
type Chunk struct {
	Start, End int       // bytes of the text
	Tokens     int       // without special tokens and the prompt
	Vector     []float32 // [dim]
}

// EmbedLong returns the vectors of texts of any length, chunk by chunk, and
// their means. A text that fits is one chunk, with the same vector as
// [Model.Embed]'s. Invalid options give an ErrInput.
func (m *Model) EmbedLong(ctx context.Context, texts []string, o LongOptions) ([]LongEmbedding, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if o.Tokenizer != nil {
		return nil, fmt.Errorf("%w: EmbedLong needs the model's own tokenizer", ErrInput)
	}
	o.Overlength = Truncate
	c, err := m.newCall(o.EmbedOptions)
	if err != nil {
		return nil, err
	}
	cutter, err := m.newCutter(c, &o)
	if err != nil {
		return nil, err
	}
	out := make([]LongEmbedding, len(texts))
	for i, text := range texts {
		if out[i].Chunks, err = cutter.cut(text); err != nil {
			return nil, fmt.Errorf("bert: text %d: %w", i, err)
		}
	}
	if o.Late {
		err = m.embedLate(ctx, c, texts, out)
	} else {
		err = m.embedChunks(ctx, c, texts, out)
	}
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Vector = m.meanOf(out[i].Chunks, c.dim)
	}
	return out, nil
}

// embedChunks embeds every chunk as a separate text.
func (m *Model) embedChunks(ctx context.Context, c *call, texts []string, out []LongEmbedding) error {
	j := m.runner.Job()
	defer m.runner.Release(j)
	c.begin(&j.Sequences)
	for i := range out {
		for _, k := range out[i].Chunks {
			if _, err := c.add(&j.Sequences, i, texts[i][k.Start:k.End]); err != nil {
				return err
			}
		}
	}
	n := j.Sequences.Texts()
	e := &Embeddings{data: make([]float32, n*m.dim), rows: n, dim: m.dim}
	if err := m.embedJob(ctx, j, e.data, c.report(n)); err != nil {
		return err
	}
	m.handOut(c, e, out)
	return nil
}

// handOut assigns the rows of e to the chunks in order.
func (m *Model) handOut(c *call, e *Embeddings, out []LongEmbedding) {
	e = m.shorten(c, e)
	n := 0
	for i := range out {
		for k := range out[i].Chunks {
			out[i].Chunks[k].Vector = e.Row(n)
			n++
		}
	}
}

// meanOf returns the mean of the chunks' vectors, weighted by their tokens.
func (m *Model) meanOf(chunks []Chunk, dim int) []float32 {
	if len(chunks) == 1 {
		return append([]float32(nil), chunks[0].Vector...)
	}
	sums := make([]float64, dim)
	total := 0.0
	for _, k := range chunks {
		total += float64(k.Tokens)
		for j, v := range k.Vector {
			sums[j] += float64(k.Tokens) * float64(v)
		}
	}
	out := make([]float32, dim)
	store(out, sums, max(total, 1))
	if m.pipeline.normalised {
		normalise(out)
	}
	return out
}

// cutter splits texts into chunks.
type cutter struct {
	tokenizer *tokenize.Tokenizer
	plain     bool
	split     func(string) [][2]int
	room      int // tokens per chunk, without special ones and the prompt
	overlap   int
}

func (m *Model) newCutter(c *call, o *LongOptions) (*cutter, error) {
	prompt := 0
	if c.prompt != "" {
		ids, _ := m.tokenizer.AppendIDs(nil, c.prompt, 0)
		prompt = len(ids) - m.tokenizer.SpecialTokens(false)
	}
	k := &cutter{tokenizer: m.tokenizer, plain: c.plain, split: o.Split, overlap: o.Overlap}
	k.room = c.maxLength - m.tokenizer.SpecialTokens(false) - prompt
	if k.room < 1 {
		return nil, fmt.Errorf("%w: the prompt's %d tokens leave no room for a chunk within %d", ErrInput, prompt, c.maxLength)
	}
	if o.Overlap < 0 || 2*o.Overlap >= k.room && o.Overlap > 0 {
		return nil, fmt.Errorf("%w: Overlap is %d, want 0 to less than half of the %d tokens of a chunk", ErrInput, o.Overlap, k.room)
	}
	return k, nil
}

// cut returns the chunks of a text, at least one, without vectors.
func (k *cutter) cut(text string) ([]Chunk, error) {
	e, err := k.tokenizer.EncodeWith(text, tokenize.EncodeOptions{NoSpecialTokens: true, SpecialTokensAsText: k.plain})
	if err != nil {
		return nil, err
	}
	n := e.Len()
	if n <= k.room {
		return []Chunk{{Start: 0, End: len(text), Tokens: n}}, nil
	}
	words := wordStarts(e)
	pieces := words
	if k.split != nil {
		pieces = pieceStarts(e, k.split(text))
	}
	var out []Chunk
	for from := 0; from < n; {
		to := min(from+k.room, n)
		if to < n {
			to = lastCut(from, to, pieces, words)
		}
		out = append(out, Chunk{Start: e.Offsets[from][0], End: e.Offsets[to-1][1], Tokens: to - from})
		if to == n {
			break
		}
		from = max(from+1, nextStart(to-k.overlap, to, words))
	}
	return out, nil
}

// wordStarts returns the tokens that begin a word, ascending.
func wordStarts(e *tokenize.Encoding) []int {
	var out []int
	for i, w := range e.WordIDs {
		if i == 0 || w != e.WordIDs[i-1] {
			out = append(out, i)
		}
	}
	return out
}

// pieceStarts returns the first tokens of pieces of the text, ascending.
func pieceStarts(e *tokenize.Encoding, pieces [][2]int) []int {
	var out []int
	i := 0
	for _, p := range pieces {
		for i < e.Len() && e.Offsets[i][0] < p[0] {
			i++
		}
		if i < e.Len() && (len(out) == 0 || out[len(out)-1] < i) {
			out = append(out, i)
		}
	}
	return out
}

// lastCut returns the last place to cut after token from, up to to: between
// pieces if possible, otherwise words, otherwise tokens.
func lastCut(from, to int, pieces, words []int) int {
	for _, starts := range [][]int{pieces, words} {
		if i := sort.SearchInts(starts, to+1) - 1; i >= 0 && starts[i] > from {
			return starts[i]
		}
	}
	return to
}

// nextStart returns the start of the first word at or after token from, at most
// to.
func nextStart(from, to int, words []int) int {
	if i := sort.SearchInts(words, from); i < len(words) {
		return min(words[i], to)
	}
	return to
}

// embedLate encodes chunks in windows of as many as the model reads at once,
// then pools each chunk's tokens.
func (m *Model) embedLate(ctx context.Context, c *call, texts []string, out []LongEmbedding) error {
	if m.pipeline.static != nil {
		return m.noEncoder()
	}
	if len(m.pipeline.modes) != 1 || m.pipeline.modes[0] != PoolMean {
		return fmt.Errorf("%w: late chunking needs a model that pools by the mean, this one does by %v", ErrInput, m.Pooling())
	}
	reading := *c // the model's length limits what is read at once
	reading.maxLength = m.maxLength
	j := m.runner.Job()
	defer m.runner.Release(j)
	reading.begin(&j.Sequences)
	var windows []lateWindow
	row := 0
	for i := range out {
		w, err := m.lateWindows(&reading, j, texts[i], out[i].Chunks, row)
		if err != nil {
			return fmt.Errorf("bert: text %d: %w", i, err)
		}
		windows = append(windows, w...)
		row += len(out[i].Chunks)
	}
	e := &Embeddings{data: make([]float32, row*m.dim), rows: row, dim: m.dim}
	size := m.config.width()
	progress := c.report(len(windows))
	j.Layers = m.pipeline.layers
	err := m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		for t, i := range b.Index {
			from, _ := b.Span(t)
			w := &windows[i]
			// The window's chunks take the place of a batch's texts.
			chunks := &engine.Batch{}
			for k, span := range w.spans {
				*chunks = engine.Batch{Offsets: []int{0, span[1] - span[0]}, Index: []int{w.row + k}}
				m.poolAll(a, chunks, hidden[(from+span[0])*size:(from+span[1])*size], e.data)
			}
		}
		if progress != nil {
			progress(b.Texts())
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.handOut(c, e, out)
	return nil
}

// lateWindow is a sequence that contains some chunks.
type lateWindow struct {
	row   int      // of the first chunk's vector
	spans [][2]int // of each chunk: tokens of the sequence
}

// lateWindows appends the sequences of a text's chunks to j.
func (m *Model) lateWindows(c *call, j *engine.Job, text string, chunks []Chunk, row int) ([]lateWindow, error) {
	var out []lateWindow
	encode := func(from, to int) (*tokenize.Encoding, error) {
		return m.tokenizer.EncodeWith(c.prompt+text[chunks[from].Start:chunks[to-1].End], tokenize.EncodeOptions{SpecialTokensAsText: c.plain})
	}
	for from := 0; from < len(chunks); {
		to := from + 1
		e, err := encode(from, to)
		for err == nil && to < len(chunks) {
			var more *tokenize.Encoding
			if more, err = encode(from, to+1); err != nil || more.Len() > c.maxLength {
				break
			}
			e, to = more, to+1
		}
		if err != nil {
			return nil, err
		}
		if e.Len() > c.maxLength { // a chunk that is longer when tokenised alone
			e.IDs, e.Offsets = e.IDs[:c.maxLength], e.Offsets[:c.maxLength]
		}
		w := lateWindow{row: row + from}
		base := chunks[from].Start - len(c.prompt) // what offsets are relative to, in the text
		for _, k := range chunks[from:to] {
			w.spans = append(w.spans, tokensWithin(e, k.Start-base, k.End-base))
		}
		j.Sequences.IDs = append(j.Sequences.IDs, e.IDs...)
		if m.typed {
			j.Sequences.Types = m.tokenizer.AppendTypeIDs(j.Sequences.Types, len(e.IDs))
		}
		j.Sequences.End()
		out = append(out, w)
		from = to
	}
	return out, nil
}

// tokensWithin returns the tokens that begin in bytes start to end, without
// added special ones.
func tokensWithin(e *tokenize.Encoding, start, end int) [2]int {
	from, to := -1, 0
	for i := range e.IDs {
		if e.SpecialTokensMask[i] == 0 && e.Offsets[i][0] >= start && e.Offsets[i][0] < end {
			if from < 0 {
				from = i
			}
			to = i + 1
		}
	}
	if from < 0 {
		return [2]int{0, 0}
	}
	return [2]int{from, to}
}
