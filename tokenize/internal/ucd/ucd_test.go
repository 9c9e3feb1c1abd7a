package ucd

import (
	"testing"
	"unicode"
)

// The frozen classes differ from Go's by what later versions of Unicode added or
// changed; a table that was damaged or made anew would differ by other numbers.
func TestSizes(t *testing.T) {
	t.Parallel()
	counts := map[Class]int{}
	var changed []rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		c := Of(r)
		for bit := Class(1); bit != 0; bit <<= 1 {
			if c&bit != 0 {
				counts[bit]++
			}
		}
		if c&Mark != 0 && !unicode.Is(unicode.Mn, r) {
			changed = append(changed, r)
		}
		if c&HasLower != 0 && Lower(r) == "" || c&HasLower == 0 && Lower(r) != "" {
			t.Errorf("%U: class and mapping disagree on lower case", r)
		}
		if l, _, _ := Hangul(r); l == 0 && (c&HasNFD != 0) != (NFD(r) != "") {
			t.Errorf("%U: class and mapping disagree on decomposition", r)
		}
		if (c&HasCCC != 0) != (CombiningClass(r) != 0) {
			t.Errorf("%U: class and combining class disagree", r)
		}
	}
	for bit, want := range map[Class]int{
		Mark: 1549, Punct: 726, Control: 137681, White: 25, Numeric: 1924, Letter: 141028, Number: 1911,
		Combining: 2097, CJK: 81264, HasNFD: 13232, HasNFKD: 16894, HasLower: 1488, HasCCC: 810,
	} {
		if counts[bit] != want {
			t.Errorf("class %#x has %d code points, want %d", bit, counts[bit], want)
		}
	}
	// Unicode 9 and later made a spacing mark of one.
	if len(changed) != 1 {
		t.Errorf("marks that are none to Go: %U, want one", changed)
	}
}

func TestMappings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{Lower('İ'), "i\u0307"}, {Lower('A'), "a"}, {Lower('a'), ""}, {NFD('é'), "e\u0301"}, {NFD('Ǖ'), "U\u0308\u0304"},
		{NFKD('ﬁ'), "fi"}, {NFD('ﬁ'), ""}, {NFD('\U00011938'), ""}, // from Unicode 13
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if l, v, tt := Hangul('각'); l != 0x1100 || v != 0x1161 || tt != 0x11A8 {
		t.Errorf("각: %U %U %U", l, v, tt)
	}
	for _, c := range []struct{ a, b, want rune }{{'e', 0x301, 'é'}, {0x1100, 0x1161, '가'}, {'가', 0x11A8, '각'}, {'x', 'y', 0}, {0x928, 0x93C, 0x929}} {
		if got, ok := Compose(c.a, c.b); ok != (c.want != 0) || ok && got != c.want {
			t.Errorf("%U %U: got %U, want %U", c.a, c.b, got, c.want)
		}
	}
	if Of(-1) != 0 || Of(0x110000) != 0 {
		t.Error("what is no code point has a class")
	}
}
