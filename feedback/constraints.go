package feedback

import "fmt"

// Constraints refer what people said to rows of vectors.
type Constraints struct {
	Rows     int      // number of rows: the users, then the seeds
	Users    int      // number of users
	Must     [][2]int // rows that belong together
	Cannot   [][2]int // rows that do not
	Label    []int    // row -> index in Segments, or -1: [Rows]
	Segments []string // names
	Unknown  int      // constraints left out because a user is not among the rows
}

// Constraints refers f to users, whose vectors are rows in that order; the seeds
// are the rows after them. Edits must have been added (AddEdits). Contradictions
// are an ErrConflict that says which constraint closes them.
func (f *Feedback) Constraints(users []string) (*Constraints, error) {
	if len(f.Edits) > 0 {
		return nil, optionsError("edits were not added")
	}
	if err := f.check(); err != nil {
		return nil, optionsError("%v", err)
	}
	c := &Constraints{Rows: len(users) + len(f.Seeds), Users: len(users)}
	row := make(map[string]int, len(users))
	for i, u := range users {
		row[u] = i
	}
	c.Label = make([]int, c.Rows)
	for i := range c.Label {
		c.Label[i] = -1
	}
	index := make(map[string]int)
	segment := func(name string) int {
		i, ok := index[name]
		if !ok {
			i = len(c.Segments)
			index[name] = i
			c.Segments = append(c.Segments, name)
		}
		return i
	}
	for i, a := range f.Assign {
		r, ok := row[a.User]
		if !ok {
			c.Unknown++
			continue
		}
		s := segment(a.Segment)
		if c.Label[r] >= 0 && c.Label[r] != s {
			return nil, fmt.Errorf("%w: assign %d puts a user into a second segment", ErrConflict, i+1)
		}
		c.Label[r] = s
	}
	for i, s := range f.Seeds {
		c.Label[len(users)+i] = segment(s.Segment)
	}
	links := func(pairs []Pair) (out [][2]int, at []int) {
		for i, p := range pairs {
			a, known := row[p[0]]
			b, both := row[p[1]]
			if !known || !both {
				c.Unknown++
				continue
			}
			out, at = append(out, [2]int{a, b}), append(at, i+1)
		}
		return out, at
	}
	var musts, cannots []int // numbers in the file
	c.Must, musts = links(f.MustLink)
	c.Cannot, cannots = links(f.CannotLink)
	return c, c.conflict(musts, cannots)
}

// conflict looks for contradictions; musts and cannots number the links.
func (c *Constraints) conflict(musts, cannots []int) error {
	u := newUnion(c.Rows)
	label := append([]int(nil), c.Label...) // of each root
	for i, p := range c.Must {
		a, b := u.find(p[0]), u.find(p[1])
		if label[a] >= 0 && label[b] >= 0 && label[a] != label[b] {
			return fmt.Errorf("%w: must_link %d joins users of two segments", ErrConflict, musts[i])
		}
		joined := max(label[a], label[b])
		label[u.join(a, b)] = joined
	}
	for i, p := range c.Cannot {
		a, b := u.find(p[0]), u.find(p[1])
		if a == b || label[a] >= 0 && label[a] == label[b] {
			return fmt.Errorf("%w: cannot_link %d parts users who belong together", ErrConflict, cannots[i])
		}
	}
	return nil
}

// Groups returns a number for each row, [Rows], which rows that belong together
// share, or -1 for a row that belongs to no other.
func (c *Constraints) Groups() []int {
	_, group := c.groups()
	count := make(map[int]int)
	for _, g := range group {
		count[g]++
	}
	for r, g := range group {
		if count[g] == 1 {
			group[r] = -1
		}
	}
	return group
}

// groups returns the unit of each row (rows joined by must-links), and the group
// of each: units of the same segment are one. Rows that nothing is known of have
// groups of their own.
func (c *Constraints) groups() (unit, group []int) {
	u := newUnion(c.Rows)
	for _, p := range c.Must {
		u.join(p[0], p[1])
	}
	unit, group = make([]int, c.Rows), make([]int, c.Rows)
	for r := range unit {
		unit[r] = u.find(r)
	}
	first := make([]int, len(c.Segments)) // unit of a segment, plus 1
	for r, l := range c.Label {
		if l < 0 {
			continue
		}
		if first[l] == 0 {
			first[l] = unit[r] + 1
		}
		u.join(first[l]-1, unit[r])
	}
	for r := range group {
		group[r] = u.find(r)
	}
	return unit, group
}

// union joins rows (Tarjan 1975). The root of a set is its smallest row, so that
// results do not depend on the order of the links.
type union []int

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = i
	}
	return u
}

func (u union) find(i int) int {
	for u[i] != i {
		u[i] = u[u[i]]
		i = u[i]
	}
	return i
}

func (u union) join(a, b int) int {
	a, b = u.find(a), u.find(b)
	a, b = min(a, b), max(a, b)
	u[b] = a
	return a
}
