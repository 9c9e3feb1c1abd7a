package reduce

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// ErrParts reports that a Projection cannot be taken apart, or that parts do
// not form one.
var ErrParts = errors.New("not the parts of a projection")

// Parts holds what Transform needs of a fitted PCA, RandomProjection, UMAP or
// Smoothing, for callers with a file format of their own. The JSON form has everything
// except the Tensors.
type Parts struct {
	Method    string          `json:"method"`           // "pca", "random projection", "umap" or "smoothing"
	Dim       int             `json:"dim"`              // number of components
	Points    int             `json:"points,omitempty"` // number of fitted points
	UMAP      *UMAPParts      `json:"umap,omitempty"`
	Smoothing *SmoothingParts `json:"smoothing,omitempty"`
	Tensors   []PartsTensor   `json:"-"`
}

// UMAPParts holds the parameters of a fitted UMAP.
type UMAPParts struct {
	Neighbors int     `json:"neighbors"`
	Metric    string  `json:"metric"`
	Epochs    int     `json:"epochs"`
	Rate      float64 `json:"learning_rate"`
	Negative  int     `json:"negative_samples"`
	Seed      uint64  `json:"seed"`
	A         float64 `json:"a"`
	B         float64 `json:"b"`
}

// SmoothingParts holds the parameters of a fitted Smoothing.
type SmoothingParts struct {
	Neighbors int `json:"neighbors"`
}

// PartsTensor is a vector or a row-major matrix, float64 or float32.
type PartsTensor struct {
	Name  string // "components", "mean", "points", "embedding"
	Shape []int
	F64   []float64
	F32   []float32 // if F64 is nil
}

// TakeApart returns the parts of p, which share memory with it. It returns an
// ErrParts if p is not of this package or is a whitened PCA.
func TakeApart(p Projection) (*Parts, error) {
	switch p := p.(type) {
	case *PCAResult:
		if p.Whiten {
			return nil, fmt.Errorf("reduce: a whitened PCA: %w", ErrParts)
		}
		_, k := p.Dims()
		return &Parts{Method: namePCA, Dim: k, Points: p.Points, Tensors: []PartsTensor{
			matrixPart("components", p.Components), {Name: "mean", Shape: []int{len(p.Mean)}, F64: p.Mean},
		}}, nil
	case *RandomProjectionResult:
		_, k := p.Dims()
		return &Parts{Method: nameProjection, Dim: k, Tensors: []PartsTensor{matrixPart("components", p.Components)}}, nil
	case *UMAPResult:
		s := p.State()
		n, k := s.Embedding.Dims()
		d, _ := p.Dims()
		o := s.Options
		out := &Parts{Method: nameUMAP, Dim: k, Points: n, UMAP: &UMAPParts{
			Neighbors: o.Neighbors, Metric: o.Metric.String(), Epochs: o.Epochs, Rate: o.LearningRate, Negative: o.NegativeSamples, Seed: o.Seed, A: s.A, B: s.B,
		}}
		out.Tensors = []PartsTensor{{Name: "points", Shape: []int{n, d}, F32: s.Points}, matrixPart("embedding", s.Embedding)}
		if s.Mean != nil {
			out.Tensors = append(out.Tensors, PartsTensor{Name: "mean", Shape: []int{d}, F64: s.Mean})
		}
		return out, nil
	case *SmoothingResult:
		if err := p.check(); err != nil {
			return nil, err
		}
		d, k := p.Dims()
		return &Parts{Method: nameSmoothing, Dim: k, Points: p.points.Len, Smoothing: &SmoothingParts{Neighbors: p.neighbors}, Tensors: []PartsTensor{
			{Name: "points", Shape: []int{p.points.Len, d}, F32: p.points.Data}, matrixPart("embedding", p.Embedding),
		}}, nil
	}
	return nil, fmt.Errorf("reduce: %T, want a fitted PCA, RandomProjection, UMAP or Smoothing: %w", p, ErrParts)
}

