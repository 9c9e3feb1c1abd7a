package train

import "math"

// Schedule is how the learning rate changes after the warm-up.
type Schedule string

// The values of Schedule.
const (
	Linear   Schedule = "linear"   // falls to 0 in a straight line; the default
	Cosine   Schedule = "cosine"   // falls to 0 along half a cosine
	Constant Schedule = "constant" // stays
)

// rate returns the share of the learning rate at a step, counted from 0, of
// steps, the first warm of which lead up to it.
func (s Schedule) rate(step, warm, steps int) float64 {
	if step < warm {
		return float64(step) / float64(warm)
	}
	left := float64(steps-step) / float64(max(1, steps-warm))
	switch s {
	case Constant:
		return 1
	case Cosine:
		return 0.5 * (1 + math.Cos(math.Pi*(1-left)))
	}
	return left
}
