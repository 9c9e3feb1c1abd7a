package train

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// MultipleNegatives tells the positive text of each pair from the positive and
// negative texts of all pairs in the batch: the cross-entropy of the softmax over
// their cosines with the anchor, times Scale (Henderson et al. 2017,
// arXiv:1705.00652). Larger batches hold more negatives and teach more; with
// Options.Chunk they need no more memory. A text equal to the positive or the
// anchor is not taken for a negative.
type MultipleNegatives struct {
	Scale float64 // 0: 20
	// Symmetric also tells the anchor of each positive from the other anchors, and
	// takes the mean of both losses.
	Symmetric bool

	plain
}

func (l *MultipleNegatives) settings() string {
	return fmt.Sprintf("negatives %g %v", l.Scale, l.Symmetric)
}

func (l *MultipleNegatives) prepare(examples []Pair, _ int, _ uint64) (err error) {
	if len(examples) == 1 && len(examples[0].Negatives) == 0 {
		return exampleError("a single pair has nothing to be told from")
	}
	l.Scale, err = scaleOr(l.Scale, 20)
	return err
}

func (l *MultipleNegatives) texts(dst []string, e Pair, _ *rand.Rand) []string {
	return append(append(dst, e.Anchor, e.Positive), e.Negatives...)
}

func (l *MultipleNegatives) value(b *batch[Pair]) float64 { return tell(b, l.Scale, l.Symmetric) }

// tell is the loss for examples whose first two texts belong together.
func tell[E any](b *batch[E], scale float64, symmetric bool) float64 {
	var anchors, candidates, right []int // texts; right[i] is i's positive within candidates
	for i := range b.examples {
		anchors = append(anchors, b.first[i])
		right = append(right, len(candidates))
		for t := b.first[i] + 1; t < b.first[i+1]; t++ {
			candidates = append(candidates, t)
		}
	}
	if !symmetric {
		return tellApart(b, anchors, candidates, right, scale, 1)
	}
	positives, own := make([]int, len(anchors)), make([]int, len(anchors))
	for i := range anchors {
		positives[i], own[i] = anchors[i]+1, i
	}
	return tellApart(b, anchors, candidates, right, scale, 0.5) + tellApart(b, positives, anchors, own, scale, 0.5)
}

// tellApart returns weight times the mean cross-entropy of telling
// candidates[right[i]] from all candidates by their cosines with anchors[i], and
// adds its gradient.
func tellApart[E any](b *batch[E], anchors, candidates, right []int, scale, weight float64) float64 {
	n, d := len(candidates), b.dim
	units := func(texts []int) (unit []float32, lengths []float64) {
		unit, lengths = make([]float32, len(texts)*d), make([]float64, len(texts))
		for i, t := range texts {
			lengths[i] = length(b.vector(t))
			for j, v := range b.vector(t) {
				unit[i*d+j] = float32(float64(v) / lengths[i])
			}
		}
		return unit, lengths
	}
	u, lu := units(anchors)
	v, lv := units(candidates)
	gu, gv := make([]float32, len(u)), make([]float32, len(v)) // by the unit vectors
	loss, scores := 0.0, make([]float64, n)
	for i, a := range anchors {
		for c, t := range candidates {
			scores[c] = scale * kernel.Dot64(u[i*d:(i+1)*d], v[c*d:(c+1)*d])
			if c != right[i] && (b.texts[t] == b.texts[candidates[right[i]]] || b.texts[t] == b.texts[a]) {
				scores[c] = math.Inf(-1)
			}
		}
		loss += softmaxLoss(scores, right[i])
		for c, g := range scores {
			g := float32(g * scale * weight / float64(len(anchors)))
			kernel.Axpy(g, v[c*d:(c+1)*d], gu[i*d:(i+1)*d])
			kernel.Axpy(g, u[i*d:(i+1)*d], gv[c*d:(c+1)*d])
		}
	}
	throughLength := func(texts []int, unit, g []float32, lengths []float64) {
		for i, t := range texts {
			x, g, out := unit[i*d:(i+1)*d], g[i*d:(i+1)*d], b.slope(t)
			along := kernel.Dot64(x, g)
			for j, v := range x {
				out[j] += float32((float64(g[j]) - along*float64(v)) / lengths[i])
			}
		}
	}
	throughLength(anchors, u, gu, lu)
	throughLength(candidates, v, gv, lv)
	return weight * loss / float64(len(anchors))
}
