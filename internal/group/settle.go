package group

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// Rest says what becomes of those whom the clusterer leaves out.
type Rest uint8

// What becomes of them.
const (
	RestKept         Rest = iota // they stay out
	RestByCentre                 // they join the cluster with the nearest mean
	RestByMembership             // they join that of which they are most a member; see cluster.Memberships
)

// settle returns the labels of the rows of y with noise settled as by says. Where
// there is no cluster, all stays noise.
func settle(ctx context.Context, y mat.Matrix, of []int, by Rest) ([]int, error) {
	k := 0
	for _, l := range of {
		k = max(k, l+1)
	}
	if by == RestKept || k == 0 || !slices.ContainsFunc(of, func(l int) bool { return l < 0 }) {
		return of, nil
	}
	out := slices.Clone(of)
	if by == RestByMembership {
		m, err := cluster.Memberships(ctx, y, of)
		if err != nil {
			return nil, fmt.Errorf("settling those left out: %w", err)
		}
		for r, l := range of {
			if l < 0 {
				out[r] = best(m.RawRowView(r))
			}
		}
		return out, nil
	}
	members := make([][]int, k)
	for r, l := range of {
		if l >= 0 {
			members[l] = append(members[l], r)
		}
	}
	rows := narrow(y)
	centre := dense.New[float32](k, rows.Dim)
	for l := range members {
		copy(centre.Row(l), mean(rows, members[l]))
	}
	for r, l := range of {
		if l >= 0 {
			continue
		}
		near := make([]float64, k)
		for c := range near {
			near[c] = -vector.Distance(rows.Row(r), centre.Row(c))
		}
		out[r] = best(near)
	}
	return out, nil
}

// best returns the index of the largest value, the lowest of equals.
func best(v []float64) int {
	at := 0
	for i := range v {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}
