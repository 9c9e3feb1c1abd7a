// Package xlsx lets package source read Excel workbooks.
//
// Import it for its side effect:
//
//	import _ "github.com/seed-56ee9438/cohort/source/xlsx"
//
// It reads the first sheet that is not hidden, or the one named by
// Options.Table, row by row. The header is the first non-empty row, or a later
// one, below titles, that has the requested columns. Values are the stored ones,
// not as displayed: a date is the number of its day, which source.ParseTime
// understands, in workbooks that count from 1904, too, unless the times are read
// as excel1904. Errors (#REF!) are no values.
//
// The value of a cell that is merged over several rows holds in each of them that
// has values of its own: in the first of the merged columns, unless the row has a
// value there, too. It does not hold in the other columns, for a user is no text.
// Such cells are counted.
package xlsx

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/source"
)

// Format is the name of the format.
const Format source.Format = "xlsx"

func init() {
	source.Register(source.Driver{Format: Format, Suffixes: []string{".xlsx", ".xlsm"}, Open: open})
}

// Limits on the unpacked size of a workbook, in bytes: sheets beyond the second
// limit use a temporary file.
const (
	mostUnpacked = 8 << 30
	mostInMemory = 64 << 20
)

// failures are what formulas give that cannot be computed.
var failures = []string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}

// table is a sheet.
type table struct {
	path, sheet string
	file        *excelize.File
	columns     []string
	header      int       // 1-based row
	last        int       // row of the sheet
	merges      []merge   // by their first rows
	calendar    *calendar // nil for the usual one
	parts       *parts    // nil without a calendar
	part        string    // of the sheet
}

func open(ctx context.Context, name string, o source.DriverOptions) (source.Table, error) {
	if o.Query != "" {
		return nil, fmt.Errorf("%w: a workbook has no queries", source.ErrOption)
	}
	f, err := openFile(name)
	if err != nil {
		return nil, err
	}
	t := &table{path: name, file: f}
	if err := t.begin(ctx, o); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// openFile opens a workbook; the library panics on some damaged ones.
func openFile(name string) (f *excelize.File, err error) {
	defer recovered(&err)
	f, err = excelize.OpenFile(name, excelize.Options{RawCellValue: true, UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostInMemory})
	if errors.Is(err, excelize.ErrWorkbookFileFormat) {
		err = fmt.Errorf("not a workbook that can be read (is it protected by a password?): %w", err)
	}
	return f, err
}

func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("damaged: %v", r)
	}
}

// begin finds the sheet and its header.
func (t *table) begin(ctx context.Context, o source.DriverOptions) error {
	sheets := t.file.GetSheetList()
	if len(sheets) == 0 {
		return errors.New("a workbook without sheets")
	}
	t.sheet = firstVisible(t.file, sheets)
	if o.Table != "" {
		if !slices.Contains(sheets, o.Table) {
			return fmt.Errorf("%w: no sheet is called %q: there are %s", source.ErrOption, o.Table, strings.Join(columns.Quoted(sheets), ", "))
		}
		t.sheet = o.Table
	}
	if err := t.look(o); err != nil {
		return err
	}
	var rows [][]string
	var at []int
	merged := newFiller(t.merges, 0, excelize.MaxColumns)
	err := t.each(ctx, func(n int, cells []string) error {
		cells, _ = merged.fill(n, cells)
		if rows, at = append(rows, trimmed(cells)), append(at, n); len(rows) == 40 {
			return errStopped
		}
		return nil
	})
	if err != nil && !errors.Is(err, errStopped) {
		return err
	}
	if len(rows) == 0 {
		return fmt.Errorf("sheet %q: %w", t.sheet, source.ErrEmpty)
	}
	h := max(0, columns.HeaderRow(rows, o.Want))
	t.columns, t.header = rows[h], at[h]
	return nil
}

