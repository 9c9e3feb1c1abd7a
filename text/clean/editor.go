package clean

// editor holds a text between steps and, for each of its bytes, where its
// source begins and ends. A step reads e.s from left to right and writes the
// next text with copy and put.
type editor struct {
	s          string
	start, end []int32 // nil: byte i comes from byte i
	track      bool

	out              []byte
	outStart, outEnd []int32
	from             int  // e.s[:from] is written
	changed          bool // something was put
}

// pass runs one step and tells whether it wrote anything of its own.
func (e *editor) pass(step func(*editor)) bool {
	e.out, e.outStart, e.outEnd, e.from, e.changed = nil, nil, nil, 0, false
	step(e)
	if !e.changed {
		return false
	}
	e.copyTo(len(e.s))
	e.s = string(e.out)
	if e.track {
		e.start, e.end = e.outStart, e.outEnd
	}
	return true
}

// copyTo writes the text up to i as it is.
func (e *editor) copyTo(i int) {
	if i <= e.from {
		return
	}
	if e.out == nil {
		e.out = make([]byte, 0, len(e.s))
		if e.track {
			e.outStart, e.outEnd = make([]int32, 0, len(e.s)), make([]int32, 0, len(e.s))
		}
	}
	e.out = append(e.out, e.s[e.from:i]...)
	if e.track {
		if e.start != nil {
			e.outStart = append(e.outStart, e.start[e.from:i]...)
			e.outEnd = append(e.outEnd, e.end[e.from:i]...)
		} else {
			for j := e.from; j < i; j++ {
				e.outStart = append(e.outStart, int32(j))
				e.outEnd = append(e.outEnd, int32(j+1))
			}
		}
	}
	e.from = i
}

// put writes t in place of the text's bytes from i to j, after copying what
// comes before i.
func (e *editor) put(i, j int, t string) {
	if e.s[i:j] == t {
		return // it will be copied
	}
	e.copyTo(i)
	e.changed = true
	if e.track && len(t) > 0 {
		from, to := i, j
		if e.start != nil {
			switch {
			case i < j:
				from, to = int(e.start[i]), int(e.end[j-1])
			case i > 0:
				// between two bytes of one source, as in ™ -> TM, it is that source
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
