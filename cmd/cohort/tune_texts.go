package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/internal/sheet"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/train"
)

func (t *tuning) options(m *bert.Model) cohort.Options {
	return cohort.Options{Model: m, Prepare: t.private, Progress: func(p cohort.Progress) { t.bar.show(p.Stage, p.Done, p.Total) }}
}

// vectors returns the rows of the users and then of the seeds, [rows, dim], and
// notes the users.
func (t *tuning) vectors(ctx context.Context, m *bert.Model) (mat.Matrix, error) {
	users, x, err := t.seg.Vectors(ctx, readTexts(ctx, t.src, nil, t.private, nil), t.options(m))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.src.Path(), err)
	}
	t.users = users
	if len(t.said.Seeds) == 0 {
		return x, nil
	}
	texts := make([]string, len(t.said.Seeds))
	for i, s := range t.said.Seeds {
		texts[i] = s.Text
	}
	prepared, err := t.private.Prepare(ctx, texts)
	if err != nil {
		return nil, err
	}
	for i, p := range prepared {
		texts[i] = p.Text
	}
	seeds, err := m.Embed(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("seeds: %w", err)
	}
	n, d := x.Dims()
	all := mat.NewDense(n+len(texts), d, nil)
	all.Slice(0, n, 0, d).(*mat.Dense).Copy(x)
	for i := range texts {
		row := all.RowView(n + i).(*mat.VecDense)
		row.CopyVec(mat.DenseCopyOf(seeds).RowView(i))
		if length := mat.Norm(row, 2); length > 0 {
			row.ScaleVec(1/length, row)
		}
	}
	return all, nil
}

// vectorsOf is vectors of a model in a directory.
func (t *tuning) vectorsOf(ctx context.Context, dir string) (mat.Matrix, error) {
	o, err := t.flags.model.options()
	if err != nil {
		return nil, err
	}
	m, err := bert.Load(dir, o)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return t.vectors(ctx, m)
}

// constraints refers what people said to the users.
func (t *tuning) constraints(ctx context.Context, m *bert.Model) (*feedback.Constraints, error) {
	if err := t.rename(ctx); err != nil {
		return nil, err
	}
	if len(t.said.Edits) > 0 {
		placed, err := t.seg.Assign(ctx, readTexts(ctx, t.src, nil, t.private, nil), t.options(m))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.src.Path(), err)
		}
		var users []string
		var of []int
		for _, p := range placed {
			users, of = append(users, p.User), append(of, p.Segment)
		}
		if t.stats.Splits, err = t.said.AddEdits(users, of); err != nil {
			return nil, err
		}
	}
	return t.said.Constraints(t.users)
}

// rename replaces users' names by those under which they are shown.
func (t *tuning) rename(ctx context.Context) error {
	known := make(map[string]bool, len(t.users))
	for _, u := range t.users {
		known[u] = true
	}
	var names []*string
	for _, pairs := range [][]feedback.Pair{t.said.MustLink, t.said.CannotLink} {
		for i := range pairs {
			names = append(names, &pairs[i][0], &pairs[i][1])
		}
	}
	for i := range t.said.Assign {
		names = append(names, &t.said.Assign[i].User)
	}
	var at []*string
	var ids []string
	for _, n := range names {
		if !known[*n] { // not taken from a report
			at, ids = append(at, n), append(ids, *n)
		}
	}
	shown, err := t.private.UserIDs(ctx, ids)
	if err != nil {
		return err
	}
	for i, n := range at {
		*n = shown[i]
	}
	return nil
}

// trainEncoder tunes the encoder so that texts of users who belong together are
// close, and saves it to dir.
func (t *tuning) trainEncoder(ctx context.Context, m *bert.Model, c *feedback.Constraints, dir string) error {
	group := c.Groups()
	row := make(map[string]int, len(t.users))
	for i, u := range t.users {
		row[u] = i
	}
	var examples []train.Labelled
	var texts []string
	add := func(text string, g int) {
		if g >= 0 {
			texts, examples = append(texts, text), append(examples, train.Labelled{Label: strconv.Itoa(g)})
		}
	}
	for x, err := range readTexts(ctx, t.src, nil, t.private, nil) {
		if err != nil {
			return err
		}
		if r, ok := row[x.User]; ok {
			add(x.Text, group[r])
		}
	}
	for i, s := range t.said.Seeds {
		add(s.Text, group[len(t.users)+i])
	}
	prepared, err := t.private.Prepare(ctx, texts)
	if err != nil {
		return err
	}
	for i, p := range prepared {
		examples[i].Text = p.Text
	}
	o := t.flags.train
	o.Adapters, o.Seed, o.Threads = &t.flags.adapter, t.flags.split.Seed, t.flags.model.threads
	o.Progress = func(p train.Progress) { t.bar.show("train", p.Step, p.Steps) }
	r, err := train.Run(ctx, m, func(yield func(train.Labelled, error) bool) {
		for _, e := range examples {
			if !yield(e, nil) {
				return
			}
		}
	}, &train.Contrast{}, o)
	if err != nil {
		return err
	}
	return r.Model.Save(dir)
}

// write adds the segments to the model's directory.
func (t *tuning) write(dir string, c *feedback.Constraints, found *feedback.Clusters) error {
	return writeAll(dir, map[string]func(io.Writer) error{
		segmentsCSV: func(w io.Writer) error {
			out := sheet.NewWriter(w)
			if err := out.Write([]string{"user", "segment", "segment_name"}); err != nil {
				return err
			}
			for i, u := range t.users {
				s, name := found.Labels[i], ""
				if s < len(c.Segments) {
					name = c.Segments[s]
				}
				if err := out.Write([]string{u, strconv.Itoa(s + 1), name}); err != nil {
					return err
				}
			}
			return out.Flush()
		},
		"centres.npy": func(w io.Writer) error { return npy.Write(w, found.Centers) },
		"tuning.json": func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(t.stats)
		},
	})
}
