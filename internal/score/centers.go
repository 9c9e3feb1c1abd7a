package score

import (
	"context"
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// centers are the centroids of groups, each stored as a point of the group and
// the mean of the others' differences from it. Their sum would be rounded
// relative to the size of the coordinates. Stored separately, they keep the
// digits that distinguish points which lie close together and far from the
// origin, and the centroid of equal points equals these points.
type centers struct {
	from dense.Rows[float64] // [k, d] the first point of each group
	mean dense.Rows[float64] // [k, d] mean of the group's points less from
}

// findCenters returns the centroids of the groups.
func findCenters[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, threads int) (centers, error) {
	k := g.K()
	c := centers{dense.New[float64](k, x.Dim), dense.New[float64](k, x.Dim)}
	for i := range k {
		for j, v := range x.Row(int(g.Order[g.Start[i]])) {
			c.from.Row(i)[j] = float64(v)
		}
	}
	segs := g.segments()
	parts := dense.New[float64](len(segs), x.Dim)                // [segments, d] sums
	rows := dense.New[float64](parallel.Threads(threads), x.Dim) // one per worker
	err := parallel.Do(ctx, threads, len(segs), func(worker, s int) {
		sum, row, from := parts.Row(s), rows.Row(worker), c.from.Row(segs[s].c)
		for _, r := range g.Order[segs[s].lo:segs[s].hi] {
			less(row, x.Row(int(r)), from)
			add(sum, row)
		}
	})
	for s, seg := range segs {
		add(c.mean.Row(seg.c), parts.Row(s))
	}
	for i := range k {
		w := float64(g.Size(i))
		row := c.mean.Row(i)
		for j := range row {
			row[j] /= w
		}
	}
	return c, err
}

// finiteCenters is findCenters with an error if any point is not finite. Such a
// point makes its centroid infinite or NaN; only then are all points searched
// for it.
func finiteCenters[T dense.Float](ctx context.Context, score string, x dense.Rows[T], g *Groups, threads int) (centers, error) {
	c, err := findCenters(ctx, x, g, threads)
	if err != nil {
		return c, err
	}
	for _, v := range c.mean.Data {
		if v-v != 0 {
			if err := checkFinite(ctx, x, threads); err != nil {
				return c, fmt.Errorf("%s: %w", score, err)
			}
			break
		}
	}
	return c, nil
}

// between writes centroid i minus centroid j to dst, [d].
func (c centers) between(dst []float64, i, j int) {
	fi, fj, mi, mj := c.from.Row(i), c.from.Row(j), c.mean.Row(i), c.mean.Row(j)
	for t := range dst {
		dst[t] = (fi[t] - fj[t]) + (mi[t] - mj[t])
	}
}

// rounding returns the length below which a distance to or between centroids is
// taken as zero.
func (c centers) rounding() float64 {
	var size float64 // largest coordinate, relative to the first point
	first := c.from.Row(0)
	for i := range c.from.Len {
		mean := c.mean.Row(i)
		for j, v := range c.from.Row(i) {
			size = max(size, math.Abs(v-first[j]), math.Abs(mean[j]))
		}
	}
	return 1e-14 * size * math.Sqrt(float64(c.from.Dim))
}

// less writes x minus from to dst, [d], in float64.
func less[T dense.Float](dst []float64, x []T, from []float64) {
	switch x := any(x).(type) {
	case []float32:
		clear(dst)
		kernel.AddTo(dst, x)
	case []float64:
		copy(dst, x)
	}
	kernel.AxpyF64(-1, from, dst)
}
