package train

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// Result is a tuned model and how it came about.
type Result struct {
	unsavedState

	Model   *bert.Model // adapters are merged into it
	Steps   int         // that were done, those before an interruption included
	Losses  []float64   // mean loss of each epoch that was begun
	Scores  []Score     // of the untrained model, then of later ones; empty without Options.Score
	Best    Score       // the one of Model
	Stopped bool        // Options.Patience ended the training

	encoder *bert.Encoder // with adapters apart
	targets []string
	options bert.AdapterOptions
}

// Score is the score of the model after some steps.
type Score struct {
	Step  int     `json:"step"`
	Score float64 `json:"score"`
}

// run is a run in progress.
type run[E any] struct {
	options  Options
	model    *bert.Model
	loss     Loss[E]
	examples []E
	encoder  *bert.Encoder
	params   []parameter
	adam     *adamW
	digest   string // of everything that the result depends on

	batches, perEpoch, steps int // batches and steps of an epoch, steps in all
	state
}

// state is what changes from step to step, besides parameters and moments.
type state struct {
	Step    int // steps done
	Losses  []float64
	Scores  []Score
	Best    int // index into Scores
	Since   int // scores since the best
	Stopped bool

	best [][]float32 // the parameters with the best score
}

// Run tunes a copy of m to examples and returns it; m stays as it is, and has to
// stay open. Examples are read into memory once and shuffled for every epoch. An
// error of examples ends the run.
//
// It fails with the cause of ctx's cancellation, ErrOptions, ErrExamples,
// ErrCheckpoint or ErrDiverged, and with bert.ErrUnsupported for models that have
// no differentiable pass (see [bert.Model.ForwardTokens]).
func Run[E any](ctx context.Context, m *bert.Model, examples iter.Seq2[E, error], loss Loss[E], o Options) (*Result, error) {
	r, err := newRun(ctx, m, examples, loss, o)
	if err != nil {
		return nil, err
	}
	var targets []string
	var adapters bert.AdapterOptions
	if o.Adapters != nil {
		adapters = *o.Adapters
		adapters.Seed = splitmix.Mix(o.Seed, adapters.Seed)
		if targets, err = r.encoder.AddAdapters(adapters); err != nil {
			return nil, err
		}
	}
	r.collectParameters()
	if err := r.resume(); err != nil {
		return nil, err
	}
	if err := r.train(ctx); err != nil {
		return nil, err
	}
	return r.result(targets, adapters)
}

// newRun checks everything that can be checked before the training.
func newRun[E any](ctx context.Context, m *bert.Model, examples iter.Seq2[E, error], loss Loss[E], o Options) (*run[E], error) {
	if ctx == nil {
		return nil, parallel.ErrNilContext
	}
	if m == nil || examples == nil || loss == nil {
		return nil, fmt.Errorf("%w: a model, examples and a loss are needed", bert.ErrInput)
	}
	if err := o.complete(); err != nil {
		return nil, err
	}
	r := &run[E]{options: o, model: m, loss: loss}
	for e, err := range examples {
		if err != nil {
			return nil, fmt.Errorf("train: reading example %d: %w", len(r.examples), err)
		}
		r.examples = append(r.examples, e)
		if err := parallel.Cause(ctx); err != nil {
			return nil, err
		}
	}
	if len(r.examples) == 0 {
		return nil, exampleError("there are none")
	}
	tree, err := m.Encoder()
	if err != nil {
		return nil, err
	}
	r.encoder = tree.Trainable()
	if l, ok := loss.(interface {
		reads(m *bert.Model, e *bert.Encoder, threads int)
	}); ok {
		l.reads(m, r.encoder, o.Threads)
	}
	if err := loss.prepare(r.examples, m.Dim(), o.Seed); err != nil {
		return nil, err
	}
	if hidden, attention := m.Config().Dropout(); loss.needsDropout() && (o.NoDropout || hidden == 0 && attention == 0) {
		return nil, optionError("this loss compares two passes with different dropout, but there is no dropout")
	}
	r.batches = (len(r.examples) + o.BatchSize - 1) / o.BatchSize
	r.perEpoch = (r.batches + o.Accumulate - 1) / o.Accumulate
	if r.steps = r.perEpoch * o.Epochs; o.MaxSteps > 0 {
		r.steps = min(r.steps, o.MaxSteps)
	}
	if r.options.ScoreEvery == 0 {
		r.options.ScoreEvery = r.perEpoch
	}
	if r.options.CheckpointEvery == 0 {
		r.options.CheckpointEvery = r.perEpoch
	}
	r.digest, err = r.fingerprint()
	return r, err
}

