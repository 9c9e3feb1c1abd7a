package sentiment

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/lbfgs"
)

// Judged is a data set for FitClasses: texts of one kind, their vectors X
// [len(Texts), dim], and for each text the shares of the people who called it
// negative, neutral and positive; a label is a share of 1.
type Judged struct {
	Texts  []string
	X      mat.Matrix
	Shares [][3]float64
	// Weight is the weight of the whole set relative to the others, whatever their
	// sizes; 0: 1.
	Weight float64
	// Polar is the share of the weight, in [0, 1], that counts only whether a text
	// is negative or positive, not that it is not neutral: for texts that nobody
	// could have called neutral, as ratings by thumbs. 0: none.
	Polar float64
}

// ClassOptions configures FitClasses.
type ClassOptions struct {
	Penalty float64 // L2 penalty on weights of vectors scaled to length 3; 0: 10, as on those of the words
}

const (
	defaultClassPenalty = 10
	vectorScale         = 3    // of unit vectors in the fit, beside features of words around 1
	leastShare          = 0.02 // a class rarer than this in a set gains no more weight
)

// FitClasses fits m.Classes to all sets at once. Sets count by their Weight, and
// within a set the three classes count alike, so that neither the largest set
// nor its commonest class decides. m.Lang must be set; if m.Blend is set, it must
// have been fitted to other texts. Errors wrap ErrTraining and ErrDim.
func FitClasses(ctx context.Context, m *Mixed, sets []Judged, o ClassOptions) error {
	if ctx == nil {
		return given(ctx, nil)
	}
	if m == nil || m.words() == nil {
		return trainingError("no language whose words are known")
	}
	if o.Penalty == 0 {
		o.Penalty = defaultClassPenalty
	}
	if err := checkLimits(limits{"Penalty", o.Penalty, 1e-9, mostPenalty}); err != nil {
		return err
	}
	f := classFit{penalty: o.Penalty}
	for i, s := range sets {
		if err := f.add(ctx, m, s); err != nil {
			return err
		}
		if f.dim != sets[0].dim() {
			return trainingError("set %d has vectors of length %d, want %d", i, f.dim, sets[0].dim())
		}
	}
	if len(f.rows) == 0 {
		return trainingError("no texts")
	}
	p, err := minimize(ctx, f.evaluate, classCount*(f.width+1), len(f.rows))
	if err != nil {
		return err
	}
	m.Classes = f.classes(p)
	return nil
}

func (j *Judged) dim() int {
	_, d := j.X.Dims()
	return d
}

// classFit is what the classes are fitted to: rows [n][width], a scaled vector
// and the features of words.
type classFit struct {
	penalty    float64
	dim, width int
	rows       [][]float32
	target     [][classCount]float64 // weighted shares; they add up to the row's weight
	polar      []float64             // the share of a row's weight that says nothing of neutral texts

	at, slope []float64 // where it was evaluated last, and what was found
	loss      float64
}

// add adds the texts of a set.
func (f *classFit) add(ctx context.Context, m *Mixed, s Judged) error {
	if s.X == nil {
		return given(ctx, nil)
	}
	n, d := s.X.Dims()
	if n != len(s.Texts) || n != len(s.Shares) || n == 0 || d == 0 {
		return trainingError("vectors [%d, %d], %d texts and %d shares, want as many of each", n, d, len(s.Texts), len(s.Shares))
	}
	weight := s.Weight
	if weight == 0 {
		weight = 1
	}
	if !(weight > 0 && weight <= mostPenalty) {
		return trainingError("a set of weight %v", s.Weight)
	}
	if !(s.Polar >= 0 && s.Polar <= 1) {
		return trainingError("a set with the polar share %v, want one in [0, 1]", s.Polar)
	}
	words, err := m.classFeatures(ctx, s.Texts, s.X)
	if err != nil {
		return err
	}
	var total [classCount]float64
	for i, shares := range s.Shares {
		sum := 0.0
		for k, v := range shares {
			if !(v >= 0 && v <= 1) {
				return trainingError("text %d has shares %v, want three in [0, 1] that add up to 1", i, shares)
			}
			total[k] += v / float64(n)
			sum += v
		}
		if s.Polar > 0 && shares[1] > 0 {
			return trainingError("text %d of a polar set has the neutral share %v, want 0", i, shares[1])
		}
		if math.Abs(sum-1) > 1e-3 {
			return trainingError("text %d has shares %v, want three in [0, 1] that add up to 1", i, shares)
		}
	}
	each, sum := balanced(total), 0.0
	from := len(f.rows)
	vectors := dense.Float64(s.X)
	for i, shares := range s.Shares {
		row := make([]float32, 0, d+len(words[i]))
		for _, v := range vectors.Row(i) {
			if v-v != 0 {
				return trainingError("a vector is not finite")
			}
			row = append(row, float32(v*vectorScale))
		}
		for _, v := range words[i] {
			row = append(row, float32(v))
		}
		f.rows = append(f.rows, row)
		var t [classCount]float64
		for k, v := range shares {
			t[k] = v * each[k]
			sum += t[k]
		}
		f.target, f.polar = append(f.target, t), append(f.polar, s.Polar)
	}
	for i := from; i < len(f.target); i++ { // the set's weights add up to setWeight times its own
		for k := range f.target[i] {
			f.target[i][k] *= weight * setWeight / sum
		}
	}
	f.dim, f.width = d, d+len(words[0])
	return nil
}

// setWeight is the total weight of a set of weight 1, as if it had that many
// texts. The penalty is relative to it.
const setWeight = 3000

