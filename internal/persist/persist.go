// Package persist implements the binary format of saved results: a safetensors
// file (https://github.com/huggingface/safetensors, which Python can read) with
// the metadata
//
//	cohort.kind     what was saved, such as "cluster.KMeansResult"
//	cohort.version  version of that kind's contents, a whole number from 1 on
//	cohort.head     everything except the tensors, as JSON
//	cohort.sha256   hex SHA-256 of the kind, the version and the head, a line
//	                each, followed by, for each tensor in ascending order of
//	                the names, its name, element type and shape (numbers
//	                separated by commas), a line each, and its bytes
//
// A reader rejects another kind, a newer version, a wrong digest, and tensors
// that are missing, have another shape or were not requested. The size of the
// file bounds its allocations.
package persist

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// ErrSaved reports bytes that are not a saved result of the wanted kind.
var ErrSaved = estimator.ErrSaved

const (
	kindKey    = "cohort.kind"
	versionKey = "cohort.version"
	headKey    = "cohort.head"
	digestKey  = "cohort.sha256"
)

// Writer collects the data to be saved.
type Writer struct {
	tensors []safetensors.Tensor
	err     error
}

func (w *Writer) add(t safetensors.Tensor, err error) {
	if err != nil && w.err == nil {
		w.err = err
	}
	w.tensors = append(w.tensors, t)
}

// Float64 adds a tensor.
func (w *Writer) Float64(name string, v []float64, shape ...int) {
	w.add(safetensors.Of(name, shape, v))
}

// Float32 adds a tensor.
func (w *Writer) Float32(name string, v []float32, shape ...int) {
	w.add(safetensors.Of(name, shape, v))
}

// Bytes adds a list of bytes.
func (w *Writer) Bytes(name string, v []byte) { w.add(safetensors.Of(name, []int{len(v)}, v)) }

// Ints adds a list, as int64.
func (w *Writer) Ints(name string, v []int) {
	wide := make([]int64, len(v))
	for i, x := range v {
		wide[i] = int64(x)
	}
	w.add(safetensors.Of(name, []int{len(v)}, wide))
}

// Matrix adds a matrix, as float32 if it holds float32 rows, else as float64.
func (w *Writer) Matrix(name string, x mat.Matrix) {
	if x == nil {
		w.err = errors.Join(w.err, fmt.Errorf("no %s", name))
		return
	}
	n, d := x.Dims()
	if rows, ok := dense.Float32(x); ok {
		flat := make([]float32, 0, n*d)
		for i := range n {
			flat = append(flat, rows.Row(i)...)
		}
		w.Float32(name, flat, n, d)
		return
	}
	rows := dense.Float64(x)
	flat := make([]float64, 0, n*d)
	for i := range n {
		flat = append(flat, rows.Row(i)...)
	}
	w.Float64(name, flat, n, d)
}

// Encode returns the file, with head encoded as JSON.
func (w *Writer) Encode(kind string, version int, head any) ([]byte, error) {
	if w.err != nil {
		return nil, fmt.Errorf("%s: %w", kind, w.err)
	}
	text, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	v := strconv.Itoa(version)
	var b bytes.Buffer
	err = safetensors.Write(&b, w.tensors, map[string]string{
		kindKey: kind, versionKey: v, headKey: string(text), digestKey: Digest(w.tensors, kind, v, string(text)),
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return b.Bytes(), nil
}

// Digest returns the hexadecimal SHA-256 of a line for each text, then of the
// tensors, as described for cohort.sha256.
func Digest(tensors []safetensors.Tensor, texts ...string) string {
	h := sha256.New()
	for _, s := range texts {
		_, _ = io.WriteString(h, s+"\n") // writing to a hash never fails
	}
	sorted := slices.Clone(tensors)
	slices.SortFunc(sorted, func(a, b safetensors.Tensor) int { return strings.Compare(a.Name, b.Name) })
	for _, t := range sorted {
		shape := strings.ReplaceAll(strings.Trim(fmt.Sprint(t.Shape), "[]"), " ", ",")
		_, _ = io.WriteString(h, t.Name+"\n"+t.DType.String()+"\n"+shape+"\n")
		h.Write(t.Bytes())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Reader returns the saved data and keeps the first error.
type Reader struct {
	Version int
	f       *safetensors.File
	used    map[string]bool
	err     error
}

// KindOf returns the kind recorded in data, or "" if there is none.
func KindOf(data []byte) string {
	f, err := safetensors.Parse("saved result", data)
	if err != nil {
		return ""
	}
	return f.Metadata()[kindKey]
}

// Decode checks the file and decodes its head. newest is the highest supported
// version. Errors are ErrSaved.
func Decode(data []byte, kind string, newest int, head any) (*Reader, error) {
	f, err := safetensors.Parse("saved result", data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", kind, ErrSaved, err)
	}
	m := f.Metadata()
	version, err := strconv.Atoi(m[versionKey])
	switch {
	case m[kindKey] != kind:
		return nil, fmt.Errorf("%s: %w: the kind is %.40q", kind, ErrSaved, m[kindKey])
	case err != nil || version < 1 || version > newest:
		return nil, fmt.Errorf("%s: %w: version %.20q, want 1 to %d", kind, ErrSaved, m[versionKey], newest)
	}
	if got := Digest(f.Tensors(), kind, m[versionKey], m[headKey]); got != m[digestKey] {
		return nil, fmt.Errorf("%s: %w: the digest is %.12s, want %.12q", kind, ErrSaved, got, m[digestKey])
	}
	d := json.NewDecoder(strings.NewReader(m[headKey]))
	d.DisallowUnknownFields()
	if err := d.Decode(head); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", kind, ErrSaved, err)
	}
	return &Reader{Version: version, f: f, used: map[string]bool{}}, nil
}

// Fail records that the data are invalid.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrSaved, fmt.Sprintf(format, args...))
	}
}

// Err returns the first error, including that for a tensor that was never
// requested.
func (r *Reader) Err() error {
	for _, name := range r.f.Names() {
		if !r.used[name] {
			r.Fail("unknown tensor %.40q", name)
		}
	}
	return r.err
}

// OK reports whether there has been no error so far.
func (r *Reader) OK() bool { return r.err == nil }

// Check records err, if there is one.
func (r *Reader) Check(err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%w: %w", ErrSaved, err)
	}
}

