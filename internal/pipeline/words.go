package pipeline

import (
	"math"

	"github.com/seed-56ee9438/cohort/refine"
)

// weightOfAll is the number of words, drawn from those of all points, that naive
// Bayes adds to the words of each cluster.
const weightOfAll = 100

// vocabulary holds the words of points.
type vocabulary struct {
	bags  []refine.Bag // [n] words that two points or more have, numbered anew
	size  []float64    // [n] number of words
	share []float64    // [words] of all words of all points
}

// newVocabulary returns the words of the points, nil if none is that of a second
// point.
func newVocabulary(bags []refine.Bag) *vocabulary {
	points, number := map[int32]int{}, map[int32]int32{}
	for _, b := range bags {
		for _, t := range b {
			points[t.Word]++
		}
	}
	v, all := &vocabulary{bags: make([]refine.Bag, len(bags)), size: make([]float64, len(bags))}, 0.0
	for i, b := range bags {
		for _, t := range b {
			if points[t.Word] < 2 {
				continue
			}
			at, ok := number[t.Word]
			if !ok {
				at = int32(len(v.share)) //nolint:gosec // there are no more than words
				number[t.Word], v.share = at, append(v.share, 0)
			}
			n := float64(t.Count)
			v.bags[i] = append(v.bags[i], refine.Term{Word: at, Count: t.Count})
			v.size[i], v.share[at], all = v.size[i]+n, v.share[at]+n, all+n
		}
	}
	if all == 0 {
		return nil
	}
	for w := range v.share {
		v.share[w] /= all
	}
	return v
}

// told returns how well words alone tell to which of k clusters, of [n], points
// belong: Cohen's kappa of the clusters and those in which naive Bayes puts the
// points by their words, each point by what the others say. Points count as if
// they had said the root of their words, which are not independent of one another.
func (v *vocabulary) told(of []int, k int) float64 {
	m := v.model(of, k)
	score, said := make([]float64, k), make([]float64, k)
	hits := 0.0
	for i := range v.bags {
		best := m.guess(score, i, of[i])
		said[best]++
		if best == of[i] {
			hits++
		}
	}
	n, chance := float64(len(of)), 0.0
	for c := range k {
		chance += m.points[c] / n * said[c] / n
	}
	if chance >= 1 {
		return 0
	}
	return (hits/n - chance) / (1 - chance)
}

// bayes is naive Bayes of the words of k clusters, of which those of all points,
// weightOfAll times their share, are a part (Nigam, McCallum, Thrun & Mitchell,
// Text classification from labeled and unlabeled documents using EM, 2000).
type bayes struct {
	*vocabulary
	k            int
	points, said []float64 // [k] points and words of clusters
	count        []float64 // [words, k]
	gains        []float64 // [words, k] how much a word speaks for a cluster
}

func (v *vocabulary) model(of []int, k int) *bayes {
	m := &bayes{vocabulary: v, k: k, points: make([]float64, k), said: make([]float64, k), count: make([]float64, len(v.share)*k), gains: make([]float64, len(v.share)*k)}
	for i, b := range v.bags {
		c := of[i]
		m.points[c]++
		m.said[c] += v.size[i]
		for _, t := range b {
			m.count[int(t.Word)*k+c] += float64(t.Count)
		}
	}
	for at, n := range m.count {
		if n > 0 {
			m.gains[at] = v.gain(at/k, n)
		}
	}
	return m
}

// gain returns the logarithm of how much more frequent a word is, apart from the
// words in all, if a cluster says it n times.
func (v *vocabulary) gain(word int, n float64) float64 {
	return math.Log1p(n / (weightOfAll * v.share[word]))
}

// guess returns the cluster to which the words of point i speak most, without
// those that it adds to its own. score [k] is overwritten.
func (m *bayes) guess(score []float64, i, own int) int {
	clear(score)
	mine, total := 0.0, m.size[i]
	for _, t := range m.bags[i] {
		n, w := float64(t.Count), int(t.Word)
		for c, g := range m.gains[w*m.k : (w+1)*m.k] {
			score[c] += n * g
		}
		mine += n * m.gain(w, m.count[w*m.k+own]-n)
	}
	root := 1 / math.Sqrt(max(total, 1))
	best, most := 0, math.Inf(-1)
	for c, s := range score {
		points, size := m.points[c], m.said[c]
		if c == own {
			s, points, size = mine, points-1, size-total
		}
		if points < 1 {
			continue
		}
		if s = math.Log(points) + root*(s-total*math.Log1p(size/weightOfAll)); s > most {
			best, most = c, s
		}
	}
	return best
}