// balanced returns the weights that make classes with these shares count alike.
func balanced(share [classCount]float64) (each [classCount]float64) {
	for k, v := range share {
		each[k] = 1 / max(v, leastShare)
	}
	return each
}

// evaluate returns the weighted log loss and the penalty at p: the weights
// [3, width], then the biases.
func (f *classFit) evaluate(grad, p []float64) float64 {
	if f.at != nil && slices.Equal(p, f.at) { // asked for the slope after the loss
		copy(grad, f.slope)
		return f.loss
	}
	w := f.width
	size := classCount * w
	f.at, f.slope = append(f.at[:0], p...), append(f.slope[:0], make([]float64, len(p))...)
	p32 := make([]float32, size)
	for i := range p32 {
		p32[i] = float32(p[i])
	}
	g0, g1, g2 := f.slope[:w], f.slope[w:2*w], f.slope[2*w:size]
	f.loss = 0
	for i, row := range f.rows {
		z := products(p32, row)
		for k := range z {
			z[k] += p[size+k]
		}
		e := f.row(i, z)
		for k, v := range e {
			f.slope[size+k] += v
		}
		e0, e1, e2 := e[0], e[1], e[2]
		g0, g1, g2 := g0[:len(row)], g1[:len(row)], g2[:len(row)]
		for j, v := range row {
			x := float64(v)
			g0[j] += e0 * x
			g1[j] += e1 * x
			g2[j] += e2 * x
		}
	}
	for k := range classCount { // of vectors, then of words
		from, words, to := k*w, k*w+f.dim, (k+1)*w
		f.loss += lbfgs.RidgePenalty(f.slope[from:words], p[from:words], f.penalty) + lbfgs.RidgePenalty(f.slope[words:to], p[words:to], defaultClassPenalty)
	}
	copy(grad, f.slope)
	return f.loss
}

// row adds the loss of row i at the log-odds z and returns its slope there.
func (f *classFit) row(i int, z [classCount]float64) (slope [classCount]float64) {
	t, polar := f.target[i], f.polar[i]
	total := t[0] + t[1] + t[2]
	add := func(weight float64, q [classCount]float64) {
		for k := range q {
			if t[k] > 0 {
				f.loss -= weight * t[k] * math.Log(max(q[k], 1e-300))
			}
			slope[k] += weight * (total*q[k] - t[k])
		}
	}
	if polar < 1 {
		add(1-polar, softmax(z))
	}
	if polar > 0 { // with the neutral class out of the question
		add(polar, softmax([classCount]float64{z[0], math.Inf(-1), z[2]}))
	}
	return slope
}

// products returns the products of a row with the three rows of p.
func products(p, row []float32) [classCount]float64 {
	n := len(row)
	p0, p1, p2 := p[:n], p[n:2*n], p[2*n:3*n]
	var a0, a1, a2, b0, b1, b2 float32 // two sums each, that do not depend on each other
	j := 0
	for ; j+2 <= n; j += 2 {
		x, y := row[j], row[j+1]
		a0 += p0[j] * x
		a1 += p1[j] * x
		a2 += p2[j] * x
		b0 += p0[j+1] * y
		b1 += p1[j+1] * y
		b2 += p2[j+1] * y
	}
	if j < n {
		x := row[j]
		a0 += p0[j] * x
		a1 += p1[j] * x
		a2 += p2[j] * x
	}
	return [classCount]float64{float64(a0 + b0), float64(a1 + b1), float64(a2 + b2)}
}

// classes returns what was fitted, for vectors as they are.
func (f *classFit) classes(p []float64) *Classes {
	c := &Classes{Penalty: f.penalty, Bias: [classCount]float64(p[classCount*f.width:])}
	for k := range classCount {
		row := p[k*f.width : (k+1)*f.width]
		for _, v := range row[:f.dim] {
			c.Weights = append(c.Weights, float32(v*vectorScale))
		}
		c.Words = append(c.Words, row[f.dim:]...)
	}
	return c
}

// FitTurn fits m.Classes.Turn by a logistic regression on the sets' texts that
// more people called positive than negative, or the reverse. They should be
// texts that nothing else was fitted to, and sentences whose sentiment depends on
// a negation. Weights of sets are ignored. Errors wrap ErrTraining and ErrDim.
func FitTurn(ctx context.Context, m *Mixed, sets []Judged) error {
	if ctx == nil {
		return given(ctx, nil)
	}
	if m == nil || m.Classes == nil || m.words() == nil {
		return trainingError("no classes to fit")
	}
	var features []float64
	var positive []bool
	for _, s := range sets {
		if s.X == nil {
			return given(ctx, nil)
		}
		n, d := s.X.Dims()
		if n != len(s.Texts) || n != len(s.Shares) || d != m.Classes.Dim() {
			return trainingError("vectors [%d, %d], %d texts and %d shares, want as many of each and length %d", n, d, len(s.Texts), len(s.Shares), m.Classes.Dim())
		}
		words, err := m.classFeatures(ctx, s.Texts, s.X)
		if err != nil {
			return err
		}
		row := rowReader(s.X)
		for i, p := range s.Shares {
			if p[0] == p[2] || max(p[0], p[2]) <= p[1] {
				continue
			}
			f := turnFeatures(m.Classes.logits(row(i), words[i]), words[i])
			features, positive = append(features, f[:]...), append(positive, p[2] > p[0])
		}
	}
	if len(positive) == 0 {
		return trainingError("no texts with a sentiment")
	}
	h, err := FitLogistic(ctx, mat.NewDense(len(positive), 3, features), positive, LogisticOptions{Penalties: []float64{0.1}})
	if err != nil {
		return err
	}
	m.Classes.Turn = [3]float64(h.Weights)
	return nil
}
