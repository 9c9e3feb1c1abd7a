package attribution

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// ErrOptions: an option or an answer of a Function has a value that makes no
// sense.
var ErrOptions = errors.New("attribution: bad option")

// ErrScore: a Function gave no finite score, or answers of the wrong lengths.
var ErrScore = errors.New("attribution: bad score")

// Function is a score along the line from a baseline, at 0, to a text, at 1. It
// returns for each point at of the line the score, [points], and the part of its
// derivative along the line that is due to each token, [points][tokens]; and the
// bytes [start, end) of the text that each token stands for, [tokens], which are
// [0, 0] for tokens that are the same in the baseline.
type Function func(ctx context.Context, at []float64) (scores []float64, tokens [][]float64, spans [][2]int, err error)

// Options configures Integrated. The zero value is ready to use.
type Options struct {
	// Tolerance is the largest gap allowed, relative to the difference of the
	// scores; 0: 0.01.
	Tolerance float64
	// MaxPoints is the largest number of points at which gradients are computed,
	// at least 3; 0: 129. One more than powers of two, from 3, are used.
	MaxPoints int
}

// Attribution divides the difference of two scores among tokens.
type Attribution struct {
	Score    float64   // of the text
	Baseline float64   // of the baseline; for gradient times input it is not computed and NaN
	Values   []float64 // [tokens]
	Spans    [][2]int  // [tokens] bytes [start, end) of the text; [0, 0] for special tokens
	Points   int       // at which gradients were computed
	// Gap is Score - Baseline less the sum of the values. Complete reports that
	// it is within the tolerance; otherwise MaxPoints were not enough, as happens
	// where the two scores are almost equal.
	Gap      float64
	Complete bool
}

// Integrated returns the integrated gradients of f. Errors wrap ErrOptions or
// ErrScore, or are those of f or ctx.
func Integrated(ctx context.Context, f Function, o Options) (*Attribution, error) {
	if o.Tolerance == 0 {
		o.Tolerance = 0.01
	}
	if o.MaxPoints == 0 {
		o.MaxPoints = 129
	}
	if !(o.Tolerance > 0) || math.IsInf(o.Tolerance, 0) {
		return nil, fmt.Errorf("%w: Tolerance is %v, want a positive number", ErrOptions, o.Tolerance)
	}
	if o.MaxPoints < 3 {
		return nil, fmt.Errorf("%w: MaxPoints is %d, want 3 or more", ErrOptions, o.MaxPoints)
	}
	// What was computed at the points so far, by their number among the most that
	// there may be: a rule with twice the intervals has all points of the one
	// before.
	var l line
	for intervals := 2; ; intervals *= 2 {
		if err := l.refine(ctx, f, intervals); err != nil {
			return nil, err
		}
		a := l.integrate()
		a.Complete = math.Abs(a.Gap) <= o.Tolerance*math.Abs(a.Score-a.Baseline)
		if a.Complete || 2*intervals+1 > o.MaxPoints {
			return a, nil
		}
	}
}

// GradientInput returns the gradient times the step from the baseline, at the
// text itself: Values add up to what the difference would be if the score were
// linear. Gap is NaN. Errors wrap ErrOptions or ErrScore, or are those of f or
// ctx.
func GradientInput(ctx context.Context, f Function) (*Attribution, error) {
	var l line
	if err := l.compute(ctx, f, []float64{1}); err != nil {
		return nil, err
	}
	return &Attribution{Score: l.scores[0], Baseline: math.NaN(), Values: l.tokens[0], Spans: l.spans, Points: 1, Gap: math.NaN()}, nil
}

// line holds the scores and derivatives at the points of a Clenshaw-Curtis rule,
// from the text to the baseline.
type line struct {
	scores []float64
	tokens [][]float64
	spans  [][2]int
}

// refine computes what is missing for a rule of that many intervals, an even
// number: 2 at first, then twice as many each time.
func (l *line) refine(ctx context.Context, f Function, intervals int) error {
	// The points are (1+cos(πi/intervals))/2 for i from 0 to intervals.
	var at []float64
	for i := range intervals + 1 {
		if len(l.scores) == 0 || i%2 == 1 {
			at = append(at, (1+math.Cos(math.Pi*float64(i)/float64(intervals)))/2)
		}
	}
	before := *l
	if err := l.compute(ctx, f, at); err != nil {
		return err
	}
	if len(before.scores) == 0 {
		return nil
	}
	all := line{spans: l.spans}
	for i := range intervals + 1 {
		from := l
		if i%2 == 0 {
			from = &before
		}
		all.scores, all.tokens = append(all.scores, from.scores[i/2]), append(all.tokens, from.tokens[i/2])
	}
	*l = all
	return nil
}

// compute calls f and checks what it returns.
func (l *line) compute(ctx context.Context, f Function, at []float64) error {
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	scores, tokens, spans, err := f(ctx, at)
	if err != nil {
		return err
	}
	if len(scores) != len(at) || len(tokens) != len(at) {
		return fmt.Errorf("%w: %d scores and %d derivatives for %d points", ErrScore, len(scores), len(tokens), len(at))
	}
	for i, t := range tokens {
		if len(t) != len(spans) {
			return fmt.Errorf("%w: %d derivatives and %d spans of tokens", ErrScore, len(t), len(spans))
		}
		sum := scores[i]
		for _, v := range t {
			sum += v
		}
		if math.IsNaN(sum) || math.IsInf(sum, 0) {
			return fmt.Errorf("%w: %v at %v of the line", ErrScore, sum, at[i])
		}
	}
	*l = line{scores, tokens, spans}
	return nil
}

// integrate applies the rule.
func (l *line) integrate() *Attribution {
	n := len(l.scores) - 1
	a := &Attribution{Score: l.scores[0], Baseline: l.scores[n], Values: make([]float64, len(l.spans)), Spans: l.spans, Points: n + 1}
	a.Gap = a.Score - a.Baseline
	for i, w := range clenshawCurtis(n) {
		for t, v := range l.tokens[i] {
			a.Values[t] += w * v
			a.Gap -= w * v
		}
	}
	return a
}

// clenshawCurtis returns the weights, [n+1], of the rule of Clenshaw and Curtis
// (1960) over [0, 1] with n intervals, an even number: exact for polynomials of
// degree n.
func clenshawCurtis(n int) []float64 {
	w := make([]float64, n+1)
	for i := range w {
		theta := math.Pi * float64(i) / float64(n)
		sum := 1.0
		for k := 1; k <= n/2; k++ {
			term := 2 * math.Cos(2*float64(k)*theta) / float64(4*k*k-1)
			if 2*k == n {
				term /= 2
			}
			sum -= term
		}
		w[i] = sum / float64(n)
		if i == 0 || i == n {
			w[i] /= 2
		}
	}
	return w
}
