package engine

import (
	"math"
	"sync"
)

// Rotary rotates pairs of features of queries and keys by angles that grow with
// the position (Su et al. 2021, arXiv:2104.09864).
type Rotary struct {
	Theta float64 // the base of the wavelengths
	Dim   int     // number of leading features of a head that are rotated
	// Interleaved pairs neighbouring features; otherwise the first half is paired
	// with the second.
	Interleaved bool
	Factor      float64 // positions are divided by it; 0 means 1
	Positions   int     // of the longest text

	once        sync.Once
	frequencies []float64 // [dim/2] radians per position
	cos, sin    []float32 // [kept, dim/2]
	kept        int       // positions whose angles are in memory
}

// keptAngles bounds the angles kept in memory: 8,192 positions of 128 features.
// Angles of later positions are computed as needed.
const keptAngles = 8192 * 64

// prepare computes the angles of the first positions.
func (r *Rotary) prepare() {
	r.once.Do(func() {
		half := r.Dim / 2
		factor := r.Factor
		if factor == 0 {
			factor = 1
		}
		r.frequencies = make([]float64, half)
		for i := range r.frequencies {
			r.frequencies[i] = 1 / (math.Pow(r.Theta, float64(2*i)/float64(r.Dim)) * factor)
		}
		r.kept = min(r.Positions, keptAngles/half)
		r.cos, r.sin = make([]float32, r.kept*half), make([]float32, r.kept*half)
		for p := range r.kept {
			r.angles(r.cos[p*half:(p+1)*half], r.sin[p*half:(p+1)*half], p)
		}
	})
}

// set takes the angles of all positions from a table [positions, dim] of sines
// and cosines, half a row each.
func (r *Rotary) set(table []float32) {
	r.prepare()
	half := r.Dim / 2
	r.kept = len(table) / r.Dim
	r.cos, r.sin = make([]float32, r.kept*half), make([]float32, r.kept*half)
	for p := range r.kept {
		row := table[p*r.Dim : (p+1)*r.Dim]
		copy(r.sin[p*half:], row[:half])
		copy(r.cos[p*half:], row[half:])
	}
}

// angles computes the cosines and sines [dim/2] of a position.
func (r *Rotary) angles(cos, sin []float32, position int) {
	for i, f := range r.frequencies {
		s, c := math.Sincos(float64(position) * f)
		sin[i], cos[i] = float32(s), float32(c)
	}
}

// turn rotates a head x [≥ dim] at a position.
func (r *Rotary) turn(x []float32, position int) {
	half := r.Dim / 2
	var cos, sin []float32
	if position < r.kept {
		cos, sin = r.cos[position*half:(position+1)*half], r.sin[position*half:(position+1)*half]
	} else {
		cos, sin = make([]float32, half), make([]float32, half)
		r.angles(cos, sin, position)
	}
	if r.Interleaved {
		for i, c := range cos {
			a, b := x[2*i], x[2*i+1]
			x[2*i], x[2*i+1] = a*c-b*sin[i], b*c+a*sin[i]
		}
		return
	}
	first, second := x[:half], x[half:2*half]
	for i, c := range cos {
		a, b := first[i], second[i]
		first[i], second[i] = a*c-b*sin[i], b*c+a*sin[i]
	}
}
