package cohort

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/reduce"
)

// segmenterVersion grows when an old program would misread a new file. Version
// 2 added the reduction and how texts are prepared.
const segmenterVersion = 2

const segmenterKey = "cohort.segmenter" // of the metadata

type segmenterInfo struct {
	Version  int            `json:"version"`
	Model    string         `json:"model"`
	Digest   string         `json:"model_digest"`
	Dim      int            `json:"dim"`
	Pooling  string         `json:"pooling"`
	HalfLife int64          `json:"half_life_ns"`
	Prepare  string         `json:"prepare"`
	Noise    bool           `json:"noise"`
	Segments []savedSegment `json:"segments"`
	Reduce   *reduce.Parts  `json:"reduce,omitempty"`
	Repeats  *savedRepeats  `json:"repeats,omitempty"`
	// ChineseWords are those that the caller added to the dictionary.
	ChineseWords []string `json:"chinese_words,omitempty"`
}

type savedSegment struct {
	ID     int     `json:"id"`
	Name   string  `json:"name"`
	Users  int     `json:"users"`
	Radius float64 `json:"radius"`
}

// Save writes the Segmenter: a safetensors file with the centres
// [segments, dim], what the reduction needs, and all else as JSON in its
// metadata. A reduction by UMAP needs the vectors of the users it was fitted
// on, so that the file grows with them and is to be guarded like the texts.
func (m *Segmenter) Save(w io.Writer) error {
	info := m.info
	var tensors []safetensors.Tensor
	var failed error
	add := func(t safetensors.Tensor, err error) {
		failed = errors.Join(failed, err)
		tensors = append(tensors, t)
	}
	var flat, anchors []float32
	for _, c := range m.centres {
		flat, anchors = append(flat, c.centre...), append(anchors, c.anchor...)
	}
	add(safetensors.Of("centres", []int{len(m.centres), info.Dim}, flat))
	if p := m.space.by; p != nil {
		parts, err := reduce.TakeApart(p)
		if err != nil {
			return fmt.Errorf("cohort: this reduction cannot be saved: %w", err)
		}
		for _, t := range parts.Tensors {
			if t.F64 != nil {
				add(safetensors.Of("reduce."+t.Name, t.Shape, t.F64))
			} else {
				add(safetensors.Of("reduce."+t.Name, t.Shape, t.F32))
			}
		}
		info.Reduce = parts
	}
	if info.Reduce != nil {
		add(safetensors.Of("anchors", []int{len(m.centres), info.Reduce.Dim}, anchors))
	}
	if failed != nil {
		return failed
	}
	meta, err := json.Marshal(info)
	if err != nil {
		return err
	}
	return safetensors.Write(w, tensors, map[string]string{segmenterKey: string(meta)})
}

// segmenterFile is a file being read.
type segmenterFile struct {
	f    *safetensors.File
	info segmenterInfo
}

// LoadSegmenter reads what Save wrote; anything else is an ErrSegmenter.
func LoadSegmenter(r io.Reader) (*Segmenter, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	m, err := parseSegmenter(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSegmenter, err)
	}
	return m, nil
}

// namelessError leaves out what a header says, which of a wrong file may be
// personal.
func namelessError(err error) error {
	for _, kind := range []error{safetensors.ErrNotSafetensors, safetensors.ErrHeaderSize, safetensors.ErrHeader, safetensors.ErrDuplicate,
		safetensors.ErrDType, safetensors.ErrShape, safetensors.ErrOffsets, safetensors.ErrTruncated, safetensors.ErrTrailing, safetensors.ErrLimit} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return errors.New("its header does not fit the file")
}

func parseSegmenter(data []byte) (*Segmenter, error) {
	f, err := safetensors.Parse("segmenter", data)
	if err != nil {
		return nil, namelessError(err)
	}
	meta, ok := f.Metadata()[segmenterKey]
	if !ok {
		return nil, errors.New("it says nothing of segments")
	}
	s := segmenterFile{f: f}
	if err := json.Unmarshal([]byte(meta), &s.info); err != nil {
		return nil, jsonerr.Hide(err)
	}
	i := &s.info
	if i.Version != segmenterVersion {
		return nil, fmt.Errorf("version %d, want %d", i.Version, segmenterVersion)
	}
	if len(i.Segments) == 0 || i.Dim < 1 {
		return nil, fmt.Errorf("%d segments of %d features", len(i.Segments), i.Dim)
	}
	if _, err := ParsePooling(i.Pooling); err != nil {
		return nil, err
	}
	if _, _, err := i.Repeats.options(); err != nil {
		return nil, err
	}
	m := &Segmenter{info: *i}
	if m.space, err = s.space(); err != nil {
		return nil, err
	}
	centres, err := s.numbers("centres", len(i.Segments), i.Dim)
	if err != nil {
		return nil, err
	}
	anchors, k := centres, i.Dim
	if i.Reduce != nil {
		k = i.Reduce.Dim
		if anchors, err = s.numbers("anchors", len(i.Segments), k); err != nil {
			return nil, err
		}
	}
	for n, p := range i.Segments {
		if math.IsNaN(p.Radius) || p.Radius < 0 {
			return nil, fmt.Errorf("segment %d: radius %v", n, p.Radius)
		}
		m.centres = append(m.centres, group{
			id: p.ID, name: p.Name, radius: p.Radius,
			centre: narrowed(centres[n*i.Dim : (n+1)*i.Dim]), anchor: narrowed(anchors[n*k : (n+1)*k]),
		})
	}
	return m, nil
}

// numbers returns a matrix [rows, cols] of finite numbers, row-major.
func (s *segmenterFile) numbers(name string, rows, cols int) ([]float64, error) {
	t, ok := s.f.Lookup(name)
	if !ok || len(t.Shape) != 2 || t.Shape[0] != rows || t.Shape[1] != cols {
		return nil, fmt.Errorf("its %s are not [%d, %d]", name, rows, cols)
	}
	return floats(t)
}

// vector is numbers for one row.
func (s *segmenterFile) vector(name string, n int) ([]float64, error) {
	t, ok := s.f.Lookup(name)
	if !ok || len(t.Shape) != 1 || t.Shape[0] != n {
		return nil, fmt.Errorf("its %s is not [%d]", name, n)
	}
	return floats(t)
}

func floats(t safetensors.Tensor) ([]float64, error) {
	if err := t.CheckFinite(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotFinite, err)
	}
	return t.Float64()
}

func narrowed(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

// space reads the reduction.
func (s *segmenterFile) space() (space, error) {
	r := s.info.Reduce
	if r == nil {
		return space{}, nil
	}
	p, err := r.Assemble(s.info.Dim, func(name string, shape ...int) ([]float64, error) {
		if len(shape) == 1 {
			return s.vector("reduce."+name, shape[0])
		}
		return s.numbers("reduce."+name, shape[0], shape[1])
	})
	return space{p}, err
}
