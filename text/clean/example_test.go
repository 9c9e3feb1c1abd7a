package clean_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text/clean"
)

func ExampleCleaner_String() {
	c := clean.New(clean.Options{})
	in := "<p>Sooooo good!!!!!</p> see https://example.com #BestPhoneEver"
	got := c.String(in)
	fmt.Println(got.Text)
	from, to := got.Source(0, 4)
	fmt.Println(in[from:to])
	// Output:
	// Sooo good!!! see Best Phone Ever
	// Sooo
}
