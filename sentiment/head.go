package sentiment

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Kind says how a head interprets w·x + b.
type Kind string

// The values of Kind.
const (
	// Regression: the value itself, clipped to [-1, 1].
	Regression Kind = "regression"
	// Logistic: the log-odds of a positive text; the value is 2p - 1.
	Logistic Kind = "logistic"
)

// Head is a linear model over embeddings. Once fitted or read it is immutable
// and safe for concurrent use.
type Head struct {
	Kind    Kind      `json:"kind"`
	Model   string    `json:"model"`   // the encoder whose vectors it takes
	Data    string    `json:"data"`    // the data it was fitted on
	Weights []float64 `json:"weights"` // [dim]
	Bias    float64   `json:"bias"`
	// Residual is, for a regression, the root mean square error on data left out
	// of the fit (cross-validation by group).
	Residual float64 `json:"residual,omitempty"`
	// Penalty is the L2 penalty that cross-validation chose.
	Penalty float64 `json:"penalty"`
}

// Read returns a head saved by json.Marshal. Errors wrap ErrFormat.
func Read(data []byte) (*Head, error) {
	var h Head
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	return &h, nil
}

// Dim returns the length of the vectors that the head takes.
func (h *Head) Dim() int { return len(h.Weights) }

// Describe returns a description of the head for a report.
func (h *Head) Describe() string {
	return fmt.Sprintf("linear %s on %s vectors, fitted on %s", h.Kind, h.Model, h.Data)
}

// Score returns the sentiment of each row of x [n, Dim]. Errors wrap ErrDim.
func (h *Head) Score(ctx context.Context, x mat.Matrix) ([]Feeling, error) {
	if err := given(ctx, x); err != nil {
		return nil, err
	}
	n, d := x.Dims()
	if d != len(h.Weights) {
		return nil, fmt.Errorf("%w: got length %d, want %d (%s)", ErrDim, d, len(h.Weights), h.Model)
	}
	out := make([]Feeling, n)
	fast, ok := dense.Float32(x)
	for i := range n {
		if i%4096 == 0 {
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
		}
		z := h.Bias
		if ok {
			for j, v := range fast.Row(i) {
				z += h.Weights[j] * float64(v)
			}
		} else {
			for j, w := range h.Weights {
				z += w * x.At(i, j)
			}
		}
		out[i] = h.feeling(z)
	}
	return out, nil
}

// Feelings is Score, with the texts ignored. It makes Head implement
// cohort.Sentiment.
func (h *Head) Feelings(ctx context.Context, _ []string, vectors mat.Matrix) ([]Feeling, error) {
	return h.Score(ctx, vectors)
}

// given requires a context and vectors.
func given(ctx context.Context, x mat.Matrix) error {
	if ctx == nil {
		return fmt.Errorf("sentiment: %w", parallel.ErrNilContext)
	}
	if x == nil {
		return fmt.Errorf("%w: no vectors", ErrDim)
	}
	return nil
}

// feeling converts w·x + b to a value and its standard error.
func (h *Head) feeling(z float64) Feeling {
	if h.Kind == Regression {
		return Feeling{Value: min(1, max(-1, z)), StdErr: h.Residual}
	}
	p := sigmoid(z)
	return Feeling{Value: 2*p - 1, StdErr: 2 * math.Sqrt(p*(1-p))}
}

// sigmoid returns 1 / (1 + exp(-z)) without overflow.
func sigmoid(z float64) float64 {
	if z < 0 {
		e := math.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-z))
}
