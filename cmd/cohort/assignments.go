package main

import (
	"io"
	"strconv"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/sheet"
)

// writeAssignments writes one row per user, with the degrees of membership unless
// they are nil.
func writeAssignments(w io.Writer, m *cohort.Segmenter, got []cohort.Assignment, degrees [][]float64) error {
	c := sheet.NewWriter(w)
	header := []string{"user", "segment", "segment_name", "texts", "distance", "margin", "runner_up"}
	names := membershipColumns(m, degrees != nil)
	if err := c.Write(append(header, names...)); err != nil {
		return err
	}
	num := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	for u, g := range got {
		row := []string{g.User, strconv.Itoa(g.Segment), m.Name(g.Segment), strconv.Itoa(g.Texts), num(g.Distance), num(g.Margin), strconv.Itoa(g.RunnerUp)}
		for i := range names {
			cell := "" // a user without a text has no degrees
			if degrees[u] != nil {
				cell = num(degrees[u][i])
			}
			row = append(row, cell)
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	return c.Flush()
}

// membershipColumns returns the names of the columns of memberships, those of
// segments.csv; none unless soft.
func membershipColumns(m *cohort.Segmenter, soft bool) []string {
	var names []string
	if soft {
		for _, c := range m.Centres().Segments {
			names = append(names, membershipColumn+strconv.Itoa(c.ID))
		}
	}
	return names
}
