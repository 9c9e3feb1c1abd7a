package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/train"
)

type trainFlags struct {
	texts    textFlags
	model    modelFlags
	loss     string
	noise    []string
	errors   train.Noise // of noise
	columns  trainColumns
	heldOut  string
	out      string
	options  train.Options
	schedule string
	adapter  bert.AdapterOptions
	adapters string // directory
	stats    bool
}

// trainColumns are the columns beside the text.
type trainColumns struct{ pair, negative, score, label string }

// trainStats is the output of --stats.
type trainStats struct {
	Examples int           `json:"examples"`
	Steps    int           `json:"steps"`
	Losses   []float64     `json:"losses"` // mean of each epoch
	Scores   []train.Score `json:"scores,omitempty"`
	Best     *train.Score  `json:"best,omitempty"`
	Stopped  bool          `json:"stopped"` // before the last step, by --patience
	Seconds  float64       `json:"seconds"`
}

func (a *app) train() *cobra.Command {
	var f trainFlags
	c := verb("train", "Tune a model to one's own texts", func(ctx context.Context) error { return a.runTrain(ctx, &f) })
	c.Example = `  cohort train --in pairs.csv --text-column question --pair-column answer --out tuned/
  cohort train --config train.yaml --out tuned/`
	c.Long = c.Short + `.
The loss says what the examples are:
  negatives  two texts that belong together (--pair-column), told from those of others
  triplet    and one that does not (--negative-column)
  cosine     two texts (--pair-column) and their cosine, -1 to 1 (--score-column)
  cosent     two texts and a score of any scale that orders them
  classes    a text and its class (--label-column), told by a linear layer
  contrast   the same, by the texts of the other classes
  distill    two texts (--pair-column) that get the vector which the model makes of the first
  robust     a text alone, which keeps its vector when it is written with errors (--noise)
  twice      a text alone, told from others under dropout (SimCSE)
  denoise    a text alone, told by a part of its words
  reconstruct  the same, from which a decoder writes the text (TSDAE)
The directory that is written can be used by --model, and by sentence-transformers.`
	s := c.Flags()
	f.texts.add(s, false)
	f.model.add(s, "minilm")
	s.StringVar(&f.loss, "loss", "negatives", "`loss`: "+strings.Join(losses(), ", "))
	s.StringVar(&f.columns.pair, "pair-column", "", "`column` with the second text")
	s.StringVar(&f.columns.negative, "negative-column", "", "`column` with a text that does not belong to the first")
	s.StringVar(&f.columns.score, "score-column", "", "`column` with the similarity of the two texts")
	s.StringVar(&f.columns.label, "label-column", "", "`column` with the class of the text")
	s.StringSliceVar(&f.noise, "noise", nil, "`errors` that --loss robust writes, with their largest rates; a text gets one of them (default typing=0.2,spaces=0.5,lookalikes=0.2,homophones=0.2)")
	s.StringVar(&f.heldOut, "held-out", "", "`file` like --in that the model is scored on; the model with the best score is kept")
	s.StringVar(&f.out, "out", "", "write the tuned model to this `directory`")
	o := &f.options
	s.IntVar(&o.Epochs, "epochs", 1, "number of times that every example is seen")
	s.IntVar(&o.BatchSize, "batch-size", 32, "number of examples that the loss sees at once")
	s.IntVar(&o.Chunk, "chunk", 0, "number of examples that are encoded at once, to save memory (0 means the whole batch)")
	s.IntVar(&o.Accumulate, "accumulate", 1, "number of batches that make a step")
	s.IntVar(&o.MaxSteps, "max-steps", 0, "end after this many steps (0 means with the epochs)")
	s.Float64Var(&o.LearningRate, "learning-rate", 0, "learning rate (0 means 2e-5, with --lora-rank 2e-4)")
	s.Float64Var(&o.WarmUp, "warm-up", 0.1, "share of the steps in which the rate rises")
	s.StringVar(&f.schedule, "schedule", "linear", "how the rate changes then: linear or cosine (to 0), or constant")
	s.Float64Var(&o.Decay, "decay", 0, "decay of the weights")
	s.Float64Var(&o.Clip, "clip", 1, "largest length of the gradient (negative means any)")
	s.BoolVar(&o.NoDropout, "no-dropout", false, "leave out the dropout that the model's configuration names")
	s.Uint64Var(&o.Seed, "seed", 0, "seed of the order, of dropout and whatever else is random")
	s.IntVar(&f.adapter.Rank, "lora-rank", 0, "train adapters of this rank instead of all parameters (0 means all)")
	s.Float64Var(&f.adapter.Alpha, "lora-alpha", 0, "scale of the adapters times their rank (0 means twice the rank)")
	s.StringSliceVar(&f.adapter.Targets, "lora-targets", nil, "ends of the `names` of the layers that get adapters (default: those of queries and values)")
	s.StringVar(&f.adapters, "adapter-out", "", "write the adapters, in the format of PEFT, to this `directory`")
	s.IntVar(&o.ScoreEvery, "score-every", 0, "steps between scores (0 means an epoch)")
	s.IntVar(&o.Patience, "patience", 0, "end after this many scores without a better one (0 means never)")
	s.StringVar(&o.Checkpoint, "checkpoint", "", "`directory` for the state, from which an interrupted training is resumed")
	s.IntVar(&o.CheckpointEvery, "checkpoint-every", 0, "steps between states (0 means an epoch)")
	s.BoolVar(&f.stats, "stats", false, "print losses and scores to standard error as one line of JSON")
	addConfig(c)
	groupFlags(c)
	return c
}

