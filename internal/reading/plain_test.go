package reading

import (
	"iter"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/corpus"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"the battery died", "the battery died"},
		{"[handle] the battery died, ask [email]", "the battery died, ask"},
		{"great phone #iphone #apple", "great phone"},
		{"great 👍", "great thumbs up"},
		{"很好👍", "很好 拇指向上"},
		{"👍", "thumbs up"},
		{"[handle] [handle]", ""},
		{"[shoe] fits", "fits"},
	} {
		if got := Plain(c[0], "shoe"); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}

// TestReadersGivePlain: what models read has no marks, what is shown does, and
// texts of which nothing is left or that the model cannot read are left out and
// counted, each reading alike.
func TestReadersGivePlain(t *testing.T) {
	t.Parallel()
	texts := corpus.Slice([]corpus.Text{
		{User: "a", Text: "[handle] the lens is sharp #photo #lens"}, {User: "a", Text: "[handle]"}, {User: "b", Text: "ᚠᚢᚦ ᚬᚱᚴ"}, {User: "b", Text: "so dull 😡"}, {User: "b", Text: "[handle] 👍 😡!"},
	})
	r, err := Open(t.Context(), texts, Config{Legible: func(s string) bool { return !strings.Contains(s, "ᚠ") }})
	if err != nil {
		t.Fatal(err)
	}
	want := [][2]string{{"[handle] the lens is sharp #photo #lens", "the lens is sharp"}, {"so dull 😡", "so dull enraged face"}}
	collect := func(texts iter.Seq2[Item, error]) (items []Item) {
		for i, err := range texts {
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, i)
		}
		return items
	}
	first := collect(r.First(t.Context()))
	if s := r.Survey(); s.Texts != 2 || s.Empty != 1 || s.Cleaning.Illegible != 2 || len(s.Users) != 2 {
		t.Errorf("%+v", s)
	}
	for _, got := range [][]Item{first, collect(r.Again(t.Context()))} {
		if len(got) != len(want) {
			t.Fatalf("%d items, want %d", len(got), len(want))
		}
		for n, w := range want {
			if got[n].Clean != w[0] || got[n].Plain != w[1] {
				t.Errorf("shown %q, plain %q, want %q", got[n].Clean, got[n].Plain, w)
			}
		}
	}
	for i, err := range r.OfUser(t.Context(), "b") {
		if err != nil || i.Plain != "so dull enraged face" {
			t.Errorf("of a user: %q, %v", i.Plain, err)
		}
	}
}
