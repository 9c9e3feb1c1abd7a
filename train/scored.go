package train

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// CosineRegression wants the cosine of two texts to be their score: the mean
// squared error (Reimers and Gurevych 2019, arXiv:1908.10084).
type CosineRegression struct{ plain }

func (*CosineRegression) settings() string { return "cosine regression" }

func (*CosineRegression) prepare(examples []Scored, _ int, _ uint64) error {
	for i, e := range examples {
		if !(e.Score >= -1 && e.Score <= 1) {
			return exampleError("example %d has the score %g, want a cosine, -1 to 1", i, e.Score)
		}
	}
	return nil
}

func (*CosineRegression) texts(dst []string, e Scored, _ *rand.Rand) []string {
	return append(dst, e.A, e.B)
}

func (*CosineRegression) value(b *batch[Scored]) float64 {
	n, sum := float64(len(b.examples)), 0.0
	for i, e := range b.examples {
		s, t := b.first[i], b.first[i]+1
		cos, _, _ := cosine(b.vector(s), b.vector(t))
		off := cos - e.Score
		sum += off * off
		addCosineSlope(b.slope(s), b.slope(t), b.vector(s), b.vector(t), 2*off/n)
	}
	return sum / n
}

// CoSENT wants the cosines of pairs to be in the order of their scores:
//
//	log(1 + Σ exp(Scale·(cosine(pair j) - cosine(pair i))))
//
// over all i, j in the batch where pair i has the higher score (Su 2022).
type CoSENT struct {
	Scale float64 // 0: 20

	plain
}

func (l *CoSENT) settings() string { return fmt.Sprintf("cosent %g", l.Scale) }

func (l *CoSENT) prepare(examples []Scored, _ int, _ uint64) (err error) {
	different := false
	for i, e := range examples {
		if math.IsNaN(e.Score) || math.IsInf(e.Score, 0) {
			return exampleError("example %d has the score %g", i, e.Score)
		}
		different = different || e.Score != examples[0].Score
	}
	if !different {
		return exampleError("all %d scores are the same: there is no order to learn", len(examples))
	}
	l.Scale, err = scaleOr(l.Scale, 20)
	return err
}

func (l *CoSENT) texts(dst []string, e Scored, _ *rand.Rand) []string { return append(dst, e.A, e.B) }

func (l *CoSENT) value(b *batch[Scored]) float64 {
	cos := make([]float64, len(b.examples))
	for i := range cos {
		cos[i], _, _ = cosine(b.vector(b.first[i]), b.vector(b.first[i]+1))
	}
	scores := []float64{0} // log of the 1
	var pairs [][2]int     // [i, j]
	for i, x := range b.examples {
		for j, y := range b.examples {
			if x.Score > y.Score {
				scores = append(scores, l.Scale*(cos[j]-cos[i]))
				pairs = append(pairs, [2]int{i, j})
			}
		}
	}
	// log(Σ exp(scores)) is the cross-entropy of the first, whose score is 0.
	loss := softmaxLoss(scores, 0)
	slopes := make([]float64, len(cos))
	for k, p := range pairs {
		slopes[p[1]] += l.Scale * scores[k+1]
		slopes[p[0]] -= l.Scale * scores[k+1]
	}
	for i, g := range slopes {
		s, t := b.first[i], b.first[i]+1
		addCosineSlope(b.slope(s), b.slope(t), b.vector(s), b.vector(t), g)
	}
	return loss
}