// trainer is a loss of the command.
type trainer struct {
	columns func(c *trainColumns) []*string // that it needs
	run     func(ctx context.Context, t *training) (*train.Result, error)
}

// training is what a trainer works on.
type training struct {
	flags    *trainFlags
	model    *bert.Model
	src      *source.Source
	held     *source.Source // or nil
	options  train.Options
	examples int
}

var trainers = map[string]trainer{
	"negatives": {func(c *trainColumns) []*string { return []*string{&c.pair} }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.MultipleNegatives{}, pairOf, train.PairAccuracy)
	}},
	"triplet": {func(c *trainColumns) []*string { return []*string{&c.pair, &c.negative} }, func(ctx context.Context, t *training) (*train.Result, error) {
		l := &train.TripletMargin{}
		if t.model.Normalizes() {
			l.Margin = 0.5
		}
		return trainOn(ctx, t, l, tripletOf, train.TripletAccuracy)
	}},
	"cosine": {func(c *trainColumns) []*string { return []*string{&c.pair, &c.score} }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.CosineRegression{}, scoredOf, train.Spearman)
	}},
	"cosent": {func(c *trainColumns) []*string { return []*string{&c.pair, &c.score} }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.CoSENT{}, scoredOf, train.Spearman)
	}},
	"classes": {func(c *trainColumns) []*string { return []*string{&c.label} }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.Classes{}, labelledOf, train.NeighborAccuracy)
	}},
	"contrast": {func(c *trainColumns) []*string { return []*string{&c.label} }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.Contrast{}, labelledOf, train.NeighborAccuracy)
	}},
	"twice": {func(*trainColumns) []*string { return nil }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.Twice{}, textOf, nil)
	}},
	"denoise": {func(*trainColumns) []*string { return nil }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.Denoise{}, textOf, nil)
	}},
	"distill": {func(c *trainColumns) []*string { return []*string{&c.pair} }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.Distill{}, pairOf, func(held []train.Pair) func(context.Context, *bert.Model) (float64, error) {
			return train.Agreement(t.model, held)
		})
	}},
	"robust": {func(*trainColumns) []*string { return nil }, trainRobust},
	"reconstruct": {func(*trainColumns) []*string { return nil }, func(ctx context.Context, t *training) (*train.Result, error) {
		return trainOn(ctx, t, &train.Reconstruct{}, textOf, nil)
	}},
}

