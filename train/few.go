package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/probe"
)

// Classifier tells classes of texts: a tuned encoder and a logistic regression on
// its vectors.
type Classifier struct {
	Model  *bert.Model
	Head   *probe.Logistic
	Labels []string // of the head's classes
}

// Prediction is the most probable label of a text.
type Prediction struct {
	Label       string
	Probability float64
	All         []float64 // the probability of each of the classifier's labels
}

// FewLabelsOptions configures [FewLabels].
type FewLabelsOptions struct {
	// Tune are the options of the training. Where they are zero: 5 epochs in
	// batches of 64 at a rate of 5e-5.
	Tune Options
	// NoTuning fits the head to the model as it is.
	NoTuning bool
	Head     probe.LogisticOptions
}

// FewLabels makes a classifier from few texts a class, 8 to 64 say, in two steps as
// SetFit does (Tunstall et al. 2022, arXiv:2209.11055): it tunes the encoder so
// that texts of a class come close to each other and away from others ([Contrast]),
// then fits a logistic regression to their vectors. The head's probabilities are
// calibrated by cross-validation. Errors are those of [Run] and
// [probe.FitLogistic].
func FewLabels(ctx context.Context, m *bert.Model, examples []Labelled, o FewLabelsOptions) (*Classifier, error) {
	c := &Classifier{Model: m}
	texts := make([]string, len(examples))
	for i, e := range examples {
		texts[i] = e.Text
		c.Labels = append(c.Labels, e.Label)
	}
	slices.Sort(c.Labels)
	c.Labels = slices.Compact(c.Labels)
	numbers := make([]int, len(examples))
	for i, e := range examples {
		numbers[i], _ = slices.BinarySearch(c.Labels, e.Label)
	}
	if !o.NoTuning {
		t := o.Tune
		if t.Epochs == 0 {
			t.Epochs = 5
		}
		if t.BatchSize == 0 {
			t.BatchSize = 64
		}
		if t.LearningRate == 0 && t.Adapters == nil {
			t.LearningRate = 5e-5
		}
		r, err := Run(ctx, m, func(yield func(Labelled, error) bool) {
			for _, e := range examples {
				if !yield(e, nil) {
					return
				}
			}
		}, &Contrast{}, t)
		if err != nil {
			return nil, err
		}
		c.Model = r.Model
	}
	vectors, err := unitVectors(ctx, c.Model, texts)
	if err != nil {
		return nil, err
	}
	if c.Head, err = probe.FitLogistic(ctx, vectors, numbers, o.Head); err != nil {
		return nil, err
	}
	return c, nil
}

// Classify returns a prediction for each text.
func (c *Classifier) Classify(ctx context.Context, texts []string) ([]Prediction, error) {
	vectors, err := unitVectors(ctx, c.Model, texts)
	if err != nil {
		return nil, err
	}
	all, err := c.Head.Probabilities(vectors)
	if err != nil {
		return nil, fmt.Errorf("train: classifying: %w", err)
	}
	out := make([]Prediction, len(texts))
	for i, p := range all {
		best := 0
		for k, v := range p {
			if v > p[best] {
				best = k
			}
		}
		out[i] = Prediction{Label: c.Labels[best], Probability: p[best], All: p}
	}
	return out, nil
}
