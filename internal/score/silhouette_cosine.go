package score

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// silhouetteCosine uses that the cosine distance of unit vectors u and v is
// |u-v|²/2, so its mean over the v of a cluster with mean m is (|u-m|² + w)/2,
// where w is the mean of |v-m|². This is exact, avoids the cancellation of 1 -
// u·m, and takes O(n k d) rather than O(n² d) time. The means are computed
// relative to a point of the cluster, so the mean of equal points equals these
// points and the distances among them are exactly 0.
func silhouetteCosine[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, threads int) ([]float64, error) {
	length, err := norms(ctx, x, threads) // [n]
	if err != nil {
		return nil, err
	}
	k := g.K()
	unit := dense.New[float64](parallel.Threads(threads), x.Dim) // one per worker
	segs := g.segments()
	means := dense.New[float64](k, x.Dim) // [k, d] first vector of each cluster, then the means
	for c := range k {
		first := g.Order[g.Start[c]]
		scale(means.Row(c), x.Row(int(first)), length[first])
	}
	parts := dense.New[float64](len(segs), x.Dim) // [segments, d] sums of unit vectors minus the first
	err = parallel.Do(ctx, threads, len(segs), func(worker, s int) {
		sum, u := parts.Row(s), unit.Row(worker)
		for _, r := range g.Order[segs[s].lo:segs[s].hi] {
			scale(u, x.Row(int(r)), length[r])
			kernel.AxpyF64(-1, means.Row(segs[s].c), u)
			add(sum, u)
		}
	})
	if err != nil {
		return nil, err
	}
	for s, seg := range segs {
		kernel.AxpyF64(1/float64(g.Size(seg.c)), parts.Row(s), means.Row(seg.c))
	}
	partWidth := make([]float64, len(segs))
	err = parallel.Do(ctx, threads, len(segs), func(worker, s int) {
		u := unit.Row(worker)
		for _, r := range g.Order[segs[s].lo:segs[s].hi] {
			scale(u, x.Row(int(r)), length[r])
			partWidth[s] += squared(u, means.Row(segs[s].c))
		}
	})
	if err != nil {
		return nil, err
	}
	width := make([]float64, k) // [k] sum of |v-m|²
	for s, seg := range segs {
		width[seg.c] += partWidth[s]
	}
	out := make([]float64, x.Len)
	err = parallel.Do(ctx, threads, (x.Len+cosineRows-1)/cosineRows, func(worker, b int) {
		u := unit.Row(worker)
		for i := b * cosineRows; i < min((b+1)*cosineRows, x.Len); i++ {
			own := int(g.Of[i])
			if g.Size(own) == 1 {
				continue
			}
			scale(u, x.Row(i), length[i])
			var within float64
			between := math.Inf(1)
			for c := range k {
				size := float64(g.Size(c))
				sum := (size*squared(u, means.Row(c)) + width[c]) / 2 // over the cluster
				if c == own {                                         // which includes u itself at distance 0
					within = sum / (size - 1)
				} else {
					between = min(between, sum/size)
				}
			}
			if max(within, between) > sameDirection {
				out[i] = ratio(within, between)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// sameDirection is the cosine distance up to which two vectors differ only by
// the rounding of their normalization.
const sameDirection = 1e-30

// cosineRows is the number of rows in one piece of work.
const cosineRows = 256

// scale writes src/by to dst.
func scale[T dense.Float](dst []float64, src []T, by float64) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = float64(v) / by
	}
}
