// Package parquet lets package source read and write Apache Parquet.
//
// Import it for its side effect:
//
//	import _ "github.com/seed-56ee9438/cohort/source/parquet"
//
// Nested columns are named by their path, a.b. Lists are returned as JSON, with
// lists of lists as such and null for what JSON does not have (NaN).
// Strings, integers and float64 are written as nullable columns, and vectors as
// lists of float, FLOAT16 or INT_8.
package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/big"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/source"
)

// Format is the name of the format.
const Format source.Format = "parquet"

func init() {
	source.Register(source.Driver{Format: Format, Suffixes: []string{".parquet", ".pq"}, Open: open, Create: create})
}

// table is a Parquet file.
type table struct {
	file    *os.File
	pq      *parquet.File
	leaves  []leaf
	columns []string
}

// leaf is a column of values.
type leaf struct {
	name     string
	lists    []listLevel // around a value, the outermost first; none if a row has one value
	value    func(parquet.Value) (string, source.Kind)
	position int
}

func open(_ context.Context, name string, o source.DriverOptions) (source.Table, error) {
	if o.Query != "" || o.Table != "" {
		return nil, fmt.Errorf("%w: a Parquet file has no queries and tables", source.ErrOption)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	pq, err := openFile(f, info.Size())
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("not a Parquet file that can be read: %w", err)
	}
	t := &table{file: f, pq: pq}
	if err := t.bind(); err != nil {
		f.Close()
		return nil, fmt.Errorf("not a Parquet file that can be read: %w", err)
	}
	return t, nil
}

// bind finds the columns.
func (t *table) bind() error {
	var elements []format.SchemaElement // of the leaves; nodes do not show FLOAT16
	for _, e := range t.pq.Metadata().Schema {
		if e.NumChildren.V == 0 {
			elements = append(elements, e)
		}
	}
	for i, path := range t.pq.Schema().Columns() {
		l, ok := t.pq.Schema().Lookup(path...)
		if !ok {
			continue
		}
		name := columnName(path)
		if d := decimalOf(l.Node); d != nil && (d.Scale < 0 || d.Scale > mostScale) {
			return fmt.Errorf("column %q has %d decimal places, want 0 to %d", name, d.Scale, mostScale)
		}
		leaf := leaf{name: name, lists: listLevels(t.pq.Schema(), path), value: valuer(l.Node, elements[i]), position: l.ColumnIndex}
		t.leaves, t.columns = append(t.leaves, leaf), append(t.columns, name)
	}
	return nil
}

// mostScale is the largest number of decimal places that is read; numbers grow
// with it.
const mostScale = 1000

// decimalOf returns the type of a node of decimals, else nil.
func decimalOf(n parquet.Node) *format.DecimalType {
	if l := n.Type().LogicalType(); l != nil {
		if d, ok := l.Value.(*format.DecimalType); ok {
			return d
		}
	}
	return nil
}

// openFile opens a file; the library panics on some damaged ones.
func openFile(f io.ReaderAt, size int64) (pq *parquet.File, err error) {
	defer recovered(&err)
	return parquet.OpenFile(f, size)
}

// recovered converts the library's panic on a damaged file to an error.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("damaged: %v", r)
	}
}

// columnName returns a path without the groups that the format puts around the
// elements of a list.
func columnName(path []string) string {
	var out []string
	for i := 0; i < len(path); i++ {
		if i+1 < len(path) && i > 0 && (path[i] == "list" && (path[i+1] == "element" || path[i+1] == "item") || path[i] == "bag" && path[i+1] == "array_element") {
			i++
			continue
		}
		out = append(out, path[i])
	}
	return strings.Join(out, ".")
}

func (t *table) Columns() []string { return t.columns }

func (t *table) Close() error { return t.file.Close() }

// Records implements source.Table.
func (t *table) Records(ctx context.Context) iter.Seq2[source.Record, error] {
	return func(yield func(source.Record, error) bool) {
		if err := t.read(ctx, func(r source.Record) bool { return yield(r, nil) }); err != nil && !errors.Is(err, errStopped) {
			yield(source.Record{}, err)
		}
	}
}

var errStopped = errors.New("stopped")

func (t *table) read(ctx context.Context, yield func(source.Record) bool) (err error) {
	defer recovered(&err)
	n := 0
	rows := make([]parquet.Row, 128)
	for _, g := range t.pq.RowGroups() {
		if g.NumRows() == 0 { // the library fails to seek in it
			continue
		}
		if err := t.group(ctx, g, rows, &n, yield); err != nil {
			return err
		}
	}
	return nil
}

