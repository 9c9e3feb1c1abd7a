package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/internal/sheet"
	"github.com/seed-56ee9438/cohort/result"
)

// WriteCSV writes a row per user, in the order of s.Users: user, segment (-1:
// unassigned), its name, number of texts, distance to the centre, margin,
// runner-up segment, place on the map, the text that holds them there most, and
// mixture_N, the share of their texts nearest to segment N. If any user has
// Memberships, membership_N, the degree to which they belong to segment N, follows;
// it is empty for users without a text. A value that a
// spreadsheet would evaluate (one that begins with =, +, - or @ and is not a
// number) is preceded by a single quotation mark; package source removes it
// when it reads the file.
func WriteCSV(w io.Writer, s *result.Segmentation) error {
	if s == nil {
		return fmt.Errorf("report: %w", result.ErrNone)
	}
	c := sheet.NewWriter(w)
	head := []string{"user", "segment", "segment_name", "texts", "distance", "margin", "runner_up", "x", "y", "deciding_text"}
	names := map[int]string{}
	for _, p := range s.Segments {
		head = append(head, fmt.Sprintf("mixture_%d", p.ID))
		names[p.ID] = p.Name
	}
	soft := slices.ContainsFunc(s.Users, func(u result.User) bool { return u.Memberships != nil })
	if soft {
		for _, p := range s.Segments {
			head = append(head, fmt.Sprintf("membership_%d", p.ID))
		}
	}
	if err := c.Write(head); err != nil {
		return err
	}
	for _, u := range s.Users {
		deciding := ""
		if len(u.Deciding) > 0 {
			deciding = u.Deciding[0].Text
		}
		row := []string{
			u.ID, strconv.Itoa(u.Segment), names[u.Segment], strconv.Itoa(u.Texts), number(u.Distance), number(u.Margin),
			strconv.Itoa(u.RunnerUp), number(u.X), number(u.Y), deciding,
		}
		for _, m := range u.Mixture {
			row = append(row, number(m))
		}
		if soft {
			for i := range s.Segments {
				cell := ""
				if i < len(u.Memberships) {
					cell = number(u.Memberships[i])
				}
				row = append(row, cell)
			}
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	return c.Flush()
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
