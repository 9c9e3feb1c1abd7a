package cohort

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
)

// What is shaded of a user's text are its own words, by what leaving each out does to
// the likeness with the centre.
func TestShades(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(15, 3)
	for shades, want := range map[int]int{-1: 0, 0: 10, 2: 2, math.MaxInt: 15} {
		s, err := Segment(context.Background(), Slice(texts), Options{Model: &bag.Model{}, K: 3, Bootstrap: -1, Shades: shades})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Segments {
			n := 0
			for _, u := range s.Users {
				if u.Segment != p.ID {
					continue
				}
				for i, d := range u.Deciding {
					if len(d.Words) == 0 {
						continue
					}
					n++
					if i > 0 {
						t.Errorf("%s: words of text %d", u.ID, i)
					}
					if !slices.IsSortedFunc(d.Words, func(a, b WordEffect) int { return cmp.Compare(b.Effect, a.Effect) }) || d.Words[len(d.Words)-1].Effect <= 0 {
						t.Errorf("%s: effects %v", u.ID, d.Words)
					}
					for _, w := range d.Words {
						if !strings.Contains(d.Text, w.Word) {
							t.Errorf("%s: the word %q is not in %q", u.ID, w.Word, d.Text)
						}
					}
				}
			}
			if want := min(want, p.Users); n != want {
				t.Errorf("Shades %d: words of %d of the %d users of segment %d, want %d", shades, n, p.Users, p.ID, want)
			}
		}
	}
}
