package arrow

import (
	"context"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/float16"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/seed-56ee9438/cohort/source"
)

// batch is the maximum number of rows in a record batch.
const batch = 1 << 14

// sink writes a file.
type sink struct {
	*source.File
	w       *ipc.FileWriter
	rows    *array.RecordBuilder
	columns []source.Column
	n       int
}

func create(_ context.Context, name string, columns []source.Column, o source.SinkOptions) (source.Sink, error) {
	if o.Table != "" || o.Key != "" {
		return nil, fmt.Errorf("%w: an Arrow file has no tables and keys", source.ErrOption)
	}
	var fields []arrow.Field
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c.Name, Type: dataType(c), Nullable: c.Dim == 0})
	}
	f, err := source.NewFile(name)
	if err != nil {
		return nil, err
	}
	schema := arrow.NewSchema(fields, nil)
	w, err := ipc.NewFileWriter(f.Writer, ipc.WithSchema(schema))
	if err != nil {
		return nil, errors.Join(err, f.Abort())
	}
	return &sink{File: f, w: w, rows: array.NewRecordBuilder(memory.DefaultAllocator, schema), columns: columns}, nil
}

func dataType(c source.Column) arrow.DataType {
	switch c.Type {
	case source.IntType:
		return arrow.PrimitiveTypes.Int64
	case source.FloatType:
		return arrow.PrimitiveTypes.Float64
	case source.Float32Type:
		return arrow.FixedSizeListOfNonNullable(int32(c.Dim), arrow.PrimitiveTypes.Float32)
	case source.Float16Type:
		return arrow.FixedSizeListOfNonNullable(int32(c.Dim), arrow.FixedWidthTypes.Float16)
	case source.Int8Type:
		return arrow.FixedSizeListOfNonNullable(int32(c.Dim), arrow.PrimitiveTypes.Int8)
	}
	return arrow.BinaryTypes.String
}

// Write implements source.Sink. A row that does not fit is refused completely.
func (s *sink) Write(row []any) error {
	for i, c := range s.columns {
		if err := check(c, row[i]); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	for i := range s.columns {
		s.add(s.rows.Field(i), row[i])
	}
	if s.n++; s.n%batch == 0 {
		return s.flush()
	}
	return nil
}

// check returns an error unless v is a valid value of c.
func check(c source.Column, v any) error {
	ok, n := false, 0
	switch v := v.(type) {
	case nil:
		ok = c.Dim == 0
	case string:
		ok = c.Type == source.StringType
	case int:
		ok = c.Type == source.IntType
	case float64:
		ok = c.Type == source.FloatType
	case []float32:
		ok, n = c.Type == source.Float32Type || c.Type == source.Float16Type, len(v)
		if c.Type == source.Float16Type {
			for i, x := range v {
				if h := float16.New(x); h.IsInf() && x-x == 0 {
					return fmt.Errorf("element %d is beyond half precision", i)
				}
			}
		}
	case []int8:
		ok, n = c.Type == source.Int8Type, len(v)
	}
	if !ok {
		return fmt.Errorf("a value of type %T", v)
	}
	if n != c.Dim {
		return fmt.Errorf("a vector of %d, want %d", n, c.Dim)
	}
	return nil
}

func (s *sink) add(b array.Builder, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	switch v := v.(type) {
	case string:
		b.(*array.StringBuilder).Append(v)
	case int:
		b.(*array.Int64Builder).Append(int64(v))
	case float64:
		b.(*array.Float64Builder).Append(v)
	case []float32:
		list := b.(*array.FixedSizeListBuilder)
		list.Append(true)
		switch values := list.ValueBuilder().(type) {
		case *array.Float32Builder:
			values.AppendValues(v, nil)
		case *array.Float16Builder:
			for _, x := range v {
				values.Append(float16.New(x))
			}
		}
	case []int8:
		list := b.(*array.FixedSizeListBuilder)
		list.Append(true)
		list.ValueBuilder().(*array.Int8Builder).AppendValues(v, nil)
	}
}

// flush writes the buffered rows as a batch.
func (s *sink) flush() error {
	b := s.rows.NewRecordBatch()
	defer b.Release()
	return s.w.Write(b)
}

// Commit implements source.Sink.
func (s *sink) Commit() error {
	err := s.flush()
	if err == nil {
		err = s.w.Close()
	}
	if err != nil {
		_ = s.Abort()
		return err
	}
	return s.File.Commit()
}
