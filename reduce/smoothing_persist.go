package reduce

import (
	"github.com/seed-56ee9438/cohort/internal/persist"
)

const kindSmoothing = "reduce.SmoothingResult"

// smoothingHead holds the parts of a SmoothingResult that are not saved as
// tensors.
type smoothingHead struct {
	Neighbors int `json:"n_neighbors"`
}

// check requires what Transform relies on.
func (r *SmoothingResult) check() error {
	if r == nil || r.Embedding == nil || r.Embedding.IsEmpty() || r.points.Len == 0 {
		return persist.NotFitted("Smoothing", "no points")
	}
	return nil
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. The bytes contain the fitted points and need the same protection as
// these.
func (r SmoothingResult) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Float32("points", r.points.Data, r.points.Len, r.points.Dim)
	w.Matrix("embedding", r.Embedding)
	return w.Encode(kindSmoothing, 1, smoothingHead{r.neighbors})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave r unchanged.
func (r *SmoothingResult) UnmarshalBinary(data []byte) error {
	var head smoothingHead
	f, err := persist.Decode(data, kindSmoothing, 1, &head)
	if err != nil {
		return err
	}
	y, n := f.Dense("embedding", -1, -1), -1
	if y != nil {
		n, _ = y.Dims()
	}
	points := f.Float32("points", n, -1)
	if err := f.Err(); err != nil {
		return err
	}
	out, err := restoreSmoothing(head.Neighbors, points, y)
	if err != nil {
		return persist.Wrong(kindSmoothing, err)
	}
	*r = *out
	return nil
}

// MarshalJSON returns an ErrNoJSON, since Transform needs the points.
func (r SmoothingResult) MarshalJSON() ([]byte, error) {
	return nil, persist.NoJSON("reduce", "Smoothing")
}

// UnmarshalJSON returns an ErrNoJSON, as MarshalJSON does.
func (r *SmoothingResult) UnmarshalJSON([]byte) error {
	return persist.NoJSON("reduce", "Smoothing")
}
