package persist

import (
	"encoding"
	"encoding/json"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Result is a fitted result that can be saved.
type Result interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// Marshal returns the binary form of a package's result p, or an ErrSaved if it
// has none.
func Marshal(pkg string, p any) ([]byte, error) {
	if m, ok := p.(encoding.BinaryMarshaler); ok {
		return m.MarshalBinary()
	}
	return nil, fmt.Errorf("%s: a %T cannot be saved: %w", pkg, p, ErrSaved)
}

// Unmarshal decodes a result of the kind that data records, which is made by
// the constructor of that kind.
func Unmarshal[R Result](pkg string, kinds map[string]func() R, data []byte) (R, error) {
	var none R
	kind := KindOf(data)
	construct, ok := kinds[kind]
	if !ok {
		return none, fmt.Errorf("%s: %w: no result of kind %.40q", pkg, ErrSaved, kind)
	}
	r := construct()
	if err := r.UnmarshalBinary(data); err != nil {
		return none, err
	}
	return r, nil
}

// Keep sets *r to the result that was read if it is complete.
func Keep[R any](r *R, read R, f *Reader, check func() error) error {
	if err := f.Err(); err != nil {
		return err
	}
	if err := check(); err != nil {
		return fmt.Errorf("%w: %w", ErrSaved, err)
	}
	*r = read
	return nil
}

// NotFitted returns the error for a result that no fit returned.
func NotFitted(name, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %s", name, estimator.ErrNotFitted, fmt.Sprintf(format, args...))
}

// NoJSON returns the error for a result of which JSON would lose something.
func NoJSON(pkg, name string) error {
	return fmt.Errorf("%s: the result of %s: %w, use MarshalBinary", pkg, name, estimator.ErrNoJSON)
}

// Wrong returns an ErrSaved about a kind's bytes or JSON.
func Wrong(kind string, err error) error { return fmt.Errorf("%s: %w: %w", kind, ErrSaved, err) }

// JSON decodes data into v. Errors are ErrSaved.
func JSON(kind string, data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return Wrong(kind, err)
	}
	return nil
}

// Rows returns the rows of a matrix, which share its memory.
func Rows(m *mat.Dense) [][]float64 {
	n, _ := m.Dims()
	out := make([][]float64, n)
	for i := range out {
		out[i] = m.RawRowView(i)
	}
	return out
}
