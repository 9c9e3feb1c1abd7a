package cohort

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/gonum/mat"

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
	Reduce   *savedReducer  `json:"reduce,omitempty"`
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

// savedReducer is a fitted reduction but for its matrices.
type savedReducer struct {
	Method string     `json:"method"` // "pca", "random projection" or "umap"
	Dim    int        `json:"dim"`    // components
	Points int        `json:"points,omitempty"`
	UMAP   *savedUMAP `json:"umap,omitempty"`
}

type savedUMAP struct {
	Neighbors int     `json:"neighbors"`
	Metric    string  `json:"metric"`
	Epochs    int     `json:"epochs"`
	Rate      float64 `json:"learning_rate"`
	Negative  int     `json:"negative_samples"`
	Seed      uint64  `json:"seed"`
	A         float64 `json:"a"`
	B         float64 `json:"b"`
}

// errReducer: a caller's own reducer has no place in the file.
var errReducer = errors.New("cohort: this reduction cannot be saved: want PCA, RandomProjection or UMAP of package reduce")

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
	matrix := func(name string, x *mat.Dense) {
		n, k := x.Dims()
		add(safetensors.Of(name, []int{n, k}, mat.DenseCopyOf(x).RawMatrix().Data))
	}
	switch p := m.space.by.(type) {
	case nil:
	case *reduce.PCAResult:
		_, k := p.Dims()
		info.Reduce = &savedReducer{Method: "pca", Dim: k, Points: p.Points}
		if p.Whiten {
			return fmt.Errorf("%w, not whitened", errReducer)
		}
		matrix("reduce.components", p.Components)
		add(safetensors.Of("reduce.mean", []int{len(p.Mean)}, p.Mean))
	case *reduce.RandomProjectionResult:
		_, k := p.Dims()
		info.Reduce = &savedReducer{Method: "random projection", Dim: k}
		matrix("reduce.components", p.Components)
	case *reduce.UMAPResult:
		s := p.State()
		n, k := s.Embedding.Dims()
		o := s.Options
		info.Reduce = &savedReducer{Method: "umap", Dim: k, Points: n, UMAP: &savedUMAP{
			Neighbors: o.Neighbors, Metric: o.Metric.String(), Epochs: o.Epochs, Rate: o.LearningRate, Negative: o.NegativeSamples, Seed: o.Seed, A: s.A, B: s.B,
		}}
		add(safetensors.Of("reduce.points", []int{n, info.Dim}, s.Points))
		matrix("reduce.embedding", s.Embedding)
		if s.Mean != nil {
			add(safetensors.Of("reduce.mean", []int{len(s.Mean)}, s.Mean))
		}
	default:
		return fmt.Errorf("%w, got %T", errReducer, p)
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
	if r.Dim < 1 || r.Dim > s.info.Dim {
		return space{}, fmt.Errorf("reduction to %d of %d features", r.Dim, s.info.Dim)
	}
	switch r.Method {
	case "pca":
		mean, err := s.vector("reduce.mean", s.info.Dim)
		if err != nil {
			return space{}, err
		}
		c, err := s.numbers("reduce.components", r.Dim, s.info.Dim)
		if err != nil {
			return space{}, err
		}
		return space{&reduce.PCAResult{Components: mat.NewDense(r.Dim, s.info.Dim, c), Mean: mean, Points: r.Points}}, nil
	case "random projection":
		c, err := s.numbers("reduce.components", r.Dim, s.info.Dim)
		if err != nil {
			return space{}, err
		}
		return space{&reduce.RandomProjectionResult{Components: mat.NewDense(r.Dim, s.info.Dim, c)}}, nil
	case "umap":
		return s.umap(r)
	}
	return space{}, fmt.Errorf("unknown reduction %q", r.Method)
}

func (s *segmenterFile) umap(r *savedReducer) (space, error) {
	u := r.UMAP
	if u == nil {
		return space{}, errors.New("umap without its options")
	}
	metric, err := reduce.ParseMetric(u.Metric)
	if err != nil {
		return space{}, err
	}
	points, err := s.numbers("reduce.points", r.Points, s.info.Dim)
	if err != nil {
		return space{}, err
	}
	y, err := s.numbers("reduce.embedding", r.Points, r.Dim)
	if err != nil {
		return space{}, err
	}
	state := reduce.UMAPState{
		Options: reduce.UMAP{Components: r.Dim, Neighbors: u.Neighbors, Metric: metric, Epochs: u.Epochs, LearningRate: u.Rate, NegativeSamples: u.Negative, Seed: u.Seed},
		A:       u.A, B: u.B, Points: narrowed(points),
	}
	if len(y) == 0 {
		return space{}, errors.New("umap of no points")
	}
	state.Embedding = mat.NewDense(r.Points, r.Dim, y)
	if metric != reduce.Cosine {
		if state.Mean, err = s.vector("reduce.mean", s.info.Dim); err != nil {
			return space{}, err
		}
	}
	p, err := state.Restore()
	if err != nil {
		return space{}, err
	}
	return space{p}, nil
}