// collectParameters lists the parameters that are trained, in order of their names.
func (r *run[E]) collectParameters() {
	nn.ForEachParam(r.encoder, func(p *nn.Param) {
		if p.RequiresGrad() {
			r.params = append(r.params, parameter{p, r.encoder.Name(p), len(p.Shape()) > 1})
		}
	})
	slices.SortFunc(r.params, func(a, b parameter) int { return cmp.Compare(a.name, b.name) })
	r.params = append(r.params, r.loss.parameters()...)
	r.adam = newAdamW(r.params, r.options.Threads)
}

// train does the steps that are left.
func (r *run[E]) train(ctx context.Context) error {
	o := &r.options
	for {
		if r.scoreDue() {
			if err := r.rate(ctx); err != nil {
				return r.interrupted(ctx, err)
			}
		}
		if r.Stopped || r.Step >= r.steps {
			return nil
		}
		p, err := r.step(ctx)
		if err != nil {
			return r.interrupted(ctx, err)
		}
		if o.Checkpoint != "" && (r.Step%o.CheckpointEvery == 0 || r.Step == r.steps) {
			if err := r.save(); err != nil {
				return err
			}
		}
		if o.Progress != nil {
			p.Score = math.NaN()
			if n := len(r.Scores); n > 0 {
				p.Score = r.Scores[n-1].Score
			}
			o.Progress(p)
		}
	}
}

// scoreDue reports whether the model as it is now is to be scored.
func (r *run[E]) scoreDue() bool {
	n := len(r.Scores)
	return r.options.Score != nil && (r.Step%r.options.ScoreEvery == 0 || r.Step == r.steps) && (n == 0 || r.Scores[n-1].Step < r.Step)
}

// interrupted saves the state if ctx is cancelled, and returns err. Neither
// parameters nor moments change before the end of a step.
func (r *run[E]) interrupted(ctx context.Context, err error) error {
	if parallel.Cause(ctx) == nil || r.options.Checkpoint == "" {
		return err
	}
	if failed := r.save(); failed != nil {
		return fmt.Errorf("%w (and the state was not saved: %w)", err, failed)
	}
	return err
}

// step does one step.
func (r *run[E]) step(ctx context.Context) (Progress, error) {
	o := &r.options
	epoch, within := r.Step/r.perEpoch, r.Step%r.perEpoch
	order := rand.New(rand.NewPCG(o.Seed, uint64(epoch))).Perm(len(r.examples))
	from := within * o.Accumulate
	to := min(from+o.Accumulate, r.batches)
	loss := 0.0
	for b := from; b < to; b++ {
		var batch []E
		for _, i := range order[b*o.BatchSize : min((b+1)*o.BatchSize, len(order))] {
			batch = append(batch, r.examples[i])
		}
		v, err := r.backward(ctx, batch, splitmix.Mix(o.Seed, uint64(epoch), uint64(b)))
		if err != nil {
			return Progress{}, err
		}
		loss += v / float64(to-from)
	}
	scale := 1 / float64(to-from)
	length := r.adam.norm() * scale
	if math.IsNaN(loss+length) || math.IsInf(loss+length, 0) {
		return Progress{}, fmt.Errorf("%w: at step %d of %d the loss is %g and the gradient's length %g", ErrDiverged, r.Step+1, r.steps, loss, length)
	}
	if o.Clip > 0 && length > o.Clip {
		scale *= o.Clip / length
	}
	warm := int(math.Ceil(o.WarmUp * float64(r.steps)))
	rate := o.LearningRate * o.Schedule.rate(r.Step, warm, r.steps)
	r.Step++
	r.adam.step(r.Step, rate, o.Decay, scale)
	if within == 0 {
		r.Losses = append(r.Losses, 0)
	}
	mean := &r.Losses[epoch]
	*mean += (loss - *mean) / float64(within+1)
	return Progress{Step: r.Step, Steps: r.steps, Epoch: epoch + 1, Loss: loss, Rate: rate, Gradient: length}, nil
}

