package keyword

import (
	"fmt"
	"slices"
	"testing"
)

func TestWriters(t *testing.T) {
	t.Parallel()
	c := newCounter(2, Options{Follow: func(user int) bool { return user != 2 }})
	c.Add(0, 3, "red apples. red kites")
	c.Add(0, 1, "a red apple")
	c.Add(0, 2, "a red apple")
	c.Add(1, 5, "green kites")
	c.Add(0, 3, "red apples again, and red boats")
	got := c.Writers([]string{"red", "green", "kite", "red boat", "unknown", "red"})
	want := [][]int{{1, 3}, {5}, {3, 5}, {3}, nil, {1, 3}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := newCounter(1, Options{}).Writers([]string{"red"}); len(got) != 1 || got[0] != nil {
		t.Errorf("without Follow: %v", got)
	}
	for _, o := range c.LogOdds(0, func(j int) bool { return j == 1 }, Query{}) {
		if w := c.Writers([]string{o.Key})[0]; len(w) == 0 {
			t.Errorf("nobody writes %q (key %q)", o.Text, o.Key)
		}
	}
}

// A user of many texts is kept in the memory of their different terms.
func TestWritersOfManyTexts(t *testing.T) {
	t.Parallel()
	c := newCounter(1, Options{Follow: func(int) bool { return true }})
	for range 1000 {
		c.Add(0, 7, "one green kite")
	}
	if n := cap(c.followed[7].ids); n > 64 {
		t.Errorf("room for %d terms", n)
	}
	if got := c.Writers([]string{"kite"}); !slices.Equal(got[0], []int{7}) {
		t.Errorf("%v", got)
	}
}
