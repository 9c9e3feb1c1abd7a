package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unsafe"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// ErrFile reports data that are not an index, or have a version that this
// program does not support.
var ErrFile = errors.New("not a saved index")

// version is incremented when an old program would misread a new file.
const version = 1

const metadataKey = "cohort.index"

// info is the metadata of an index in its file.
type info struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"`
	Metric  string `json:"metric"`
	Rows    int    `json:"rows"`
	Dim     int    `json:"dim"`
}

// WriteTo writes the index as a safetensors file with the tensors "rows" [n, d]
// float32, "norm" [n], "codes" [n, stride] int8 with "scale" and "away" [n],
// and "signs" [n, 8·words] uint8, as far as its kind has them.
func (ix *Index) WriteTo(w io.Writer) (int64, error) {
	tensors, metadata, err := ix.tensors()
	if err != nil {
		return 0, err
	}
	c := &counter{w: w}
	err = safetensors.Write(c, tensors, metadata)
	return c.n, err
}

// WriteFile writes the index to a file. The file has a temporary name until it
// is complete.
func (ix *Index) WriteFile(path string) error {
	tensors, metadata, err := ix.tensors()
	if err != nil {
		return err
	}
	return safetensors.WriteFile(path, tensors, metadata)
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (ix *Index) tensors() ([]safetensors.Tensor, map[string]string, error) {
	if ix == nil {
		return nil, nil, fmt.Errorf("search: %w: no index", ErrEmpty)
	}
	var out []safetensors.Tensor
	var failed error
	add := func(t safetensors.Tensor, err error) {
		failed = errors.Join(failed, err)
		out = append(out, t)
	}
	if ix.rows.Data != nil {
		rows := ix.rows.Data
		if ix.rows.Stride != ix.d {
			rows = make([]float32, 0, ix.n*ix.d)
			for i := range ix.n {
				rows = append(rows, ix.rows.Row(i)...)
			}
		}
		add(safetensors.Of("rows", []int{ix.n, ix.d}, rows[:ix.n*ix.d]))
	}
	add(safetensors.Of("norm", []int{ix.n}, ix.norm))
	if ix.codes != nil {
		add(safetensors.Of("codes", []int{ix.n, ix.stride()}, ix.codes))
		add(safetensors.Of("scale", []int{ix.n}, ix.scale))
		add(safetensors.Of("away", []int{ix.n}, ix.away))
	}
	if ix.signs != nil {
		add(safetensors.Of("signs", []int{ix.n, 8 * ix.words}, ix.signs))
	}
	if failed != nil {
		return nil, nil, failed
	}
	head, err := json.Marshal(info{version, ix.o.Kind.String(), ix.o.Metric.String(), ix.n, ix.d})
	return out, map[string]string{metadataKey: string(head)}, err
}

// Open maps a file that WriteFile wrote into memory, so that only what searches
// need is read. Close it when no more searches are running. threads is as in
// Options.
func Open(path string, threads int) (*Index, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		if errors.Is(err, safetensors.ErrNotSafetensors) {
			return nil, fmt.Errorf("search: %w: %w", ErrFile, err)
		}
		return nil, err
	}
	ix, err := ofFile(f, threads)
	if err != nil {
		_ = f.Close() // the first error is the one that matters
		return nil, fmt.Errorf("search: %s: %w", path, err)
	}
	return ix, nil
}

// Parse makes an index from the output of WriteTo. It keeps data.
func Parse(data []byte, threads int) (*Index, error) {
	f, err := safetensors.Parse("index", data)
	if err != nil {
		return nil, fmt.Errorf("search: %w: %w", ErrFile, err)
	}
	ix, err := ofFile(f, threads)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return ix, nil
}

// Close unmaps an index returned by Open, which must not be searched
// afterwards. For other indexes it does nothing.
func (ix *Index) Close() error {
	if ix == nil || ix.file == nil {
		return nil
	}
	return ix.file.Close()
}

func ofFile(f *safetensors.File, threads int) (*Index, error) {
	head, ok := f.Metadata()[metadataKey]
	if !ok {
		return nil, fmt.Errorf("%w: no metadata of an index", ErrFile)
	}
	var in info
	if err := json.Unmarshal([]byte(head), &in); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	if in.Version != version {
		return nil, fmt.Errorf("%w: version %d, want %d", ErrFile, in.Version, version)
	}
	if in.Rows < 1 || in.Dim < 1 {
		return nil, fmt.Errorf("%w: %d rows of %d features", ErrFile, in.Rows, in.Dim)
	}
	ix := &Index{n: in.Rows, d: in.Dim, o: Options{Threads: threads}, file: f}
	var err error
	if ix.o.Metric, err = ParseMetric(in.Metric); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	switch in.Kind {
	case Float32.String():
	case Int8.String():
		ix.o.Kind = Int8
	case Binary.String():
		ix.o.Kind = Binary
	default:
		return nil, fmt.Errorf("%w: kind %q", ErrFile, in.Kind)
	}
	return ix, ix.take(f)
}

// take sets the index to use the tensors of f that its kind needs, without
// copying.
func (ix *Index) take(f *safetensors.File) (err error) {
	floats := func(name string, shape ...int) []float32 {
		t, ok := f.Lookup(name)
		if err != nil || !ok || t.DType != safetensors.F32 || t.CheckShape(shape...) != nil {
			err = errors.Join(err, fmt.Errorf("%w: %s is not float32 of shape %d", ErrFile, name, shape))
			return nil
		}
		x, e := t.Float32()
		err = errors.Join(err, e)
		return x
	}
	bytes := func(name string, kind safetensors.DType, shape ...int) []byte {
		t, ok := f.Lookup(name)
		if err != nil || !ok || t.DType != kind || t.CheckShape(shape...) != nil {
			err = errors.Join(err, fmt.Errorf("%w: %s is not %v of shape %d", ErrFile, name, kind, shape))
			return nil
		}
		return t.Bytes()
	}
	ix.norm = floats("norm", ix.n)
	if ix.o.Kind == Float32 {
		ix.rows = dense.Rows[float32]{Data: floats("rows", ix.n, ix.d), Len: ix.n, Dim: ix.d, Stride: ix.d}
	}
	if ix.o.Kind == Binary {
		ix.words = (ix.d + 63) / 64
		ix.signs = bytes("signs", safetensors.U8, ix.n, 8*ix.words)
		return err
	}
	if ix.d > maxDim {
		if ix.o.Kind == Int8 {
			return fmt.Errorf("%w: %d features in bytes, want at most %d", ErrFile, ix.d, maxDim)
		}
		return err
	}
	codes := bytes("codes", safetensors.I8, ix.n, ix.stride())
	ix.scale, ix.away = floats("scale", ix.n), floats("away", ix.n)
	if err == nil {
		ix.codes = unsafe.Slice((*int8)(unsafe.Pointer(&codes[0])), len(codes)) // same size and alignment
	}
	return err
}