// group reads a row group.
func (t *table) group(ctx context.Context, g parquet.RowGroup, rows []parquet.Row, n *int, yield func(source.Record) bool) error {
	in := g.Rows()
	defer in.Close()
	for {
		if ctx.Err() != nil {
			return parallel.Cause(ctx)
		}
		k, err := in.ReadRows(rows)
		for _, row := range rows[:k] {
			*n++
			rec := source.Record{Line: *n, Fields: make([]source.Field, len(t.leaves))}
			for i, l := range t.leaves {
				rec.Fields[i].Name = l.name
			}
			var failed error
			row.Range(func(column int, values []parquet.Value) bool {
				for i, l := range t.leaves {
					if l.position != column {
						continue
					}
					if err := l.fill(&rec.Fields[i], values); err != nil {
						failed = fmt.Errorf("row %d: column %q: %w", *n, l.name, err)
					}
				}
				return failed == nil
			})
			if failed != nil {
				return failed
			}
			if !yield(rec) {
				return errStopped
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("after row %d: %w", *n, err)
		}
	}
}

// fill sets a field to the values of a row.
func (l *leaf) fill(f *source.Field, values []parquet.Value) error {
	if len(l.lists) > 0 {
		return l.fillList(f, values)
	}
	if len(values) == 0 || values[0].IsNull() {
		f.Kind = source.Null
		return nil
	}
	f.Value, f.Kind = l.value(values[0])
	return nil
}

// valuer returns the function that converts a node's values.
func valuer(n parquet.Node, e format.SchemaElement) func(parquet.Value) (string, source.Kind) {
	if _, ok := e.LogicalType.Value.(*format.Float16Type); ok {
		return half
	}
	t := n.Type()
	if logical := t.LogicalType(); logical != nil && logical.Value != nil {
		if f := ofLogical(logical.Value); f != nil {
			return f
		}
	}
	if c := t.ConvertedType(); c != nil {
		if f := ofConverted(*c); f != nil {
			return f
		}
	}
	return plain
}

func ofLogical(l any) func(parquet.Value) (string, source.Kind) {
	switch l := l.(type) {
	case *format.TimestampType:
		if l.Unit.Value == nil {
			return nil
		}
		return timestamps(l.Unit.Value.Duration())
	case *format.DateType:
		return date
	case *format.DecimalType:
		return decimals(int(l.Scale))
	case *format.Float16Type:
		return half
	case *format.UUIDType:
		return uuid
	case *format.IntType:
		if !l.IsSigned {
			return unsigned
		}
	}
	return nil
}

func ofConverted(c deprecated.ConvertedType) func(parquet.Value) (string, source.Kind) {
	switch c {
	case deprecated.TimestampMillis:
		return timestamps(time.Millisecond)
	case deprecated.TimestampMicros:
		return timestamps(time.Microsecond)
	case deprecated.Date:
		return date
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return unsigned
	}
	return nil
}

// plain converts a value by its physical type.
func plain(v parquet.Value) (string, source.Kind) {
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean()), source.Bool
	case parquet.Int32:
		return strconv.FormatInt(int64(v.Int32()), 10), source.Number
	case parquet.Int64:
		return strconv.FormatInt(v.Int64(), 10), source.Number
	case parquet.Int96: // a time, in all existing files
		i := v.Int96()
		day := int64(i[2]) - 2440588 // the Julian day of 1970-01-01
		return rfc3339(time.Unix(day*86400, int64(uint64(i[0])|uint64(i[1])<<32))), source.Time
	case parquet.Float:
		return number(float64(v.Float()), 32), source.Number
	case parquet.Double:
		return number(v.Double(), 64), source.Number
	}
	return strings.ToValidUTF8(string(v.ByteArray()), string(utf8.RuneError)), source.String
}

func number(x float64, bits int) string { return strconv.FormatFloat(x, 'g', -1, bits) }

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func unsigned(v parquet.Value) (string, source.Kind) {
	if v.Kind() == parquet.Int32 {
		return strconv.FormatUint(uint64(v.Uint32()), 10), source.Number
	}
	return strconv.FormatUint(v.Uint64(), 10), source.Number
}

func timestamps(unit time.Duration) func(parquet.Value) (string, source.Kind) {
	per := int64(time.Second / unit)
	return func(v parquet.Value) (string, source.Kind) {
		n := v.Int64()
		return rfc3339(time.Unix(n/per, n%per*int64(unit))), source.Time
	}
}

func date(v parquet.Value) (string, source.Kind) {
	return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly), source.Time
}

// decimals converts numbers with a scale, stored as an integer or as big-endian
// bytes.
func decimals(scale int) func(parquet.Value) (string, source.Kind) {
	return func(v parquet.Value) (string, source.Kind) {
		n := new(big.Int)
		switch v.Kind() {
		case parquet.Int32:
			n.SetInt64(int64(v.Int32()))
		case parquet.Int64:
			n.SetInt64(v.Int64())
		case parquet.ByteArray, parquet.FixedLenByteArray:
			b := v.ByteArray()
			n.SetBytes(b)
			if len(b) > 0 && b[0]&0x80 != 0 {
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
			}
		default: // no other type is scaled; the schema is damaged
			return plain(v)
		}
		return new(big.Rat).SetFrac(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(scale), source.Number
	}
}

// fixed returns the bytes of a value that has so many; the schemas of damaged files
// call other values by the same types.
func fixed(v parquet.Value, length int) ([]byte, bool) {
	if k := v.Kind(); k != parquet.ByteArray && k != parquet.FixedLenByteArray {
		return nil, false
	}
	b := v.ByteArray()
	return b, len(b) == length
}

func uuid(v parquet.Value) (string, source.Kind) {
	b, ok := fixed(v, 16)
	if !ok {
		return plain(v)
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), source.String
}

// half converts a half-precision number (IEEE 754, little-endian).
func half(v parquet.Value) (string, source.Kind) {
	b, ok := fixed(v, 2)
	if !ok {
		return plain(v)
	}
	return number(float64(safetensors.Float16(uint16(b[0])|uint16(b[1])<<8)), 32), source.Number
}
