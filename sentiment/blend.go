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

// Blend scores a text by its vector and by its characters, and weighs the two.
// Its probabilities are calibrated on data that neither part was fitted on. It
// is immutable and safe for concurrent use.
type Blend struct {
	Model      string     `json:"model"` // the encoder whose vectors it takes
	Data       string     `json:"data"`  // the data it was fitted on
	Network    *Network   `json:"network"`
	Grams      *Grams     `json:"grams"`
	Shares     [2]float64 `json:"shares"` // weights of the network's and the n-grams' logits
	Bias       float64    `json:"bias"`
	Calibrated int        `json:"calibrated"` // number of texts it was calibrated on
}

const maxBits = 22 // largest number of bits of a bucket index: 16 MiB of weights

// ReadBlend returns a blend saved by json.Marshal. Errors wrap ErrFormat.
func ReadBlend(data []byte) (*Blend, error) {
	var b Blend
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	return &b, nil
}

// Rounded returns a copy with weights rounded to 16 bits, by which JSON takes
// half as much. The error of a weight is at most 2^-16 of the largest weight of
// its layer.
func (b *Blend) Rounded() *Blend {
	c, n, g := *b, *b.Network, *b.Grams
	n.Mean, n.Hidden, n.Shift, n.Out = n.Mean.rounded(), n.Hidden.rounded(), n.Shift.rounded(), n.Out.rounded()
	g.Weights = g.Weights.rounded()
	c.Network, c.Grams = &n, &g
	return &c
}

// Dim returns the length of the vectors that the blend takes.
func (b *Blend) Dim() int { return b.Network.Dim() }

// Describe returns a description of the blend for a report.
func (b *Blend) Describe() string {
	return fmt.Sprintf("network on %s vectors and character n-grams, fitted on %s", b.Model, b.Data)
}

// Feelings returns the sentiment of each text, computed from the text and its
// row of x [len(texts), Dim]. Errors wrap ErrDim.
func (b *Blend) Feelings(ctx context.Context, texts []string, x mat.Matrix) ([]Feeling, error) {
	if err := given(ctx, x); err != nil {
		return nil, err
	}
	n, d := x.Dims()
	if d != b.Dim() || n != len(texts) {
		return nil, fmt.Errorf("%w: got vectors [%d, %d] for %d texts, want length %d (%s)", ErrDim, n, d, len(texts), b.Dim(), b.Model)
	}
	out := make([]Feeling, n)
	fast, ok := dense.Float32(x)
	row := make([]float32, d)
	for i, text := range texts {
		if i%256 == 0 {
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
		}
		if ok {
			row = fast.Row(i)
		} else {
			for j := range row {
				row[j] = float32(x.At(i, j))
			}
		}
		p := sigmoid(b.Shares[0]*b.Network.Logit(row) + b.Shares[1]*b.Grams.Logit(text) + b.Bias)
		out[i] = Feeling{Value: 2*p - 1, StdErr: 2 * math.Sqrt(p*(1-p))}
	}
	return out, nil
}

// BlendOptions holds the options of the two parts.
type BlendOptions struct {
	Network NetworkOptions
	Grams   GramOptions
}

// calibrationFold is the n for which every n-th text is used to fit the shares.
const calibrationFold = 8

// FitBlend fits both parts to texts with vectors x [len(texts), dim] that are
// positive or not. It first leaves out every eighth text and fits the weights
// of the parts on those; then it fits the parts again on all texts. Errors wrap
// ErrTraining.
func FitBlend(ctx context.Context, texts []string, x mat.Matrix, positive []bool, o BlendOptions) (*Blend, error) {
	if err := given(ctx, x); err != nil {
		return nil, err
	}
	n, d := x.Dims()
	if n != len(texts) {
		return nil, trainingError("%d texts and %d vectors, want as many of each", len(texts), n)
	}
	if err := checkLabels(n, positive); err != nil {
		return nil, err
	}
	rows := dense.Float64(x)
	var part struct { // what the parts are fitted on first
		texts    []string
		rows     []float64
		positive []bool
	}
	for i := range texts {
		if i%calibrationFold != 0 {
			part.texts, part.positive = append(part.texts, texts[i]), append(part.positive, positive[i])
			part.rows = append(part.rows, rows.Row(i)...)
		}
	}
	if len(part.texts) == 0 {
		return nil, trainingError("%d texts, want more", n)
	}
	network, err := FitNetwork(ctx, mat.NewDense(len(part.texts), d, part.rows), part.positive, o.Network)
	if err != nil {
		return nil, err
	}
	grams, err := FitGrams(ctx, part.texts, part.positive, o.Grams)
	if err != nil {
		return nil, err
	}
	var logits []float64 // [calibrated, 2]
	var labels []bool
	row := make([]float32, d)
	for i := 0; i < n; i += calibrationFold {
		for j, v := range rows.Row(i) {
			row[j] = float32(v)
		}
		logits = append(logits, network.Logit(row), grams.Logit(texts[i]))
		labels = append(labels, positive[i])
	}
	shares, err := FitLogistic(ctx, mat.NewDense(len(labels), 2, logits), labels, LogisticOptions{Penalties: []float64{0.1}})
	if err != nil {
		return nil, err
	}
	b := &Blend{Shares: [2]float64{shares.Weights[0], shares.Weights[1]}, Bias: shares.Bias, Calibrated: len(labels)}
	if b.Network, err = FitNetwork(ctx, x, positive, o.Network); err != nil {
		return nil, err
	}
	if b.Grams, err = FitGrams(ctx, texts, positive, o.Grams); err != nil {
		return nil, err
	}
	return b, nil
}
