package xlsx

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/seed-56ee9438/cohort/internal/moment"
)

// calendar converts dates of a workbook that counts days from 1904 to the usual
// numbers. Dates are told from other numbers by the formats of their cells.
type calendar struct {
	file  *excelize.File
	dates map[int]bool // by style: whether it shows a date
}

// newCalendar returns nil for a workbook that counts as usual.
func newCalendar(f *excelize.File) (*calendar, error) {
	props, err := f.GetWorkbookProps()
	if err != nil || props.Date1904 == nil || !*props.Date1904 {
		return nil, err
	}
	return &calendar{file: f, dates: map[int]bool{}}, nil
}

// usual returns the number of a cell of a style as a usual workbook has it.
func (c *calendar) usual(value string, style int) string {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || v < 1 { // a time without a day
		return value
	}
	date, known := c.dates[style]
	if !known {
		s, err := c.file.GetStyle(style)
		date = err == nil && showsDate(s)
		c.dates[style] = date
	}
	if !date {
		return value
	}
	return strconv.FormatFloat(v+moment.Days1904, 'f', -1, 64)
}

// literals are the parts of a number format that are shown as they are, or say
// colours and languages.
var literals = regexp.MustCompile(`"[^"]*"|\\.|_.|\[[^\]]*\]`)

// showsDate reports whether a cell's format shows a number as a date.
func showsDate(s *excelize.Style) bool {
	if s.CustomNumFmt != nil {
		return strings.ContainsAny(strings.ToLower(literals.ReplaceAllString(*s.CustomNumFmt, "")), "yd")
	}
	n := s.NumFmt
	return n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 58
}
