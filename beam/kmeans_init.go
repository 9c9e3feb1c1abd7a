package beam

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[momentsFn]())
	sdk.RegisterType(reflect.TypeFor[beginFn]())
	sdk.RegisterType(reflect.TypeFor[costFn]())
	sdk.RegisterType(reflect.TypeFor[costsFn]())
	sdk.RegisterType(reflect.TypeFor[drawFn]())
	sdk.RegisterType(reflect.TypeFor[gatherFn]())
	sdk.RegisterType(reflect.TypeFor[weighFn]())
	sdk.RegisterType(reflect.TypeFor[chooseFn]())
	sdk.RegisterType(reflect.TypeFor[countedFn]())
}

// candidates are users that may become the first centres.
type candidates struct {
	Points []point
	Spare  []point // some others, drawn at random, in case there are too few Points
	Users  int
	Dim    int
	// Variance is the mean variance of the features.
	Variance float64
	Cost     float64 // sum of the squared distances to the nearest of Points
	Round    int
	Mass     []float64 // users for whom each of Points is the nearest
}

// point is a user.
type point struct {
	Block, Row int
	Random     uint64 // a hash of the seed and the place
	Vector     []float32
}

func comparePoints(a, b point) int {
	return cmp.Or(cmp.Compare(a.Random, b.Random), cmp.Compare(a.Block, b.Block), cmp.Compare(a.Row, b.Row))
}

// random returns the random number of a user in a round: a hash, so that it is
// the same whoever draws it, and drawn twice.
func random(seed uint64, round, block, row int) uint64 {
	return splitmix.Mix(seed, uint64(round), uint64(block), uint64(row))
}

// share returns r as a number in [0, 1).
func share(r uint64) float64 { return float64(r>>11) / (1 << 53) }

// drawRounds is the number of rounds of k-means||, and chooseStarts that of the
// starts among the users drawn, of which the best is kept: they are few, so that
// this takes no time beside one reading of all users.
const (
	drawRounds   = 5
	chooseStarts = 10
)

// kmeansParallel chooses the first centres by k-means|| (Bahmani et al., 2012),
// as cluster.KMeans does with Parallel: after one user drawn at random, each
// round takes every user with probability 2K · distance² / (their sum), and
// greedy k-means++ and Lloyd's algorithm choose K among those taken, each
// weighted by the number of users nearest to it.
func kmeansParallel(s sdk.Scope, o KMeansOptions, users sdk.PCollection) sdk.PCollection {
	s = s.Scope("start")
	c := moments(s, o, users)
	for range drawRounds {
		cost := sdk.GroupByKey(s, sdk.ParDo(s, &costFn{}, users, sdk.SideInput{Input: c}))
		c = sdk.ParDo(s, &costsFn{}, cost, sdk.SideInput{Input: c})
		drawn := sdk.ParDo(s, &drawFn{K: o.K, Seed: o.Seed}, users, sdk.SideInput{Input: c})
		self := sdk.ParDo(s, noneFn, c)
		c = sdk.ParDo(s, &gatherFn{}, sdk.GroupByKey(s, sdk.Flatten(s, drawn, self)), sdk.SideInput{Input: c})
	}
	c = sdk.ParDo(s, &enoughFn{K: o.K}, c)
	mass := sdk.GroupByKey(s, sdk.ParDo(s, &weighFn{}, users, sdk.SideInput{Input: c}))
	return sdk.ParDo(s, &chooseFn{K: o.K, Seed: o.Seed}, mass, sdk.SideInput{Input: c})
}

func init() {
	sdk.RegisterFunction(noneFn)
	sdk.RegisterType(reflect.TypeFor[enoughFn]())
}

// noneFn draws nobody, so that there is an element even if nobody else does.
func noneFn(candidates) (int, drawn) { return 0, drawn{} }

// moments counts the users and draws the first one.
func moments(s sdk.Scope, o KMeansOptions, users sdk.PCollection) sdk.PCollection {
	parts := sdk.GroupByKey(s, sdk.ParDo(s, &momentsFn{Spare: o.K, Seed: o.Seed}, users))
	return sdk.ParDo(s, &beginFn{Seed: o.Seed}, parts)
}

