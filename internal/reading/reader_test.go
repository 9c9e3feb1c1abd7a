package reading

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/text"
)

func day(n int) time.Time { return time.Date(2024, 1, n, 0, 0, 0, 0, time.UTC) }

var source = []corpus.Text{
	{User: "ann", Text: "  The camera takes sharp pictures even at night ", Time: day(3), Meta: map[string]string{"stars": " 5 "}},
	{User: "bob", Text: "Die Batterie ist leider schon nach zwei Stunden leer", Weight: 2, Time: day(1), Meta: map[string]string{"stars": "two"}},
	{User: "ann", Text: "the camera takes sharp pictures, even at night!", Time: day(9)}, // again
	{User: "mute", Text: " \n"},
	{User: "bob", Text: "ok", Meta: map[string]string{"stars": "2"}},
	{User: "ann", Text: "The zoom is weak and slow", Meta: map[string]string{"stars": "3"}},
}

func collect(t *testing.T, seq iter.Seq2[Item, error]) (items []Item) {
	t.Helper()
	for i, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, i)
	}
	return items
}

func open(t *testing.T, texts []corpus.Text, c Config) *Reader {
	t.Helper()
	r, err := Open(t.Context(), corpus.Slice(texts), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// All readings give the same items; the Survey says what was left out.
func TestReadings(t *testing.T) {
	t.Parallel()
	r := open(t, source, Config{
		Repeats: &corpus.Repeats{MinLetters: 3}, FindBoilerplate: true, Rating: "stars",
		Languages: true, ModelLanguages: []text.Language{"en"},
	})
	first := collect(t, r.First(t.Context()))
	want := []Item{
		{Row: 1, User: 0, Source: source[0].Text, Clean: "The camera takes sharp pictures even at night", Mended: "The camera takes sharp pictures even at night", Plain: "The camera takes sharp pictures even at night", Weight: 1, Time: day(3), Meta: source[0].Meta, Rating: 5, Rated: true},
		{Row: 2, User: 1, Source: source[1].Text, Clean: source[1].Text, Mended: source[1].Text, Plain: source[1].Text, Weight: 2, Time: day(1), Meta: source[1].Meta},
		{Row: 6, User: 0, Source: source[5].Text, Clean: source[5].Text, Mended: source[5].Text, Plain: source[5].Text, Weight: 1, Meta: source[5].Meta, Rating: 3, Rated: true},
	}
	if d := cmp.Diff(want, first); d != "" {
		t.Error(d)
	}
	for range 2 {
		if d := cmp.Diff(first, collect(t, r.Again(t.Context()))); d != "" {
			t.Error("again:", d)
		}
	}
	s := r.Survey()
	if !slices.Equal(s.Users, []string{"ann", "bob", "mute"}) || s.Texts != 3 || s.Empty != 2 || s.rated != 2 || !s.Earliest.Equal(day(1)) || !s.Latest.Equal(day(3)) {
		t.Errorf("%+v", s)
	}
	if c := s.Cleaning; c.NearDuplicates != 1 || c.Short != 1 || c.Unread != 1 || c.Languages["de"] != 1 || c.Languages["en"] != 2 || s.Language() != text.English {
		t.Errorf("%+v", c)
	}
	// One user alone: what others said has no part in it.
	own := open(t, source, Config{Repeats: &corpus.Repeats{MinLetters: 3}, Rating: "stars"})
	got := collect(t, own.OfUser(t.Context(), "ann"))
	if d := cmp.Diff([]Item{want[0], want[2]}, got); d != "" {
		t.Error(d)
	}
	if got := collect(t, own.OfUser(t.Context(), "nobody")); got != nil {
		t.Errorf("nobody: %v", got)
	}
}

func TestSourceThatChanges(t *testing.T) {
	t.Parallel()
	change := func(f func(texts []corpus.Text) []corpus.Text) []corpus.Text { return f(slices.Clone(source)) }
	for name, later := range map[string][]corpus.Text{
		"nothing":      nil,
		"fewer":        source[:5],
		"more":         append(slices.Clone(source), corpus.Text{User: "ann", Text: "more"}),
		"another user": change(func(x []corpus.Text) []corpus.Text { x[1].User = "eve"; return x }),
		"another text": change(func(x []corpus.Text) []corpus.Text { x[1].Text += "!"; return x }),
		"empty":        change(func(x []corpus.Text) []corpus.Text { x[1].Text = ""; return x }),
		"swapped":      change(func(x []corpus.Text) []corpus.Text { x[0], x[5] = x[5], x[0]; return x }),
	} {
		at := 0
		r, err := Open(t.Context(), func(yield func(corpus.Text, error) bool) {
			texts := source
			if at++; at > 1 {
				texts = later
			}
			corpus.Slice(texts)(yield)
		}, Config{})
		if err != nil {
			t.Fatal(err)
		}
		collect(t, r.First(t.Context()))
		for _, e := range r.Again(t.Context()) {
			if err = e; err != nil {
				break
			}
		}
		if !errors.Is(err, ErrSourceChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadingErrors(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	failing := func(yield func(corpus.Text, error) bool) {
		if yield(source[0], nil) {
			yield(corpus.Text{}, boom)
		}
	}
	for _, c := range []struct {
		name  string
		texts iter.Seq2[corpus.Text, error]
		c     Config
		is    error
		says  string
	}{
		{"source", failing, Config{}, boom, ""},
		{"source, for boilerplate", failing, Config{Repeats: &corpus.Repeats{}, FindBoilerplate: true}, boom, ""},
		{"weight", corpus.Slice([]corpus.Text{source[0], {Weight: -1}}), Config{}, ErrWeight, "text 2"},
		{"time", corpus.Slice(source), Config{Timed: true}, fault.ErrOptions, "text 4 has no time"},
	} {
		r, err := Open(t.Context(), c.texts, c.c)
		if err == nil {
			for _, e := range r.First(t.Context()) {
				if err = e; err != nil {
					break
				}
			}
		}
		if !errors.Is(err, c.is) || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
