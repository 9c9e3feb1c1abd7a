package estimator

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Description is an estimator's name and every parameter that affects its
// result, with defaults filled in. It omits parameters that only affect time or
// memory (threads, progress).
//
// As JSON it is an object such as
//
//	{"name": "kmeans", "params": {"n_clusters": 5, "init": "k-means++", "seed": 1}}
//
// with the parameters in order, named as in scikit-learn where it has them.
type Description struct {
	Name   string
	Params []Param
}

// Param is one parameter.
type Param struct {
	Name string
	// Value is a bool, an int (a uint64 if it does not fit), a float64, a string
	// or a Data.
	Value any
}

// Whole returns v as the Value of a Param.
func Whole(v uint64) any {
	if v <= math.MaxInt {
		return int(v)
	}
	return v
}

// Data stands for a parameter that is data, such as first centres or weights,
// by its size and digest. An estimator cannot be made from it; see
// [Description.Without].
type Data struct {
	Rows, Cols int
	// SHA256 is the hex digest of the values in row-major order, each as a
	// little-endian float64.
	SHA256 string
}

// String returns the size and the first digits of the digest.
func (d Data) String() string { return fmt.Sprintf("[%d, %d] %.12s", d.Rows, d.Cols, d.SHA256) }

// Auto is the value of a parameter that an estimator derives from the data.
const Auto = "auto"

// String returns the description as one line: "kmeans, k 5, init k-means++,
// seed 1".
func (d Description) String() string {
	var b strings.Builder
	b.WriteString(d.Name)
	for _, p := range d.Params {
		b.WriteString(", ")
		b.WriteString(label(p.Name))
		b.WriteByte(' ')
		b.WriteString(shown(p.Value))
	}
	return b.String()
}

// label returns a parameter's name in words.
func label(name string) string {
	switch name {
	case "n_clusters":
		return "k"
	case "n_init":
		return "starts"
	case "n_iter":
		return "power iterations"
	}
	return strings.ReplaceAll(strings.TrimPrefix(name, "n_"), "_", " ")
}

func shown(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// Lookup returns the value of the named parameter, or nil if there is none.
func (d Description) Lookup(name string) any {
	for _, p := range d.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return nil
}

// Without returns d without the named parameters. An estimator made from the
// result has their defaults; the caller sets the real values.
func (d Description) Without(names ...string) Description {
	out := Description{Name: d.Name}
	for _, p := range d.Params {
		keep := true
		for _, n := range names {
			keep = keep && p.Name != n
		}
		if keep {
			out.Params = append(out.Params, p)
		}
	}
	return out
}
