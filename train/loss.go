package train

import (
	"math"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Loss is what training makes small, for examples of type E. The losses are
// those of this package.
type Loss[E any] interface {
	// prepare checks the options and all examples.
	prepare(examples []E, dim int, seed uint64) error
	// texts appends the texts of an example. Random choices are drawn from r.
	texts(dst []string, e E, r *rand.Rand) []string
	// value returns the loss of a batch and stores its gradient.
	value(b *batch[E]) float64
	// parameters are those of the loss itself, or nil.
	parameters() []parameter
	// settings describes the loss and its options.
	settings() string
	// needsDropout reports whether the loss lives from dropout.
	needsDropout() bool
}

// batch is some examples with the vectors of their texts.
type batch[E any] struct {
	examples []E
	first    []int // [examples+1]; example i has the texts first[i] to first[i+1]
	texts    []string
	dim      int
	vectors  []float32 // [texts, dim]
	wanted   []float32 // [examples, dim]: what the model made of their original texts before the training; nil if the loss is not taught
	gradient []float32 // [texts, dim], zeros at first: of the loss, by the vectors
}

func (b *batch[E]) vector(i int) []float32 { return b.vectors[i*b.dim : (i+1)*b.dim] }
func (b *batch[E]) slope(i int) []float32  { return b.gradient[i*b.dim : (i+1)*b.dim] }

// plain is a loss without parameters of its own.
type plain struct{}

func (plain) parameters() []parameter { return nil }
func (plain) needsDropout() bool      { return false }

// cosine returns the cosine of two vectors and their lengths.
func cosine(a, b []float32) (cos, la, lb float64) {
	la, lb = length(a), length(b)
	return kernel.Dot64(a, b) / (la * lb), la, lb
}

func length(a []float32) float64 { return max(math.Sqrt(kernel.Dot64(a, a)), 1e-12) }

// addCosineSlope adds g times the gradient of cosine(a, b) to ga and gb.
func addCosineSlope(ga, gb, a, b []float32, g float64) {
	cos, la, lb := cosine(a, b)
	for i, x := range a {
		u, v := float64(x)/la, float64(b[i])/lb
		ga[i] += float32(g * (v - cos*u) / la)
		gb[i] += float32(g * (u - cos*v) / lb)
	}
}

// softmaxLoss replaces the scores of candidates by the gradient of the cross-entropy
// -log softmax(scores)[right] and returns the latter. Scores of -Inf stand for
// candidates that do not count.
func softmaxLoss(scores []float64, right int) float64 {
	peak := math.Inf(-1)
	for _, s := range scores {
		peak = max(peak, s)
	}
	loss, sum := peak-scores[right], 0.0
	for i, s := range scores {
		scores[i] = math.Exp(s - peak)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
	scores[right]--
	return loss + math.Log(sum)
}

// scaleOr returns the scale of an option, or its default.
func scaleOr(scale, otherwise float64) (float64, error) {
	if scale == 0 {
		return otherwise, nil
	}
	if !(scale > 0) || math.IsInf(scale, 0) {
		return 0, optionError("the loss's scale is %g, want more than 0", scale)
	}
	return scale, nil
}
