package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/source"
)

// embedStats is what --stats prints. All times are the best of --passes.
type embedStats struct {
	Texts         int     `json:"texts"`
	Tokens        int     `json:"tokens"`
	Seconds       float64 `json:"seconds"` // encoding alone
	TokensPerS    float64 `json:"tokens_per_s"`
	TokenizeS     float64 `json:"tokenize_s"`
	TextToVectorS float64 `json:"text_to_vector_s,omitempty"` // both, overlapping as they do without --stats; with several passes only
	LoadS         float64 `json:"load_s"`
	Truncated     int     `json:"truncated"`
	Precision     string  `json:"precision"`
	Threads       int     `json:"threads"`
	BatchTokens   int     `json:"batch_tokens"`
}

type embedFlags struct {
	texts  textFlags
	model  modelFlags
	out    string
	stats  bool
	passes int
	call   callFlags
}

// callFlags say how texts are given to the model.
type callFlags struct {
	as         string
	prompt     string
	overlength string
	options    bert.EmbedOptions
}

func (f *callFlags) add(s *pflag.FlagSet) {
	s.StringVar(&f.as, "as", "", "put the model's prompt for this before texts: query, document, or the `name` of one of its prompts")
	s.StringVar(&f.prompt, "prompt", "", "put this `text` before each text, in place of the model's own prompt")
	s.IntVar(&f.options.Dim, "dim", 0, "keep this many features, the first ones (0 means all)")
	s.IntVar(&f.options.MaxLength, "max-length", 0, "texts may have this many tokens (0 means as many as the model reads)")
	s.StringVar(&f.overlength, "overlength", "truncate", "what becomes of longer texts: truncate, error, or mean (of the vectors of their parts)")
}

// overlengths are the values of --overlength.
var overlengths = map[string]bert.Overlength{"truncate": bert.Truncate, "error": bert.Refuse, "mean": bert.MeanOfChunks}

// check tells wrong use before a model is loaded.
func (f *callFlags) check() error {
	var ok bool
	if f.options.Overlength, ok = overlengths[f.overlength]; !ok {
		return usagef("--overlength is %q, want truncate, error or mean", f.overlength)
	}
	if f.as != "" && f.prompt != "" {
		return usagef("--as and --prompt exclude each other")
	}
	if f.options.Dim < 0 || f.options.MaxLength < 0 {
		return usagef("--dim and --max-length want 0 or more")
	}
	f.options.Prompt = f.prompt
	return nil
}

// resolve chooses among m's prompts.
func (f *callFlags) resolve(m *bert.Model) error {
	names := []string{f.as}
	switch f.as {
	case "":
		return nil
	case "query":
	case "document":
		names = []string{"document", "passage", "corpus"}
	}
	prompts := m.Prompts()
	for _, n := range names {
		if _, ok := prompts[n]; ok {
			f.options.PromptName = n
			return nil
		}
	}
	if f.as == "query" || f.as == "document" {
		return nil // the model has none: texts are embedded as they are
	}
	return usagef("the model has no prompt %q, but %q", f.as, slices.Sorted(maps.Keys(prompts)))
}

func (a *app) embed() *cobra.Command {
	var f embedFlags
	c := verb("embed", "Embed texts as vectors: a NumPy file [texts, dim] of float32", func(ctx context.Context) error { return a.runEmbed(ctx, &f) })
	c.Example = "  cohort embed --in texts.txt --out vectors.npy --stats"
	s := c.Flags()
	f.texts.add(s, false)
	f.model.add(s, "minilm")
	f.call.add(s)
	s.StringVar(&f.out, "out", "", "write vectors to this NumPy `file`; - is standard output")
	s.BoolVar(&f.stats, "stats", false, "print counts and times to standard error as one line of JSON")
	s.IntVar(&f.passes, "passes", 1, "encode this many times and report the fastest (holds all texts in memory)")
	groupFlags(c)
	return c
}

// blockTexts are how many texts are held at once.
const blockTexts = 16384

