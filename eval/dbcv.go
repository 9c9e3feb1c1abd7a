package eval

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// DBCV returns the density-based clustering validation index (Moulavi,
// Jaskowiak, Campello, Zimek & Sander 2014), in [-1, 1]. It judges clusters of
// any shape, such as those of DBSCAN and HDBSCAN, by comparing the density of
// the sparsest place inside a cluster with that of the densest path to another.
//
// Noise counts as points that the clusters failed to explain: it lowers their
// weighted mean, but is not a cluster itself, whatever SkipNoise says. Neither
// are clusters of one point. With fewer than two other clusters the error is an
// ErrLabelCount.
//
// The paper does not say which of several minimum spanning trees of the same
// length to use, although the value may depend on it. DBCV uses the one with
// the shorter plain distances, so the value does not depend on the order of the
// points. validity_index of the hdbscan package uses one that depends on the
// order; with this rule added it gives the same values.
//
// Time is O(n² d), memory O(n).
func (s Scorer) DBCV(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	s.SkipNoise = false
	x, labels, err := s.points("DBCV", x, labels)
	if err != nil {
		return 0, err
	}
	p, distance, err := s.pairwise(ctx, "DBCV", x)
	if err != nil {
		return 0, err
	}
	var clusters [][]int32 // points of each cluster
	g := score.Group(labels)
	for c, l := range g.Labels {
		if l != Noise && g.Size(c) > 1 {
			clusters = append(clusters, g.Order[g.Start[c]:g.Start[c+1]])
		}
	}
	if len(clusters) < 2 {
		return 0, &LabelCountError{Score: "DBCV", Clusters: len(clusters), Points: p.Len()}
	}
	core, err := coreDistances(ctx, p, clusters, distance, s.Threads)
	if err != nil {
		return 0, err
	}
	reach := func(i, j int32) float64 { return max(core[i], core[j], distance(int(i), int(j))) }

	sparse := make([]float64, len(clusters)) // density sparseness of each cluster
	inside := make([][]int32, len(clusters)) // inner nodes of each cluster's tree
	err = parallel.Do(ctx, s.Threads, len(clusters), func(_, c int) {
		sparse[c], inside[c] = sparseness(ctx, clusters[c], core, distance)
	})
	if err != nil {
		return 0, err
	}
	apart, err := separation(ctx, inside, reach, s.Threads)
	if err != nil {
		return 0, err
	}
	var sum float64
	for c, points := range clusters {
		if top := max(apart[c], sparse[c]); top > 0 {
			sum += float64(len(points)) / float64(p.Len()) * (apart[c] - sparse[c]) / top
		}
	}
	return sum, nil
}

// DBCV calls Scorer{Metric: m}.DBCV without a context.
func DBCV(x mat.Matrix, labels []int, m Metric) (float64, error) {
	return Scorer{Metric: m}.DBCV(context.Background(), x, labels)
}

// coreDistances returns the all-points core distance of each clustered point,
// [n]: the mean over the cluster's other points of (1/distance)^d, to the power
// of -1/d. For hundreds of features d such powers exceed the range of floats,
// so their logarithms are used.
func coreDistances(ctx context.Context, p *score.Points, clusters [][]int32, distance func(i, j int) float64, threads int) ([]float64, error) {
	core := make([]float64, p.Len())
	dim := float64(p.Dim())
	type piece struct {
		cluster []int32
		lo, hi  int
	}
	var pieces []piece
	for _, c := range clusters {
		for lo := 0; lo < len(c); lo += blockRows {
			pieces = append(pieces, piece{c, lo, min(lo+blockRows, len(c))})
		}
	}
	err := parallel.Do(ctx, threads, len(pieces), func(_, i int) {
		pc := pieces[i]
		logs := make([]float64, 0, len(pc.cluster)) // -d log(distance) to each other point
		for _, a := range pc.cluster[pc.lo:pc.hi] {
			logs = logs[:0]
			top := math.Inf(-1)
			for _, b := range pc.cluster {
				if a != b {
					l := -dim * math.Log(distance(int(a), int(b)))
					logs = append(logs, l)
					top = max(top, l)
				}
			}
			if math.IsInf(top, 1) { // a duplicate: infinite density
				continue
			}
			var sum float64
			for _, l := range logs {
				sum += math.Exp(l - top)
			}
			core[a] = math.Exp(-(top + math.Log(sum) - math.Log(float64(len(logs)))) / dim)
		}
	})
	return core, err
}

