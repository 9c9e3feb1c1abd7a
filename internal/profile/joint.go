package profile

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
)

// Limits for the combinations of values.
const (
	jointCells     = 1 << 15 // kept while reading
	combinedCount  = 60_000  // numbers in the result
	combinedShare  = 0.75    // of the texts, at least, in combinations that are listed; see table.share
	unlistedValue  = -1      // of a combination: a value that its Field does not list, or none
	fewestCombined = 2       // fields
)

// joint counts texts by the values of all fields at once.
type joint struct {
	k, minUsers int
	values      map[string]int // values of each field in all texts, mostValues + 1 at most
	columns     []*field       // in the order in which they were met
	cells       map[string]*jointCell
	key         []byte // of the text at hand
}

// column gives a field a place in the keys, unless it has too many values.
func (j *joint) column(f *field) {
	if f.column = -1; j.values[f.name] > mostValues {
		return
	}
	f.column = len(j.columns)
	j.columns = append(j.columns, f)
}

// jointCell is one combination of values. Its key holds, by column, the number of
// the value in the field, 0 for none; zeros at its end are left out.
type jointCell struct {
	texts   []int32 // [k]
	writers []int   // the first minUsers users with it
}

func (c *jointCell) merge(o *jointCell, minUsers int) {
	for i, n := range o.texts {
		c.texts[i] += n
	}
	for _, w := range o.writers {
		c.write(w, minUsers)
	}
}

func (c *jointCell) write(user, minUsers int) {
	if len(c.writers) < minUsers && !slices.Contains(c.writers, user) {
		c.writers = append(c.writers, user)
	}
}

// add counts a text of segment i with the key.
func (j *joint) add(i, user int, key []byte) {
	if key = bytes.TrimRight(key, "\x00"); len(key) == 0 {
		return
	}
	c := j.cells[string(key)]
	if c == nil {
		c = &jointCell{texts: make([]int32, j.k)}
		j.cells[string(key)] = c
		// Of too many combinations, the field of the most values is left out: in all
		// texts, so that it is the same one whatever their order.
		for len(j.cells) > jointCells {
			var most *field
			for _, f := range j.columns {
				if f.column >= 0 && (most == nil || cmp.Or(cmp.Compare(j.values[f.name], j.values[most.name]), cmp.Compare(f.name, most.name)) > 0) {
					most = f
				}
			}
			j.drop(most)
		}
		if c = j.cells[string(key)]; c == nil { // the drop has merged it
			j.add(i, user, j.blank(key))
			return
		}
	}
	c.texts[i]++
	c.write(user, j.minUsers)
}

// blank returns the key without the columns that were dropped.
func (j *joint) blank(key []byte) []byte {
	key = slices.Clone(key)
	for at, f := range j.columns[:min(len(key), len(j.columns))] {
		if f.column < 0 {
			key[at] = 0
		}
	}
	return key
}

// drop leaves a field out of all combinations.
func (j *joint) drop(f *field) {
	if f.column < 0 {
		return
	}
	f.column = -1
	old := j.cells
	j.cells = make(map[string]*jointCell, len(old))
	for _, key := range slices.Sorted(maps.Keys(old)) {
		short := bytes.TrimRight(j.blank([]byte(key)), "\x00")
		if c := j.cells[string(short)]; c != nil {
			c.merge(old[key], j.minUsers)
			continue
		}
		j.cells[string(short)] = old[key]
	}
}

// table is the texts by combinations of the listed values of some fields.
type table map[string]*jointCell // by the index of each value, plus 1

// combined lists the texts by combinations of values of as many of the fields as
// leave three in four of the texts with a value in each in combinations of minUsers
// users or more. nil if there are not two such fields.
func (m *metaCounts) combined(fields []result.Field) *result.Combinations {
	listed := make([][]byte, len(fields)) // of each field: number of the value -> index in the list, plus 1
	var open []int
	for n := range fields {
		if f := m.fields[fields[n].Name]; f.column >= 0 && len(fields[n].Values) > 0 {
			listed[n] = f.listed(&fields[n])
			open = append(open, n)
		}
	}
	var chosen []int
	var best table
	for len(open) > 0 {
		at, share := -1, 0.0
		var found table
		for i, n := range open {
			t := m.table(append(slices.Clone(chosen), n), fields, listed)
			if s := t.share(m.minUsers); s > share && t.kept(m.minUsers)*(m.k+len(chosen)+1) <= combinedCount {
				at, share, found = i, s, t
			}
		}
		if share < combinedShare {
			break
		}
		chosen, best = append(chosen, open[at]), found
		open = slices.Delete(open, at, at+1)
	}
	if len(chosen) < fewestCombined {
		return nil
	}
	return best.list(chosen, m.minUsers)
}

