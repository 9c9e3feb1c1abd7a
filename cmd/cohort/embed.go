package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/journal"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/source"
)

// embedStats is the output of --stats. All times are the best of --passes.
type embedStats struct {
	Texts         int     `json:"texts"`
	Tokens        int     `json:"tokens"`
	Seconds       float64 `json:"seconds"` // only encoding
	TokensPerS    float64 `json:"tokens_per_s"`
	TokenizeS     float64 `json:"tokenize_s"`
	TextToVectorS float64 `json:"text_to_vector_s,omitempty"` // both, overlapping as without --stats; only with several passes
	LoadS         float64 `json:"load_s"`
	Truncated     int     `json:"truncated"`
	Precision     string  `json:"precision"`
	// KeptFloat32 are the parts of a model that int8 would harm.
	KeptFloat32 []string `json:"kept_float32,omitempty"`
	Threads     int      `json:"threads"`
	BatchTokens int      `json:"batch_tokens"`
	Kernel      string   `json:"kernel"`            // the instruction level in use
	Resumed     int      `json:"resumed,omitempty"` // texts that an earlier run had encoded
	encoded     int      // tokens that this run encoded

	Repair *cohort.Repaired `json:"repair,omitempty"` // without counts of what was put right
}

type embedFlags struct {
	texts  textFlags
	model  modelFlags
	out    string
	stats  bool
	passes int
	dtype  string
	ranges string
	kind   string
	call   callFlags
	sink   sinkFlags
	keep   checkpointFlags
	repair repairFlag
	mend   func(string) string // gives the text that the model reads
}

func (a *app) embed() *cobra.Command {
	var f embedFlags
	c := verb("embed", "Embed texts as vectors: a NumPy file [texts, dim] of float32", func(ctx context.Context) error { return a.runEmbed(ctx, &f) })
	c.Example = "  cohort embed --in texts.txt --out vectors.npy --stats\n  cohort embed --in texts.txt --model SPLADE --kind sparse --as query --out vectors.jsonl"
	s := c.Flags()
	f.texts.add(s, false)
	f.model.add(s, "minilm")
	f.model.addPooling(s)
	f.call.add(s)
	f.sink.add(s)
	f.keep.add(s)
	s.StringVar(&f.repair.mode, "repair", "off", "put misspelt words right first, and missing spaces back: auto (if the texts are noisy), on or `off`")
	s.StringVar(&f.out, "out", "", "write vectors to this `file`: NumPy (.npy), .parquet, .arrow or .jsonl; or to a database (sqlite:FILE, postgres://…); - is standard output")
	s.StringVar(&f.kind, "kind", "dense", "kind of vectors: dense, sparse (a line of JSON a text: indices and values) or multi (one per token; a line of JSON a text: vectors)")
	s.StringVar(&f.dtype, "dtype", "float32", "type of the values: float32, float16, int8 (levels of each feature's range), binary (8 features a byte)")
	s.StringVar(&f.ranges, "ranges", "", "NumPy `file` [2, dim] of each feature's least and greatest value, for int8 (default: the vectors' own)")
	s.BoolVar(&f.stats, "stats", false, "print counts and times to standard error as one line of JSON")
	s.IntVar(&f.passes, "passes", 1, "encode this many times and report the fastest (holds all texts in memory)")
	groupFlags(c)
	return c
}

// add counts the texts of a block.
func (st *embedStats) add(e *journal.Encoded) {
	st.Texts += e.Texts
	st.Tokens += e.Tokens
	st.Truncated += e.Truncated
}

// blockTexts is the number of texts held in memory at once.
const blockTexts = 16384