// Has reports whether the named tensor exists.
func (r *Reader) Has(name string) bool { _, ok := r.f.Lookup(name); return ok }

// Shape2 returns the shape of a matrix, or -1, -1 if the named matrix does not
// exist.
func (r *Reader) Shape2(name string) (rows, cols int) {
	if t, ok := r.f.Lookup(name); ok && len(t.Shape) == 2 {
		return t.Shape[0], t.Shape[1]
	}
	return -1, -1
}

// tensor returns the named tensor, which must have that type and shape; -1
// matches any length.
func (r *Reader) tensor(name string, dtype safetensors.DType, shape []int) (safetensors.Tensor, bool) {
	r.used[name] = true
	t, ok := r.f.Lookup(name)
	if !ok || t.DType != dtype || len(t.Shape) != len(shape) {
		r.Fail("%s is not %v of shape %d", name, dtype, shape)
		return t, false
	}
	for i, n := range shape {
		if n >= 0 && t.Shape[i] != n {
			r.Fail("%s has shape %d, want %d", name, t.Shape, shape)
			return t, false
		}
	}
	return t, true
}

// Float64 returns a tensor; -1 matches any length. Numbers may be infinite but
// not NaN.
func (r *Reader) Float64(name string, shape ...int) []float64 {
	v := r.Scores(name, shape...)
	for _, x := range v {
		if x != x {
			r.Fail("%s contains NaN", name)
			return nil
		}
	}
	return v
}

// Scores is Float64 for numbers that may be NaN as well.
func (r *Reader) Scores(name string, shape ...int) []float64 {
	t, ok := r.tensor(name, safetensors.F64, shape)
	if !ok {
		return nil
	}
	v, err := t.Float64()
	if err != nil {
		r.Fail("%s: %v", name, err)
	}
	return v
}

// Float32 returns a copy of a tensor of finite numbers.
func (r *Reader) Float32(name string, shape ...int) []float32 {
	t, ok := r.tensor(name, safetensors.F32, shape)
	if !ok {
		return nil
	}
	v, err := t.Float32()
	if err != nil {
		r.Fail("%s: %v", name, err)
		return nil
	}
	for _, x := range v {
		if x-x != 0 {
			r.Fail("%s is not finite", name)
			return nil
		}
	}
	return slices.Clone(v)
}

// Bytes returns a copy of a list of bytes.
func (r *Reader) Bytes(name string) []byte {
	t, ok := r.tensor(name, safetensors.U8, []int{-1})
	if !ok {
		return nil
	}
	return bytes.Clone(t.Bytes())
}

// Ints returns a list of numbers in [low, high). n, if not negative, is its
// length.
func (r *Reader) Ints(name string, n, low, high int) []int {
	t, ok := r.tensor(name, safetensors.I64, []int{n})
	if !ok {
		return nil
	}
	wide, err := t.Int64()
	if err != nil {
		r.Fail("%s: %v", name, err)
		return nil
	}
	out := make([]int, len(wide))
	for i, v := range wide {
		if v < int64(low) || v >= int64(high) {
			r.Fail("%s contains %d, want %d to %d", name, v, low, high-1)
			return nil
		}
		out[i] = int(v)
	}
	return out
}

// Dense returns a matrix of finite float64 numbers, [rows, cols], with at least
// one row and column; -1 matches any number of them.
func (r *Reader) Dense(name string, rows, cols int) *mat.Dense {
	v := r.Float64(name, rows, cols)
	if r.err != nil {
		return nil
	}
	t, _ := r.f.Lookup(name)
	if len(v) == 0 {
		r.Fail("%s has shape %d", name, t.Shape)
		return nil
	}
	for _, x := range v {
		if math.IsInf(x, 0) {
			r.Fail("%s is not finite", name)
			return nil
		}
	}
	return mat.NewDense(t.Shape[0], t.Shape[1], v)
}

// Matrix returns a matrix of finite numbers that Writer.Matrix wrote.
func (r *Reader) Matrix(name string, rows, cols int) mat.Matrix {
	t, ok := r.f.Lookup(name)
	if !ok || t.DType != safetensors.F32 {
		if d := r.Dense(name, rows, cols); d != nil {
			return d
		}
		return nil
	}
	v := r.Float32(name, rows, cols)
	if r.err != nil {
		return nil
	}
	if len(v) == 0 {
		r.Fail("%s has shape %d", name, t.Shape)
		return nil
	}
	return dense.Matrix{Rows: dense.Rows[float32]{Data: v, Len: t.Shape[0], Dim: t.Shape[1], Stride: t.Shape[1]}}
}
