package parquet

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/source"
)

// rowGroup is the maximum number of rows in a row group.
const rowGroup = 1 << 16

// ordered is a group that keeps its columns in the given order.
type ordered struct {
	parquet.Group
	names []string
}

// Fields implements parquet.Node.
func (o ordered) Fields() []parquet.Field {
	at := map[string]parquet.Field{}
	for _, f := range o.Group.Fields() {
		at[f.Name()] = f
	}
	out := make([]parquet.Field, len(o.names))
	for i, n := range o.names {
		out[i] = at[n]
	}
	return out
}

// float16 is the type of two bytes that hold a half-precision number.
type float16 struct{ parquet.Type }

// LogicalType implements parquet.Type.
func (float16) LogicalType() *format.LogicalType {
	return &format.LogicalType{Value: &format.Float16Type{}}
}

func (float16) String() string { return "FLOAT16" }

// sink writes a file.
type sink struct {
	*source.File
	w       *parquet.GenericWriter[any] // rows of a schema known at run time
	columns []source.Column
	rows    int
	row     parquet.Row
}

func create(_ context.Context, name string, columns []source.Column, o source.SinkOptions) (source.Sink, error) {
	if o.Table != "" || o.Key != "" {
		return nil, fmt.Errorf("%w: a Parquet file has no tables and keys", source.ErrOption)
	}
	group := ordered{Group: parquet.Group{}}
	for _, c := range columns {
		if group.Group[c.Name] != nil {
			return nil, fmt.Errorf("%w: two columns are called %q", source.ErrSink, c.Name)
		}
		group.Group[c.Name] = node(c)
		group.names = append(group.names, c.Name)
	}
	f, err := source.NewFile(name)
	if err != nil {
		return nil, err
	}
	w := parquet.NewGenericWriter[any](f.Writer, parquet.NewSchema("cohort", group), parquet.Compression(&parquet.Zstd), parquet.CreatedBy("cohort", "", ""))
	return &sink{File: f, w: w, columns: columns}, nil
}

// node returns how a column is stored: a nullable one as optional, a vector as
// a list with required elements.
func node(c source.Column) parquet.Node {
	switch c.Type {
	case source.IntType:
		return parquet.Optional(parquet.Int(64))
	case source.FloatType:
		return parquet.Optional(parquet.Leaf(parquet.DoubleType))
	case source.Float32Type:
		return parquet.List(parquet.Leaf(parquet.FloatType))
	case source.Float16Type:
		return parquet.List(parquet.Leaf(float16{parquet.FixedLenByteArrayType(2)}))
	case source.Int8Type:
		return parquet.List(parquet.Int(8))
	}
	return parquet.Optional(parquet.String())
}

// Write implements source.Sink.
func (s *sink) Write(row []any) error {
	s.row = s.row[:0]
	for i, c := range s.columns {
		if err := s.add(i, c, row[i]); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
	}
	if _, err := s.w.WriteRows([]parquet.Row{s.row}); err != nil {
		return err
	}
	if s.rows++; s.rows%rowGroup == 0 {
		return s.w.Flush()
	}
	return nil
}

// add appends the values of column i.
func (s *sink) add(i int, c source.Column, v any) error {
	if v == nil {
		if c.Dim > 0 {
			return errors.New("a vector is never null")
		}
		s.row = append(s.row, parquet.NullValue().Level(0, 0, i))
		return nil
	}
	one := func(p parquet.Value) { s.row = append(s.row, p.Level(0, 1, i)) }
	element := func(n int, p parquet.Value) {
		s.row = append(s.row, p.Level(min(n, 1), 1, i))
	}
	switch v := v.(type) {
	case string:
		one(parquet.ByteArrayValue([]byte(v)))
	case int:
		one(parquet.Int64Value(int64(v)))
	case float64:
		one(parquet.DoubleValue(v))
	case []float32:
		if len(v) != c.Dim {
			return fmt.Errorf("a vector of %d, want %d", len(v), c.Dim)
		}
		for n, x := range v {
			if c.Type == source.Float32Type {
				element(n, parquet.FloatValue(x))
				continue
			}
			h := safetensors.Float16Bits(x)
			if h&0x7c00 == 0x7c00 && !math.IsInf(float64(x), 0) && x == x {
				return fmt.Errorf("element %d is beyond half precision", n)
			}
			element(n, parquet.FixedLenByteArrayValue([]byte{byte(h), byte(h >> 8)}))
		}
	case []int8:
		if len(v) != c.Dim {
			return fmt.Errorf("a vector of %d, want %d", len(v), c.Dim)
		}
		for n, x := range v {
			element(n, parquet.Int32Value(int32(x)))
		}
	default:
		return fmt.Errorf("a value of type %T", v)
	}
	return nil
}

// Commit implements source.Sink.
func (s *sink) Commit() error {
	if err := s.w.Close(); err != nil {
		_ = s.Abort()
		return err
	}
	return s.File.Commit()
}
