package csvscan

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// shape describes the records of a file: the number of fields, and the values
// in each column. It shows whether a line within a quoted field is a record
// that the field has swallowed.
type shape struct {
	d       Dialect
	fields  int
	columns []column
	records int // learnt from
}

// column describes the values of one column.
type column struct {
	patterns map[string]int // see pattern
	values   map[string]int // short ones
	filled   int            // not empty
	words    int            // in all values together
	bytes    int
}

// Limits on what is learnt.
const (
	learntRecords = 4000
	keptPatterns  = 256
	keptValues    = 4096
	shortValue    = 48 // bytes
	widestTable   = 64 // columns examined
)

// Expect sets the number of fields in records, so that lines within quoted
// fields that look like records are detected. It learns from the beginning of
// the remaining text.
func (s *Scanner) Expect(fields int) {
	if s.d.NoQuotes || s.d.Multiline {
		return
	}
	s.shape = &shape{d: s.d, fields: fields, columns: make([]column, min(fields, widestTable))}
	for i := range s.shape.columns {
		s.shape.columns[i] = column{patterns: map[string]int{}, values: map[string]int{}}
	}
	head := s.in.Head()
	end := byte('\n')
	if s.in.CarriageReturns() {
		end = '\r'
	}
	for len(head) > 0 {
		k := bytes.IndexByte(head, end)
		if k < 0 {
			return // it may be truncated
		}
		line, _ := s.in.Ending(head[:k+1])
		head = head[k+1:]
		if bytes.IndexByte(line, '"') < 0 {
			if values := bytes.Split(line, []byte(s.d.Delimiter)); len(values) == fields {
				s.shape.add(values)
			}
		}
	}
}

// learn adds a record.
func (p *shape) learn(s *Scanner) {
	if p.records >= learntRecords || len(s.Fields) != p.fields {
		return
	}
	values := make([][]byte, len(p.columns))
	for i := range values {
		values[i] = s.Value(i)
	}
	p.add(values)
}

func (p *shape) add(values [][]byte) {
	p.records++
	for i := range p.columns {
		p.columns[i].add(bytes.TrimSpace(values[i]))
	}
}

func (c *column) add(v []byte) {
	if len(v) == 0 {
		return
	}
	c.filled++
	c.words += 1 + bytes.Count(v, []byte(" "))
	c.bytes += len(v)
	if len(v) > shortValue {
		return
	}
	if p := pattern(v); c.patterns[p] > 0 || len(c.patterns) < keptPatterns {
		c.patterns[p]++
	}
	if c.values[string(v)] > 0 || len(c.values) < keptValues {
		c.values[string(v)]++
	}
}

// prose reports whether a column holds texts, which may look like anything.
func (c *column) prose() bool {
	return c.filled > 0 && (c.words >= 3*c.filled || c.bytes >= 30*c.filled)
}

// pattern returns the pattern of a value: runs of letters as a, of digits as 9,
// of white space as one space, and other characters as they are.
func pattern(v []byte) string {
	var out []byte
	last := rune(-1)
	for len(v) > 0 {
		r, n := utf8.DecodeRune(v)
		v = v[n:]
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			r = 'a'
		case unicode.IsDigit(r):
			r = '9'
		case unicode.IsSpace(r):
			r = ' '
		}
		if r == last && (r == 'a' || r == '9' || r == ' ') {
			continue
		}
		last = r
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// How well a value fits a column.
const (
	unlike = -1 // nothing similar has been seen
	mute   = 0  // undecided: empty, or in a column of texts
	like   = 1  // similar to others
	typing = 2  // similar to others and unlike prose: digits, or a value seen before
)

// fit returns how well v fits.
func (c *column) fit(v []byte) int {
	v = bytes.TrimSpace(v)
	if len(v) == 0 || c.filled == 0 || c.prose() {
		return mute
	}
	if len(v) > shortValue {
		return unlike
	}
	p := pattern(v)
	digits := bytes.IndexByte([]byte(p), '9') >= 0
	switch n := c.patterns[p]; {
	case n*10 >= c.filled && digits, c.values[string(v)] > 0 && len(v) > 1:
		return typing
	case n*20 >= c.filled:
		return like
	}
	return unlike
}

// judge reports whether a line, or the beginning of one, looks like a record:
// typing if it is hardly anything else, like if it may be.
func (p *shape) judge(line []byte, whole bool) int {
	values := bytes.Split(line, []byte(p.d.Delimiter))
	if len(values) > p.fields || whole && len(values) < p.fields || len(values) < 2 {
		return unlike
	}
	if !whole { // the field opened by the mark says nothing
		values = values[:len(values)-1]
	}
	best := mute
	for i := range p.columns {
		if i == len(values) {
			break
		}
		v := bytes.TrimSpace(values[i])
		if n := len(v); n > 1 && v[0] == '"' && v[n-1] == '"' {
			v = v[1 : n-1]
		}
		fit := p.columns[i].fit(v)
		if fit == unlike {
			return unlike
		}
		best = max(best, fit)
	}
	if best == mute {
		best = like
	}
	return best
}

// spans judges the lines of one quoted field as they are read.
type spans struct {
	*shape
	before                []byte // the previous line
	seen                  bool
	lines, likely, surely int
}

func (s *Scanner) spans() *spans { return &spans{shape: s.shape} }

// line adds another line of the field and reports whether the lines before it
// suffice to conclude that the field swallows rows.
func (p *spans) line(line []byte) bool {
	if p.shape == nil {
		return false
	}
	if p.seen {
		p.count(p.before, true)
	}
	p.before, p.seen = bytes.Clone(line), true
	return p.surely >= 3 && p.surely*10 >= p.lines*8 || p.likely >= 30 && p.likely*10 >= p.lines*9
}

// last adds the last line of the field, up to the closing mark, and reports
// whether the field swallows rows.
func (p *spans) last(piece []byte) bool {
	if p.shape == nil || !p.seen {
		return false
	}
	p.count(piece, false)
	switch {
	case p.lines == 0:
		return false
	case p.surely > 0 && p.surely*10 >= p.lines*6:
		return true
	case p.fields == 2:
		return p.likely >= 8 && p.likely*10 >= p.lines*9
	}
	return p.likely >= 3 && p.likely*10 >= p.lines*8
}

func (p *spans) count(line []byte, whole bool) {
	if len(bytes.TrimSpace(line)) == 0 {
		return
	}
	p.lines++
	switch p.judge(line, whole) {
	case typing:
		p.surely++
		p.likely++
	case like:
		p.likely++
	}
}
