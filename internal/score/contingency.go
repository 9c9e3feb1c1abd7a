package score

import (
	"fmt"
	"slices"
)

// Table is a contingency table of two labellings of the same points. It holds
// the numbers of points with label A[i] in the first and B[j] in the second, as
// a sparse matrix: only nonzero cells, sorted by (i, j).
type Table struct {
	N    int       // number of points
	A, B []int     // distinct labels, ascending
	SumA []float64 // [len(A)] number of points for each label of A
	SumB []float64 // [len(B)]
	Cell []Cell
}

// Cell is a nonzero cell of a Table.
type Cell struct {
	I, J int
	N    float64
}

// Cross returns the table of two labellings.
func Cross(score string, a, b []int) (*Table, error) {
	if len(a) != len(b) {
		return nil, fmt.Errorf("%s: %d labels against %d: %w", score, len(a), len(b), ErrLength)
	}
	if len(a) == 0 {
		return nil, fmt.Errorf("%s: %w", score, ErrEmpty)
	}
	ga, gb := Group(a), Group(b)
	t := &Table{N: len(a), A: ga.Labels, B: gb.Labels, SumA: make([]float64, ga.K()), SumB: make([]float64, gb.K())}
	row := make([]float64, gb.K()) // counts of one row of the table
	for i := range ga.K() {
		for _, p := range ga.Order[ga.Start[i]:ga.Start[i+1]] {
			row[gb.Of[p]]++
		}
		t.SumA[i] = float64(ga.Size(i))
		// Only the cells of this row, in order of j.
		if ga.Size(i) >= gb.K()/8 {
			for j, n := range row {
				if n > 0 {
					t.Cell = append(t.Cell, Cell{i, j, n})
					row[j] = 0
				}
			}
			continue
		}
		start := len(t.Cell)
		for _, p := range ga.Order[ga.Start[i]:ga.Start[i+1]] {
			if j := gb.Of[p]; row[j] > 0 {
				t.Cell = append(t.Cell, Cell{i, int(j), row[j]})
				row[j] = 0
			}
		}
		sortCells(t.Cell[start:])
	}
	for j := range t.SumB {
		t.SumB[j] = float64(gb.Size(j))
	}
	return t, nil
}

// Pairs counts unordered pairs of points by whether the labellings put them
// together: in both, in A only, in B only, or in neither. The counts are exact
// up to 2^53 pairs.
func (t *Table) Pairs() (both, onlyA, onlyB, neither float64) {
	var sa, sb float64
	for _, c := range t.Cell {
		both += c.N * (c.N - 1) / 2
	}
	for _, n := range t.SumA {
		sa += n * (n - 1) / 2
	}
	for _, n := range t.SumB {
		sb += n * (n - 1) / 2
	}
	n := float64(t.N)
	return both, sa - both, sb - both, n*(n-1)/2 - sa - sb + both
}

// AdjustedRand returns the Rand index corrected for chance (Hubert & Arabie
// 1985): 1 for equal partitions, around 0 for unrelated ones.
func AdjustedRand(a, b []int) (float64, error) {
	t, err := Cross("adjusted Rand index", a, b)
	if err != nil {
		return 0, err
	}
	return t.AdjustedRand(), nil
}

// AdjustedRand is the adjusted Rand index of the table's labellings.
func (t *Table) AdjustedRand() float64 {
	tp, fn, fp, tn := t.Pairs()
	if fn == 0 && fp == 0 {
		return 1
	}
	return 2 * (tp*tn - fn*fp) / ((tp+fn)*(fn+tn) + (tp+fp)*(fp+tn))
}

func sortCells(c []Cell) {
	slices.SortFunc(c, func(x, y Cell) int { return x.J - y.J })
}
