package reduce

import (
	"context"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/sparse"
)

// smooth takes the distances from a point to its k nearest points. It finds the
// distance rho that is treated as zero (if local, that of the nearest distinct
// point) and the width sigma with which the similarities exp(-(d-rho)/sigma)
// sum to log2(count). sigma is at least a thousandth of a mean: the mean of all
// distances, passed as mean, if all neighbours of the point are at distance 0,
// else the mean of the point's own distances. See McInnes et al. 2018,
// algorithm 3.
func smooth(dist []float32, local bool, count int, mean float64) (rho, sigma float64) {
	var own float64
	for _, d := range dist {
		own += float64(d)
		if local && rho == 0 && d > 0 {
			rho = float64(d)
		}
	}
	target := math.Log2(float64(count))
	lo, hi := 0.0, math.Inf(1)
	sigma = 1
	for range 64 {
		var sum float64
		for _, d := range dist {
			if v := float64(d) - rho; v > 0 {
				sum += math.Exp(-v / sigma)
			} else {
				sum++
			}
		}
		if math.Abs(sum-target) < 1e-5 {
			break
		}
		if sum > target {
			hi = sigma
			sigma = (lo + hi) / 2
		} else {
			lo = sigma
			if math.IsInf(hi, 1) {
				sigma *= 2
			} else {
				sigma = (lo + hi) / 2
			}
		}
	}
	floor := mean
	if rho > 0 {
		floor = own / float64(len(dist))
	}
	return rho, max(sigma, 1e-3*floor)
}

// similarity returns the weight of a neighbour at distance d.
func similarity(d, rho, sigma float64) float32 {
	if d <= rho || sigma == 0 {
		return 1
	}
	return float32(math.Exp(-(d - rho) / sigma))
}

// fuzzyGraph converts the neighbours of each point to similarities, a, and
// combines both directions as a + aᵀ - a∘aᵀ (the probabilistic sum, which is
// the probability that either edge exists). neighbors is the number used in
// options, which includes the point itself.
func fuzzyGraph(ctx context.Context, g *knn.Graph, neighbors, threads int) (*sparse.Matrix, error) {
	n, k := g.Len, g.K
	var mean float64
	for _, d := range g.Dist {
		mean += float64(d)
	}
	mean /= float64(len(g.Dist))
	directed := make([]float32, n*k) // [n, k]
	err := parallel.Do(ctx, threads, blocksOf(n), func(_, b int) {
		for i := b * blockRows; i < min((b+1)*blockRows, n); i++ {
			_, dist := g.Row(i)
			rho, sigma := smooth(dist, true, neighbors, mean)
			for c, d := range dist {
				directed[i*k+c] = similarity(float64(d), rho, sigma)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	u := &union{g: g, directed: directed, back: sparse.Transposed(g, directed), sum: make([]float32, n)}
	// Counted first, since memory that grows in steps would take up to three times
	// as much.
	size := 0
	for i := range n {
		for _, j := range u.row(i) {
			if u.take(j) > 0 {
				size++
			}
		}
	}
	out := &sparse.Matrix{Start: make([]int, n+1), Col: make([]int32, 0, size), Value: make([]float32, 0, size)}
	for i := range n {
		cols := u.row(i)
		slices.Sort(cols)
		for _, j := range cols {
			if v := u.take(j); v > 0 {
				out.Col, out.Value = append(out.Col, j), append(out.Value, v)
			}
		}
		out.Start[i+1] = len(out.Col)
	}
	return out, nil
}

// union computes rows of a + aᵀ - a∘aᵀ, one at a time.
type union struct {
	g        *knn.Graph
	directed []float32      // a, [n, k]
	back     *sparse.Matrix // aᵀ
	sum      []float32      // [n] current row, 0 where it has no entry
	cols     []int32
}

// row computes row i and returns its columns in no particular order. The caller
// must take each of them before the next row.
func (u *union) row(i int) []int32 {
	u.cols = u.cols[:0]
	index, _ := u.g.Row(i)
	for c, j := range index {
		u.sum[j] = u.directed[i*u.g.K+c]
		u.cols = append(u.cols, j)
	}
	from, value := u.back.Row(i)
	for c, j := range from {
		if a, b := u.sum[j], value[c]; a > 0 {
			u.sum[j] = a + b - a*b
		} else {
			u.sum[j] = b
			u.cols = append(u.cols, j)
		}
	}
	return u.cols
}

// take returns the entry of column j and clears it.
func (u *union) take(j int32) float32 {
	v := u.sum[j]
	u.sum[j] = 0
	return v
}
