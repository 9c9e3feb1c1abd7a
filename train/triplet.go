package train

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// TripletMargin wants the negative text of each triplet to be farther from the
// anchor than the positive one by a margin: the mean of max(0, |a-p| - |a-n| +
// Margin), in Euclidean distance (Schroff, Kalenichenko and Philbin 2015,
// arXiv:1503.03832).
type TripletMargin struct {
	// Margin is a distance; 0: 5, as in sentence-transformers. Unit vectors are
	// at most 2 apart, so models that normalise want less, such as 0.5.
	Margin float64

	plain
}

func (l *TripletMargin) settings() string { return fmt.Sprintf("triplet %g", l.Margin) }

func (l *TripletMargin) prepare(_ []Triplet, _ int, _ uint64) error {
	if l.Margin == 0 {
		l.Margin = 5
	}
	if !(l.Margin > 0) || math.IsInf(l.Margin, 0) {
		return optionError("the margin is %g, want more than 0", l.Margin)
	}
	return nil
}

func (l *TripletMargin) texts(dst []string, e Triplet, _ *rand.Rand) []string {
	return append(dst, e.Anchor, e.Positive, e.Negative)
}

func (l *TripletMargin) value(b *batch[Triplet]) float64 {
	n := float64(len(b.examples))
	sum := 0.0
	for i := range b.examples {
		a := b.first[i]
		p, q := a+1, a+2
		near := math.Sqrt(kernel.SquaredDistance(b.vector(a), b.vector(p)))
		far := math.Sqrt(kernel.SquaredDistance(b.vector(a), b.vector(q)))
		loss := near - far + l.Margin
		if loss <= 0 {
			continue
		}
		sum += loss
		l.addDistanceSlope(b, a, p, near, 1/n)
		l.addDistanceSlope(b, a, q, far, -1/n)
	}
	return sum / n
}

// addDistanceSlope adds g times the gradient of the distance between the vectors of
// texts s and t; there is none if they are the same.
func (*TripletMargin) addDistanceSlope(b *batch[Triplet], s, t int, distance, g float64) {
	if distance == 0 {
		return
	}
	x, y, gx, gy := b.vector(s), b.vector(t), b.slope(s), b.slope(t)
	for j := range x {
		d := float32(g * (float64(x[j]) - float64(y[j])) / distance)
		gx[j] += d
		gy[j] -= d
	}
}
