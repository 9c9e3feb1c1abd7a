package score

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Noise is the label of points that belong to no cluster.
const Noise = -1

// Take returns a copy of the given rows of x, as float32 if x holds float32.
func Take(x mat.Matrix, rows []int) mat.Matrix {
	_, d := x.Dims()
	if f, ok := dense.Float32(x); ok {
		out := dense.New[float32](len(rows), d)
		for i, r := range rows {
			copy(out.Row(i), f.Row(r))
		}
		return dense.Matrix{Rows: out}
	}
	if len(rows) == 0 {
		return &mat.Dense{}
	}
	out := mat.NewDense(len(rows), d, nil)
	for i, r := range rows {
		mat.Row(out.RawRowView(i), r, x)
	}
	return out
}

// Pick returns the labels of the given rows.
func Pick(labels, rows []int) []int {
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = labels[r]
	}
	return out
}

// Drop returns the indices of the points that are not noise.
func Drop(labels []int) []int {
	var rows []int
	for i, l := range labels {
		if l != Noise {
			rows = append(rows, i)
		}
	}
	return rows
}

// Sample draws size of n indices without replacement, in ascending order. It
// returns all of them if size is 0 or at least n.
func Sample(n, size int, seed uint64) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	if size <= 0 || size >= n {
		return all
	}
	r := rand.New(rand.NewPCG(seed, 0x5ca1ab1e))
	for i := range size { // the first steps of a shuffle
		j := i + r.IntN(n-i)
		all[i], all[j] = all[j], all[i]
	}
	slices.Sort(all[:size])
	return all[:size:size]
}
