package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/quantize"
)

// dtypes are the values of --dtype.
var dtypes = []string{"float32", "float16", "int8", "binary"}

// vectorWriter writes vectors of one of the types to a NumPy file.
type vectorWriter struct {
	w         io.Writer
	dtype     string
	rows, dim int
	ranges    *quantize.Ranges // of int8; nil until all vectors are known
	spool     *os.File         // float32 vectors that wait for the ranges
	sink      *vectorSink      // instead of w
}

// newVectorWriter writes the header of a matrix [rows, dim]. Ranges are read
// from a file [2, dim]; if its name is empty they are the vectors' own. A sink,
// if not nil, is written instead of w.
func newVectorWriter(w io.Writer, sink *vectorSink, dtype, rangesFile string, rows, dim int) (*vectorWriter, error) {
	v := &vectorWriter{w: w, sink: sink, dtype: dtype, rows: rows, dim: dim}
	if sink != nil {
		if dtype == "int8" {
			return v, v.prepareRanges(rangesFile)
		}
		return v, nil
	}
	switch dtype {
	case "float16":
		return v, npy.WriteHeaderOf(w, npy.Float16, rows, dim)
	case "binary":
		return v, npy.WriteHeaderOf(w, npy.Int8, rows, (dim+7)/8)
	case "int8":
		if err := v.prepareRanges(rangesFile); err != nil {
			return nil, err
		}
		return v, npy.WriteHeaderOf(w, npy.Int8, rows, dim)
	}
	return v, npy.WriteHeader(w, rows, dim)
}

func (v *vectorWriter) prepareRanges(file string) error {
	if file == "" {
		var err error
		v.spool, err = os.CreateTemp("", "cohort-vectors-*")
		return err
	}
	x, err := npy.ReadMatrix(file)
	if err != nil {
		return err
	}
	if n, d := x.Dims(); n != 2 || d != v.dim {
		return fmt.Errorf("%s: ranges are [%d, %d], want [2, %d]: the least and the greatest value of each feature", file, n, d, v.dim)
	}
	rows := dense.Narrow(x)
	v.ranges = &quantize.Ranges{Min: rows.Row(0), Max: rows.Row(1)}
	return nil
}

// close removes the temporary file; it may be called at any time.
func (v *vectorWriter) close() {
	if v != nil && v.spool != nil {
		v.spool.Close()
		os.Remove(v.spool.Name())
		v.spool = nil
	}
}

// add appends vectors x [n, dim].
func (v *vectorWriter) add(x dense.Matrix) error {
	if v.sink != nil && v.dtype != "int8" {
		return v.sink.floats(x)
	}
	switch v.dtype {
	case "float16":
		bits, err := quantize.Float16(x)
		if err != nil {
			return err
		}
		return binary.Write(v.w, binary.LittleEndian, bits)
	case "binary":
		bits, err := quantize.SignedBinary(x)
		if err != nil {
			return err
		}
		return binary.Write(v.w, binary.LittleEndian, bits)
	case "int8":
		if v.spool != nil {
			return v.keep(x)
		}
		codes, err := quantize.Int8(x, *v.ranges)
		if err != nil {
			return err
		}
		if v.sink != nil {
			return v.sink.bytes(codes, v.dim)
		}
		return binary.Write(v.w, binary.LittleEndian, codes)
	}
	return npy.WriteRows(v.w, x.Data)
}

// keep extends the ranges by vectors, and stores these until the end.
func (v *vectorWriter) keep(x dense.Matrix) (err error) {
	if v.ranges == nil {
		var r quantize.Ranges
		if r, err = quantize.RangesOf(x); err == nil {
			v.ranges = &r
		}
	} else {
		err = v.ranges.Add(x)
	}
	if err != nil {
		return err
	}
	return npy.WriteRows(v.spool, x.Data)
}

// finish writes the stored vectors.
func (v *vectorWriter) finish() error {
	spool := v.spool
	if spool == nil || v.ranges == nil {
		return nil
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	v.spool = nil
	defer func() { v.spool = spool }() // for close
	const block = 4096
	x := dense.New[float32](block, v.dim)
	for done := 0; done < v.rows; done += block {
		part := dense.Matrix{Rows: x.Slice(0, min(block, v.rows-done))}
		part.Data = part.Data[:part.Len*v.dim]
		if err := binary.Read(spool, binary.LittleEndian, part.Data); err != nil {
			return err
		}
		if err := v.add(part); err != nil {
			return err
		}
	}
	return nil
}
