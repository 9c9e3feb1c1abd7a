package group

import (
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// Centre is the centre of a segment.
type Centre struct {
	ID     int
	Name   string    // "" if it has none yet
	Users  int       // number of users in the run that found it
	Vector []float32 // [dim] mean of their vectors, not scaled
	Anchor []float32 // [k] the same in the space where users are placed
	Radius float64   // largest distance of one of them to Anchor
	Width  float64   // mean of their squared distances to Anchor; NaN if it is not known
}

// Centres are the centres of a run's segments, the largest segment first.
type Centres []Centre

// ID returns the ID of the segment at index i, result.Unassigned for -1.
func (c Centres) ID(i int) int {
	if i < 0 {
		return result.Unassigned
	}
	return c[i].ID
}

// Nearest returns the index of the centre nearest to v [k], the lowest in case
// of ties, and its distance; -1 if there are no centres.
func (c Centres) Nearest(v []float32) (at int, distance float64) {
	at = -1
	for i := range c {
		if d := vector.Distance(v, c[i].Anchor); at < 0 || d < distance {
			at, distance = i, d
		}
	}
	return at, distance
}

// Margin returns how much nearer v [k] is to centre i than to the best other
// one, relative to the larger of the distances, and the index of that one, -1
// for none.
func (c Centres) Margin(v []float32, i int) (m float64, other int) {
	own := vector.Distance(v, c[i].Anchor)
	other = -1
	var best float64
	for j := range c {
		if j == i {
			continue
		}
		if d := vector.Distance(v, c[j].Anchor); other < 0 || d < best {
			other, best = j, d
		}
	}
	if other < 0 || max(own, best) == 0 {
		return 0, other
	}
	return (best - own) / max(own, best), other
}

// Likest returns the index of the centre whose vector has the highest cosine
// with that of centre i, -1 if there is no other.
func (c Centres) Likest(i int) int {
	best, at := -2.0, -1
	for j := range c {
		if j == i {
			continue
		}
		if like := vector.Cosine(c[i].Vector, c[j].Vector); like > best {
			best, at = like, j
		}
	}
	return at
}

// Memberships returns the degree to which v [k] belongs to each segment, as
// cluster.Memberships computes it: [segments], summing to 1.
func (c Centres) Memberships(v []float32) []float64 {
	out, width := make([]float64, len(c)), make([]float64, len(c))
	for i := range c {
		d := vector.Distance(v, c[i].Anchor)
		out[i], width[i] = d*d, c[i].Width
	}
	cluster.Degrees(out, width)
	return out
}