// momentsFn sums the users of a block, and their squares.
type momentsFn struct {
	Spare int
	Seed  uint64
}

// ProcessElement implements a DoFn.
func (f *momentsFn) ProcessElement(b Block, emit func(int, part)) {
	if len(b.Users) == 0 {
		return
	}
	p := part{Block: b.Number, Mass: float64(len(b.Users)), Sum: make([]float64, 2*b.Dim)}
	list := make([]point, len(b.Users))
	for i := range b.Users {
		list[i] = point{Block: b.Number, Row: i, Random: random(f.Seed, 0, b.Number, i)}
		for d, v := range b.row(i) {
			p.Sum[d] += float64(v)
			p.Sum[b.Dim+d] += float64(v) * float64(v)
		}
	}
	slices.SortFunc(list, comparePoints)
	for _, x := range list[:min(f.Spare, len(list))] {
		p.Far = append(p.Far, far{Block: x.Block, Row: x.Row, Vector: b.row(x.Row)})
	}
	emit(0, p)
}

// beginFn begins with the user whose random number is the least.
type beginFn struct{ Seed uint64 }

// ProcessElement implements a DoFn.
func (f *beginFn) ProcessElement(_ int, parts func(*part) bool) candidates {
	t := total(0, parts)
	dim := len(t.Sum) / 2
	c := candidates{Users: int(t.Mass), Dim: dim, Variance: variance(t.Sum, t.Mass)}
	for _, x := range t.Far {
		c.Spare = append(c.Spare, point{Block: x.Block, Row: x.Row, Vector: x.Vector})
	}
	for i := range c.Spare {
		c.Spare[i].Random = random(f.Seed, 0, c.Spare[i].Block, c.Spare[i].Row)
	}
	slices.SortFunc(c.Spare, comparePoints)
	c.Points, c.Spare = c.Spare[:1:1], c.Spare[1:]
	return c
}

// variance returns the mean variance of the features, of whose values sum holds
// the sums and those of their squares, [2·dim].
func variance(sum []float64, n float64) float64 {
	dim := len(sum) / 2
	v := 0.0
	for d := range dim {
		mean := sum[d] / n
		v += sum[dim+d]/n - mean*mean
	}
	return max(v/float64(dim), 0)
}

// nearest returns the candidate nearest to each user of a block, and the squared
// distances.
func (c *candidates) nearest(ctx context.Context, b *Block) ([]int, []float64, error) {
	if len(c.Points) == 0 {
		return nil, nil, fmt.Errorf("%w: there are none", ErrTooFewUsers)
	}
	at := Centers{K: len(c.Points), Dim: c.Dim}
	for _, p := range c.Points {
		for _, v := range p.Vector {
			at.Data = append(at.Data, float64(v))
		}
	}
	of, err := at.labels(ctx, b)
	if err != nil {
		return nil, nil, err
	}
	near := make([]float64, len(of))
	for i, j := range of {
		near[i] = squared(b.row(i), at.row(j))
	}
	return of, near, nil
}

// costFn sums the squared distances of a block's users.
type costFn struct{}

// ProcessElement implements a DoFn.
func (f *costFn) ProcessElement(ctx context.Context, b Block, c candidates, emit func(int, part)) error {
	_, near, err := c.nearest(ctx, &b)
	if err != nil {
		return err
	}
	p := part{Block: b.Number}
	for _, d := range near {
		p.Mass += d
	}
	emit(0, p)
	return nil
}

// costsFn sums the costs of the blocks.
type costsFn struct{}

// ProcessElement implements a DoFn.
func (f *costsFn) ProcessElement(_ int, parts func(*part) bool, c candidates) candidates {
	c.Cost = total(0, parts).Mass
	return c
}

// drawn are the users that a block draws.
type drawn struct {
	Block, Round int
	Points       []point
	Dim          int
	Vectors      []float32 // of Points, [len(Points), Dim]
}

// drawFn draws users of a block.
type drawFn struct {
	K    int
	Seed uint64
}

