// Package matching pairs rows with columns.
package matching

import "math"

// Heaviest pairs rows with columns of weight [n][m] so that the sum of
// the paired weights is largest, and returns the column of each row, -1 for
// none. It is the Hungarian method with potentials (Kuhn 1955; Munkres 1957),
// in O(n² m). If there are at least as many columns as rows, every row is
// paired, whatever the weight.
func Heaviest(weight [][]float64) []int {
	n := len(weight)
	if n == 0 {
		return nil
	}
	m := len(weight[0])
	out := make([]int, n)
	if m < n { // there must be no more rows than columns
		for i := range out {
			out[i] = -1
		}
		t := make([][]float64, m)
		for j := range t {
			t[j] = make([]float64, n)
			for i := range weight {
				t[j][i] = weight[i][j]
			}
		}
		for j, i := range Heaviest(t) {
			out[i] = j
		}
		return out
	}
	u, v := make([]float64, n+1), make([]float64, m+1) // potentials
	row := make([]int, m+1)                            // row of each column; 0 is none
	way := make([]int, m+1)                            // previous column on the path
	for i := 1; i <= n; i++ {
		row[0] = i
		j0 := 0
		least := make([]float64, m+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		used := make([]bool, m+1)
		for row[j0] != 0 {
			used[j0] = true
			i0, j1, delta := row[j0], 0, math.Inf(1)
			for j := 1; j <= m; j++ {
				if used[j] {
					continue
				}
				if c := -weight[i0-1][j-1] - u[i0] - v[j]; c < least[j] {
					least[j], way[j] = c, j0
				}
				if least[j] < delta {
					delta, j1 = least[j], j
				}
			}
			for j := range used {
				if used[j] {
					u[row[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			j0 = j1
		}
		for j0 != 0 {
			row[j0] = row[way[j0]]
			j0 = way[j0]
		}
	}
	for j := 1; j <= m; j++ {
		if row[j] > 0 {
			out[row[j]-1] = j - 1
		}
	}
	return out
}
