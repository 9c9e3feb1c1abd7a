package train

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Contrast tells texts of the same label from all others in the batch: for every
// text the mean cross-entropy, over the texts with its label, of the softmax over
// the cosines with all other texts, times Scale: supervised contrastive learning
// (Khosla et al. 2020, arXiv:2004.11362). Texts whose label nothing else in the
// batch has are only told from. Batches should hold several texts of most labels.
type Contrast struct {
	Scale float64 // 0: 20

	plain
}

func (l *Contrast) settings() string { return fmt.Sprintf("contrast %g", l.Scale) }

func (l *Contrast) prepare(examples []Labelled, _ int, _ uint64) (err error) {
	count := make(map[string]int)
	most := 0
	for i, e := range examples {
		if e.Label == "" {
			return exampleError("example %d has no label", i)
		}
		count[e.Label]++
		most = max(most, count[e.Label])
	}
	if len(count) < 2 || most < 2 {
		return exampleError("%d examples have %d labels, at most %d examples the same one; want 2 at least of each", len(examples), len(count), most)
	}
	l.Scale, err = scaleOr(l.Scale, 20)
	return err
}

func (l *Contrast) texts(dst []string, e Labelled, _ *rand.Rand) []string { return append(dst, e.Text) }

func (l *Contrast) value(b *batch[Labelled]) float64 {
	n, d := len(b.examples), b.dim
	unit, lengths := make([]float32, n*d), make([]float64, n)
	for i := range n {
		lengths[i] = length(b.vector(i))
		for j, v := range b.vector(i) {
			unit[i*d+j] = float32(float64(v) / lengths[i])
		}
	}
	row := func(x []float32, i int) []float32 { return x[i*d : (i+1)*d] }
	gradient := make([]float32, n*d) // by the unit vectors
	var sum, anchors float64
	slopes := make([][]float64, n)
	for i, e := range b.examples {
		same := 0
		for j, other := range b.examples {
			if j != i && other.Label == e.Label {
				same++
			}
		}
		if same == 0 {
			continue
		}
		anchors++
		scores := make([]float64, n)
		for j := range scores {
			scores[j] = l.Scale * kernel.Dot64(row(unit, i), row(unit, j))
		}
		mean := 0.0 // of the scores that should be high
		for j, other := range b.examples {
			if j != i && other.Label == e.Label {
				mean += scores[j] / float64(same)
			}
		}
		scores[i] = math.Inf(-1)
		// log Σexp = the loss of any element plus its score.
		first := (i + 1) % n
		score := scores[first]
		sum += softmaxLoss(scores, first) + score - mean
		scores[first]++ // softmaxLoss took 1 off
		for j, other := range b.examples {
			if j != i && other.Label == e.Label {
				scores[j] -= 1 / float64(same)
			}
		}
		slopes[i] = scores
	}
	if anchors == 0 {
		return 0
	}
	for i, s := range slopes {
		for j, g := range s {
			g := float32(g * l.Scale / anchors)
			kernel.Axpy(g, row(unit, j), row(gradient, i))
			kernel.Axpy(g, row(unit, i), row(gradient, j))
		}
	}
	for i := range n {
		x, g, out := row(unit, i), row(gradient, i), b.slope(i)
		along := kernel.Dot64(x, g)
		for j, v := range x {
			out[j] += float32((float64(g[j]) - along*float64(v)) / lengths[i])
		}
	}
	return sum / anchors
}
