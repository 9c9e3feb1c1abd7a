package feedback

// Satisfied counts constraints and how many of them segments satisfy.
type Satisfied struct {
	Together int `json:"together"` // pairs of users that belong together
	Met      int `json:"met"`      // of these, in the same segment
	Apart    int `json:"apart"`    // pairs that do not belong together
	Parted   int `json:"parted"`   // of these, in different segments
}

// Pairs is the number of all constraints.
func (s Satisfied) Pairs() int { return s.Together + s.Apart }

// Share is the mean of the shares of both kinds that are satisfied, so that
// neither one segment for all nor one for each looks good; 0 without constraints.
func (s Satisfied) Share() float64 {
	sum, kinds := 0.0, 0.0
	if s.Together > 0 {
		sum, kinds = sum+float64(s.Met)/float64(s.Together), kinds+1
	}
	if s.Apart > 0 {
		sum, kinds = sum+float64(s.Parted)/float64(s.Apart), kinds+1
	}
	if kinds == 0 {
		return 0
	}
	return sum / kinds
}

// judge has the constraints that judge.
type judge struct {
	rows   []int // in ascending order
	group  []int // row -> its group
	named  []bool
	cannot [][2]int
}

// judgeOf has those constraints among the rows of held that are known of pairs of
// them, with those implied (users of two named segments belong apart), and the
// cannot-links of any of them.
func (c *Constraints) judgeOf(held []bool) *judge {
	_, group := c.groups()
	j := &judge{group: group, named: make([]bool, c.Rows)}
	for r, h := range held {
		if h {
			j.rows = append(j.rows, r)
			if c.Label[r] >= 0 {
				j.named[group[r]] = true
			}
		}
	}
	for _, p := range c.Cannot {
		a, b := p[0], p[1]
		implied := held[a] && held[b] && j.named[group[a]] && j.named[group[b]]
		if (held[a] || held[b]) && !implied {
			j.cannot = append(j.cannot, p)
		}
	}
	return j
}

// pairs is a number of pairs among n.
func pairs(n int) int { return n * (n - 1) / 2 }

// of returns what the labels of all rows satisfy. It counts pairs by the table of
// groups and labels, in time linear in the rows.
func (j *judge) of(labels []int) Satisfied {
	type cell struct{ group, label int }
	cells, groups, columns := make(map[cell]int), make(map[int]int), make(map[int]int)
	named := 0
	for _, r := range j.rows {
		g := j.group[r]
		cells[cell{g, labels[r]}]++
		groups[g]++
		if j.named[g] {
			columns[labels[r]]++
			named++
		}
	}
	var s Satisfied
	joined := 0 // pairs of named groups in the same segment
	for c, n := range cells {
		s.Met += pairs(n)
		if j.named[c.group] {
			joined -= pairs(n)
		}
	}
	s.Apart = pairs(named)
	for g, n := range groups {
		s.Together += pairs(n)
		if j.named[g] {
			s.Apart -= pairs(n)
		}
	}
	for _, n := range columns {
		joined += pairs(n)
	}
	s.Parted = s.Apart - joined
	for _, p := range j.cannot {
		s.Apart++
		if labels[p[0]] != labels[p[1]] {
			s.Parted++
		}
	}
	return s
}
