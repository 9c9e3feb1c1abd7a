package profile

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// field holds the counts of one metadata field.
type field struct {
	name    string
	numbers []moments          // [k], of values that are numbers
	values  map[string][]int32 // value -> texts of each segment, [k]
	writers map[string][]int   // value -> the first minUsers users with it
	filled  []int              // texts with a value, [k]
	many    bool               // it has too many values to be a category
	ids     map[string]byte    // value -> its number, from 1
	column  int                // in joint, -1 if it is not there
}

// mostValues is the maximum number of values of a category; a field with more
// is used only if its values are numbers.
const mostValues = reading.MostValues

// metaCounts counts metadata by segment.
type metaCounts struct {
	k        int
	minUsers int
	fields   map[string]*field
	joint    *joint
}

// newMeta returns counts of k segments, where values holds the number of values of
// each field.
func newMeta(k, minUsers int, values map[string]int) *metaCounts {
	return &metaCounts{k: k, minUsers: minUsers, fields: map[string]*field{}, joint: &joint{k: k, minUsers: minUsers, values: values, cells: map[string]*jointCell{}}}
}

func (m *metaCounts) add(i, user int, meta map[string]string, skip []string) {
	key := m.joint.key[:0]
	for name, v := range meta {
		v = strings.TrimSpace(v)
		if v == "" || slices.Contains(skip, name) {
			continue
		}
		f := m.fields[name]
		if f == nil {
			name = strings.Clone(name)
			f = &field{name: name, numbers: make([]moments, m.k), values: map[string][]int32{}, writers: map[string][]int{}, filled: make([]int, m.k), ids: map[string]byte{}}
			m.fields[name] = f
			m.joint.column(f)
		}
		f.filled[i]++
		if x, err := strconv.ParseFloat(v, 64); err == nil && x-x == 0 {
			f.numbers[i].add(x)
		}
		if f.many {
			continue
		}
		if !m.value(f, v, i, user) {
			m.joint.drop(f)
			continue
		}
		if f.column >= 0 {
			for len(key) <= f.column {
				key = append(key, 0)
			}
			key[f.column] = f.ids[v]
		}
	}
	m.joint.key = key
	m.joint.add(i, user, key)
}

// value counts a text of segment i that has the value, and reports whether the
// field still is one of few values.
func (m *metaCounts) value(f *field, v string, i, user int) bool {
	c := f.values[v]
	if c == nil {
		if len(f.values) == mostValues {
			f.many, f.values, f.writers, f.ids = true, nil, nil, nil
			return false
		}
		c = make([]int32, m.k)
		v = strings.Clone(v)
		f.values[v], f.ids[v] = c, byte(len(f.ids)+1)
	}
	c[i]++
	if w := f.writers[v]; len(w) < m.minUsers && !slices.Contains(w, user) {
		f.writers[v] = append(w, user)
	}
	return true
}

// numeric reports whether a field holds numbers rather than categories: nearly
// all values are numbers, and there are more of them than steps of a rating
// scale.
func (f *field) numeric() bool {
	var n, all float64
	for i := range f.numbers {
		n += f.numbers[i].n
		all += float64(f.filled[i])
	}
	return n >= 0.99*all && (f.many || len(f.values) > 2)
}

// lifts returns the values that set segment i apart, the most significant
// first: only differences of two standard errors or more.
func (m *metaCounts) lifts(i, most, minTexts int) []result.Lift {
	var out []result.Lift
	for name, f := range m.fields {
		if f.filled[i] < minTexts {
			continue
		}
		switch {
		case f.numeric():
			var all moments
			for j := range f.numbers {
				all.n += f.numbers[j].n
				all.sum += f.numbers[j].sum
				all.squares += f.numbers[j].squares
			}
			own := f.numbers[i]
			se := math.Sqrt(all.variance() / max(own.n, 1))
			if se > 0 {
				d := own.mean() - all.mean()
				out = append(out, result.Lift{Field: name, Share: own.mean(), Other: all.mean(), Lift: d, Z: d / se, N: int(own.n)})
			}
		case !f.many:
			n, all := float64(f.filled[i]), 0.0
			for _, c := range f.filled {
				all += float64(c)
			}
			for v, c := range f.values {
				p := float64(sum32(c)) / all
				q := float64(c[i]) / n
				if se := math.Sqrt(p * (1 - p) / n); se > 0 && int(c[i]) >= minTexts {
					out = append(out, result.Lift{Field: name, Value: v, Share: q, Other: p, Lift: q / p, Z: (q - p) / se, N: int(n)})
				}
			}
		}
	}
	correct(out)
	out = slices.DeleteFunc(out, func(l result.Lift) bool { return math.Abs(l.Z) < 2 })
	slices.SortFunc(out, func(a, b result.Lift) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Z), math.Abs(a.Z)), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Value, b.Value))
	})
	return out[:min(most, len(out))]
}

// correct sets the false discovery rates of all lifts that were tried, in both
// directions.
func correct(tried []result.Lift) {
	p := make([]float64, len(tried))
	for i, l := range tried {
		p[i] = math.Erfc(math.Abs(l.Z) / math.Sqrt2)
	}
	for i, rate := range keyword.DiscoveryRates(p) {
		tried[i].FDR = rate
	}
}

func sum32(x []int32) (n int) {
	for _, v := range x {
		n += int(v)
	}
	return n
}
