package main

import (
	"io"
	"strconv"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/sheet"
)

// writeAssignments writes one row per user.
func writeAssignments(w io.Writer, m *cohort.Segmenter, got []cohort.Assignment) error {
	c := sheet.NewWriter(w)
	if err := c.Write([]string{"user", "segment", "segment_name", "texts", "distance", "margin", "runner_up"}); err != nil {
		return err
	}
	num := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	for _, g := range got {
		if err := c.Write([]string{g.User, strconv.Itoa(g.Segment), m.Name(g.Segment), strconv.Itoa(g.Texts), num(g.Distance), num(g.Margin), strconv.Itoa(g.RunnerUp)}); err != nil {
			return err
		}
	}
	return c.Flush()
}