// check reports flags that are missing or exclude each other.
func (f *embedFlags) check() error {
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.passes < 1 {
		return usagef("--passes is %d, want 1 or more", f.passes)
	}
	if err := f.call.check(); err != nil {
		return err
	}
	if err := f.checkKind(); err != nil {
		return err
	}
	if !slices.Contains(dtypes, f.dtype) {
		return usagef("--dtype is %q, want one of %s", f.dtype, strings.Join(dtypes, ", "))
	}
	if f.ranges != "" && f.dtype != "int8" {
		return usagef("--ranges requires --dtype int8")
	}
	if f.call.options.Overlength == bert.MeanOfChunks && f.stats {
		return usagef("--stats times tokenizing and encoding separately, which is not possible with --overlength mean")
	}
	if _, err := f.model.options(); err != nil {
		return err
	}
	if err := f.keep.check(journalBeside(f.out)); err != nil {
		return err
	}
	if err := f.repair.set(&cohort.Options{}); err != nil {
		return err
	}
	if f.keep.resume && f.passes > 1 {
		return usagef("--resume and --passes exclude each other")
	}
	return nil
}

// runEmbed embeds block by block, so that any number of texts and vectors fits
// in memory.
func (a *app) runEmbed(ctx context.Context, f *embedFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	release, err := lockFile(f.out)
	if err != nil {
		return err
	}
	defer release()
	if f.keep.resume && journalBeside(f.out) != "" {
		removeParts(f.out, false)
	}
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	rows, err := countRows(ctx, src) // the header comes first and needs the count
	if err != nil {
		return err
	}
	start := time.Now()
	m, err := f.model.loadFor(ctx, src)
	if err != nil {
		return err
	}
	defer m.Close()
	if f.mend, err = f.repair.mender(ctx, src, m); err != nil {
		return err
	}
	c, err := f.keep.open(ctx, a, journalBeside(f.out), src, m, append(f.call.settings(f.kind), journal.Setting{Name: "--repair", Value: f.repair.mode})...)
	if err != nil {
		return err
	}
	defer c.close()
	st := f.begun(m, start)
	if n := len(st.KeptFloat32); n > 0 && !f.stats {
		fmt.Fprintf(a.err, "cohort: note: int8 would harm %d parts of this model, which stay in float32 (--stats lists them)\n", n)
	}
	if f.kind != "dense" {
		return a.embedKind(ctx, f, m, src, rows, c, &st)
	}
	if err := f.call.resolve(m); err != nil {
		return err
	}
	bar := a.bar()
	defer bar.done()
	shown := func() { bar.show("embed", st.Texts, rows) }
	if isSink(f.out, "npy") {
		err = f.intoSink(ctx, m, src, rows, c, &st, shown)
	} else {
		err = a.write(f.out, func(w io.Writer) error { return embedRows(ctx, m, w, nil, src, rows, f, c, &st, shown) })
	}
	if errors.Is(err, bert.ErrVectorKind) {
		err = fmt.Errorf("--kind dense: %w", err)
	}
	if err != nil {
		return err
	}
	bar.done()
	return a.embedDone(f, src, c, &st)
}

// begun returns the statistics known once the model is loaded.
func (f *embedFlags) begun(m *bert.Model, start time.Time) embedStats {
	return embedStats{
		LoadS: time.Since(start).Seconds(), Precision: f.model.precision, KeptFloat32: m.KeptFloat32(),
		Threads: f.model.threads, BatchTokens: f.model.batchTokens, Kernel: kernel.Active().String(),
	}
}

// embedDone removes the journal and reports what was read, and the times if
// --stats is given.
func (a *app) embedDone(f *embedFlags, src *source.Source, c *checkpoint, st *embedStats) error {
	if err := c.finish(); err != nil {
		return err
	}
	if st.Resumed = c.resumed(); !f.stats {
		c.note(a)
		f.repair.tell(a)
	}
	st.Repair = f.repair.told
	read := src.Stats()
	if err := f.texts.done(a, read, f.stats); err != nil || !f.stats {
		return err
	}
	if st.Seconds > 0 {
		st.TokensPerS = float64(st.encoded) / st.Seconds
	}
	all, err := withReading(*st, read)
	if err != nil {
		return err
	}
	return a.stats(all)
}

