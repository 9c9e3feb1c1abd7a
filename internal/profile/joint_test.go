package profile

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/result"
)

// written is a text of one user with its metadata.
type written struct {
	segment, user int
	meta          map[string]string
}

// drawn are texts of 600 users: a department that goes with the size, ages, a
// field that few have, one with a value for each user, and one of 150 values.
func drawn(seed uint64) []written {
	r := rand.New(rand.NewPCG(seed, 1))
	var out []written
	for u := range 600 {
		for range 1 + r.IntN(3) {
			dept := []string{"toys", "books", "shoes"}[min(r.IntN(4), 2)]
			meta := map[string]string{"dept": dept, "size": []string{"s", "m", dept[:1]}[r.IntN(3)], "age": fmt.Sprint(18 + r.IntN(60)), "user": fmt.Sprint(u), "shop": fmt.Sprint("shop ", r.IntN(150))}
			if r.IntN(20) == 0 {
				delete(meta, "age")
			}
			if u == 7 {
				meta["size"] = "xxl"
			}
			out = append(out, written{r.IntN(3), u, meta})
		}
	}
	return out
}

func combine(texts []written, minUsers int) ([]result.Field, *result.Combinations) {
	values := map[string]map[string]bool{}
	for _, t := range texts {
		for name, v := range t.meta {
			if values[name] == nil {
				values[name] = map[string]bool{}
			}
			values[name][v] = true
		}
	}
	counts := map[string]int{}
	for name, v := range values {
		counts[name] = min(len(v), mostValues+1)
	}
	m := newMeta(3, minUsers, counts)
	for _, t := range texts {
		m.add(t.segment, t.user, t.meta, nil)
	}
	fields := m.list()
	return fields, m.combined(fields)
}

// value returns the index of the listed value of a text, -1 if there is none.
func value(f *result.Field, t *written) int {
	v, ok := t.meta[f.Name]
	return slices.IndexFunc(f.Values, func(l result.FieldValue) bool {
		return ok && (l.To == "" && l.Value == v || l.To != "" && inRange(v, l.Value, l.To))
	})
}

// Combinations are those of the texts, counted one by one; each has enough users,
// and so has what is left out of every listed value.
func TestCombinations(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		texts := drawn(seed)
		fields, got := combine(texts, 4)
		if got == nil {
			t.Fatal("no combinations")
		}
		var names []string
		for _, n := range got.Fields {
			names = append(names, fields[n].Name)
		}
		slices.Sort(names)
		if d := cmp.Diff([]string{"age", "dept", "size"}, names); d != "" {
			t.Errorf("fields %s", d)
		}
		counts, writers := map[string][]int{}, map[string]map[int]bool{}
		for i := range texts {
			var at []int
			for _, n := range got.Fields {
				at = append(at, value(&fields[n], &texts[i]))
			}
			key := fmt.Sprint(at)
			if counts[key] == nil {
				counts[key], writers[key] = make([]int, 3), map[int]bool{}
			}
			counts[key][texts[i].segment]++
			writers[key][texts[i].user] = true
		}
		all := len(counts)
		for _, c := range got.Cells {
			key := fmt.Sprint(c.Values)
			if d := cmp.Diff(counts[key], c.Texts); d != "" {
				t.Errorf("%s: %s", key, d)
			}
			if len(writers[key]) < 4 {
				t.Errorf("%s has %d users", key, len(writers[key]))
			}
			delete(counts, key)
		}
		if len(got.Cells) < all/2 || len(counts) == 0 {
			t.Errorf("%d of %d combinations are listed", len(got.Cells), all)
		}
		left := map[string]map[int]bool{} // users of what is not listed, by field and value
		for key := range counts {
			for i, v := range strings.Fields(strings.Trim(key, "[]")) {
				at := fmt.Sprint(i, " ", v)
				if left[at] == nil {
					left[at] = map[int]bool{}
				}
				maps.Copy(left[at], writers[key])
			}
		}
		for at, users := range left {
			if len(users) < 4 && !strings.HasSuffix(at, " -1") {
				t.Errorf("what is left out of %s has %d users", at, len(users))
			}
		}
	}
}

