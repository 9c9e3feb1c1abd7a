package rewrite

import (
	"fmt"
	"strings"
)

// Limits on what is buffered: Change is called for that many rows at a time.
const (
	heldRows  = 128
	heldBytes = 1 << 20
)

// held is what has been read but not yet written.
type held struct {
	raw   []byte // as in the file
	cells []Cell
	at    []place // of each of the cells
	rows  int
	// render appends the new value of a cell to out, in the file's format.
	render func(out []byte, now string, quoted bool) []byte
	out    []byte
}

// place is the position of a cell in the buffer: raw[start:end], quotation
// marks included.
type place struct {
	start, end int
	quoted     bool
}

// keep buffers bytes that were read and returns their position.
func (s *rewriting) keep(b []byte) (from int) {
	from = len(s.held.raw)
	s.held.raw = append(s.held.raw, b...)
	return from
}

// cell buffers a cell at a position in the kept bytes.
func (s *rewriting) cell(c Cell, start, end int, quoted bool) {
	if strings.IndexByte(c.Value, 0) >= 0 { // as readers have it
		c.Value = strings.ReplaceAll(c.Value, "\x00", "")
	}
	s.held.cells = append(s.held.cells, c)
	s.held.at = append(s.held.at, place{start, end, quoted})
}

// row ends a row, and writes the buffer once it is large enough.
func (s *rewriting) row() error {
	if s.held.rows++; s.held.rows < heldRows && len(s.held.raw) < heldBytes {
		return nil
	}
	return s.flush()
}

// flush writes the buffer with its cells changed.
func (s *rewriting) flush() error {
	h := &s.held
	now, err := s.opt.Change(s.ctx, h.cells)
	if err != nil {
		return fmt.Errorf("%s: rows %d to %d: %w", s.path, s.stats.Rows-h.rows+1, s.stats.Rows, err)
	}
	if len(now) != len(h.cells) {
		return fmt.Errorf("%s: %d values for %d cells", s.path, len(now), len(h.cells))
	}
	h.out = h.out[:0]
	copied := 0
	for i, v := range now {
		if s.in.Decode() != nil {
			v = strings.ToValidUTF8(v, "\ufffd") // it will be encoded
		}
		if v == h.cells[i].Value {
			continue
		}
		p := h.at[i]
		h.out = append(h.out, h.raw[copied:p.start]...)
		h.out = h.render(h.out, v, p.quoted)
		copied = p.end
	}
	h.out = append(h.out, h.raw[copied:]...)
	h.raw, h.cells, h.at, h.rows = h.raw[:0], h.cells[:0], h.at[:0], 0
	_, err = s.out.Write(h.out)
	return err
}
