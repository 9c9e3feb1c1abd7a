package repair

import (
	"strings"
	"testing"
)

// The words beside a word decide where it may have been meant to be several, and
// show errors that are words themselves. A Repairer of what was known does the
// same, and one that knows no pairs does not.
func TestFollowers(t *testing.T) {
	t.Parallel()
	c := NewCounter()
	for range 40 {
		for _, s := range []string{
			"please fill in the form today", "we bought it from the shop", "the hat is warm", "this is the cat that we know", "they saw a lion in the zoo",
			"the mouse ran into the house", "a house in the town", "he is in the house", "give it to me", "we go to the town",
		} {
			c.Add(s)
		}
	}
	r, err := c.Repairer(Options{Vocabulary: vocabulary, ErrorRate: 0.08})
	if err != nil {
		t.Fatal(err)
	}
	known := r.Corpus()
	again, err := New(known, Options{Vocabulary: vocabulary})
	if err != nil {
		t.Fatal(err)
	}
	known.Pairs = nil
	apart, err := New(known, Options{Vocabulary: vocabulary})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range [][3]string{ // what is written, what was meant, and by the words alone
		{"we bought it form the shop", "we bought it from the shop", "we bought it form the shop"},
		{"please fill in the form today", "please fill in the form today", "please fill in the form today"},
		{"we bought it frm the shop", "we bought it from the shop", ""},
		{"he is i the house", "he is in the house", "he is i the house"},
		{"give it ro me", "give it to me", "give it ro me"},
		{"the form", "the form", ""},
		{"give it x me", "give it x me", ""},
	} {
		got := r.Repair(x[0])
		if got.Text != x[1] || got.Original() != x[0] {
			t.Errorf("%q: %q, want %q", x[0], got.Text, x[1])
		}
		if more := again.Repair(x[0]); more.Text != got.Text {
			t.Errorf("%q: %q by what was known, %q", x[0], more.Text, got.Text)
		}
		if by := apart.Repair(x[0]).Text; x[2] != "" && by != x[2] {
			t.Errorf("%q: %q without pairs, want %q", x[0], by, x[2])
		}
	}
	for _, p := range []Word{{Word: "x"}, {Word: "a", Count: 2}, {Word: "a  b", Count: 2}, {Word: "a B", Count: 2}, {Word: "a b", Count: 0}} {
		if _, err := New(Corpus{Total: 10, Pairs: []Word{p}}, Options{}); err == nil || !strings.Contains(err.Error(), "pair 0") {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

// Pairs of few users are not written down.
func TestPairsOfUsers(t *testing.T) {
	t.Parallel()
	c := NewCounter()
	for i := range 60 {
		c.AddOf(string(rune('a'+i%26)), "the secret is here")
		c.AddOf("one", "the secret of zoe")
		c.AddOf(string(rune('a'+i%26)), "zoe and of")
	}
	r, err := c.Repairer(Options{MinUsers: 5})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range r.Corpus().Pairs {
		got = append(got, p.Word)
	}
	if s := strings.Join(got, ", "); !strings.Contains(s, "the secret") || strings.Contains(s, "of zoe") || strings.Contains(s, "secret of") {
		t.Error(s)
	}
}