func matrixPart(name string, x *mat.Dense) PartsTensor {
	n, k := x.Dims()
	raw := x.RawMatrix()
	if raw.Stride != k {
		raw = mat.DenseCopyOf(x).RawMatrix()
	}
	return PartsTensor{Name: name, Shape: []int{n, k}, F64: raw.Data[:n*k]}
}

// Assemble returns the Projection that p was taken from, for points with the
// given number of features. It ignores p.Tensors and calls read for them
// instead, which must return finite numbers of the given shape in row-major
// order. An error of read is returned unchanged; parts that do not fit each
// other are an ErrParts or an ErrOption.
func (p *Parts) Assemble(features int, read func(name string, shape ...int) ([]float64, error)) (Projection, error) {
	if p.Dim < 1 || p.Dim > features {
		return nil, fmt.Errorf("reduction to %d of %d features: %w", p.Dim, features, ErrParts)
	}
	given := read
	read = func(name string, shape ...int) ([]float64, error) {
		x, err := given(name, shape...)
		want := 1
		for _, n := range shape {
			want *= n
		}
		if err == nil && len(x) != want {
			err = fmt.Errorf("%d numbers for %s %v: %w", len(x), name, shape, ErrParts)
		}
		return x, err
	}
	switch p.Method {
	case namePCA:
		mean, err := read("mean", features)
		if err != nil {
			return nil, err
		}
		c, err := read("components", p.Dim, features)
		if err != nil {
			return nil, err
		}
		return &PCAResult{Components: mat.NewDense(p.Dim, features, c), Mean: mean, Points: p.Points}, nil
	case nameProjection:
		c, err := read("components", p.Dim, features)
		if err != nil {
			return nil, err
		}
		r := &RandomProjectionResult{Components: mat.NewDense(p.Dim, features, c)}
		if slices.Contains(c, 0) { // the normal distribution practically never gives 0
			r.sparse = entriesOf(r.Components)
		}
		return r, nil
	case nameUMAP:
		return p.assembleUMAP(features, read)
	case nameSmoothing:
		return p.assembleSmoothing(features, read)
	}
	return nil, fmt.Errorf("unknown reduction %q: %w", p.Method, ErrParts)
}

// fitted reads the fitted points [p.Points, features] and where they were placed.
func (p *Parts) fitted(features int, read func(name string, shape ...int) ([]float64, error)) ([]float32, *mat.Dense, error) {
	points, err := read("points", p.Points, features)
	if err != nil {
		return nil, nil, err
	}
	y, err := read("embedding", p.Points, p.Dim)
	if err != nil {
		return nil, nil, err
	}
	return dense.Narrow(mat.NewDense(p.Points, features, points)).Data, mat.NewDense(p.Points, p.Dim, y), nil
}

func (p *Parts) assembleUMAP(features int, read func(name string, shape ...int) ([]float64, error)) (Projection, error) {
	u := p.UMAP
	if u == nil || p.Points < 1 {
		return nil, fmt.Errorf("umap of %d points, or without its options: %w", p.Points, ErrParts)
	}
	metric, err := ParseMetric(u.Metric)
	if err != nil {
		return nil, err
	}
	points, y, err := p.fitted(features, read)
	if err != nil {
		return nil, err
	}
	state := UMAPState{
		Options: UMAP{Components: p.Dim, Neighbors: u.Neighbors, Metric: metric, Epochs: u.Epochs, LearningRate: u.Rate, NegativeSamples: u.Negative, Seed: u.Seed},
		A:       u.A, B: u.B, Embedding: y, Points: points,
	}
	if metric != Cosine {
		if state.Mean, err = read("mean", features); err != nil {
			return nil, err
		}
	}
	return state.Restore()
}

func (p *Parts) assembleSmoothing(features int, read func(name string, shape ...int) ([]float64, error)) (Projection, error) {
	if p.Smoothing == nil || p.Points < 1 {
		return nil, fmt.Errorf("smoothing of %d points, or without its options: %w", p.Points, ErrParts)
	}
	points, y, err := p.fitted(features, read)
	if err != nil {
		return nil, err
	}
	r, err := restoreSmoothing(p.Smoothing.Neighbors, points, y)
	if err != nil {
		return nil, err
	}
	return r, nil
}