// table counts the texts by the listed values of the chosen fields.
func (m *metaCounts) table(chosen []int, fields []result.Field, listed [][]byte) table {
	out := table{}
	key := make([]byte, len(chosen))
	for _, from := range slices.Sorted(maps.Keys(m.joint.cells)) {
		for i, n := range chosen {
			key[i] = 0
			if c := m.fields[fields[n].Name].column; c < len(from) {
				key[i] = listed[n][from[c]]
			}
		}
		c := out[string(key)]
		if c == nil {
			c = &jointCell{texts: make([]int32, m.k)}
			out[string(key)] = c
		}
		c.merge(m.joint.cells[from], m.minUsers)
	}
	return out
}

// share returns the share, of the texts with a listed value in each field, of those
// in combinations of minUsers users or more.
func (t table) share(minUsers int) float64 {
	kept, all := 0, 0
	for key, c := range t {
		if strings.IndexByte(key, 0) >= 0 {
			continue
		}
		n := sum32(c.texts)
		all += n
		if len(c.writers) >= minUsers {
			kept += n
		}
	}
	return float64(kept) / float64(max(all, 1))
}

// kept returns the number of combinations of minUsers users or more.
func (t table) kept(minUsers int) (n int) {
	for _, c := range t {
		if len(c.writers) >= minUsers {
			n++
		}
	}
	return n
}

// list lists the combinations of minUsers users or more. What is left out of a listed
// value has as many users too, or else its count could be found by subtraction:
// the smallest combinations with the value are left out as well.
func (t table) list(chosen []int, minUsers int) *result.Combinations {
	keys := slices.SortedFunc(maps.Keys(t), func(a, b string) int {
		return cmp.Or(cmp.Compare(sum32(t[b].texts), sum32(t[a].texts)), cmp.Compare(a, b))
	})
	hidden := map[string]bool{}
	for _, key := range keys {
		if len(t[key].writers) < minUsers {
			hidden[key] = true
		}
	}
	for again := true; again; {
		again = false
		for at := range chosen {
			left := map[byte]*jointCell{}
			for key := range hidden {
				c := left[key[at]]
				if c == nil {
					c = &jointCell{}
					left[key[at]] = c
				}
				for _, w := range t[key].writers {
					c.write(w, minUsers)
				}
			}
			for _, key := range slices.Backward(keys) { // the smallest first
				if c := left[key[at]]; c != nil && key[at] > 0 && len(c.writers) < minUsers && !hidden[key] {
					hidden[key], again = true, true
					for _, w := range t[key].writers {
						c.write(w, minUsers)
					}
				}
			}
		}
	}
	out := &result.Combinations{Fields: slices.Clone(chosen)}
	for _, key := range keys {
		if hidden[key] {
			continue
		}
		c := result.Combination{Values: make([]int, len(key)), Texts: ints(t[key].texts)}
		for i := range len(key) {
			c.Values[i] = int(key[i]) + unlistedValue
		}
		out.Cells = append(out.Cells, c)
	}
	if len(out.Cells) == 0 {
		return nil
	}
	return out
}

// listed returns, by the number of each value, its index in the list plus 1; 0 if
// it is not listed.
func (f *field) listed(r *result.Field) []byte {
	out := make([]byte, 1+len(f.ids))
	for v, id := range f.ids {
		for i, l := range r.Values {
			if l.To == "" && l.Value == v || l.To != "" && inRange(v, l.Value, l.To) {
				out[id] = byte(i + 1)
				break
			}
		}
	}
	return out
}

// inRange reports whether v is a number from one to another.
func inRange(v, from, to string) bool {
	x, err := strconv.ParseFloat(v, 64)
	low, _ := strconv.ParseFloat(from, 64)
	high, _ := strconv.ParseFloat(to, 64)
	return err == nil && low <= x && x <= high
}
