package repair

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/noise"
)

// Names written with capitals within stay where spaces are missing, though the corpus
// has their parts as words, however rare they are themselves.
func TestIdentifiersStay(t *testing.T) {
	t.Parallel()
	sentences := []string{
		"How Can I Share a Point of the List", "Is There a Script for Java", "What Does the Stack Show After an Overflow", "Can I Pay My Pal With a Phone",
		"How To Use a Hub With Git", "What Is the Best Way To Sort a List", "The Color of the Button and the Size of the List", "Pay for the Phone and Share the Script",
		"I Push to the Hub and Git Is Slow", "The Stack of the Script Is Full", "Point To the Overflow of the Page", "My Pal and I Share a Java Course",
	}
	names := []string{"StackOverflow", "JavaScript", "SharePoint", "GitHub", "iPhone", "PayPal"}
	vocabulary := strings.Fields(strings.ToLower(strings.Join(sentences, " ")))
	for _, listed := range []int{0, 1, 5} {
		for _, missing := range []float64{0, 0.1, 0.3, 0.6, 1} {
			rng := rand.New(rand.NewPCG(9, 10))
			spoil := noise.NoSpaces(missing)
			c := NewCounter()
			for range 40 {
				for _, s := range sentences {
					c.Add(spoil(s, rng))
				}
			}
			for range listed {
				for _, n := range names {
					c.Add("the page of " + n + " is slow")
				}
			}
			r, err := c.Repairer(Options{Vocabulary: vocabulary})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range names {
				for _, s := range []string{"the page of " + n + " is slow", n + " is slow", n, "The Page Of " + n + " Is Slow", "see " + n + ", it is slow"} {
					if got := r.Repair(s); got.Text != s {
						t.Errorf("%d seen, %v missing (%v seen): %q: %q", listed, missing, r.SpaceRate(), s, got.Text)
					}
				}
			}
		}
	}
}
