package cohort

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Names that vectors mix with what is said of them tell the segments: training
// begins anew, the run says so, and a saved segmenter places the same users in the
// same segments.
func TestRefineAnew(t *testing.T) {
	t.Parallel()
	const users, products, themes = 900, 6, 4
	r := rand.New(rand.NewPCG(12, 12))
	word := func(kind string, n int) string {
		return kind + string(rune('a'+n/20)) + string(rune('a'+n%20))
	}
	var texts []Text
	of := map[string]int{}
	for u := range users {
		id, product := "u"+strconv.Itoa(u), r.IntN(products)
		words := []string{word("theme", r.IntN(themes)), word("other", r.IntN(300)), word("other", r.IntN(300))}
		if r.IntN(20) > 0 {
			words = append(words, word("product", product))
		}
		texts, of[id] = append(texts, Text{User: id, Text: strings.Join(words, " ")}), product
	}
	o := Options{Model: &bag.Model{}, K: products, Bootstrap: testdir.Sized(2, -1)}
	plain, err := Segment(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Refine = true
	m, err := Fit(t.Context(), Slice(texts), o)
	if err != nil {
		t.Fatal(err)
	}
	s := m.Segmentation()
	if r := s.Run.Refine; r == nil || !r.Refined || !r.Anew || !r.Even || r.Moved == 0 || !strings.Contains(r.Reason, "began anew") {
		t.Fatalf("%+v", r)
	}
	if was, is := agreement(t, plain, of), agreement(t, s, of); is < was+0.1 {
		t.Errorf("agreement with the products %.3f, before %.3f", is, was)
	}
	placedAsFound(t, restored(t, m), texts, s)
}
