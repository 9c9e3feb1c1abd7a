package clean

import "slices"

// editor holds a text between steps and, for each of its bytes, where its
// source begins and ends. A step reads e.s from left to right and writes the
// next text with copyTo and put.
type editor struct {
	s          string
	start, end []int32 // nil: byte i comes from byte i
	track      bool

	out              []byte
	outStart, outEnd []int32
	from             int  // e.s[:from] is written
	changed          bool // the step has called put
}

// pass runs one step and reports whether it changed the text.
func (e *editor) pass(step func(*editor)) bool {
	e.from, e.changed = 0, false
	step(e)
	if !e.changed {
		return false
	}
	e.finish()
	return true
}

// finish ends a pass that changed something: its output becomes the text. The
// memory of the previous text is reused.
func (e *editor) finish() {
	e.copyTo(len(e.s))
	e.s = string(e.out)
	e.out = e.out[:0]
	if e.track {
		e.start, e.outStart = e.outStart, e.start[:0]
		e.end, e.outEnd = e.outEnd, e.end[:0]
	}
	e.from, e.changed = 0, false
}

// copyTo copies the text up to i unchanged.
func (e *editor) copyTo(i int) {
	if i <= e.from {
		return
	}
	n := i - e.from
	e.room(n)
	e.out = append(e.out, e.s[e.from:i]...)
	if e.track {
		if e.start != nil {
			e.outStart = append(e.outStart, e.start[e.from:i]...)
			e.outEnd = append(e.outEnd, e.end[e.from:i]...)
		} else {
			at := len(e.outStart)
			e.outStart, e.outEnd = e.outStart[:at+n], e.outEnd[:at+n]
			starts, ends := e.outStart[at:], e.outEnd[at:]
			for j := range starts {
				starts[j] = int32(e.from + j)
				ends[j] = int32(e.from + j + 1)
			}
		}
	}
	e.from = i
}

// room makes room for n more bytes: first as much as the text has, then twice
// as much each time.
func (e *editor) room(n int) {
	if len(e.out)+n > cap(e.out) {
		e.out = slices.Grow(e.out, max(n, cap(e.out), len(e.s)))
	}
	if e.track && (len(e.outStart)+n > cap(e.outStart) || len(e.outEnd)+n > cap(e.outEnd)) {
		more := max(n, cap(e.outStart), len(e.s))
		e.outStart, e.outEnd = slices.Grow(e.outStart, more), slices.Grow(e.outEnd, more)
	}
}

// put writes t in place of the text's bytes from i to j, after copying what
// comes before i.
func (e *editor) put(i, j int, t string) {
	if e.s[i:j] == t {
		return // it is copied later
	}
	e.copyTo(i)
	e.changed = true
	e.room(len(t))
	if e.track && len(t) > 0 {
		from, to := i, j
		if e.start != nil {
			switch {
			case i < j:
				from, to = int(e.start[i]), int(e.end[j-1])
			case i > 0:
				// between two bytes of one source, as in ™ -> TM: use that source
				from, to = int(e.end[i-1]), int(e.end[i-1])
				if i < len(e.start) {
					from = min(from, int(e.start[i]))
				}
			default:
				from, to = 0, 0
			}
		}
		for range len(t) {
			e.outStart = append(e.outStart, int32(from))
			e.outEnd = append(e.outEnd, int32(to))
		}
	}
	e.out = append(e.out, t...)
	e.from = j
}
