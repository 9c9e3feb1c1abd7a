package align

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/text/marks"
)

func TestSpan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, made, source, word, want string }{
		{"nothing changed", "the battery died", "the battery died", "battery", "battery"},
		{"white space", "the battery died", "  the\n\n battery   died ", "battery", "battery"},
		{"markup", "the battery died & burnt", "<p>the <b>battery</b> died &amp; burnt</p>", "died", "died"},
		{"an entity", "the battery died & burnt", "<p>the <b>battery</b> died &amp; burnt</p>", "&", "&"},
		{"full width", "the battery died", "the ｂａｔｔｅｒｙ died", "battery", "ｂａｔｔｅｒｙ"},
		{"repeated letters", "it is sooo slow", "it is soooooooo slow", "sooo", "soooooooo"},
		{"an emoji", "great thumbs up phone", "great 👍🏽 phone", "thumbs", "👍🏽"},
		{"the second of two", "good and good", "x good and good", "good", "good"},
		{"what was added", "a b c", "a c", "b", ""},
		{"a part of a word", "the battery died", "— the battery died", "batt", "batt"},
		{"beside a mark", "caf [email] now", "cafe a@example.org now", "caf", ""},
		{"after a mark with the same word", "see [email] battery nou", "see battery@example.org battery now", "battery", "battery"},
		{"after a mark with the same word, changed", "[email] battery nou", "battery@example.org battery now", "nou", "now"},
		{"between marks", "[email] caf [email]", "a@example.org b@example.org", "caf", ""},
		{"a mark", "write [email] now", "write a@example.org now", "[email]", ""},
		{"Chinese", "电池很好", "電池很好", "电", "電"},
	} {
		m, err := New(c.made, c.source, marks.Find(c.made))
		if err != nil {
			t.Fatal(err)
		}
		at := strings.Index(c.made, c.word)
		from, to := m.Span(at, at+len(c.word))
		if got := c.source[from:to]; got != c.want {
			t.Errorf("%s: %q is %q of the source, want %q", c.name, c.word, got, c.want)
		}
	}
	if _, err := New(strings.Repeat("a ", 9000), strings.Repeat("b ", 9000), nil); !errors.Is(err, ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

// FuzzSpan checks that spans are within the source, and cut equal words out.
func FuzzSpan(f *testing.F) {
	f.Add("the battery [email] died 👍", "the  battery a@example.org died 👍!")
	f.Add("\xff a", "\xff\xfe a")
	f.Fuzz(func(t *testing.T, made, source string) {
		if len(made) > 500 || len(source) > 500 {
			t.Skip()
		}
		m, err := New(made, source, marks.Find(made))
		if err != nil {
			t.Fatal(err)
		}
		for at := range len(made) {
			if from, to := m.Span(at, min(len(made), at+5)); from < 0 || to < from || to > len(source) {
				t.Fatalf("[%d, %d) of %q", from, to, source)
			}
		}
		same, err := New(made, made, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range same.units {
			if from, to := same.Span(u.start, u.end); from != u.start || to != u.end {
				t.Fatalf("[%d, %d) of itself is [%d, %d)", u.start, u.end, from, to)
			}
		}
	})
}
