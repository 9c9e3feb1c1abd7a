package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/npy"
)

type encodeFlags struct {
	model            modelFlags
	ids, mask, types string
	out              string
	head             bool
}

// encode returns the verb that runs a model over token ids, for comparison with
// other implementations.
func (a *app) encode() *cobra.Command {
	var f encodeFlags
	c := verb("encode", "Hidden states, or logits, of token ids", func(ctx context.Context) error { return a.runEncode(ctx, &f) })
	c.Long = "Run a model over texts that were tokenized elsewhere, as two-dimensional NumPy files of\nintegers, and write the last hidden states [texts, tokens, hidden] as float32, or with\n--head what the model's head says: [texts, outputs] or [texts, tokens, outputs]. Rows of\ntokens that the mask leaves out are zero. The model needs no tokenizer."
	c.Example = "  cohort encode --model DIR --ids ids.npy --mask mask.npy --out hidden.npy"
	s := c.Flags()
	f.model.add(s, "")
	s.StringVar(&f.ids, "ids", "", "token ids, [texts, tokens]: this `file`")
	s.StringVar(&f.mask, "mask", "", "1 for tokens, 0 for padding, [texts, tokens]: this `file`")
	s.StringVar(&f.types, "types", "", "token types, [texts, tokens]: this `file` (default: all 0)")
	s.StringVar(&f.out, "out", "", "write to this `file`; - is standard output")
	s.BoolVar(&f.head, "head", false, "write the logits of the model's head")
	return c
}

// paddedInput holds texts in rows of equal length, as other implementations
// take them.
type paddedInput struct {
	texts  []bert.Input
	places [][]int // positions of each text's tokens within its row
	width  int     // tokens per row
}

func (f *encodeFlags) read() (*paddedInput, error) {
	ids, err := npy.ReadMatrix(f.ids)
	if err != nil {
		return nil, err
	}
	rows, width := ids.Dims()
	// beside reads a file that must have the same shape as the ids.
	beside := func(path string) (mat.Matrix, error) {
		m, err := npy.ReadMatrix(path)
		if err != nil {
			return nil, err
		}
		if r, c := m.Dims(); r != rows || c != width {
			return nil, fmt.Errorf("%s is [%d, %d], want the shape of %s, [%d, %d]", path, r, c, f.ids, rows, width)
		}
		return m, nil
	}
	mask, err := beside(f.mask)
	if err != nil {
		return nil, err
	}
	var types mat.Matrix
	if f.types != "" {
		if types, err = beside(f.types); err != nil {
			return nil, err
		}
	}
	in := &paddedInput{texts: make([]bert.Input, rows), places: make([][]int, rows), width: width}
	for i := range rows {
		t := &in.texts[i]
		for j := range width {
			if mask.At(i, j) == 0 {
				continue
			}
			t.IDs = append(t.IDs, int32(ids.At(i, j)))
			if types != nil {
				t.TypeIDs = append(t.TypeIDs, int32(types.At(i, j)))
			}
			in.places[i] = append(in.places[i], j)
		}
		t.Padded = mask.At(i, width-1) == 0
	}
	return in, nil
}

func (a *app) runEncode(ctx context.Context, f *encodeFlags) error {
	if err := need([2]string{"model", f.model.model}, [2]string{"ids", f.ids}, [2]string{"mask", f.mask}, [2]string{"out", f.out}); err != nil {
		return err
	}
	if f.model.model == "auto" {
		return usagef("--model auto looks at the texts, and this verb reads none: name a model")
	}
	in, err := f.read()
	if err != nil {
		return err
	}
	f.model.withoutTokenizer = true
	m, err := f.model.load(ctx, f.model.model)
	if err != nil {
		return err
	}
	defer m.Close()
	if !f.head {
		return a.encodeHidden(ctx, m, in, f.out)
	}
	logits, err := m.Logits(ctx, in.texts)
	if err != nil {
		return err
	}
	return a.write(f.out, func(w io.Writer) error {
		if logits.PerToken {
			return in.write(w, logits.Outputs, logits.Texts)
		}
		if err := npy.WriteHeader(w, len(in.texts), logits.Outputs); err != nil {
			return err
		}
		for _, row := range logits.Texts {
			if err := npy.WriteRows(w, row); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *app) encodeHidden(ctx context.Context, m *bert.Model, in *paddedInput, out string) error {
	h, err := m.EncodeIDs(ctx, in.texts)
	if err != nil {
		return err
	}
	last := h.Layers[len(h.Layers)-1]
	rows := make([][]float32, h.Texts)
	for i := range rows {
		from := i * h.Tokens * h.Output
		rows[i] = last[from : from+len(h.IDs[i])*h.Output]
	}
	return a.write(out, func(w io.Writer) error { return in.write(w, h.Output, rows) })
}

// write writes the rows of texts, [tokens, size] each, at the positions of
// their tokens: [texts, width, size].
func (in *paddedInput) write(w io.Writer, size int, texts [][]float32) error {
	if err := npy.WriteShape(w, len(texts), in.width, size); err != nil {
		return err
	}
	padded := make([]float32, in.width*size)
	for i, rows := range texts {
		clear(padded)
		for k, place := range in.places[i] {
			copy(padded[place*size:(place+1)*size], rows[k*size:])
		}
		if err := npy.WriteRows(w, padded); err != nil {
			return err
		}
	}
	return nil
}
