package pii

import "testing"

// A number grouped as on cards is one whatever is said before it; in one piece
// it may be the number of an order.
func TestCardsBesideOrders(t *testing.T) {
	t.Parallel()
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for text, masked := range map[string]bool{
		"paid with 4111 1111 1111 1111 today":         true,
		"order 5105-1051-0510-5100 was charged twice": true,
		"total was too much on 3782 822463 10005":     true,
		"I paid 5500000000000004 for the order":       true,
		"the invoice has 4111.1111.1111.1111 on it":   true,
		"order 4111111111111111 shipped":              false,
		"tracking 5500000000000004 says delivered":    false,
		"order 4111 1111 1111 1112 shipped":           false, // fails the check
		"part 1111 1111 1111 1111":                    false,
	} {
		spans, err := d.Find(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, s := range spans {
			found = found || s.Type == Card
		}
		if found != masked {
			t.Errorf("%s: card %v, want %v", text, found, masked)
		}
	}
}
