package quality

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/result"
)

// Drawing holds the places of rows of users and of segments on a map.
type Drawing struct {
	result.Map
	Users, Segments []Point
}

// Point is a place on a map.
type Point struct{ X, Y float64 }

// Draw places users and centres on the first two principal components of the
// users' vectors, with their features beside them.
func Draw(ctx context.Context, u *pool.Users, g *group.Groups, threads int) (*Drawing, error) {
	c, x := g.Centres, dense.Matrix{Rows: g.Space.Joined(u)}
	n, dim := x.Dims()
	p, err := reduce.PCA{Components: min(2, n, dim), Threads: threads}.Fit(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("drawing the map: %w", err)
	}
	d := &Drawing{Map: result.Map{Method: "pca"}}
	for _, share := range p.ExplainedVarianceRatio {
		d.Explained += share
	}
	if d.Users, err = points(ctx, p, x); err != nil {
		return nil, err
	}
	centres := dense.New[float32](len(c), dim)
	for i := range c {
		copy(centres.Row(i), g.Mean(x.Rows, i))
	}
	if len(c) == 0 {
		return d, nil
	}
	d.Segments, err = points(ctx, p, dense.Matrix{Rows: centres})
	return d, err
}

// points returns the rows of x [n, dim] in the plane.
func points(ctx context.Context, p *reduce.PCAResult, x mat.Matrix) ([]Point, error) {
	y, err := p.Transform(ctx, x)
	if err != nil {
		return nil, fmt.Errorf("drawing the map: %w", err)
	}
	n, k := y.Dims()
	out := make([]Point, n)
	for i := range out {
		out[i].X = y.At(i, 0)
		if k > 1 {
			out[i].Y = y.At(i, 1)
		}
	}
	return out, nil
}
