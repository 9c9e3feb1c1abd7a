package engine

import (
	"math"
	"sync"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Rotary rotates pairs of features of queries and keys by angles that grow with
// the position (Su et al. 2021, arXiv:2104.09864).
type Rotary struct {
	Frequencies []float64 // [dim/2] radians per position, of the dim leading features of a head that are rotated
	// Interleaved pairs neighbouring features; otherwise the first half is paired
	// with the second.
	Interleaved bool
	Scale       float64 // multiplies sines and cosines; 0 means 1
	Positions   int     // of the longest text
	// Beyond, if not nil, returns the frequencies for a text of that many tokens,
	// if those are more than Trained.
	Beyond  func(tokens int) []float64
	Trained int

	once     sync.Once
	cos, sin []float32 // [kept, dim/2]
	kept     int       // positions whose angles are in memory
}

// keptAngles bounds the angles kept in memory: 8,192 positions of 128 features.
// Angles of later positions are computed as needed.
const keptAngles = 8192 * 64

// Dim returns the number of leading features of a head that are rotated.
func (r *Rotary) Dim() int { return 2 * len(r.Frequencies) }

// own returns a copy without angles.
func (r *Rotary) own() *Rotary {
	return &Rotary{
		Frequencies: r.Frequencies, Interleaved: r.Interleaved, Scale: r.Scale, Positions: r.Positions,
		Beyond: r.Beyond, Trained: r.Trained,
	}
}

// prepare computes the angles of the first positions.
func (r *Rotary) prepare() {
	r.once.Do(func() {
		half := len(r.Frequencies)
		r.kept = min(r.Positions, keptAngles/half)
		r.cos, r.sin = make([]float32, r.kept*half), make([]float32, r.kept*half)
		for p := range r.kept {
			r.angles(r.cos[p*half:(p+1)*half], r.sin[p*half:(p+1)*half], r.Frequencies, p)
		}
	})
}

// set takes the angles of all positions from a table [positions, dim] of sines
// and cosines, half a row each.
func (r *Rotary) set(table []float32) {
	r.prepare()
	half := len(r.Frequencies)
	r.kept = len(table) / r.Dim()
	r.cos, r.sin = make([]float32, r.kept*half), make([]float32, r.kept*half)
	for p := range r.kept {
		row := table[p*r.Dim() : (p+1)*r.Dim()]
		copy(r.sin[p*half:], row[:half])
		copy(r.cos[p*half:], row[half:])
	}
}

// angles computes the cosines and sines [dim/2] of a position.
func (r *Rotary) angles(cos, sin []float32, frequencies []float64, position int) {
	scale := r.Scale
	if scale == 0 {
		scale = 1
	}
	for i, f := range frequencies {
		s, c := math.Sincos(float64(position) * f)
		sin[i], cos[i] = float32(scale*s), float32(scale*c)
	}
}

// longText are the frequencies for texts of a length beyond what a Rotary was
// trained with.
type longText struct {
	rotary      *Rotary
	tokens      int
	frequencies []float64
}

// at returns the cosines and sines [dim/2] of a position in a text of that many
// tokens, in memory that is valid until the next call.
func (r *Rotary) at(s *Scratch, position, tokens int) (cos, sin []float32) {
	half, frequencies := len(r.Frequencies), r.Frequencies
	if long := r.Beyond != nil && tokens > r.Trained; long {
		if s.long.rotary != r || s.long.tokens != tokens {
			s.long = longText{r, tokens, r.Beyond(tokens)}
		}
		frequencies = s.long.frequencies
	} else if position < r.kept {
		return r.cos[position*half : (position+1)*half], r.sin[position*half : (position+1)*half]
	}
	s.angles = Grow(s.angles, 2*half)
	cos, sin = s.angles[:half], s.angles[half:]
	r.angles(cos, sin, frequencies, position)
	return cos, sin
}

// turn rotates heads of dim features, side by side in x, by angles given as
// cosines and sines [dim/2].
func (r *Rotary) turn(x []float32, dim int, cos, sin []float32) {
	for ; len(x) >= dim; x = x[dim:] {
		if r.Interleaved {
			turnNeighbours(x[:2*len(cos)], cos, sin)
		} else {
			kernel.Turn(x[:len(cos)], x[len(cos):2*len(cos)], cos, sin)
		}
	}
}

func turnNeighbours(x, cos, sin []float32) {
	for i, c := range cos {
		a, b := x[2*i], x[2*i+1]
		x[2*i], x[2*i+1] = a*c-b*sin[i], b*c+a*sin[i]
	}
}
