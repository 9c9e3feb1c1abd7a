package features

import "math"

// Table holds one value per user and feature.
type Table struct {
	unsavedState

	Users   int
	columns []Column // with their kinds
	numbers [][]float64
	levels  [][]string
	unread  []int
	last    []float64 // of each feature: the last date, for recency
	many    []bool
}

// table returns the values of the users, by what was collected so far. Kinds
// that are Auto are decided by the values. last is the last date of each feature
// that TakeRecency counts from; nil: that of these users.
func (c *Collector) table(last []float64) *Table {
	t := &Table{
		Users: c.users, columns: make([]Column, len(c.columns)), numbers: make([][]float64, len(c.columns)), levels: make([][]string, len(c.columns)),
		unread: make([]int, len(c.columns)), last: make([]float64, len(c.columns)), many: make([]bool, len(c.columns)),
	}
	for i := range c.cols {
		col := &c.cols[i]
		t.columns[i] = c.columns[i]
		kind := col.kind(c.columns[i].Kind)
		t.columns[i].Kind = kind
		t.last[i], t.many[i] = col.last, col.many
		if last != nil {
			t.last[i] = last[i]
		}
		switch kind {
		case Number:
			t.unread[i] = col.filled - col.numbers
		case Date:
			t.unread[i] = col.filled - col.dates
		}
		if kind == Category && c.columns[i].Take == TakeDefault {
			t.levels[i] = make([]string, c.users)
			for u := range col.user {
				t.levels[i][u] = col.user[u].mode(col.names)
			}
			continue
		}
		t.numbers[i] = make([]float64, c.users)
		for u := range t.numbers[i] {
			t.numbers[i][u] = math.NaN()
			if u < len(col.user) {
				t.numbers[i][u] = col.user[u].value(kind, c.columns[i].Take, t.last[i])
			}
		}
	}
	return t
}

// Table returns the values of the users for [Fit].
func (c *Collector) Table() *Table { return c.table(nil) }

// missing reports whether user u lacks feature i.
func (t *Table) missing(i, u int) bool {
	if t.levels[i] != nil {
		return t.levels[i][u] == ""
	}
	return math.IsNaN(t.numbers[i][u])
}

// Known reports whether any feature of user u is known.
func (t *Table) Known(u int) bool {
	for i := range t.columns {
		if !t.missing(i, u) {
			return true
		}
	}
	return false
}
