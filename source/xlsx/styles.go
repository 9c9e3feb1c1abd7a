package xlsx

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// styles reads the styles of a sheet's cells row by row, which the library tells
// only of sheets that it holds in memory.
type styles struct {
	cells map[int]int // by column from 1: of the row read last

	tags    *tags
	row     int // number of the row whose tag was read last
	style   int // of that row
	column  int // of the last cell in it
	columns []columnStyle
}

// columnStyle is the style of columns, where a cell and its row have none.
type columnStyle struct{ first, last, style int }

func newStyles(t *tags) *styles { return &styles{cells: map[int]int{}, tags: t} }

// read reads the styles of row n, whose number is higher than the last one's.
func (s *styles) read(n int) error {
	clear(s.cells)
	for s.row <= n {
		if err := s.tags.next(); errors.Is(err, io.EOF) {
			s.row = math.MaxInt
			return nil
		} else if err != nil {
			return fmt.Errorf("damaged: %w", err)
		}
		switch t := s.tags; {
		case t.begins("c"):
			if err := s.cell(); err != nil {
				return err
			}
		case t.begins("row"):
			s.style, s.column = number(t.attr("s")), 0
			if s.row++; t.attr("r") != "" {
				s.row = number(t.attr("r"))
			}
			if s.row <= n {
				clear(s.cells)
			}
		case t.begins("col"):
			s.columns = append(s.columns, columnStyle{number(t.attr("min")), number(t.attr("max")), number(t.attr("style"))})
		case t.ends("sheetData"):
			s.row = math.MaxInt
		}
	}
	return nil
}

// cell reads the tag of a cell.
func (s *styles) cell() error {
	s.column++
	if ref := s.tags.attr("r"); ref != "" {
		var err error
		if s.column, _, err = excelize.CellNameToCoordinates(ref); err != nil {
			return err
		}
	}
	style := number(s.tags.attr("s"))
	if style == 0 {
		style = s.style
	}
	for _, c := range s.columns {
		if style == 0 && c.first <= s.column && s.column <= c.last {
			style = c.style
		}
	}
	s.cells[s.column] = style
	return nil
}

// number returns the number of an attribute, or 0, which is the style of cells
// that have none.
func number(attr string) int {
	n, err := strconv.Atoi(attr)
	if err != nil {
		return 0
	}
	return n
}