func losses() []string { return slices.Sorted(maps.Keys(trainers)) }

func pairOf(s *source.Source, r *source.Row, c *trainColumns) (train.Pair, error) {
	p := train.Pair{Anchor: r.Text, Positive: s.Value(r, c.pair)}
	if c.negative != "" {
		if v := s.Value(r, c.negative); v != "" {
			p.Negatives = []string{v}
		}
	}
	return p, nil
}

func tripletOf(s *source.Source, r *source.Row, c *trainColumns) (train.Triplet, error) {
	return train.Triplet{Anchor: r.Text, Positive: s.Value(r, c.pair), Negative: s.Value(r, c.negative)}, nil
}

func scoredOf(s *source.Source, r *source.Row, c *trainColumns) (train.Scored, error) {
	score, err := strconv.ParseFloat(strings.TrimSpace(s.Value(r, c.score)), 64)
	if err != nil || math.IsNaN(score) || math.IsInf(score, 0) {
		return train.Scored{}, fmt.Errorf("%s, line %d: the column %q holds no number", r.Path, r.Line, c.score)
	}
	return train.Scored{A: r.Text, B: s.Value(r, c.pair), Score: score}, nil
}

func labelledOf(s *source.Source, r *source.Row, c *trainColumns) (train.Labelled, error) {
	l := train.Labelled{Text: r.Text, Label: s.Value(r, c.label)}
	if l.Label == "" {
		return l, fmt.Errorf("%s, line %d: the column %q is empty", r.Path, r.Line, c.label)
	}
	return l, nil
}

func textOf(_ *source.Source, r *source.Row, _ *trainColumns) (string, error) { return r.Text, nil }

