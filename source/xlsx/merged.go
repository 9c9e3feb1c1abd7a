package xlsx

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// mostMerges is the maximum number of merged ranges that are held in memory, at
// 12 bytes each: four times the rows of a sheet.
const mostMerges = 4 << 20

// merge is a range of merged cells over several rows. Rows and columns count
// from 1.
type merge struct {
	column      int32 // the first
	first, last int32 // rows
}

// readMerges returns the merged ranges of a sheet that go over several rows, in
// the order of their first rows, and the number of its last row. The library would
// hold the sheet in memory for it. More than most ranges are an error.
func readMerges(t *tags, most int) (out []merge, last int, err error) {
	rows := false // they may follow; later on, drawings have elements of the same name
	for {
		err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, fmt.Errorf("damaged: %w", err)
		}
		switch {
		case t.begins("sheetData"):
			rows = !bytes.HasSuffix(t.tag, []byte("/"))
		case t.ends("sheetData"):
			rows = false
		case rows && t.begins("row"):
			if last++; t.attr("r") != "" {
				last = number(t.attr("r"))
			}
		}
		if !t.begins("mergeCell") {
			continue
		}
		m, err := parseMerge(t.attr("ref"))
		if err != nil {
			return nil, 0, err
		}
		if m.first == m.last {
			continue
		}
		if len(out) == most {
			return nil, 0, fmt.Errorf("more than %d merged ranges", most)
		}
		out = append(out, m)
	}
	if rows {
		return nil, 0, errors.New("damaged: its rows do not end")
	}
	slices.SortStableFunc(out, func(a, b merge) int { return cmp.Compare(a.first, b.first) })
	return out, last, nil
}

// parseMerge parses a range such as A2:B5, or one cell.
func parseMerge(ref string) (merge, error) {
	from, to, several := strings.Cut(ref, ":")
	if !several {
		to = from
	}
	c1, r1, err1 := excelize.CellNameToCoordinates(from)
	c2, r2, err2 := excelize.CellNameToCoordinates(to)
	if err := errors.Join(err1, err2); err != nil {
		return merge{}, fmt.Errorf("a range of merged cells cannot be read: %w", err)
	}
	return merge{column: int32(min(c1, c2)), first: int32(min(r1, r2)), last: int32(max(r1, r2))}, nil
}

// filler fills in, row by row, what cells of merged ranges have from their first
// row.
type filler struct {
	merges  []merge // those below the rows seen
	above   int     // ranges that begin in this row, or above it, are left alone
	columns int     // so are those beyond this column
	open    []span  // by column from 0
}

// span is a range whose first row was seen.
type span struct {
	last  int // row
	value string
}

func newFiller(merges []merge, above, columns int) *filler {
	return &filler{merges: merges, above: above, columns: columns}
}

// fill fills in row n, whose number is higher than the last one's, and returns
// it and the number of its cells that were filled.
func (f *filler) fill(n int, cells []string) (row []string, filled int) {
	for i, s := range f.open {
		if s.value == "" || n > s.last {
			continue
		}
		for len(cells) <= i {
			cells = append(cells, "")
		}
		if cells[i] == "" {
			cells[i] = s.value
			filled++
		}
	}
	for len(f.merges) > 0 && int(f.merges[0].first) <= n {
		m := f.merges[0]
		f.merges = f.merges[1:]
		i := int(m.column) - 1
		if int(m.first) < n || n <= f.above || i >= min(f.columns, len(cells)) { // the first cell has no value
			continue
		}
		for len(f.open) <= i {
			f.open = append(f.open, span{})
		}
		f.open[i] = span{int(m.last), cells[i]}
	}
	return cells, filled
}
