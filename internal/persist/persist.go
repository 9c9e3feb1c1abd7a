// Package persist is the binary format in which fitted results are saved: a
// safetensors file (https://github.com/huggingface/safetensors, which Python reads
// too) whose metadata hold
//
//	cohort.kind     what was saved, such as "cluster.KMeansResult"
//	cohort.version  of that kind's contents, a whole number from 1 on
//	cohort.head     all but the tensors, as JSON
//	cohort.sha256   hex SHA-256 of the kind, the version and the head, a line
//	                each, and then, in ascending order of their names, of each
//	                tensor's name, element type and shape (numbers with commas
//	                between), a line each, and its bytes
//
// A reader refuses another kind, a newer version, a wrong digest, and tensors
// that are missing, of another shape or not asked for. What it allocates is
// bounded by the size of the file.
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

// ErrSaved: the bytes are not what was saved of a result of the kind wanted.
var ErrSaved = estimator.ErrSaved

const (
	kindKey    = "cohort.kind"
	versionKey = "cohort.version"
	headKey    = "cohort.head"
	digestKey  = "cohort.sha256"
)

// Writer collects what is to be saved.
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

// Matrix adds a matrix: as float32 where it holds such rows, else as float64.
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

// Encode returns the file; head is written as JSON.
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
		kindKey: kind, versionKey: v, headKey: string(text), digestKey: digest(kind, v, string(text), w.tensors),
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return b.Bytes(), nil
}

func digest(kind, version, head string, tensors []safetensors.Tensor) string {
	h := sha256.New()
	for _, s := range []string{kind, version, head} {
		_, _ = io.WriteString(h, s+"\n") // a hash never fails
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

// Reader hands out what was saved and keeps the first error.
type Reader struct {
	Version int
	f       *safetensors.File
	used    map[string]bool
	err     error
}

// KindOf returns what data say that they are, "" where they say nothing.
func KindOf(data []byte) string {
	f, err := safetensors.Parse("saved result", data)
	if err != nil {
		return ""
	}
	return f.Metadata()[kindKey]
}

// Decode checks the file and reads its head. newest is the highest version
// known. Errors are ErrSaved.
func Decode(data []byte, kind string, newest int, head any) (*Reader, error) {
	f, err := safetensors.Parse("saved result", data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", kind, ErrSaved, err)
	}
	m := f.Metadata()
	version, err := strconv.Atoi(m[versionKey])
	switch {
	case m[kindKey] != kind:
		return nil, fmt.Errorf("%s: %w: it is of kind %.40q", kind, ErrSaved, m[kindKey])
	case err != nil || version < 1 || version > newest:
		return nil, fmt.Errorf("%s: %w: version %.20q, want 1 to %d", kind, ErrSaved, m[versionKey], newest)
	}
	var tensors []safetensors.Tensor
	for _, name := range f.Names() {
		t, _ := f.Lookup(name)
		tensors = append(tensors, t)
	}
	if got := digest(kind, m[versionKey], m[headKey], tensors); got != m[digestKey] {
		return nil, fmt.Errorf("%s: %w: its digest is %.12s, it says %.12q", kind, ErrSaved, got, m[digestKey])
	}
	d := json.NewDecoder(strings.NewReader(m[headKey]))
	d.DisallowUnknownFields()
	if err := d.Decode(head); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", kind, ErrSaved, err)
	}
	return &Reader{Version: version, f: f, used: map[string]bool{}}, nil
}

// Fail notes that what was read does not fit.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrSaved, fmt.Sprintf(format, args...))
	}
}

// Err returns the first error, also that of a tensor nothing asked for.
func (r *Reader) Err() error {
	for _, name := range r.f.Names() {
		if !r.used[name] {
			r.Fail("a tensor %.40q that is not known", name)
		}
	}
	return r.err
}

// Has reports whether there is a tensor of that name.
func (r *Reader) Has(name string) bool { _, ok := r.f.Lookup(name); return ok }

// Shape2 returns the shape of a matrix, -1 each where there is none of that name.
func (r *Reader) Shape2(name string) (rows, cols int) {
	if t, ok := r.f.Lookup(name); ok && len(t.Shape) == 2 {
		return t.Shape[0], t.Shape[1]
	}
	return -1, -1
}

// tensor returns a tensor of that type and shape, -1 standing for any length.
func (r *Reader) tensor(name string, dtype safetensors.DType, shape []int) (safetensors.Tensor, bool) {
	r.used[name] = true
	t, ok := r.f.Lookup(name)
	if !ok || t.DType != dtype || len(t.Shape) != len(shape) {
		r.Fail("its %s is not %v of %d", name, dtype, shape)
		return t, false
	}
	for i, n := range shape {
		if n >= 0 && t.Shape[i] != n {
			r.Fail("its %s is %d, want %d", name, t.Shape, shape)
			return t, false
		}
	}
	return t, true
}

// Float64 returns a tensor; -1 stands for any length. Numbers may be infinite,
// not NaN.
func (r *Reader) Float64(name string, shape ...int) []float64 {
	t, ok := r.tensor(name, safetensors.F64, shape)
	if !ok {
		return nil
	}
	v, err := t.Float64()
	if err != nil {
		r.Fail("its %s: %v", name, err)
	}
	for _, x := range v {
		if x != x {
			r.Fail("its %s is not a number", name)
			return nil
		}
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
		r.Fail("its %s: %v", name, err)
		return nil
	}
	for _, x := range v {
		if x-x != 0 {
			r.Fail("its %s is not finite", name)
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

// Ints returns a list of numbers from low to high, exclusive; n, where not
// negative, is its length.
func (r *Reader) Ints(name string, n, low, high int) []int {
	t, ok := r.tensor(name, safetensors.I64, []int{n})
	if !ok {
		return nil
	}
	wide, err := t.Int64()
	if err != nil {
		r.Fail("its %s: %v", name, err)
		return nil
	}
	out := make([]int, len(wide))
	for i, v := range wide {
		if v < int64(low) || v >= int64(high) {
			r.Fail("its %s holds %d, want %d to %d", name, v, low, high-1)
			return nil
		}
		out[i] = int(v)
	}
	return out
}

// Dense returns a matrix of finite float64 numbers, [rows, cols] of at least one
// each; -1 stands for any number of them.
func (r *Reader) Dense(name string, rows, cols int) *mat.Dense {
	v := r.Float64(name, rows, cols)
	if r.err != nil {
		return nil
	}
	t, _ := r.f.Lookup(name)
	if len(v) == 0 {
		r.Fail("its %s is %d", name, t.Shape)
		return nil
	}
	for _, x := range v {
		if math.IsInf(x, 0) {
			r.Fail("its %s is not finite", name)
			return nil
		}
	}
	return mat.NewDense(t.Shape[0], t.Shape[1], v)
}

// Matrix returns a matrix that Writer.Matrix wrote, of finite numbers.
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
		r.Fail("its %s is %d", name, t.Shape)
		return nil
	}
	return dense.Matrix{Rows: dense.Rows[float32]{Data: v, Len: t.Shape[0], Dim: t.Shape[1], Stride: t.Shape[1]}}
}
