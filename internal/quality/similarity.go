package quality

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// Similarity returns the cosine of each pair of centres' vectors, [segments,
// segments].
func Similarity(c group.Centres) [][]float64 {
	out := make([][]float64, len(c))
	for i := range c {
		out[i] = make([]float64, len(c))
		for j := range c {
			out[i][j] = vector.Cosine(c[i].Vector, c[j].Vector)
		}
		out[i][i] = 1
	}
	return out
}

// Tree merges the segments by average linkage on the cosine distance of their
// centres, nearest first.
func Tree(ctx context.Context, c group.Centres) ([]result.Join, error) {
	tree := []result.Join{}
	if len(c) < 2 {
		return tree, nil
	}
	found, err := cluster.Agglomerative{K: 1, Linkage: cluster.Average, Metric: cluster.Cosine}.Fit(ctx, directions(c))
	if err != nil {
		return nil, fmt.Errorf("joining the segments: %w", err)
	}
	next := 0
	for i := range c {
		next = max(next, c[i].ID+1)
	}
	n := len(c)
	id := func(node int) int {
		if node < n {
			return c[node].ID
		}
		return next + node - n
	}
	first := make([]int, n, 2*n) // the first segment of each node
	for i := range first {
		first[i] = i
	}
	for _, m := range found.Merges {
		a, b := m.A, m.B
		if first[b] < first[a] {
			a, b = b, a
		}
		first = append(first, first[a])
		tree = append(tree, result.Join{A: id(a), B: id(b), Distance: max(m.Distance, 0)})
	}
	return tree, nil
}

// directions returns the centres' vectors, [segments, dim + zeros]. A zero
// vector has no direction, and is replaced by one orthogonal to all others, so
// that its cosine with them is 0.
func directions(c group.Centres) *mat.Dense {
	var zeros []int
	for i := range c {
		if vector.Norm(c[i].Vector) == 0 {
			zeros = append(zeros, i)
		}
	}
	dim := len(c[0].Vector)
	x := mat.NewDense(len(c), dim+len(zeros), nil)
	for i := range c {
		for j, v := range c[i].Vector {
			x.Set(i, j, float64(v))
		}
	}
	for j, i := range zeros {
		x.Set(i, dim+j, 1)
	}
	return x
}
