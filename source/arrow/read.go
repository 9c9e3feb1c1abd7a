// Package arrow lets package source read and write Apache Arrow's IPC format:
// files (Feather 2) and streams.
//
// Import it for its side effect:
//
//	import _ "github.com/seed-56ee9438/cohort/source/arrow"
//
// Lists and structures are returned as JSON. Strings, 64-bit integers and
// floats are written as nullable columns, and vectors as fixed-size lists of
// float, halffloat or int8.
package arrow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/source"
)

// Format is the name of the format.
const Format source.Format = "arrow"

func init() {
	source.Register(source.Driver{Format: Format, Suffixes: []string{".arrow", ".feather", ".ipc", ".arrows"}, Open: open, Create: create})
}

// magic is the beginning of a file; a stream has none.
var magic = []byte("ARROW1")

// table is a file or a stream.
type table struct {
	path    string
	stream  bool
	columns []string
}

func open(_ context.Context, name string, o source.DriverOptions) (source.Table, error) {
	if o.Query != "" || o.Table != "" {
		return nil, fmt.Errorf("%w: an Arrow file has no queries and tables", source.ErrOption)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	head := make([]byte, len(magic))
	_, err = io.ReadFull(f, head)
	f.Close()
	if err != nil {
		return nil, fmt.Errorf("not an Arrow file: %w", err)
	}
	t := &table{path: name, stream: !bytes.Equal(head, magic)}
	err = t.batches(func(s *arrow.Schema, _ arrow.RecordBatch) error {
		for _, f := range s.Fields() {
			t.columns = append(t.columns, f.Name)
		}
		return errStopped
	})
	if err != nil && !errors.Is(err, errStopped) {
		return nil, fmt.Errorf("not an Arrow file that can be read: %w", err)
	}
	return t, nil
}

func (t *table) Columns() []string { return t.columns }

// Close implements source.Table: nothing is open between passes.
func (t *table) Close() error { return nil }

var errStopped = errors.New("stopped")

// batches calls do first with the schema and no batch, then with each batch.
func (t *table) batches(do func(*arrow.Schema, arrow.RecordBatch) error) (err error) {
	defer func() { // the library panics on some damaged files
		if r := recover(); r != nil {
			err = fmt.Errorf("damaged: %v", r)
		}
	}()
	f, err := os.Open(t.path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := verify(f, info.Size(), t.stream); err != nil {
		return err
	}
	memory := ipc.WithAllocator(newLimited(info.Size()))
	if t.stream {
		rd, err := ipc.NewReader(f, memory)
		if err != nil {
			return err
		}
		defer rd.Release()
		if err := do(rd.Schema(), nil); err != nil {
			return err
		}
		for rd.Next() {
			if err := do(nil, rd.RecordBatch()); err != nil {
				return err
			}
		}
		if err := rd.Err(); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		return nil
	}
	rd, err := ipc.NewFileReader(f, memory)
	if err != nil {
		return err
	}
	defer rd.Close()
	if err := do(rd.Schema(), nil); err != nil {
		return err
	}
	for i := range rd.NumRecords() {
		b, err := rd.RecordBatch(i)
		if err == nil {
			err = do(nil, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Records implements source.Table.
func (t *table) Records(ctx context.Context) iter.Seq2[source.Record, error] {
	return func(yield func(source.Record, error) bool) {
		n := 0
		err := t.batches(func(_ *arrow.Schema, b arrow.RecordBatch) error {
			if b == nil {
				return nil
			}
			for i := range int(b.NumRows()) {
				if i%256 == 0 && ctx.Err() != nil {
					return parallel.Cause(ctx)
				}
				n++
				rec := source.Record{Line: n, Fields: make([]source.Field, b.NumCols())}
				for c, col := range b.Columns() {
					f := &rec.Fields[c]
					f.Name = t.columns[c]
					f.Value, f.Kind = value(col, i)
				}
				if !yield(rec, nil) {
					return errStopped
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(source.Record{}, fmt.Errorf("after row %d: %w", n, err))
		}
	}
}

// value returns element i of a column.
func value(col arrow.Array, i int) (string, source.Kind) {
	if col.IsNull(i) {
		return "", source.Null
	}
	switch a := col.(type) {
	case *array.String:
		return strings.ToValidUTF8(strings.Clone(a.Value(i)), "\ufffd"), source.String
	case *array.LargeString:
		return strings.ToValidUTF8(strings.Clone(a.Value(i)), "\ufffd"), source.String
	case *array.Binary:
		return strings.ToValidUTF8(string(a.Value(i)), "\ufffd"), source.String
	case *array.Dictionary:
		return value(a.Dictionary(), a.GetValueIndex(i))
	case *array.Boolean:
		return strconv.FormatBool(a.Value(i)), source.Bool
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit
		return rfc3339(a.Value(i).ToTime(unit)), source.Time
	case *array.Date32:
		return a.Value(i).ToTime().Format(time.DateOnly), source.Time
	case *array.Date64:
		return rfc3339(a.Value(i).ToTime()), source.Time
	case *array.Float16:
		return strconv.FormatFloat(float64(a.Value(i).Float32()), 'g', -1, 32), source.Number
	case *array.Float32:
		return strconv.FormatFloat(float64(a.Value(i)), 'g', -1, 32), source.Number
	case *array.Float64:
		return strconv.FormatFloat(a.Value(i), 'g', -1, 64), source.Number
	case *array.List, *array.LargeList, *array.FixedSizeList, *array.Struct, *array.Map, *array.ListView:
		b, err := json.Marshal(col.GetOneForMarshal(i))
		if err != nil {
			return "null", source.Group
		}
		return string(b), source.Group
	}
	s := col.ValueStr(i)
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s, source.Number
	}
	return s, source.String
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