// ProcessElement implements a DoFn.
func (f *drawFn) ProcessElement(ctx context.Context, b Block, c candidates, emit func(int, drawn)) error {
	if c.Cost <= 0 {
		return nil
	}
	_, near, err := c.nearest(ctx, &b)
	if err != nil {
		return err
	}
	rate := 2 * float64(f.K) / c.Cost
	out := drawn{Block: b.Number, Dim: b.Dim}
	for i, d := range near {
		if share(random(f.Seed, c.Round+1, b.Number, i)) < rate*d {
			out.Points = append(out.Points, point{Block: b.Number, Row: i})
			out.Vectors = append(out.Vectors, b.row(i)...)
		}
	}
	if len(out.Points) > 0 {
		emit(0, out)
	}
	return nil
}

// gatherFn adds the users drawn to the candidates, in the order of their places.
type gatherFn struct{}

// ProcessElement implements a DoFn.
func (f *gatherFn) ProcessElement(_ int, parts func(*drawn) bool, c candidates) candidates {
	var list []drawn
	var d drawn
	for parts(&d) {
		list = append(list, d)
		d = drawn{}
	}
	slices.SortFunc(list, func(a, b drawn) int { return cmp.Compare(a.Block, b.Block) })
	for _, d := range list {
		for i, p := range d.Points {
			p.Vector = d.Vectors[i*d.Dim : (i+1)*d.Dim]
			c.Points = append(c.Points, p)
		}
	}
	c.Round++
	return c
}

// enoughFn adds spare users if there are fewer candidates than clusters, which
// is so only if users coincide or are hardly more than clusters.
type enoughFn struct{ K int }

// ProcessElement implements a DoFn.
func (f *enoughFn) ProcessElement(c candidates) candidates {
	have := map[[2]int]bool{}
	for _, p := range c.Points {
		have[[2]int{p.Block, p.Row}] = true
	}
	for _, p := range c.Spare {
		if len(c.Points) < f.K && !have[[2]int{p.Block, p.Row}] {
			c.Points = append(c.Points, p)
		}
	}
	c.Spare = nil
	return c
}

// weighFn counts the users of a block by their nearest candidate.
type weighFn struct{}

// ProcessElement implements a DoFn.
func (f *weighFn) ProcessElement(ctx context.Context, b Block, c candidates, emit func(int, part)) error {
	of, _, err := c.nearest(ctx, &b)
	if err != nil {
		return err
	}
	p := part{Block: b.Number, Sum: make([]float64, len(c.Points))}
	for _, j := range of {
		p.Sum[j]++
	}
	emit(0, p)
	return nil
}

// chooseFn chooses the first centres among the candidates. If there are too few,
// the centres have no data, and whoever needs them fails: a runner may start the
// steps that follow a failed one before it stops the job, and would report that
// these have no centres.
type chooseFn struct {
	K    int
	Seed uint64
}

// ProcessElement implements a DoFn.
func (f *chooseFn) ProcessElement(ctx context.Context, _ int, parts func(*part) bool, c candidates) (Centers, error) {
	if len(c.Points) < f.K {
		return Centers{K: f.K, Dim: c.Dim, Users: c.Users}, nil
	}
	t := total(0, parts)
	x := dense.New[float32](len(c.Points), c.Dim)
	for i, p := range c.Points {
		copy(x.Row(i), p.Vector)
	}
	found, err := cluster.KMeans{K: f.K, NInit: chooseStarts, Seed: f.Seed, Weights: t.Sum}.Fit(ctx, dense.Matrix{Rows: x})
	if err != nil {
		return Centers{}, fmt.Errorf("cohort/beam: choosing the first centres: %w", err)
	}
	out := NewCenters(found.Centers)
	out.Users, out.Variance = c.Users, c.Variance
	return out, nil
}

// counted returns the centres c of a caller with the number of users and their
// variance.
func counted(s sdk.Scope, c Centers, users sdk.PCollection) sdk.PCollection {
	return sdk.ParDo(s, &countedFn{Start: c}, moments(s, KMeansOptions{K: 1}, users))
}

// countedFn adds to given centres what was counted.
type countedFn struct{ Start Centers }

// ProcessElement implements a DoFn.
func (f *countedFn) ProcessElement(c candidates) (Centers, error) {
	out := f.Start
	if c.Dim != out.Dim {
		return out, fmt.Errorf("cohort/beam: users' vectors have %d features, the centres %d", c.Dim, out.Dim)
	}
	out.Users, out.Variance = c.Users, c.Variance
	return out, nil
}
