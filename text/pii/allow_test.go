package pii

import "testing"

// TestAllowNumbers: an allowed number is allowed however it is grouped, and
// nothing else is by it.
func TestAllowNumbers(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{Allow: []string{"202-555-0143", "+86 138 1234 5678", "DE89370400440532013000", "a1234567@example.com"}})
	for s, want := range map[string]int{
		"call (202) 555-0143": 0, "call +1 202 555 0143": 0, "call 202.555.0144": 1, "13812345678": 0, "138-1234-5678": 0, "１３８１２３４５６７８": 0,
		"13812345679": 1, "DE89 3704 0044 0532 0130 00": 0, "GB76 BARC 6057 8721 0639 96": 1, "A1234567@Example.com": 0, "QQ: 1234567": 1,
	} {
		if got := find(t, d, s); len(got) != want {
			t.Errorf("%q: %v, want %d", s, got, want)
		}
	}
}
