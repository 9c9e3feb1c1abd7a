package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/source"
)

// sinkFlags say which table of a database a verb writes.
type sinkFlags struct{ table string }

func (f *sinkFlags) add(s *pflag.FlagSet) {
	s.StringVar(&f.table, "out-table", "", "`name` of the table that is written in a database (default \""+defaultTable+"\")")
}

// defaultTable is the default table of package source's drivers.
const defaultTable = "cohort"

// isSink reports whether name is written by package source: a database, or a
// file of a format other than the verb's own.
func isSink(name string, own source.Format) bool {
	if name == "-" {
		return false
	}
	if isDatabase(name) {
		return true
	}
	format, packed, err := source.FormatOf(name)
	return err == nil && packed == "" && format != own && format != source.Text && format != source.TSV && format != source.JSON
}

// isDatabase reports whether name is a database.
func isDatabase(name string) bool {
	for _, scheme := range []string{"sqlite:", "postgres://", "postgresql://"} {
		if strings.HasPrefix(name, scheme) {
			return true
		}
	}
	return false
}

// create opens a sink whose rows, in a database, are identified by a key.
func (f *sinkFlags) create(ctx context.Context, name, key string, columns []source.Column) (source.Sink, error) {
	o := source.SinkOptions{Table: f.table}
	format, _, err := source.FormatOf(name)
	if database := strings.Contains(name, ":") && err != nil || format == "sqlite"; database || strings.HasPrefix(name, "sqlite:") {
		o.Key, o.Varies = key, ofSegments
	}
	s, err := source.Create(ctx, name, columns, o)
	return s, usage(err)
}

// fill writes rows and ends the sink, all or nothing.
func fill(s source.Sink, rows func(write func(row ...any) error) error) error {
	err := rows(func(row ...any) error { return s.Write(row) })
	if err != nil {
		_ = s.Abort() // the first error is more informative
		return err
	}
	return s.Commit()
}

var assignmentColumns = []source.Column{
	{Name: "user", Type: source.StringType}, {Name: "segment", Type: source.IntType}, {Name: "segment_name", Type: source.StringType}, {Name: "texts", Type: source.IntType},
	{Name: "distance", Type: source.FloatType}, {Name: "margin", Type: source.FloatType}, {Name: "runner_up", Type: source.IntType},
}

// writeAssigned writes one row per user, with the degrees of membership unless
// they are nil.
func (f *sinkFlags) writeAssigned(ctx context.Context, name string, m *cohort.Segmenter, got []cohort.Assignment, degrees [][]float64) error {
	soft := membershipColumns(m, degrees != nil)
	s, err := f.create(ctx, name, "user", append(slices.Clone(assignmentColumns), numbers(soft)...))
	if err != nil {
		return err
	}
	return fill(s, func(write func(...any) error) error {
		for u, g := range got {
			row := []any{g.User, g.Segment, m.Name(g.Segment), g.Texts, g.Distance, g.Margin, g.RunnerUp}
			if soft != nil {
				row = appendShares(row, degrees[u], len(soft))
			}
			if err := write(row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// placeColumns are the columns of users whose texts were there when their segments
// were found.
var placeColumns = []source.Column{{Name: "x", Type: source.FloatType}, {Name: "y", Type: source.FloatType}, {Name: "deciding_text", Type: source.StringType}}

// The columns of shares and memberships end in the number of a segment, and so
// there are more of them in some runs.
const (
	mixtureColumn    = "mixture_"
	membershipColumn = "membership_"
)

// ofSegments reports whether users in segments have a column, but not users who
// were placed later, or not in all runs.
func ofSegments(column string) bool {
	for _, prefix := range []string{mixtureColumn, membershipColumn} {
		if of, ok := strings.CutPrefix(column, prefix); ok {
			_, err := strconv.ParseUint(of, 10, 31)
			return err == nil
		}
	}
	return slices.ContainsFunc(placeColumns, func(c source.Column) bool { return c.Name == column })
}

// writeSegments writes one row per user, with the contents of segments.csv.
func (f *sinkFlags) writeSegments(ctx context.Context, name string, seg *result.Segmentation) error {
	columns := slices.Concat(assignmentColumns, placeColumns)
	names := map[int]string{}
	numbered := func(prefix string) {
		for _, p := range seg.Segments {
			columns = append(columns, source.Column{Name: prefix + strconv.Itoa(p.ID), Type: source.FloatType})
		}
	}
	for _, p := range seg.Segments {
		names[p.ID] = p.Name
	}
	numbered(mixtureColumn)
	soft := slices.ContainsFunc(seg.Users, func(u result.User) bool { return u.Memberships != nil })
	if soft {
		numbered(membershipColumn)
	}
	s, err := f.create(ctx, name, "user", columns)
	if err != nil {
		return err
	}
	return fill(s, func(write func(...any) error) error {
		row := make([]any, 0, len(columns))
		for _, u := range seg.Users {
			var deciding any
			if len(u.Deciding) > 0 {
				deciding = u.Deciding[0].Text
			}
			row = append(row[:0], u.ID, u.Segment, names[u.Segment], u.Texts, u.Distance, u.Margin, u.RunnerUp, u.X, u.Y, deciding)
			row = appendShares(row, u.Mixture, len(seg.Segments))
			if soft {
				row = appendShares(row, u.Memberships, len(seg.Segments))
			}
			if err := write(row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// numbers returns columns of numbers.
func numbers(names []string) []source.Column {
	var out []source.Column
	for _, n := range names {
		out = append(out, source.Column{Name: n, Type: source.FloatType})
	}
	return out
}

// appendShares appends the n shares of a user, none if they have none.
func appendShares(row []any, shares []float64, n int) []any {
	for i := range n {
		if i < len(shares) {
			row = append(row, shares[i])
		} else {
			row = append(row, nil)
		}
	}
	return row
}

// vectorSink writes vectors [n, dim] as rows of a number, from 1, and the
// vector.
type vectorSink struct {
	source.Sink
	row int
}

// vectorColumns returns the columns of a sink for vectors.
func vectorColumns(dtype string, dim int) ([]source.Column, error) {
	types := map[string]source.Type{"float32": source.Float32Type, "float16": source.Float16Type, "int8": source.Int8Type}
	t, ok := types[dtype]
	if !ok {
		return nil, usagef("--dtype %s can only be written to NumPy files", dtype)
	}
	return []source.Column{{Name: "row", Type: source.IntType}, {Name: "embedding", Type: t, Dim: dim}}, nil
}

func (v *vectorSink) floats(x dense.Matrix) error {
	for i := range x.Len {
		v.row++
		if err := v.Write([]any{v.row, x.Row(i)}); err != nil {
			return err
		}
	}
	return nil
}

func (v *vectorSink) bytes(codes []int8, dim int) error {
	for ; len(codes) > 0; codes = codes[dim:] {
		v.row++
		if err := v.Write([]any{v.row, codes[:dim]}); err != nil {
			return err
		}
	}
	return nil
}
