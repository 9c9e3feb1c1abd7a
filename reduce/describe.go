package reduce

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Describer is a Reducer that describes itself: its name and every option that
// affects its result, with defaults filled in. Every Reducer of this package is
// one.
type Describer interface {
	Reducer
	Describe() estimator.Description
}

// Describe returns the description of r. A Reducer that is not a Describer is
// described by its method Describe() string if it has one, else by its type;
// Parse cannot make it again.
func Describe(r Reducer) estimator.Description {
	switch r := r.(type) {
	case Describer:
		return r.Describe()
	case interface{ Describe() string }:
		return estimator.Description{Name: r.Describe()}
	}
	return estimator.Description{Name: fmt.Sprintf("%T", r)}
}

// The names of the reducers in descriptions and in saved files.
const (
	namePCA        = "pca"
	nameProjection = "random projection"
	nameUMAP       = "umap"
	nameSmoothing  = "smoothing"
)

// orAuto returns v, or "auto" if v is derived from the data.
func orAuto(v int) any {
	if v == 0 {
		return estimator.Auto
	}
	return v
}

// Describe returns the options that affect the result.
func (o PCA) Describe() estimator.Description {
	o = o.withDefaults()
	return estimator.Description{Name: namePCA, Params: []estimator.Param{
		{Name: "n_components", Value: orAuto(o.Components)},
		{Name: "whiten", Value: o.Whiten},
		{Name: "svd_solver", Value: o.Solver.String()},
		{Name: "n_oversamples", Value: o.Oversample},
		{Name: "n_iter", Value: o.PowerIterations},
		{Name: "seed", Value: estimator.Whole(o.Seed)},
	}}
}

// Describe returns the options that affect the result.
func (o RandomProjection) Describe() estimator.Description {
	o = o.withDefaults()
	d := estimator.Description{Name: nameProjection, Params: []estimator.Param{{Name: "n_components", Value: orAuto(o.Components)}}}
	if o.Components == 0 {
		d.Params = append(d.Params, estimator.Param{Name: "eps", Value: o.Epsilon})
	}
	d.Params = append(d.Params, estimator.Param{Name: "density", Value: o.Density}, estimator.Param{Name: "seed", Value: estimator.Whole(o.Seed)})
	return d
}

// Describe returns the options that affect the result.
func (o UMAP) Describe() estimator.Description {
	o, _ = o.check()
	return estimator.Description{Name: nameUMAP, Params: []estimator.Param{
		{Name: "n_components", Value: o.Components},
		{Name: "n_neighbors", Value: o.Neighbors},
		{Name: "min_dist", Value: o.MinDist},
		{Name: "spread", Value: o.Spread},
		{Name: "metric", Value: o.Metric.String()},
		{Name: "init", Value: o.Init.String()},
		{Name: "n_epochs", Value: orAuto(o.Epochs)},
		{Name: "learning_rate", Value: o.LearningRate},
		{Name: "negative_sample_rate", Value: o.NegativeSamples},
		{Name: "approximate_from", Value: max(o.Approximate, -1)},
		{Name: "seed", Value: estimator.Whole(o.Seed)},
	}}
}

// Describe returns the options that affect the result.
func (o Smoothing) Describe() estimator.Description {
	o, _ = o.check()
	return estimator.Description{Name: nameSmoothing, Params: []estimator.Param{
		{Name: "n_components", Value: orAuto(o.Components)},
		{Name: "n_neighbors", Value: o.Neighbors},
		{Name: "n_steps", Value: o.Steps},
		{Name: "approximate_from", Value: max(o.Approximate, -1)},
		{Name: "seed", Value: estimator.Whole(o.Seed)},
	}}
}

// Parse returns the reducer that d describes, which gives the same result on
// the same points. It returns an estimator.ErrDescription if d describes none
// of this package's reducers, and an estimator.ErrParam if a parameter has the
// wrong type or is missing. Parse does not check the ranges of numbers; Fit
// does.
func Parse(d estimator.Description) (Reducer, error) {
	p := d.Read()
	var r Reducer
	switch d.Name {
	case namePCA:
		r = PCA{
			Components: p.AutoInt("n_components"), Whiten: p.Bool("whiten"), Solver: estimator.Text(p, "svd_solver", ParseSolver),
			Oversample: p.Int("n_oversamples"), PowerIterations: p.Int("n_iter"), Seed: p.Uint64("seed"),
		}
	case nameProjection:
		o := RandomProjection{Components: p.AutoInt("n_components"), Density: p.Float64("density"), Seed: p.Uint64("seed")}
		if o.Components == 0 {
			o.Epsilon = p.Float64("eps")
		}
		r = o
	case nameUMAP:
		r = UMAP{
			Components: p.Int("n_components"), Neighbors: p.Int("n_neighbors"), MinDist: p.Float64("min_dist"), Spread: p.Float64("spread"),
			Metric: estimator.Text(p, "metric", ParseMetric), Init: estimator.Text(p, "init", ParseInit), Epochs: p.AutoInt("n_epochs"),
			LearningRate: p.Float64("learning_rate"), NegativeSamples: p.Int("negative_sample_rate"), Approximate: p.Int("approximate_from"),
			Seed: p.Uint64("seed"),
		}
	case nameSmoothing:
		r = Smoothing{
			Components: p.AutoInt("n_components"), Neighbors: p.Int("n_neighbors"), Steps: p.Int("n_steps"), Approximate: p.Int("approximate_from"),
			Seed: p.Uint64("seed"),
		}
	default:
		return nil, fmt.Errorf("reduce: %w: no reducer of this name", estimator.ErrDescription)
	}
	if err := p.Err(); err != nil {
		return nil, fmt.Errorf("reduce: %w", err)
	}
	return r, nil
}

// ParseSolver returns the solver with the given name: auto, exact or randomized.
// Any other is an *OptionError.
func ParseSolver(name string) (Solver, error) {
	for s := Auto; s <= Randomized; s++ {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, &OptionError{Estimator: "PCA", Option: "Solver", Got: name, Want: "auto, exact or randomized"}
}

// ParseInit returns the Init with the given name: spectral, pca or random. Any
// other is an *OptionError.
func ParseInit(name string) (Init, error) {
	for i := InitSpectral; i <= InitRandom; i++ {
		if i.String() == name {
			return i, nil
		}
	}
	return 0, &OptionError{Estimator: "UMAP", Option: "Init", Got: name, Want: "spectral, pca or random"}
}
