package beam

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[sampleFn]())
	sdk.RegisterType(reflect.TypeFor[learnFn]())
	sdk.RegisterType(reflect.TypeFor[oneFn]())
}

// MiniBatchOptions configure MiniBatchKMeans.
type MiniBatchOptions struct {
	K         int    // number of clusters; 0: 8
	BatchSize int    // expected number of users of a batch; 0: 1024
	Batches   int    // 0: 100
	Seed      uint64 // of the batches
}

// MiniBatchKMeans finds centres among users, a PCollection<Block>, by
// cluster.MiniBatchKMeans on random batches of them, and returns a
// PCollection<Centers> of one element. One reading of the users draws all
// batches, each with replacement; a single worker learns from them in turn, so
// that its memory and its time, not that of the users, bound their number.
func MiniBatchKMeans(s sdk.Scope, o MiniBatchOptions, users sdk.PCollection) (sdk.PCollection, error) {
	o.K, o.BatchSize, o.Batches = cmp.Or(o.K, 8), cmp.Or(o.BatchSize, 1024), cmp.Or(o.Batches, 100)
	if err := errors.Join(between("K", o.K, 1, mostClusters), between("BatchSize", o.BatchSize, 1, 1<<24), between("Batches", o.Batches, 1, mostGroups)); err != nil {
		return sdk.PCollection{}, err
	}
	s = s.Scope("cohort.MiniBatchKMeans")
	c := moments(s, KMeansOptions{K: 1, Seed: o.Seed}, users)
	drawn := sdk.ParDo(s, &sampleFn{Options: o}, users, sdk.SideInput{Input: c})
	batches := sdk.ParDo(s, &oneFn{}, sdk.GroupByKey(s, drawn))
	return sdk.ParDo(s, &learnFn{Options: o}, sdk.GroupByKey(s, batches), sdk.SideInput{Input: c}), nil
}

// sampleFn draws the users of a block for each batch.
type sampleFn struct{ Options MiniBatchOptions }

// ProcessElement implements a DoFn.
func (f *sampleFn) ProcessElement(b Block, c candidates, emit func(int, drawn)) {
	o := &f.Options
	rate := min(float64(o.BatchSize)/float64(c.Users), 1)
	by := map[int]*drawn{}
	for i := range b.Users {
		// The batches that draw a user lie apart by geometrically distributed gaps.
		for n, draw := -1, 0; ; draw++ {
			gap := 1.0
			if rate < 1 {
				gap = math.Floor(math.Log1p(-share(random(o.Seed+uint64(draw), 1, b.Number, i)))/math.Log1p(-rate)) + 1
			}
			if gap >= float64(o.Batches-n) {
				break
			}
			n += int(gap)
			if by[n] == nil {
				by[n] = &drawn{Block: b.Number, Round: n, Dim: b.Dim}
			}
			by[n].Vectors = append(by[n].Vectors, b.row(i)...)
		}
	}
	for n, d := range by {
		emit(n, *d)
	}
}

// oneFn makes one batch of the blocks' parts.
type oneFn struct{}

// ProcessElement implements a DoFn.
func (f *oneFn) ProcessElement(batch int, parts func(*drawn) bool) (int, drawn) {
	var list []drawn
	var d drawn
	for parts(&d) {
		list = append(list, d)
		d = drawn{}
	}
	slices.SortFunc(list, func(a, b drawn) int { return cmp.Compare(a.Block, b.Block) })
	out := drawn{Round: batch}
	for _, d := range list {
		out.Dim, out.Vectors = d.Dim, append(out.Vectors, d.Vectors...)
	}
	return 0, out
}

// learnFn learns from the batches in turn.
type learnFn struct{ Options MiniBatchOptions }

// ProcessElement implements a DoFn.
func (f *learnFn) ProcessElement(ctx context.Context, _ int, batches func(*drawn) bool, c candidates) (Centers, error) {
	var list []drawn
	var d drawn
	for batches(&d) {
		list = append(list, d)
		d = drawn{}
	}
	slices.SortFunc(list, func(a, b drawn) int { return cmp.Compare(a.Round, b.Round) })
	found, err := learn(ctx, &f.Options, list)
	if err != nil {
		return Centers{}, err
	}
	out := NewCenters(found.Centers)
	out.Users, out.Variance, out.Round, out.Done = c.Users, c.Variance, found.NIter, true
	return out, nil
}

// learn learns from batches. Those at the beginning are joined until there are
// enough users for the first centres.
func learn(ctx context.Context, o *MiniBatchOptions, batches []drawn) (*cluster.KMeansResult, error) {
	stream, err := cluster.MiniBatchKMeans{K: o.K, Seed: o.Seed}.Stream()
	if err != nil {
		return nil, err
	}
	var waiting []float32
	for _, d := range batches {
		waiting = append(waiting, d.Vectors...)
		n := len(waiting) / d.Dim
		if stream.Result() == nil && n < o.K {
			continue
		}
		x := dense.Rows[float32]{Data: waiting, Len: n, Dim: d.Dim, Stride: d.Dim}
		if err := stream.PartialFit(ctx, dense.Matrix{Rows: x}, nil); err != nil {
			return nil, fmt.Errorf("cohort/beam: batch %d: %w", d.Round, err)
		}
		waiting = nil
	}
	if stream.Result() == nil {
		return nil, fmt.Errorf("%w: the batches have fewer users than there are clusters, %d", ErrTooFewUsers, o.K)
	}
	return stream.Result(), nil
}
