package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
)

// Writer writes rows of a Source again, in the same kind and with the same
// columns in the same order.
type Writer struct {
	w    io.Writer
	f    Format
	cols []string
	csv  *csv.Writer
	buf  bytes.Buffer
}

// NewWriter writes rows in format f to w. cols is the header of a CSV or TSV.
func NewWriter(w io.Writer, f Format, cols []string) (*Writer, error) {
	out := &Writer{w: w, f: f, cols: cols}
	switch f {
	case Text, JSONL:
	case CSV, TSV:
		out.csv = csv.NewWriter(w)
		if f == TSV {
			out.csv.Comma = '\t'
		}
		if err := out.csv.Write(cols); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("%w %q", ErrFormat, f)
	}
	return out, nil
}

// Write writes one row: its fields as they now are, or for txt its text.
func (w *Writer) Write(r Row) error {
	switch w.f {
	case Text:
		// A line holds one text, so line ends inside it (from another kind) become spaces.
		t := bytes.Map(func(c rune) rune {
			if c == '\n' || c == '\r' {
				return ' '
			}
			return c
		}, []byte(r.Text))
		_, err := w.w.Write(append(t, '\n'))
		return err
	case JSONL:
		return w.object(r)
	}
	rec := make([]string, len(w.cols))
	for i, c := range w.cols {
		rec[i] = r.Field(c)
	}
	return w.csv.Write(rec)
}

// object writes r's fields; values that were not strings keep their JSON when
// their text is unchanged.
func (w *Writer) object(r Row) error {
	var was map[string]json.RawMessage
	if r.raw != nil {
		if err := json.Unmarshal(r.raw, &was); err != nil {
			return err
		}
	}
	w.buf.Reset()
	w.buf.WriteByte('{')
	for i, f := range r.Fields {
		if i > 0 {
			w.buf.WriteByte(',')
		}
		if err := w.value(f.Name); err != nil {
			return err
		}
		w.buf.WriteByte(':')
		if v, ok := was[f.Name]; ok && v[0] != '"' && (string(v) == f.Value || string(v) == "null" && f.Value == "") {
			w.buf.Write(v)
			continue
		}
		if err := w.value(f.Value); err != nil {
			return err
		}
	}
	w.buf.WriteString("}\n")
	_, err := w.w.Write(w.buf.Bytes())
	return err
}

func (w *Writer) value(s string) error {
	enc := json.NewEncoder(&w.buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return err
	}
	w.buf.Truncate(w.buf.Len() - 1) // Encode's line end
	return nil
}

// Flush writes out what is buffered.
func (w *Writer) Flush() error {
	if w.csv != nil {
		w.csv.Flush()
		return w.csv.Error()
	}
	return nil
}
