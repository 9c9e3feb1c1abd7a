package refine

import (
	"context"

	"gonum.org/v1/gonum/stat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Sizes says which sizes segments are trained to have.
type Sizes int

const (
	// SizesAuto keeps sizes near those at the start, and then draws segments towards
	// one size if there are four or more and the coefficient of variation of their sizes
	// is below 0.2: of four sizes drawn at random (uniformly among those of one sum)
	// 1 % are as even, of more even fewer.
	SizesAuto Sizes = iota
	// SizesKept keeps sizes near those at the start.
	SizesKept
	// SizesEven draws segments towards one size, however their sizes differ.
	SizesEven
)

func (s Sizes) String() string {
	switch s {
	case SizesAuto:
		return "auto"
	case SizesKept:
		return "kept"
	case SizesEven:
		return "even"
	}
	return "unknown"
}

const (
	fewestEven = 4   // segments
	nearlyEven = 0.2 // coefficient of variation of their sizes
)

// Once sizes are given, they hold segments apart, and need less help than before.
// Words then decide what vectors and neighbours leave open; with the weights of the
// steps before, hardly a user would move.
const (
	usualEvenSteps = 60
	evenSpread     = 4 // see spread
	evenListening  = 1 // see listening
)

// even reports whether segments of these sizes are to be drawn towards one size.
func (s Sizes) even(size []float64) bool {
	if s != SizesAuto {
		return s == SizesEven
	}
	mean, deviation := stat.PopMeanStdDev(size, nil)
	return len(size) >= fewestEven && deviation < nearlyEven*mean
}

// level draws the segments towards one size: it returns soft labels q [n, k] after
// further steps.
func (m *model) level(ctx context.Context, q dense.Rows[float32], steps int, progress func(step int)) (dense.Rows[float32], error) {
	m.size = make([]float64, m.k)
	for c := range m.size {
		m.size[c] = float64(q.Len) / float64(m.k)
	}
	m.sharp *= evenSpread / float64(spread)
	m.listening = evenListening
	for step := range steps {
		var err error
		if q, err = m.step(ctx, q); err != nil {
			return q, err
		}
		progress(step + 1)
	}
	return q, nil
}
