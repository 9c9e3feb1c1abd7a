package features

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/moment"
)

// mostDistinct is the maximum number of distinct values that are counted in a
// column; a column with more is no category.
const mostDistinct = 20_000

// Collector collects the values of users. It is not safe for concurrent use.
type Collector struct {
	unsavedState

	columns []Column
	cols    []collected
	users   int
}

// NewCollector returns a Collector for columns, which have passed
// Options.Check.
func NewCollector(columns []Column) *Collector {
	c := &Collector{columns: slices.Clone(columns), cols: make([]collected, len(columns))}
	for i := range c.cols {
		c.cols[i].ids = map[string]int32{}
	}
	return c
}

// collected holds the values of one column.
type collected struct {
	seen    bool // a row had the column, perhaps without a value
	filled  int  // values
	numbers int  // of these
	dates   int  // of these
	last    float64

	user  []cell
	ids   map[string]int32 // value -> number of it
	names []string
	many  bool // there are more than mostDistinct values
}

// cell holds what is known of one user in one column.
type cell struct {
	n       int     // rows with a number
	sum     float64 // of these,
	carry   float64 // and its rounding errors: the order of rows has next to no effect
	dates   int     // rows with a date
	latest  float64 // days since 1970 of the latest of these
	filled  int     // rows with a value
	one     count   // of the first category,
	several []count // and of others
}

type count struct{ id, n int32 }

// Add adds a row of user number u, counted from 0. get returns the value of a
// column, and whether the row has that column at all. A value of white space is
// a missing one.
func (c *Collector) Add(u int, get func(column string) (string, bool)) {
	c.users = max(c.users, u+1)
	for i := range c.cols {
		v, ok := get(c.columns[i].from())
		col := &c.cols[i]
		col.seen = col.seen || ok
		if v = strings.TrimSpace(v); v != "" {
			col.add(u, v, c.columns[i].Kind)
		}
	}
}

// Len returns the number of users: the largest number of one, plus 1.
func (c *Collector) Len() int { return c.users }

// Unseen returns the columns that no row had.
func (c *Collector) Unseen() []string {
	var out []string
	for i := range c.cols {
		if from := c.columns[i].from(); !c.cols[i].seen && !slices.Contains(out, from) {
			out = append(out, from)
		}
	}
	return out
}

func (c *collected) add(u int, v string, kind Kind) {
	for len(c.user) <= u {
		c.user = append(c.user, cell{one: count{id: -1}})
	}
	s := &c.user[u]
	c.filled++
	s.filled++
	isNumber := false
	if kind == Auto || kind == Number {
		if x, err := strconv.ParseFloat(v, 64); err == nil && x-x == 0 {
			isNumber = true
			c.numbers++
			s.n++
			s.add(x)
		}
	}
	if kind == Auto && !isNumber || kind == Date {
		if t, err := moment.Parse(v); err == nil {
			d := float64(t.Unix()) / 86400
			if c.dates == 0 || d > c.last {
				c.last = d
			}
			if s.dates == 0 || d > s.latest {
				s.latest = d
			}
			c.dates++
			s.dates++
		}
	}
	if kind == Auto || kind == Category {
		c.category(s, v)
	}
}

// add adds x to the sum, with its rounding error (Knuth's two-sum).
func (s *cell) add(x float64) {
	sum := s.sum + x
	b := sum - s.sum
	s.carry += (s.sum - (sum - b)) + (x - b)
	s.sum = sum
}

func (c *collected) category(s *cell, v string) {
	id, ok := c.ids[v]
	if !ok {
		if c.many || len(c.ids) == mostDistinct {
			c.many = true
			return
		}
		id = int32(len(c.ids))
		v = strings.Clone(v)
		c.ids[v], c.names = id, append(c.names, v)
	}
	if s.one.id < 0 || s.one.id == id {
		s.one.id = id
		s.one.n++
		return
	}
	for i := range s.several {
		if s.several[i].id == id {
			s.several[i].n++
			return
		}
	}
	s.several = append(s.several, count{id, 1})
}

// kind returns the kind of the column: that asked for, or what its values are.
func (c *collected) kind(asked Kind) Kind {
	switch {
	case asked != Auto:
		return asked
	case c.filled == 0:
		return Category
	case 100*c.numbers >= 99*c.filled && (c.many || len(c.ids) > 2):
		return Number
	case 100*c.dates >= 99*c.filled:
		return Date
	}
	return Category
}

// value returns the number that stands for a user, NaN if there is none.
func (s *cell) value(kind Kind, take Take, last float64) float64 {
	n := s.filled
	switch kind {
	case Number:
		n = s.n
	case Date:
		n = s.dates
	}
	total := s.sum + s.carry
	switch {
	case n == 0:
	case take == TakeCount:
		return float64(n)
	case take == TakeSum:
		return total
	case take == TakeRecency:
		return max(0, last-s.latest) // a later date than any before is no older than these
	case kind == Date:
		return s.latest
	case kind == Number:
		return total / float64(n)
	}
	return math.NaN()
}

// mode returns the most frequent category of a user, the first of several;
// "" if there is none.
func (s *cell) mode(names []string) string {
	if s.one.id < 0 {
		return ""
	}
	best := s.one
	for _, o := range s.several {
		if o.n > best.n || o.n == best.n && names[o.id] < names[best.id] {
			best = o
		}
	}
	return names[best.id]
}