// intoSink writes the vectors of rows texts to a sink of package source.
func (f *embedFlags) intoSink(ctx context.Context, m *bert.Model, src *source.Source, rows int, c *checkpoint, st *embedStats, shown func()) error {
	columns, err := vectorColumns(f.dtype, f.dim(m))
	if err != nil {
		return err
	}
	s, err := f.sink.create(ctx, f.out, "row", columns)
	if err != nil {
		return err
	}
	return fill(s, func(func(...any) error) error {
		return embedRows(ctx, m, nil, &vectorSink{Sink: s}, src, rows, f, c, st, shown)
	})
}

// dim returns the dimension of the vectors.
func (f *embedFlags) dim(m *bert.Model) int {
	if f.call.options.Dim > 0 {
		return f.call.options.Dim
	}
	return m.Dim()
}

// countRows returns the number of texts.
func countRows(ctx context.Context, src *source.Source) (rows int, err error) {
	for _, err := range src.Rows(ctx) {
		if err != nil {
			return 0, err
		}
		if rows++; rows%4096 == 0 && ctx.Err() != nil {
			return 0, parallel.Cause(ctx)
		}
	}
	return rows, nil
}

// embedRows writes the vectors of rows texts, block by block, and calls shown
// after each block.
func embedRows(ctx context.Context, m *bert.Model, w io.Writer, sink *vectorSink, src *source.Source, rows int, f *embedFlags, c *checkpoint, st *embedStats, shown func()) error {
	out, err := newVectorWriter(w, sink, f.dtype, f.ranges, rows, f.dim(m))
	if err != nil {
		return err
	}
	defer out.close()
	block := blockTexts
	if f.passes > 1 {
		block = rows // each pass covers everything
	}
	err = f.blocks(ctx, src, rows, block, c, func(texts []string) error {
		err := embedBlock(ctx, m, out, texts, f, c, st)
		shown()
		return err
	})
	if err != nil {
		return err
	}
	return out.finish()
}

// blocks calls do for the rows texts of src, most of them at once, or as many as the
// journal's next block has.
func (f *embedFlags) blocks(ctx context.Context, src *source.Source, rows, most int, c *checkpoint, do func(texts []string) error) error {
	size, err := c.size(most)
	if err != nil {
		return err
	}
	done := 0
	texts := make([]string, 0, min(most, rows))
	flush := func() error {
		err := do(texts)
		done += len(texts)
		texts = texts[:0]
		if err == nil {
			size, err = c.size(most)
		}
		return err
	}
	for r, err := range src.Rows(ctx) {
		if err != nil {
			return err
		}
		if texts = append(texts, f.mend(r.Text)); len(texts) == size {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	if done != rows {
		return fmt.Errorf("%s changed while it was read: %d texts, then %d", src.Path(), rows, done)
	}
	return nil
}

// embedBlock embeds texts and appends their vectors to out. With --stats it
// first tokenizes and then encodes, so that each can be timed separately. What
// c has is not encoded again.
func embedBlock(ctx context.Context, m *bert.Model, out *vectorWriter, texts []string, f *embedFlags, c *checkpoint, st *embedStats) (err error) {
	if len(texts) == 0 {
		return nil
	}
	saved, err := c.saved(texts)
	if err != nil {
		return err
	}
	if saved != nil {
		data, err := saved.Vectors(nil, f.dim(m))
		if err != nil {
			return err
		}
		st.add(saved)
		return out.add(dense.Matrix{Rows: dense.Rows[float32]{Data: data, Len: len(texts), Dim: f.dim(m), Stride: f.dim(m)}})
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
	st.encoded += e.Tokens
	st.TokenizeS += tokenize
	st.Seconds += encode
	st.TextToVectorS += whole
	data, stride := e.RawFloat32()
	if stride != e.Dim() {
		return errors.New("vectors are not contiguous")
	}
	done := journal.Encoded{Texts: len(texts), Tokens: e.Tokens, Truncated: e.Truncated}
	st.add(&done)
	if c != nil {
		done.Digest, done.Data = digest(texts).Sum(), journal.AppendVectors(nil, data)
		if err := c.append(&done); err != nil {
			return err
		}
	}
	return out.add(dense.Matrix{Rows: dense.Rows[float32]{Data: data, Len: len(texts), Dim: stride, Stride: stride}})
}