// runEmbed embeds block by block, so that texts and vectors of any number fit.
func (a *app) runEmbed(ctx context.Context, f *embedFlags) error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.passes < 1 {
		return usagef("--passes is %d, want 1 or more", f.passes)
	}
	if err := f.call.check(); err != nil {
		return err
	}
	if f.call.options.Overlength == bert.MeanOfChunks && f.stats {
		return usagef("--stats times tokenizing and encoding apart, which --overlength mean does together")
	}
	if _, err := f.model.options(); err != nil {
		return err
	}
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	rows := 0
	for _, err := range src.Rows(ctx) { // the header comes first and needs the count
		if err != nil {
			return err
		}
		if rows++; rows%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	start := time.Now()
	m, err := f.model.loadFor(ctx, src)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := f.call.resolve(m); err != nil {
		return err
	}
	dim := m.Dim()
	if f.call.options.Dim > 0 {
		dim = f.call.options.Dim
	}
	st := embedStats{LoadS: time.Since(start).Seconds(), Precision: f.model.precision, Threads: f.model.threads, BatchTokens: f.model.batchTokens}
	bar := a.bar()
	defer bar.done()
	err = a.write(f.out, func(w io.Writer) error {
		if err := npy.WriteHeader(w, rows, dim); err != nil {
			return err
		}
		block := blockTexts
		if f.passes > 1 {
			block = rows // one pass is over everything
		}
		texts := make([]string, 0, min(block, rows))
		flush := func() error {
			err := embedBlock(ctx, m, w, texts, f, &st)
			texts = texts[:0]
			bar.show("embed", st.Texts, rows)
			return err
		}
		for r, err := range src.Rows(ctx) {
			if err != nil {
				return err
			}
			if texts = append(texts, r.Text); len(texts) == block {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if err := flush(); err != nil {
			return err
		}
		if st.Texts != rows {
			return fmt.Errorf("%s changed while it was read: %d texts, then %d", src.Path(), rows, st.Texts)
		}
		return nil
	})
	if err != nil {
		return err
	}
	bar.done()
	read := src.Stats()
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	if st.Seconds > 0 {
		st.TokensPerS = float64(st.Tokens) / st.Seconds
	}
	all, err := withReading(st, read)
	if err != nil {
		return err
	}
	return a.stats(all)
}

// embedBlock embeds texts and appends their vectors to w. With --stats it
// tokenizes and encodes one after the other, so that each has a time of its own.
func embedBlock(ctx context.Context, m *bert.Model, w io.Writer, texts []string, f *embedFlags, st *embedStats) (err error) {
	if len(texts) == 0 {
		return nil
	}
	var e *bert.Embeddings
	var tokenize, encode, whole float64
	best := func(pass int, seconds *float64, run func() error) error {
		start := time.Now()
		err := run()
		if s := time.Since(start).Seconds(); pass == 0 || s < *seconds {
			*seconds = s
		}
		return err
	}
	base := st.Texts
	defer func() {
		var long *bert.LengthError
		if errors.As(err, &long) {
			long.Text += base // of the whole input
		}
	}()
	embed := func() (err error) {
		e, err = m.EmbedWith(ctx, texts, f.call.options)
		return err
	}
	for pass := range f.passes {
		if f.passes > 1 || !f.stats {
			if err := best(pass, &whole, embed); err != nil {
				return err
			}
		}
		if !f.stats {
			continue
		}
		var tokens *bert.Tokens
		if err := best(pass, &tokenize, func() (err error) { tokens, err = m.TokenizeWith(texts, f.call.options); return err }); err != nil {
			return err
		}
		if err := best(pass, &encode, func() (err error) { e, err = m.EmbedTokens(ctx, tokens); return err }); err != nil {
			return err
		}
	}
	st.Texts += len(texts)
	st.Tokens += e.Tokens
	st.Truncated += e.Truncated
	st.TokenizeS += tokenize
	st.Seconds += encode
	st.TextToVectorS += whole
	data, stride := e.RawFloat32()
	if stride != e.Dim() {
		return errors.New("vectors do not lie end to end")
	}
	return npy.WriteRows(w, data[:len(texts)*stride])
}

type tokenizeFlags struct {
	texts     textFlags
	model     modelFlags
	out       string
	maxLength int
	stats     bool
}

func (a *app) tokenize() *cobra.Command {
	var f tokenizeFlags
	c := verb("tokenize", "Print the tokens of texts as JSON lines", func(ctx context.Context) error { return a.runTokenize(ctx, &f) })
	c.Example = "  cohort tokenize --in texts.txt --max-length 16"
	s := c.Flags()
	f.texts.add(s, false)
	s.StringVar(&f.model.model, "model", "minilm", "`model` whose tokenizer to use: minilm, bge-zh, auto, or a directory")
	s.StringVar(&f.out, "out", "-", "write to this `file`; - is standard output")
	s.BoolVar(&f.stats, "stats", false, "print counts to standard error as one line of JSON")
	s.IntVar(&f.maxLength, "max-length", 0, "truncate texts to this many tokens (0 means no limit)")
	return c
}

// tokenLine is one line of the output; keys as in Hugging Face's encodings.
type tokenLine struct {
	IDs       []int32  `json:"ids"`
	Tokens    []string `json:"tokens"`
	Offsets   [][2]int `json:"offsets"`
	Special   []int    `json:"special_tokens_mask"`
	TypeIDs   []int32  `json:"type_ids"`
	Truncated bool     `json:"truncated"`
}

func (a *app) runTokenize(ctx context.Context, f *tokenizeFlags) error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.maxLength < 0 {
		return usagef("--max-length is %d, want 0 or more", f.maxLength)
	}
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	t, err := f.model.tokenizer(ctx, src)
	if err != nil {
		return err
	}
	if err := a.write(f.out, func(w io.Writer) error { return tokenLines(ctx, w, t, src, f.maxLength) }); err != nil {
		return err
	}
	read := src.Stats()
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	st, err := withReading(map[string]any{"texts": read.Rows}, read)
	if err != nil {
		return err
	}
	return a.stats(st)
}

func tokenLines(ctx context.Context, w io.Writer, t tokenizer, src *source.Source, most int) error {
	n := 0
	for r, err := range src.Rows(ctx) {
		if err != nil {
			return err
		}
		if n++; n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		e, err := t.EncodeWith(r.Text, encodeOptions{MaxLength: most})
		if err != nil {
			return fmt.Errorf("%s: line %d: %w", src.Path(), r.Line, err)
		}
		l := tokenLine{IDs: e.IDs, Tokens: e.Tokens(), Offsets: e.Offsets, TypeIDs: e.TypeIDs, Truncated: e.Truncated, Special: make([]int, e.Len())}
		for i, s := range e.SpecialTokensMask {
			l.Special[i] = int(s)
		}
		if err := jsonLine(w, l); err != nil {
			return err
		}
	}
	return nil
}