// The order of texts does not matter.
func TestCombinationsInAnyOrder(t *testing.T) {
	t.Parallel()
	texts := drawn(3)
	_, want := combine(texts, 4)
	for seed := range uint64(4) {
		rand.New(rand.NewPCG(seed, 2)).Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		if _, got := combine(texts, 4); !cmp.Equal(want, got) {
			t.Errorf("shuffled: %s", cmp.Diff(want, got))
		}
	}
}

// Which fields are left out of too many combinations does not depend on the order
// of texts: not on which field's values, or which combinations, come first.
func TestTooManyCombinationsInAnyOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 1))
	var texts []written
	for u := range 60_000 {
		meta := map[string]string{"a": fmt.Sprint("v", r.IntN(190)), "b": fmt.Sprint("w", r.IntN(180)), "c": fmt.Sprint("x", r.IntN(3))}
		switch {
		case u < 50_000: // a has few values at first
			meta["a"] = fmt.Sprint("v", r.IntN(150))
		case u%2 == 0: // and d is met late, with too many values to be a category
			meta["d"] = fmt.Sprint("y", u)
		}
		texts = append(texts, written{r.IntN(3), u, meta})
	}
	fields, want := combine(texts, 4)
	if want == nil {
		t.Fatal("no combinations")
	}
	for _, n := range want.Fields {
		if fields[n].Name == "a" {
			t.Error("the field of the most values is kept")
		}
	}
	slices.Reverse(texts)
	if _, got := combine(texts, 4); !cmp.Equal(want, got) {
		t.Errorf("reversed: %s", cmp.Diff(want.Fields, got.Fields))
	}
	rand.New(rand.NewPCG(3, 2)).Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	if _, got := combine(texts, 4); !cmp.Equal(want, got) {
		t.Errorf("shuffled: %s", cmp.Diff(want.Fields, got.Fields))
	}
}

// However many combinations there are, few are kept, and what is kept is counted
// right.
func TestCombinationsAreFew(t *testing.T) {
	t.Parallel()
	m := newMeta(1, 1, map[string]int{"a": 199, "b": 198, "c": 2})
	r := rand.New(rand.NewPCG(1, 2))
	shares := [2]int{}
	for u := range 100_000 {
		meta := map[string]string{"a": fmt.Sprint("v", r.IntN(199)), "b": fmt.Sprint("w", r.IntN(198)), "c": fmt.Sprint("x", r.IntN(2))}
		shares[b2i(meta["c"] == "x1")]++
		m.add(0, u, meta, nil)
	}
	if n := len(m.joint.cells); n > jointCells || n < 300 {
		t.Errorf("%d combinations are kept", n)
	}
	fields := m.list()
	got := m.combined(fields)
	if got == nil || len(got.Fields) != 2 || fields[got.Fields[0]].Name == "a" || fields[got.Fields[1]].Name == "a" {
		t.Fatalf("%+v", got)
	}
	c := slices.IndexFunc(got.Fields, func(n int) bool { return fields[n].Name == "c" })
	var sums [2]int
	for _, x := range got.Cells {
		sums[b2i(fields[got.Fields[c]].Values[x.Values[c]].Value == "x1")] += x.Texts[0]
	}
	if sums != shares {
		t.Errorf("texts by c are %d, want %d", sums, shares)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Fields whose combinations are as rare as users are not combined.
func TestNothingToCombine(t *testing.T) {
	t.Parallel()
	var texts []written
	for u := range 100 {
		texts = append(texts, written{0, u, map[string]string{"a": fmt.Sprint("a", u%10), "b": fmt.Sprint("b", u/10)}})
	}
	if fields, got := combine(texts, 5); got != nil || len(fields) != 2 {
		t.Errorf("%d fields, combinations %+v", len(fields), got)
	}
}