// trainOn reads examples and runs the training.
func trainOn[E any](ctx context.Context, t *training, loss train.Loss[E], of func(*source.Source, *source.Row, *trainColumns) (E, error), score func([]E) func(context.Context, *bert.Model) (float64, error)) (*train.Result, error) {
	read := func(s *source.Source) iter.Seq2[E, error] {
		return func(yield func(E, error) bool) {
			for r, err := range s.Rows(ctx) {
				var e E
				if err == nil {
					e, err = of(s, &r, &t.flags.columns)
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
	if t.held != nil {
		var held []E
		for e, err := range read(t.held) {
			if err != nil {
				return nil, err
			}
			held = append(held, e)
		}
		if len(held) == 0 {
			return nil, fmt.Errorf("%s has no examples", t.flags.heldOut)
		}
		t.options.Score = score(held)
	}
	counted := func(yield func(E, error) bool) {
		for e, err := range read(t.src) {
			t.examples++
			if !yield(e, err) {
				return
			}
		}
	}
	return train.Run(ctx, t.model, counted, loss, t.options)
}

// check checks the flags and returns the loss.
func (f *trainFlags) check() (trainer, error) {
	l, ok := trainers[f.loss]
	if err := need([2]string{"in", f.texts.in}, [2]string{"out", f.out}); err != nil {
		return l, err
	}
	if !ok {
		return l, usagef("--loss is %s, want one of %s", shownValue(f.loss), strings.Join(losses(), ", "))
	}
	needed := l.columns(&f.columns)
	for name, value := range map[string]*string{"pair-column": &f.columns.pair, "negative-column": &f.columns.negative, "score-column": &f.columns.score, "label-column": &f.columns.label} {
		wanted := slices.Contains(needed, value)
		switch {
		case wanted && *value == "":
			return l, usagef("--loss %s needs --%s", f.loss, name)
		case !wanted && *value != "" && (f.loss != "negatives" || name != "negative-column"):
			return l, usagef("--loss %s has no use for --%s", f.loss, name)
		case *value != "":
			f.texts.opt.Columns = append(f.texts.opt.Columns, *value)
		}
	}
	slices.Sort(f.texts.opt.Columns)
	switch {
	case f.noise != nil && f.loss != "robust":
		return l, usagef("--loss %s has no use for --noise", f.loss)
	case f.heldOut != "" && needed == nil && f.loss != "robust":
		return l, usagef("--loss %s has no score for --held-out", f.loss)
	case f.heldOut == "" && (f.options.Patience > 0 || f.options.ScoreEvery > 0):
		return l, usagef("--patience and --score-every need --held-out")
	case f.adapter.Rank == 0 && (f.adapter.Alpha != 0 || f.adapter.Targets != nil || f.adapters != ""):
		return l, usagef("--lora-alpha, --lora-targets and --adapter-out need --lora-rank")
	}
	if f.adapter.Rank != 0 {
		f.options.Adapters = &f.adapter
	}
	var err error
	if f.errors, err = parseNoise(f.noise); err != nil {
		return l, err
	}
	if f.options.WarmUp == 0 {
		f.options.WarmUp = -1 // none, rather than the default
	}
	if f.options.Clip == 0 {
		return l, usagef("--clip is 0, want a length, or a negative number for any")
	}
	f.options.Schedule, f.options.Threads = train.Schedule(f.schedule), f.model.threads
	return l, nil
}

func (a *app) runTrain(ctx context.Context, f *trainFlags) error {
	l, err := f.check()
	if err != nil {
		return err
	}
	// Better now than after the training.
	if entries, err := os.ReadDir(f.out); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s: %w: want a directory that is empty or does not exist", f.out, fs.ErrExist)
	}
	src, err := f.texts.open(ctx, a)
	if err != nil {
		return err
	}
	defer f.texts.close()
	t := &training{flags: f, src: src, options: f.options}
	if f.heldOut != "" {
		o, err := f.texts.options(a)
		if err != nil {
			return err
		}
		if t.held, err = source.Open(ctx, f.heldOut, o); err != nil {
			return usage(err)
		}
		defer t.held.Close()
	}
	if t.model, err = f.model.loadFor(ctx, src); err != nil {
		return err
	}
	defer t.model.Close()
	bar := a.bar()
	defer bar.done()
	t.options.Progress = func(p train.Progress) { bar.show("train", p.Step, p.Steps) }
	start := time.Now()
	r, err := l.run(ctx, t)
	if errors.Is(err, train.ErrOptions) {
		return usagef("%v", err)
	}
	if err != nil {
		return err
	}
	bar.done()
	if err := r.Model.Save(f.out); err != nil {
		return err
	}
	if f.adapters != "" {
		if err := r.SaveAdapter(f.adapters, f.model.model); err != nil {
			return err
		}
	}
	if len(r.Scores) > 0 {
		if _, err := fmt.Fprintln(a.out, heldOutLine(r)); err != nil {
			return err
		}
	}
	if err := f.texts.done(a, src.Stats(), f.stats); err != nil || !f.stats {
		return err
	}
	st := trainStats{Examples: t.examples, Steps: r.Steps, Losses: r.Losses, Scores: r.Scores, Stopped: r.Stopped, Seconds: time.Since(start).Seconds()}
	if len(r.Scores) > 0 {
		st.Best = &r.Best
	}
	all, err := withReading(st, src.Stats())
	if err != nil {
		return err
	}
	return a.stats(all)
}

// heldOutLine says which state of the model was saved, and why.
func heldOutLine(r *train.Result) string {
	line := fmt.Sprintf("score on the held-out examples: %.4f before, ", r.Scores[0].Score)
	if r.Best.Step == 0 { // untrained
		best := math.Inf(-1)
		for _, s := range r.Scores[1:] {
			best = max(best, s.Score)
		}
		return line + fmt.Sprintf("at best %.4f tuned (%d steps): that is no better, so the model stays as it was", best, r.Steps)
	}
	return line + fmt.Sprintf("%.4f after step %d of %d: that model is kept", r.Best.Score, r.Best.Step, r.Steps)
}
