package profile

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/result"
)

// How much is kept of metadata for comparing segments by it.
const (
	fieldsKept = 12 // fields with values, those of the most texts
	valuesKept = 24
	rangesKept = 6 // of a field of numbers with more values than valuesKept
)

// showFields gives the fields of metadata the names under which they may be
// shown, numbered where several would have the same.
func (p *profiler) showFields(ctx context.Context) error {
	if p.c.ShowField == nil {
		return nil
	}
	shown := make(map[string]*field, len(p.meta.fields))
	rating := p.c.Rating
	for _, name := range slices.Sorted(maps.Keys(p.meta.fields)) {
		as, err := p.c.ShowField(ctx, name)
		if err != nil {
			return fmt.Errorf("preparing the name of a field of Meta: %w", err)
		}
		free := as
		for n := 2; shown[free] != nil || free != name && p.meta.fields[free] != nil; n++ {
			free = as + " " + strconv.Itoa(n)
		}
		shown[free] = p.meta.fields[name]
		if name == rating {
			p.c.Rating = free
		}
	}
	p.meta.fields = shown
	return nil
}

// list counts the texts of each segment by the values of each field. Values of
// fewer than minUsers users are put together, since they may tell who they are.
func (m *metaCounts) list() []result.Field {
	var out []result.Field
	for _, name := range slices.Sorted(maps.Keys(m.fields)) {
		f := m.fields[name]
		r := result.Field{Name: name, Values: []result.FieldValue{}}
		switch {
		case f.many:
			r.Rest, r.RestValues = f.filled, -1
		case f.numeric() && len(f.values) > valuesKept:
			r = f.ranges(name, m.minUsers)
		default:
			r = f.categories(name, m.minUsers)
		}
		out = append(out, r)
	}
	// Of too many fields those of the fewest texts keep only their names.
	texts := func(r *result.Field) (n int) {
		for _, c := range m.fields[r.Name].filled {
			n += c
		}
		return n
	}
	kept := make([]*result.Field, 0, len(out))
	for i := range out {
		if len(out[i].Values) > 0 {
			kept = append(kept, &out[i])
		}
	}
	slices.SortStableFunc(kept, func(a, b *result.Field) int { return cmp.Compare(texts(b), texts(a)) })
	for _, r := range kept[min(fieldsKept, len(kept)):] {
		*r = result.Field{Name: r.Name, Values: []result.FieldValue{}, Rest: m.fields[r.Name].filled, RestValues: len(m.fields[r.Name].values)}
	}
	return out
}

// categories lists the most frequent values.
func (f *field) categories(name string, minUsers int) result.Field {
	r := result.Field{Name: name, Values: []result.FieldValue{}}
	values := slices.SortedFunc(maps.Keys(f.values), func(a, b string) int {
		return cmp.Or(cmp.Compare(sum32(f.values[b]), sum32(f.values[a])), cmp.Compare(a, b))
	})
	for _, v := range values {
		if len(r.Values) == valuesKept || len(f.writers[v]) < minUsers {
			addRest(&r, f.values[v])
			continue
		}
		r.Values = append(r.Values, result.FieldValue{Value: v, Texts: ints(f.values[v])})
	}
	return r
}

// ranges divides the numbers into ranges of about as many texts each. Values
// that are not numbers are not listed.
func (f *field) ranges(name string, minTexts int) result.Field {
	r := result.Field{Name: name, Values: []result.FieldValue{}}
	type number struct {
		x    float64
		text string
	}
	var numbers []number
	all := 0
	for v, c := range f.values {
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || x-x != 0 {
			addRest(&r, c)
			continue
		}
		numbers = append(numbers, number{x, v})
		all += sum32(c)
	}
	slices.SortFunc(numbers, func(a, b number) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.text, b.text)) })
	done, begun := 0, 0
	for i, n := range numbers {
		counts := f.values[n.text]
		if begun == 0 {
			r.Values = append(r.Values, result.FieldValue{Value: n.text, Texts: make([]int, len(counts))})
		}
		last := &r.Values[len(r.Values)-1]
		for j, c := range counts {
			last.Texts[j] += int(c)
		}
		last.To = n.text
		begun += sum32(counts)
		// The next number begins a new range, unless it is the same written otherwise.
		if same := i+1 < len(numbers) && numbers[i+1].x == n.x; !same && begun >= minTexts && done+begun >= all*len(r.Values)/rangesKept {
			done, begun = done+begun, 0
		}
	}
	if n := len(r.Values); begun > 0 && begun < minTexts && n > 1 { // the last is too small to stand alone
		for j, c := range r.Values[n-1].Texts {
			r.Values[n-2].Texts[j] += c
		}
		r.Values[n-2].To = r.Values[n-1].To
		r.Values = r.Values[:n-1]
	}
	return r
}

// addRest counts the texts of a value that is not listed.
func addRest(r *result.Field, counts []int32) {
	if r.Rest == nil {
		r.Rest = make([]int, len(counts))
	}
	r.RestValues++
	for i, c := range counts {
		r.Rest[i] += int(c)
	}
}

func ints(x []int32) []int {
	out := make([]int, len(x))
	for i, v := range x {
		out[i] = int(v)
	}
	return out
}
