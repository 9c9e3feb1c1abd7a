package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/internal/persist"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// file is a file being read.
type file struct {
	f    *safetensors.File
	info Info
}

// Read reads the output of Write. Its errors quote nothing from an invalid
// file, which may be personal.
func Read(data []byte) (*Segmenter, error) {
	f, err := safetensors.Parse("segmenter", data)
	if err != nil {
		return nil, nameless(err)
	}
	meta, ok := f.Metadata()[key]
	if !ok {
		return nil, errors.New("it says nothing of segments")
	}
	s := file{f: f}
	if err := json.Unmarshal([]byte(meta), &s.info); err != nil {
		return nil, jsonerr.Hide(err)
	}
	i := &s.info
	if want := i.version(); i.Version != want {
		return nil, fmt.Errorf("version %d, want %d, or %d with features, or %d with words that were put right", i.Version, version, versionFeatures, versionRepair)
	}
	if err := s.intact(); err != nil {
		return nil, err
	}
	// A run in which nobody was assigned has no segments.
	if len(i.Segments) == 0 && !i.Noise || i.Dim < 1 {
		return nil, fmt.Errorf("%d segments of %d features", len(i.Segments), i.Dim)
	}
	if _, _, err := i.Repeats.Options(); err != nil {
		return nil, err
	}
	if _, err := i.Repair.Corpus(); err != nil {
		return nil, err
	}
	m := &Segmenter{Info: *i, Placer: group.Placer{Noise: i.Noise}}
	if m.Placer.Space, err = s.space(); err != nil {
		return nil, err
	}
	m.Placer.Centres, err = s.centres()
	return m, err
}

// intact compares the digest, if there is one, with what the file holds.
func (s *file) intact() error {
	meta := s.f.Metadata()
	want, ok := meta[digestKey]
	if !ok && len(meta) == 1 {
		return nil
	}
	if len(meta) != 2 || persist.Digest(s.f.Tensors(), meta[key]) != want {
		return errors.New("its digest does not fit: the file is damaged, or was changed")
	}
	return nil
}

// nameless replaces err by its sentinel error, without details of the header.
func nameless(err error) error {
	for _, kind := range []error{
		safetensors.ErrNotSafetensors, safetensors.ErrHeaderSize, safetensors.ErrHeader, safetensors.ErrDuplicate,
		safetensors.ErrDType, safetensors.ErrShape, safetensors.ErrOffsets, safetensors.ErrTruncated, safetensors.ErrTrailing, safetensors.ErrLimit,
	} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return errors.New("its header does not fit the file")
}

// centres reads the centres of the segments.
func (s *file) centres() (group.Centres, error) {
	i := &s.info
	vectors, err := s.matrix("centres", len(i.Segments), i.Dim)
	if err != nil {
		return nil, err
	}
	anchors, k := vectors, i.placedDim()
	if i.Reduce != nil || i.Features != nil {
		if anchors, err = s.matrix("anchors", len(i.Segments), k); err != nil {
			return nil, err
		}
	}
	out := make(group.Centres, len(i.Segments))
	for n, p := range i.Segments {
		if math.IsNaN(p.Radius) || p.Radius < 0 {
			return nil, fmt.Errorf("segment %d: radius %v", n, p.Radius)
		}
		width := math.NaN()
		if p.Width != nil {
			if width = *p.Width; !(width >= 0) {
				return nil, fmt.Errorf("segment %d: width %v", n, width)
			}
		}
		out[n] = group.Centre{
			ID: p.ID, Name: p.Name, Users: p.Users, Radius: p.Radius, Width: width,
			Vector: narrowed(vectors[n*i.Dim : (n+1)*i.Dim]), Anchor: narrowed(anchors[n*k : (n+1)*k]),
		}
	}
	return out, nil
}

// placedDim is the dimension of the space in which users are placed.
func (i *Info) placedDim() int {
	k := i.Dim
	if i.Reduce != nil {
		k = i.Reduce.Dim
	}
	if i.Features != nil {
		k += i.Features.Dim()
	}
	return k
}

// space reads the reduction, and where features stand.
func (s *file) space() (group.Space, error) {
	space, err := s.reduction()
	f := s.info.Features
	if err != nil || f == nil {
		return space, err
	}
	if err := f.Check(); err != nil {
		return space, err
	}
	if !(f.Factor >= 0) || math.IsInf(f.Factor, 0) {
		return space, fmt.Errorf("a factor of features of %v", f.Factor)
	}
	mean, err := s.vector("features.mean", s.info.placedDim()-f.Dim())
	space.Join = &group.Join{Features: f.Dim(), Factor: f.Factor, Mean: narrowed(mean)}
	return space, err
}

// reduction reads the reduction.
func (s *file) reduction() (group.Space, error) {
	r := s.info.Reduce
	if r == nil {
		return group.Space{}, nil
	}
	p, err := r.Assemble(s.info.Dim, func(name string, shape ...int) ([]float64, error) {
		if len(shape) == 1 {
			return s.vector("reduce."+name, shape[0])
		}
		return s.matrix("reduce."+name, shape[0], shape[1])
	})
	return group.Space{By: p}, err
}

// matrix returns a matrix [rows, cols] of finite numbers, row-major.
func (s *file) matrix(name string, rows, cols int) ([]float64, error) {
	t, ok := s.f.Lookup(name)
	if !ok || len(t.Shape) != 2 || t.Shape[0] != rows || t.Shape[1] != cols {
		return nil, fmt.Errorf("its %s are not [%d, %d]", name, rows, cols)
	}
	return finite(t)
}

// vector returns a vector [n] of finite numbers.
func (s *file) vector(name string, n int) ([]float64, error) {
	t, ok := s.f.Lookup(name)
	if !ok || len(t.Shape) != 1 || t.Shape[0] != n {
		return nil, fmt.Errorf("its %s is not [%d]", name, n)
	}
	return finite(t)
}

func finite(t safetensors.Tensor) ([]float64, error) {
	if err := t.CheckFinite(); err != nil {
		return nil, fmt.Errorf("%w: %w", fault.ErrNotFinite, err)
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
