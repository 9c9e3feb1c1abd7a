package estimator

import (
	"math"
	"strconv"
)

// Params reads the parameters of a Description one by one, checks their types,
// and keeps the first error.
type Params struct {
	unsavedState

	of   Description
	used map[string]bool
	err  error
}

// Read starts reading d's parameters.
func (d Description) Read() *Params { return &Params{of: d, used: map[string]bool{}} }

// Err returns the first error, including that for a parameter that was never
// read.
func (p *Params) Err() error {
	if p.err != nil {
		return p.err
	}
	for _, x := range p.of.Params {
		if !p.used[x.Name] {
			return &ParamError{Estimator: p.of.Name, Param: x.Name, Got: x.Value, Want: "no parameter of this name"}
		}
	}
	return nil
}

func (p *Params) get(name, want string) any {
	p.used[name] = true
	v := p.of.Lookup(name)
	if v == nil {
		p.fail(name, nil, want)
	}
	return v
}

func (p *Params) fail(name string, got any, want string) {
	if p.err == nil {
		p.err = &ParamError{Estimator: p.of.Name, Param: name, Got: got, Want: want}
	}
}

// Has reports whether the named parameter exists.
func (p *Params) Has(name string) bool { return p.of.Lookup(name) != nil }

// Int returns a whole number.
func (p *Params) Int(name string) int {
	const want = "a whole number"
	switch v := p.get(name, want).(type) {
	case nil:
	case int:
		return v
	default:
		p.fail(name, v, want)
	}
	return 0
}

// AutoInt is like Int but returns 0 for "auto".
func (p *Params) AutoInt(name string) int {
	if p.of.Lookup(name) == Auto {
		p.used[name] = true
		return 0
	}
	return p.Int(name)
}

// Uint64 returns a nonnegative whole number.
func (p *Params) Uint64(name string) uint64 {
	const want = "a whole number of 0 or more"
	switch v := p.get(name, want).(type) {
	case nil:
	case uint64:
		return v
	case int:
		if v >= 0 {
			return uint64(v)
		}
		p.fail(name, v, want)
	default:
		p.fail(name, v, want)
	}
	return 0
}

// Float64 returns a number.
func (p *Params) Float64(name string) float64 {
	const want = "a number"
	switch v := p.get(name, want).(type) {
	case nil:
	case float64:
		return v
	case int:
		return float64(v)
	case uint64:
		return float64(v)
	case string: // infinities; see MarshalJSON
		if f, err := strconv.ParseFloat(v, 64); err == nil && math.IsInf(f, 0) {
			return f
		}
		p.fail(name, v, want)
	default:
		p.fail(name, v, want)
	}
	return 0
}

// Bool returns a boolean.
func (p *Params) Bool(name string) bool {
	const want = "true or false"
	switch v := p.get(name, want).(type) {
	case nil:
	case bool:
		return v
	default:
		p.fail(name, v, want)
	}
	return false
}

// Text returns a string converted by parse, and records an error of parse for
// Err.
func Text[T any](p *Params, name string, parse func(string) (T, error)) T {
	const want = "a word"
	var none T
	switch v := p.get(name, want).(type) {
	case nil:
	case string:
		x, err := parse(v)
		if err != nil && p.err == nil {
			p.err = err
		}
		return x
	default:
		p.fail(name, v, want)
	}
	return none
}

// NoData fails if one of the named parameters exists. Such a parameter stands
// for data, which the caller has to remove ([Description.Without]) and set.
func (p *Params) NoData(names ...string) {
	for _, name := range names {
		if v := p.of.Lookup(name); v != nil {
			p.used[name] = true
			p.fail(name, v, "to be left out here and set by the caller, since a description does not hold data")
		}
	}
}
