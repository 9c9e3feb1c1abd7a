package profile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/result"
)

func TestFields(t *testing.T) {
	t.Parallel()
	m := newMeta(2, 3, nil)
	for u := range 300 {
		meta := map[string]string{
			"dept": []string{"books", "toys", "books"}[u%3], "id": fmt.Sprint("x", u), "age": fmt.Sprint(u % 60), "stars": fmt.Sprint(1 + u%5), "none": " ", "skipped": "a",
		}
		if u < 2 {
			meta["dept"] = "of two users"
		}
		for range 1 + 20*min(1, max(0, 2-u)) { // the two users of the rare value wrote 42 texts
			m.add(u%2, u, meta, []string{"skipped"})
		}
	}
	got := map[string]result.Field{}
	for _, f := range m.list() {
		got[f.Name] = f
	}
	all := 0
	want := map[string]result.Field{
		"dept": {Name: "dept", Values: []result.FieldValue{{Value: "books", Texts: []int{99, 100}}, {Value: "toys", Texts: []int{50, 49}}}, Rest: []int{21, 21}, RestValues: 1},
		"id":   {Name: "id", Values: []result.FieldValue{}, Rest: []int{170, 170}, RestValues: -1},
	}
	for name, w := range want {
		if d := cmp.Diff(w, got[name]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if f := got["stars"]; len(f.Values) != 5 || f.Rest != nil || f.Values[0].To != "" {
		t.Errorf("stars: %+v", f)
	}
	last := -1
	for _, v := range got["age"].Values {
		var from, to int
		fmt.Sscan(v.Value, &from)
		fmt.Sscan(v.To, &to)
		if from != last+1 || to < from {
			t.Errorf("age: %q to %q follows %d", v.Value, v.To, last)
		}
		last = to
		all += v.Texts[0] + v.Texts[1]
	}
	if n := len(got["age"].Values); n < 3 || n > rangesKept || last != 59 || all != 340 {
		t.Errorf("age: %d texts in %d ranges up to %d", all, n, last)
	}
	if len(got) != 4 {
		t.Errorf("fields %v", got)
	}
}

// TestFieldsAreFew: whatever the number of fields and values, what is kept is
// small, and every text of a field is counted once.
func TestFieldsAreFew(t *testing.T) {
	t.Parallel()
	m := newMeta(1, 1, nil)
	for u := range 400 {
		meta := map[string]string{}
		for f := range 30 {
			meta[fmt.Sprint("f", f)] = strings.Repeat("v", 1+u%(f+1)*7%100)
		}
		m.add(0, u, meta, nil)
	}
	with := 0
	for _, f := range m.list() {
		n := 0
		for _, v := range f.Values {
			n += v.Texts[0]
		}
		if len(f.Rest) > 0 {
			n += f.Rest[0]
		}
		if n != 400 || len(f.Values) > valuesKept {
			t.Errorf("%s: %d texts in %d values", f.Name, n, len(f.Values))
		}
		with += min(1, len(f.Values))
	}
	if with != fieldsKept {
		t.Errorf("%d fields with values, want %d", with, fieldsKept)
	}
}

// Names of fields that must not be shown are not, in fields and lifts; they stay
// apart, and the rating's is still known.
func TestShowFields(t *testing.T) {
	t.Parallel()
	m := newMeta(2, 1, nil)
	for u := range 200 {
		m.add(u%2, u, map[string]string{"a@b.com": fmt.Sprint("x", u%2), "c@d.com": "y", "[email]": "z", "dept": fmt.Sprint("v", u%2)}, nil)
	}
	p := &profiler{meta: m, c: Config{Rating: "c@d.com", ShowField: func(_ context.Context, name string) (string, error) {
		if strings.Contains(name, "@") {
			return "[email]", nil
		}
		return name, nil
	}}}
	if err := p.showFields(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range m.list() {
		got[f.Name] = f.Values[0].Value
	}
	if d := cmp.Diff(map[string]string{"[email]": "z", "[email] 2": "x0", "[email] 3": "y", "dept": "v0"}, got); d != "" || p.c.Rating != "[email] 3" {
		t.Errorf("%s, rating %q", d, p.c.Rating)
	}
	lifts := m.lifts(0, 4, 1)
	if len(lifts) == 0 {
		t.Error("no lifts")
	}
	for _, l := range lifts {
		if strings.Contains(l.Field, "@") {
			t.Errorf("%+v", l)
		}
	}
	failed := errors.New("failed")
	p.c.ShowField = func(context.Context, string) (string, error) { return "", failed }
	if err := p.showFields(t.Context()); !errors.Is(err, failed) {
		t.Error(err)
	}
}
