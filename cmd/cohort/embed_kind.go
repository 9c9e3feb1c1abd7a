package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/journal"
	"github.com/seed-56ee9438/cohort/source"
)

// checkKind reports usage errors of --kind.
func (f *embedFlags) checkKind() error {
	switch f.kind {
	case "dense":
		return nil
	case "sparse", "multi":
	default:
		return usagef("--kind is %q, want dense, sparse or multi", f.kind)
	}
	switch {
	case f.dtype != "float32" || f.ranges != "":
		return usagef("--dtype and --ranges are for --kind dense")
	case f.passes > 1:
		return usagef("--passes is for --kind dense")
	case f.call.options.Dim != 0:
		return usagef("--dim is for --kind dense")
	case f.call.options.Overlength == bert.MeanOfChunks:
		return usagef("--overlength mean is for --kind dense")
	}
	return nil
}

// sparseLine and multiLine are the lines of the output.
type (
	sparseLine struct {
		Indices []int32   `json:"indices"`
		Values  []float32 `json:"values"`
	}
	multiLine struct {
		Vectors [][]float32 `json:"vectors"`
	}
)

// embedKind writes sparse vectors or multi-vectors, a line a text.
func (a *app) embedKind(ctx context.Context, f *embedFlags, m *bert.Model, src *source.Source, rows int, c *checkpoint, st *embedStats) error {
	task, err := f.call.task(m)
	if err != nil {
		return err
	}
	if f.kind == "sparse" && m.GuessesSparse() {
		fmt.Fprintln(a.err, "cohort: note: the model's directory has no modules.json; a model for masked words is taken for SPLADE with the maximum over tokens")
	}
	bar := a.bar()
	defer bar.done()
	err = a.write(f.out, func(w io.Writer) error {
		return f.blocks(ctx, src, rows, kindTexts, c, func(texts []string) error {
			err := f.kindBlock(ctx, m, w, texts, task, c, st)
			bar.show("embed", st.Texts, rows)
			return err
		})
	})
	if err != nil {
		return err
	}
	bar.done()
	return a.embedDone(f, src, c, st)
}

// kindTexts is the number of texts whose vectors are held in memory at once.
const kindTexts = 1024

// kindBlock writes the vectors of some texts.
func (f *embedFlags) kindBlock(ctx context.Context, m *bert.Model, w io.Writer, texts []string, task bert.Task, c *checkpoint, st *embedStats) error {
	if len(texts) == 0 {
		return nil
	}
	saved, err := c.saved(texts)
	if err != nil {
		return err
	}
	if saved != nil {
		st.add(saved)
		_, err := w.Write(saved.Data)
		return err
	}
	start := time.Now()
	var lines []any
	var tokens, truncated int
	if f.kind == "sparse" {
		var v *bert.SparseVectors
		if v, err = m.EmbedSparseAs(ctx, texts, task, f.call.options); err == nil {
			tokens, truncated = v.Tokens, v.Truncated
			for i := range v.Len() {
				indices, values := v.Row(i)
				lines = append(lines, sparseLine{append([]int32{}, indices...), append([]float32{}, values...)})
			}
		}
	} else {
		var v *bert.MultiVectors
		if v, err = m.EmbedMultiAs(ctx, texts, task, f.call.options); err == nil {
			tokens, truncated = v.Tokens, v.Truncated
			for i := range v.Len() {
				lines = append(lines, multiLine{v.Rows(i)})
			}
		}
	}
	var long *bert.LengthError
	if errors.As(err, &long) {
		long.Text += st.Texts // of the whole input
	}
	if errors.Is(err, bert.ErrVectorKind) {
		return fmt.Errorf("--kind %s: %w", f.kind, err)
	}
	if err != nil {
		return err
	}
	st.encoded += tokens
	st.Seconds += time.Since(start).Seconds()
	var b bytes.Buffer
	for _, l := range lines {
		if err := jsonLine(&b, l); err != nil {
			return err
		}
	}
	done := journal.Encoded{Texts: len(texts), Tokens: tokens, Truncated: truncated, Data: b.Bytes()}
	st.add(&done)
	if c != nil {
		done.Digest = digest(texts).Sum()
		if err := c.append(&done); err != nil {
			return err
		}
	}
	_, err = w.Write(b.Bytes())
	return err
}

// task returns what texts are for, according to --as; a name other than query
// and document is that of a prompt.
func (f *callFlags) task(m *bert.Model) (bert.Task, error) {
	switch f.as {
	case "":
		return bert.AnyTask, nil
	case "query":
		return bert.Query, nil
	case "document":
		return bert.Document, nil
	}
	return bert.AnyTask, f.resolve(m)
}