// sparseness grows the minimum spanning tree of a cluster by mutual
// reachability (Prim). It returns the tree's inner nodes, those with more than
// one edge, and the longest edge between them. If there is no such edge it
// returns the longest edge of the tree; if there are no inner nodes it returns
// all nodes.
//
// Many mutual reachability distances are equal because they are the core
// distance of a shared point, and the paper does not say which tree to use.
// Here the shorter plain distance wins, then the point that comes first, so
// that the result does not depend on the order of the points.
func sparseness(ctx context.Context, points []int32, core []float64, distance func(i, j int) float64) (float64, []int32) {
	n := len(points)
	near := make([]float64, n)  // mutual reachability distance to the tree
	plain := make([]float64, n) // distance to the same node of the tree
	from := make([]int, n)      // the tree's node at that distance
	degree := make([]int, n)
	parent := make([]int, n)
	length := make([]float64, n) // length of the edge to parent
	done := make([]bool, n)
	for i := range near {
		near[i] = math.Inf(1)
	}
	at := 0
	done[0], parent[0] = true, -1
	for range n - 1 {
		if ctx.Err() != nil {
			return 0, nil
		}
		next := -1
		for j := range n {
			if done[j] {
				continue
			}
			a, b := points[at], points[j]
			d := distance(int(a), int(b))
			if r := max(core[a], core[b], d); r < near[j] || r == near[j] && d < plain[j] {
				near[j], plain[j], from[j] = r, d, at
			}
			if next < 0 || near[j] < near[next] || near[j] == near[next] && plain[j] < plain[next] {
				next = j
			}
		}
		at = next
		done[at], parent[at], length[at] = true, from[at], near[at]
		degree[at]++
		degree[from[at]]++
	}
	var longest, longestInner float64
	inner := false
	var nodes []int32
	for j := range n {
		if degree[j] > 1 {
			nodes = append(nodes, points[j])
		}
		if parent[j] < 0 {
			continue
		}
		longest = max(longest, length[j])
		if degree[j] > 1 && degree[parent[j]] > 1 {
			inner, longestInner = true, max(longestInner, length[j])
		}
	}
	if inner {
		longest = longestInner
	}
	if nodes == nil {
		nodes = points
	}
	return longest, nodes
}

// separation returns, for each cluster, the smallest mutual reachability
// distance between its inner nodes and those of another cluster.
func separation(ctx context.Context, inside [][]int32, reach func(i, j int32) float64, threads int) ([]float64, error) {
	type node struct {
		point   int32
		cluster int
	}
	var nodes []node
	for c, points := range inside {
		for _, p := range points {
			nodes = append(nodes, node{p, c})
		}
	}
	least := make([]float64, len(nodes)) // to any other cluster
	err := parallel.Do(ctx, threads, (len(nodes)+blockRows-1)/blockRows, func(_, b int) {
		for i := b * blockRows; i < min((b+1)*blockRows, len(nodes)); i++ {
			least[i] = math.Inf(1)
			for _, other := range nodes {
				if other.cluster != nodes[i].cluster {
					least[i] = min(least[i], reach(nodes[i].point, other.point))
				}
			}
		}
	})
	out := make([]float64, len(inside))
	for c := range out {
		out[c] = math.Inf(1)
	}
	for i, nd := range nodes {
		out[nd.cluster] = min(out[nd.cluster], least[i])
	}
	return out, err
}
