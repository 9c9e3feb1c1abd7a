package reduce

import (
	"encoding/json"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

// Results are saved as safetensors files, which Python can read, with a kind, a
// version, a JSON head and a digest in their metadata; see Marshal. A result
// that is read back transforms the same, to the last bit.

// The kinds of saved results.
const (
	kindPCA        = "reduce.PCAResult"
	kindProjection = "reduce.RandomProjectionResult"
	kindUMAP       = "reduce.UMAPResult"
)

// results makes a result of each kind.
var results = map[string]func() savable{
	kindPCA:        func() savable { return new(PCAResult) },
	kindProjection: func() savable { return new(RandomProjectionResult) },
	kindUMAP:       func() savable { return new(UMAPResult) },
	kindSmoothing:  func() savable { return new(SmoothingResult) },
}

type savable interface {
	Projection
	persist.Result
}

// Marshal returns the binary form of p, of any kind, for Unmarshal. It returns
// an error for a Projection that is not of this package and has no
// MarshalBinary method.
func Marshal(p Projection) ([]byte, error) { return persist.Marshal("reduce", p) }

// Unmarshal decodes a result of any kind from the bytes returned by Marshal or
// by the MarshalBinary method of a result of this package. Decoding errors are
// ErrSaved.
func Unmarshal(data []byte) (Projection, error) {
	p, err := persist.Unmarshal("reduce", results, data)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// pcaHead holds the parts of a PCAResult that are not saved as tensors.
type pcaHead struct {
	Samples int  `json:"n_samples"`
	Whiten  bool `json:"whiten"`
}

// check requires what Transform relies on.
func (r *PCAResult) check() error {
	if r == nil || r.Components == nil || r.Components.IsEmpty() {
		return persist.NotFitted("PCA", "no components")
	}
	k, d := r.Components.Dims()
	if len(r.Mean) != d {
		return persist.NotFitted("PCA", "a mean of %d features, components of %d", len(r.Mean), d)
	}
	for what, have := range map[string]int{"variances": len(r.ExplainedVariance), "ratios": len(r.ExplainedVarianceRatio), "singular values": len(r.SingularValues)} {
		if have != k && (have != 0 || r.Whiten) { // segmenters save only what Transform needs
			return persist.NotFitted("PCA", "%d %s of %d components", have, what, k)
		}
	}
	return nil
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses.
func (r PCAResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Matrix("components", r.Components)
	w.Float64("mean", r.Mean, len(r.Mean))
	w.Float64("explained_variance", r.ExplainedVariance, len(r.ExplainedVariance))
	w.Float64("explained_variance_ratio", r.ExplainedVarianceRatio, len(r.ExplainedVarianceRatio))
	w.Float64("singular_values", r.SingularValues, len(r.SingularValues))
	return w.Encode(kindPCA, 1, pcaHead{r.Points, r.Whiten})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *PCAResult) UnmarshalBinary(data []byte) error {
	var head pcaHead
	f, err := persist.Decode(data, kindPCA, 1, &head)
	if err != nil {
		return err
	}
	out := PCAResult{
		Components: f.Dense("components", -1, -1), Mean: f.Float64("mean", -1), ExplainedVariance: f.Float64("explained_variance", -1),
		ExplainedVarianceRatio: f.Float64("explained_variance_ratio", -1), SingularValues: f.Float64("singular_values", -1),
		Points: head.Samples, Whiten: head.Whiten,
	}
	return persist.Keep(r, out, f, out.check)
}

// pcaJSON is the JSON form of a PCAResult, with scikit-learn's names.
type pcaJSON struct {
	Components     [][]float64 `json:"components"`
	Mean           []float64   `json:"mean"`
	Variance       []float64   `json:"explained_variance"`
	Ratio          []float64   `json:"explained_variance_ratio"`
	SingularValues []float64   `json:"singular_values"`
	pcaHead
}

// MarshalJSON writes all of r: components, mean, explained_variance,
// explained_variance_ratio, singular_values, n_samples and whiten.
func (r PCAResult) MarshalJSON() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return json.Marshal(pcaJSON{persist.Rows(r.Components), r.Mean, r.ExplainedVariance, r.ExplainedVarianceRatio, r.SingularValues, pcaHead{r.Points, r.Whiten}})
}

// UnmarshalJSON reads the output of MarshalJSON. Errors are ErrSaved and leave
// r unchanged.
func (r *PCAResult) UnmarshalJSON(data []byte) error {
	var in pcaJSON
	if err := persist.JSON(kindPCA, data, &in); err != nil {
		return err
	}
	c, err := dense.OfRows(in.Components)
	if err != nil {
		return persist.Wrong(kindPCA, fmt.Errorf("components: %w", err))
	}
	out := PCAResult{
		Components: c, Mean: in.Mean, ExplainedVariance: in.Variance, ExplainedVarianceRatio: in.Ratio, SingularValues: in.SingularValues,
		Points: in.Samples, Whiten: in.Whiten,
	}
	if err := out.check(); err != nil {
		return persist.Wrong(kindPCA, err)
	}
	*r = out
	return nil
}

type projectionHead struct {
	Sparse bool `json:"sparse"` // few entries are nonzero, and only these are multiplied
}

func (r *RandomProjectionResult) check() error {
	if r == nil || r.Components == nil || r.Components.IsEmpty() {
		return persist.NotFitted("random projection", "no components")
	}
	return nil
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses.
func (r RandomProjectionResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Matrix("components", r.Components)
	return w.Encode(kindProjection, 1, projectionHead{r.sparse != nil})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *RandomProjectionResult) UnmarshalBinary(data []byte) error {
	var head projectionHead
	f, err := persist.Decode(data, kindProjection, 1, &head)
	if err != nil {
		return err
	}
	out := RandomProjectionResult{Components: f.Dense("components", -1, -1)}
	if out.Components != nil && head.Sparse {
		out.sparse = entriesOf(out.Components)
	}
	return persist.Keep(r, out, f, out.check)
}

// entriesOf lists the nonzero entries of each row.
func entriesOf(m *mat.Dense) [][]entry {
	k, _ := m.Dims()
	out := make([][]entry, k)
	for i := range out {
		for j, v := range m.RawRowView(i) {
			if v != 0 {
				out[i] = append(out[i], entry{int32(j), v})
			}
		}
	}
	return out
}

type projectionJSON struct {
	Components [][]float64 `json:"components"`
	projectionHead
}

// MarshalJSON writes all of r: components and sparse.
func (r RandomProjectionResult) MarshalJSON() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return json.Marshal(projectionJSON{persist.Rows(r.Components), projectionHead{r.sparse != nil}})
}

// UnmarshalJSON reads the output of MarshalJSON. Errors are ErrSaved and leave
// r unchanged.
func (r *RandomProjectionResult) UnmarshalJSON(data []byte) error {
	var in projectionJSON
	if err := persist.JSON(kindProjection, data, &in); err != nil {
		return err
	}
	c, err := dense.OfRows(in.Components)
	if err != nil {
		return persist.Wrong(kindProjection, fmt.Errorf("components: %w", err))
	}
	out := RandomProjectionResult{Components: c}
	if in.Sparse {
		out.sparse = entriesOf(c)
	}
	*r = out
	return nil
}

// umapHead holds the parts of a UMAPResult that are not saved as tensors.
type umapHead struct {
	Options estimator.Description `json:"options"`
	A       float64               `json:"a"`
	B       float64               `json:"b"`
	Start   string                `json:"start"`
}

// check requires what Transform relies on.
func (r *UMAPResult) check() error {
	if r == nil || r.Embedding == nil || r.Embedding.IsEmpty() || r.points.Len == 0 {
		return persist.NotFitted("UMAP", "no points")
	}
	return nil
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. The bytes contain the fitted points and need the same protection as
// these.
func (r UMAPResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	s := r.State()
	var w persist.Writer
	w.Float32("points", s.Points, r.points.Len, r.points.Dim)
	w.Matrix("embedding", s.Embedding)
	if s.Mean != nil {
		w.Float64("mean", s.Mean, len(s.Mean))
	}
	return w.Encode(kindUMAP, 1, umapHead{s.Options.Describe(), s.A, s.B, s.Start.String()})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *UMAPResult) UnmarshalBinary(data []byte) error {
	var head umapHead
	f, err := persist.Decode(data, kindUMAP, 1, &head)
	if err != nil {
		return err
	}
	s := UMAPState{A: head.A, B: head.B, Embedding: f.Dense("embedding", -1, -1)}
	if f.Has("mean") {
		s.Mean = f.Float64("mean", -1)
	}
	n := -1
	if s.Embedding != nil {
		n, _ = s.Embedding.Dims()
	}
	s.Points = f.Float32("points", n, -1)
	o, err := Parse(head.Options)
	if err != nil {
		return persist.Wrong(kindUMAP, err)
	}
	umap, ok := o.(UMAP)
	if !ok {
		return fmt.Errorf("%s: %w: the options are those of a %T", kindUMAP, ErrSaved, o)
	}
	s.Options = umap
	if s.Start, err = ParseInit(head.Start); err != nil {
		return persist.Wrong(kindUMAP, err)
	}
	if err := f.Err(); err != nil {
		return err
	}
	out, err := s.Restore()
	if err != nil {
		return persist.Wrong(kindUMAP, err)
	}
	*r = *out
	return nil
}

// MarshalJSON returns an ErrNoJSON, since Transform needs the points.
func (r UMAPResult) MarshalJSON() ([]byte, error) {
	return nil, persist.NoJSON("reduce", "UMAP")
}

// UnmarshalJSON returns an ErrNoJSON.
func (r *UMAPResult) UnmarshalJSON([]byte) error { return persist.NoJSON("reduce", "UMAP") }
