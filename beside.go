package cohort

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/ablate"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/result"
)

// ErrColumn: a field of Meta that Options.Features names cannot be used as
// asked.
var ErrColumn = features.ErrColumn

// beside collects the features of a run's users; nil: there are none.
type beside struct {
	options   features.Options
	collector *features.Collector
	table     *features.Table
	encoder   *features.Encoder // nil until they are fitted
}

func newBeside(o *features.Options) *beside {
	if o == nil {
		return nil
	}
	return &beside{options: *o, collector: features.NewCollector(o.Columns)}
}

// again collects the features of further users of the same kind.
func again(e *features.Encoder) *beside {
	if e == nil {
		return nil
	}
	return &beside{collector: e.Collector(), encoder: e}
}

// reads returns what collects the features during the first reading.
func (b *beside) reads() *features.Collector {
	if b == nil {
		return nil
	}
	return b.collector
}

// pooled returns what pool.Config.Features wants; checked is called first.
func (b *beside) pooled(checked func(*features.Collector) error) func(used func(u int) bool) (dense.Rows[float32], []bool, error) {
	if b == nil {
		return nil
	}
	return func(used func(u int) bool) (dense.Rows[float32], []bool, error) {
		if err := checked(b.collector); err != nil {
			return dense.Rows[float32]{}, nil, err
		}
		return b.vectors(used)
	}
}

// vectors returns the features [users, m] of all users, fitted to those used,
// and of whom any is known.
func (b *beside) vectors(used func(u int) bool) (dense.Rows[float32], []bool, error) {
	var none dense.Rows[float32]
	if b.encoder == nil {
		b.table = b.collector.Table()
		var err error
		if b.encoder, err = features.Fit(b.table, b.options, used); err != nil {
			return none, nil, err
		}
	} else {
		b.table = b.encoder.Table(b.collector)
	}
	x, err := b.encoder.Transform(b.table)
	if err != nil {
		return none, nil, err
	}
	known := make([]bool, b.table.Users)
	for u := range known {
		known[u] = b.table.Known(u)
	}
	return dense.Narrow(x), known, nil
}

// one returns what ablate.Config.Features wants, of a single user, for Why.
func (b *beside) one(checked func(*features.Collector) error) func() (dense.Rows[float32], bool, error) {
	if b == nil {
		return nil
	}
	return func() (dense.Rows[float32], bool, error) {
		if b.collector.Len() == 0 { // there is no such user
			return dense.Rows[float32]{}, false, nil
		}
		if err := checked(b.collector); err != nil {
			return dense.Rows[float32]{}, false, err
		}
		x, known, err := b.vectors(nil)
		if err != nil {
			return x, false, err
		}
		return x, known[0], nil
	}
}

// named returns the features with their columns.
func named(e *features.Encoder) []ablate.Named {
	if e == nil {
		return nil
	}
	out := make([]ablate.Named, len(e.Features))
	at := 0
	for i, f := range e.Features {
		out[i] = ablate.Named{Name: f.Name, From: at, To: at + f.Columns()}
		at = out[i].To
	}
	return out
}

// featureEffectsShown is the number of effects of a segment that are kept.
const featureEffectsShown = 12

// featureLevel is the corrected p-value below which an effect is kept.
const featureLevel = 0.05

// effects returns the effects of the features on each segment.
func (b *beside) effects(u *pool.Users, g *group.Groups) [][]result.FeatureEffect {
	of := make([]int, b.table.Users)
	for i, r := range u.Row {
		of[i] = Unassigned
		if r >= 0 {
			of[i] = g.Of[r]
		}
	}
	out := make([][]result.FeatureEffect, len(g.Centres))
	for i, list := range b.encoder.Effects(b.table, of, len(g.Centres)) {
		for _, x := range list {
			if x.P < featureLevel && len(out[i]) < featureEffectsShown {
				out[i] = append(out[i], result.FeatureEffect{
					Feature: x.Feature, Kind: string(x.Kind), Level: x.Level, Missing: x.Missing, Own: x.Own, Others: x.Others, Size: x.Size, P: x.P, N: x.N,
				})
			}
		}
	}
	return out
}

// describe describes the features, and the two blocks with their segments.
func (b *beside) describe(ctx context.Context, u *pool.Users, g *group.Groups, threads int) (*result.Features, error) {
	j := g.Space.Join
	out := &result.Features{
		Rule: b.options.Balance.String(), Factor: j.Factor, Weight: cmp.Or(b.options.Weight, 1), WithoutText: len(u.Quiet), List: b.list(),
	}
	for i, r := range u.Row {
		if r >= 0 && !b.table.Known(i) {
			out.Unknown++
		}
	}
	texts := g.Placed
	texts.Dim -= j.Features
	rest := g.Placed
	rest.Data, rest.Dim = rest.Data[texts.Dim:], j.Features
	var total [2]float64
	for i, block := range []struct {
		x   dense.Rows[float32]
		out *result.Block
	}{{texts, &out.Text}, {rest, &out.Features}} {
		var err error
		if *block.out, total[i], err = describeBlock(ctx, block.x, g, threads); err != nil {
			return nil, err
		}
	}
	if sum := total[0] + total[1]; sum > 0 {
		out.Text.Share, out.Features.Share = total[0]/sum, total[1]/sum
	}
	return out, nil
}

// describeBlock returns the figures of one block [rows, k] without its share,
// and its mean squared distance.
func describeBlock(ctx context.Context, x dense.Rows[float32], g *group.Groups, threads int) (result.Block, float64, error) {
	out := result.Block{Dim: x.Dim}
	var kept, of []int
	all := make([]float64, x.Dim)
	for r, i := range g.Of {
		if i < 0 {
			continue
		}
		kept, of = append(kept, r), append(of, i)
		for j, v := range x.Row(r) {
			all[j] += float64(v)
		}
	}
	n := float64(len(kept))
	if n == 0 {
		return out, 0, nil
	}
	var total, within float64
	for i := range g.Centres {
		centre := g.Mean(x, i)
		for _, r := range g.Members[i] {
			for j, v := range x.Row(r) {
				a, b := float64(v)-all[j]/n, float64(v)-float64(centre[j])
				total += a * a / n
				within += b * b / n
			}
		}
	}
	if total > 1e-12 {
		out.Between = min(max(1-within/total, 0), 1)
	}
	s, err := eval.Scorer{Threads: threads}.Silhouette(ctx, dense.Matrix{Rows: pool.Take(x, kept)}, of)
	if err != nil && !errors.Is(err, eval.ErrLabelCount) {
		return out, 0, fmt.Errorf("scoring the blocks: %w", err)
	}
	out.Silhouette = s
	return out, total, nil
}

// list describes the features.
func (b *beside) list() []result.Feature {
	constant := b.encoder.Constant()
	out := make([]result.Feature, len(b.encoder.Features))
	for i, f := range b.encoder.Features {
		take := string(f.Take)
		if take == "" {
			take = map[features.Kind]string{features.Number: "mean", features.Date: "latest", features.Category: "most frequent"}[f.Kind]
		}
		out[i] = result.Feature{
			Name: f.Name, From: f.From, Kind: string(f.Kind), Take: take, Log: f.Unit > 0, Levels: len(f.Levels), Merged: f.Merged,
			Missing: f.Lacking, Unread: f.Unread, Constant: slices.Contains(constant, f.Name),
		}
	}
	return out
}
