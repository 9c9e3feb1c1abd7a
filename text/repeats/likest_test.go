package repeats

import "testing"

// TestFinderLikest checks that of several texts that a text repeats the Finder
// names the one it is most alike, and of equally alike ones the earliest.
func TestFinderLikest(t *testing.T) {
	t.Parallel()
	const (
		p = "screen camera phone price quality service"
		q = "delivery cable charger sound picture button"
		r = "colour weight dress fabric breakfast staff"
	)
	f := NewFinder(0.5, 3)
	for i, s := range []string{p + " " + q, q + " " + r} { // a third alike
		if of, _ := f.Add(s); of >= 0 {
			t.Fatalf("text %d repeats %d", i, of)
		}
	}
	for i, c := range []struct {
		text string
		of   int
	}{
		{p + " " + q + " " + r[:12], 0},
		{p[len(p)-12:] + " " + q + " " + r, 1},
		{q + " " + r + " box", 1},
		{p + " " + q + " box", 0},
	} {
		of, likeness := f.Add(c.text)
		if of != c.of || likeness <= Likeness(c.text, []string{q + " " + r, p + " " + q}[of]) {
			t.Errorf("text %d repeats %d, %.2f alike, want %d", i, of, likeness, c.of)
		}
	}
	// as alike to both
	a, b := "abcdefghijklmnopqrst", "uvwxyz0123456789klmn"
	both := a + " " + b
	if x, y := Likeness(a, both), Likeness(b, both); x != y || x < 0.3 {
		t.Fatalf("%v and %v alike", x, y)
	}
	for _, forgets := range []bool{false, true} {
		f := NewFinder(0.3, 3)
		f.Add(a)
		if forgets { // a is among the older half, b among the newer
			f.before, f.now = f.now, newGeneration(f.bands)
		}
		f.Add(b)
		if of, likeness := f.Add(both); of != 0 {
			t.Errorf("repeats %d, %.2f alike, want the first", of, likeness)
		}
	}
}