// backward adds the gradient of a batch and returns its loss.
func (r *run[E]) backward(ctx context.Context, examples []E, seed uint64) (float64, error) {
	b := &batch[E]{examples: examples, first: []int{0}, dim: r.model.Dim()}
	random := rand.New(rand.NewPCG(seed, 1))
	for _, e := range examples {
		b.texts = r.loss.texts(b.texts, e, random)
		b.first = append(b.first, len(b.texts))
	}
	b.gradient = make([]float32, len(b.texts)*b.dim)
	if err := r.teach(ctx, b); err != nil {
		return 0, err
	}
	forward := func(from, to int) (mat.Tensor, error) { // of examples
		if err := parallel.Cause(ctx); err != nil {
			return nil, err
		}
		tokens, err := r.model.TokenizeWith(b.texts[b.first[from]:b.first[to]], bert.EmbedOptions{})
		if err != nil {
			return nil, err
		}
		pass := bert.Pass{Dropout: !r.options.NoDropout, Seed: splitmix.Mix(seed, uint64(from)), Threads: r.options.Threads}
		return r.model.ForwardTokens(r.encoder, tokens, pass)
	}
	var node mat.Tensor // of the only chunk
	for from := 0; from < len(examples); from += r.options.Chunk {
		y, err := forward(from, min(from+r.options.Chunk, len(examples)))
		if err != nil {
			return 0, err
		}
		node = y
		b.vectors = append(b.vectors, mat.Data[float32](y.Value())...)
	}
	loss := r.loss.value(b)
	for from := 0; from < len(examples); from += r.options.Chunk {
		to := min(from+r.options.Chunk, len(examples))
		if to-from < len(examples) {
			var err error
			if node, err = forward(from, to); err != nil {
				return 0, err
			}
		}
		rows := node.Shape()[0]
		gradient := b.gradient[b.first[from]*b.dim : b.first[to]*b.dim]
		node.AccGrad(mat.NewDense[float32](mat.WithShape(rows, b.dim), mat.WithBacking(gradient)))
		if err := ag.Backward(node); err != nil {
			return 0, err
		}
	}
	return loss, nil
}

// teach asks the model as it was for the vectors that the loss wants, if it does.
func (r *run[E]) teach(ctx context.Context, b *batch[E]) error {
	l, ok := r.loss.(taught[E])
	if !ok {
		return nil
	}
	texts := make([]string, len(b.examples))
	for i, e := range b.examples {
		texts[i] = l.original(e)
	}
	vectors, err := r.model.Embed(ctx, texts)
	if err != nil {
		return err
	}
	for i := range texts {
		b.wanted = append(b.wanted, vectors.Row(i)...)
	}
	return nil
}

// rate scores the model as it is now.
func (r *run[E]) rate(ctx context.Context) error {
	o := &r.options
	if o.Score == nil {
		return nil
	}
	m, err := r.model.WithEncoder(r.encoder)
	if err != nil {
		return err
	}
	score, err := o.Score(ctx, m)
	if err != nil {
		return fmt.Errorf("train: scoring the model after step %d: %w", r.Step, err)
	}
	if math.IsNaN(score) {
		return fmt.Errorf("%w: the score after step %d is not a number", ErrDiverged, r.Step)
	}
	r.Scores = append(r.Scores, Score{r.Step, score})
	r.Since++
	if n := len(r.Scores) - 1; n == 0 || score > r.Scores[r.Best].Score {
		r.Best, r.Since = n, 0
		r.best = r.best[:0]
		for _, p := range r.params {
			r.best = append(r.best, slices.Clone(p.values()))
		}
	}
	r.Stopped = o.Patience > 0 && r.Since >= o.Patience
	return nil
}

// result packs the best model.
func (r *run[E]) result(targets []string, o bert.AdapterOptions) (*Result, error) {
	for k, best := range r.best {
		copy(r.params[k].values(), best)
	}
	m, err := r.model.WithEncoder(r.encoder)
	if err != nil {
		return nil, err
	}
	out := &Result{
		Model: m, Steps: r.Step, Losses: r.Losses, Scores: r.Scores, Best: Score{Step: r.Step, Score: math.NaN()}, Stopped: r.Stopped,
		encoder: r.encoder, targets: targets, options: o,
	}
	if len(r.Scores) > 0 {
		out.Best = r.Scores[r.Best]
	}
	return out, nil
}
