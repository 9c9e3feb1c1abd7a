package train

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/bert"
)

// Options configures [Run]. The zero value trains all parameters for one epoch
// in batches of 32 at a rate of 2e-5.
type Options struct {
	Epochs    int // times that every example is seen; 0: 1
	BatchSize int // examples that the loss sees at once; 0: 32
	// Chunk is the number of examples that are encoded at once; 0: the whole
	// batch. A batch of several chunks is encoded twice, so that memory is needed
	// for one chunk only (GradCache: Gao et al. 2021, arXiv:2101.06983); the
	// gradient is the same.
	Chunk      int
	Accumulate int // batches whose mean gradient makes a step; 0: 1
	MaxSteps   int // the training ends after so many steps; 0: with the epochs

	LearningRate float64  // 0: 2e-5, or 2e-4 for adapters
	WarmUp       float64  // share of the steps in which the rate rises; 0: 0.1; negative: none
	Schedule     Schedule // after that; empty: Linear
	Decay        float64  // of weights, not of biases and norms, per step and rate; 0: none
	Clip         float64  // largest length of the gradient; 0: 1; negative: any
	NoDropout    bool     // leaves out the dropout of config.json
	Seed         uint64   // of order, dropout and whatever else is random

	// Adapters trains adapters of low rank instead of the model's own parameters.
	Adapters *bert.AdapterOptions

	// Score rates the model on texts that it is not trained on; higher is better.
	// The result is the model with the best score, the untrained one included. See
	// PairAccuracy, TripletAccuracy, Spearman and NeighborAccuracy.
	Score      func(ctx context.Context, m *bert.Model) (float64, error)
	ScoreEvery int // steps between scores; 0: an epoch
	Patience   int // scores in a row without a better one that end the training; 0: it does not end early

	// Checkpoint is a directory that the state of the training is written to, and
	// from which a run that was interrupted is resumed; empty: none. The state is
	// also written when ctx is cancelled.
	Checkpoint      string
	CheckpointEvery int // steps between states; 0: an epoch

	Threads  int            // goroutines that compute; 0: GOMAXPROCS
	Progress func(Progress) // called after every step; may be nil
}

// Progress tells how far a run is.
type Progress struct {
	Step, Steps int // steps done, and to do in all
	Epoch       int // counted from 1
	Loss        float64
	Rate        float64 // learning rate of the step
	Gradient    float64 // length of the gradient before clipping
	Score       float64 // the latest, NaN if there is none
}

// most is the greatest value of options that count something: products of such
// numbers do not overflow.
const most = 1 << 24

// complete checks the options and sets defaults.
func (o *Options) complete() error {
	for name, n := range map[string]*int{
		"Epochs": &o.Epochs, "BatchSize": &o.BatchSize, "Chunk": &o.Chunk, "Accumulate": &o.Accumulate, "MaxSteps": &o.MaxSteps,
		"ScoreEvery": &o.ScoreEvery, "Patience": &o.Patience, "CheckpointEvery": &o.CheckpointEvery, "Threads": &o.Threads,
	} {
		if *n < 0 || *n > most {
			return optionError("%s is %d, want 0 to %d", name, *n, most)
		}
	}
	for name, v := range map[string]float64{"LearningRate": o.LearningRate, "Decay": o.Decay} {
		if !(v >= 0) || math.IsInf(v, 0) {
			return optionError("%s is %g, want at least 0", name, v)
		}
	}
	if !(o.WarmUp < 1) || math.IsNaN(o.Clip) {
		return optionError("WarmUp is %g and Clip %g, want a share and a length", o.WarmUp, o.Clip)
	}
	switch o.Schedule {
	case "":
		o.Schedule = Linear
	case Linear, Cosine, Constant:
	default:
		return optionError("Schedule is %q, want linear, cosine or constant", o.Schedule)
	}
	if o.Score == nil && (o.ScoreEvery > 0 || o.Patience > 0) {
		return optionError("ScoreEvery or Patience is set without a Score")
	}
	if o.Checkpoint == "" && o.CheckpointEvery > 0 {
		return optionError("CheckpointEvery is set without a Checkpoint")
	}
	o.Epochs, o.Accumulate = max(o.Epochs, 1), max(o.Accumulate, 1)
	if o.BatchSize == 0 {
		o.BatchSize = 32
	}
	if o.Chunk == 0 || o.Chunk > o.BatchSize {
		o.Chunk = o.BatchSize
	}
	if o.LearningRate == 0 {
		o.LearningRate = 2e-5
		if o.Adapters != nil {
			o.LearningRate = 2e-4
		}
	}
	switch {
	case o.WarmUp == 0:
		o.WarmUp = 0.1
	case o.WarmUp < 0:
		o.WarmUp = 0
	}
	if o.Clip == 0 {
		o.Clip = 1
	}
	return nil
}