// look finds what the library does not tell row by row.
func (t *table) look(o source.DriverOptions) (err error) {
	if !slices.ContainsFunc(o.TimeFormats, func(f string) bool { return strings.EqualFold(f, "excel1904") }) { // else the times are read so
		if t.calendar, err = newCalendar(t.file); err != nil {
			return err
		}
	}
	if t.parts, err = openParts(t.path); err != nil {
		return err
	}
	if t.calendar == nil {
		defer func() {
			err = errors.Join(err, t.parts.Close())
			t.parts = nil
		}()
	}
	if t.part, err = t.parts.sheet(t.file, t.sheet); err != nil {
		return err
	}
	in, err := t.parts.open(t.part)
	if err != nil {
		return err
	}
	t.merges, t.last, err = readMerges(newTags(in), mostMerges)
	if err = errors.Join(err, in.Close()); err != nil {
		return fmt.Errorf("sheet %q: %w", t.sheet, err)
	}
	return nil
}

// firstVisible returns the first sheet that is not hidden, or the first one.
func firstVisible(f *excelize.File, sheets []string) string {
	for _, s := range sheets {
		if shown, err := f.GetSheetVisible(s); err == nil && shown {
			return s
		}
	}
	return sheets[0]
}

func trimmed(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.TrimSpace(c)
	}
	return out
}

var errStopped = errors.New("stopped")

// each calls do with each non-empty row and its number from 1.
func (t *table) each(ctx context.Context, do func(n int, cells []string) error) (err error) {
	defer recovered(&err)
	rows, err := t.file.Rows(t.sheet)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	n := 1
	for ; rows.Next(); n++ {
		if n%256 == 1 && ctx.Err() != nil {
			return parallel.Cause(ctx)
		}
		cells, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("row %d: %w", n, err)
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) == 0 {
			continue
		}
		if err := do(n, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return err
	}
	if n <= t.last { // the library ends in silence where XML is at fault
		return fmt.Errorf("damaged: what can be read of it ends in row %d, want %d", n-1, t.last)
	}
	return nil
}

func (t *table) Columns() []string { return t.columns }

func (t *table) Close() error {
	err := t.file.Close()
	if t.parts != nil {
		err = errors.Join(err, t.parts.Close())
		t.parts = nil
	}
	return err
}

// Records implements source.Table.
func (t *table) Records(ctx context.Context) iter.Seq2[source.Record, error] {
	return func(yield func(source.Record, error) bool) {
		err := t.records(ctx, yield)
		if err != nil && !errors.Is(err, errStopped) {
			yield(source.Record{}, err)
		}
	}
}

func (t *table) records(ctx context.Context, yield func(source.Record, error) bool) (err error) {
	var styles *styles
	if t.calendar != nil {
		in, err := t.parts.open(t.part)
		if err != nil {
			return err
		}
		defer in.Close()
		styles = newStyles(newTags(in))
	}
	merged := newFiller(t.merges, t.header, len(t.columns))
	return t.each(ctx, func(n int, cells []string) error {
		if n <= t.header {
			return nil
		}
		var wrong error
		if len(cells) > len(t.columns) {
			wrong = &source.RowError{Path: t.path, Line: n, Err: fmt.Errorf("%d cells, want %d as in the header", len(cells), len(t.columns)), Raw: []byte(strings.Join(cells, "\t"))}
		}
		if styles != nil {
			if err := styles.read(n); err != nil {
				return fmt.Errorf("row %d: %w", n, err)
			}
			for i, v := range cells {
				cells[i] = t.calendar.usual(v, styles.cells[i+1])
			}
		}
		cells, filled := merged.fill(n, cells)
		rec := source.Record{}
		if wrong == nil {
			rec = t.record(n, cells)
			rec.Merged = filled
		}
		if !yield(rec, wrong) {
			return errStopped
		}
		return nil
	})
}

// record converts the cells of a row.
func (t *table) record(n int, cells []string) source.Record {
	rec := source.Record{Line: n, Fields: make([]source.Field, len(t.columns))}
	for i := range rec.Fields {
		f := &rec.Fields[i]
		f.Name = t.columns[i]
		if i >= len(cells) || cells[i] == "" || slices.Contains(failures, cells[i]) {
			f.Kind = source.Null
			continue
		}
		f.Value = strings.ReplaceAll(cells[i], "\r", "") // of line endings
		if _, err := strconv.ParseFloat(f.Value, 64); err == nil {
			f.Kind = source.Number
		}
	}
	return rec
}
