package marks_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text/marks"
)

func Example() {
	s := "@shop the battery died, write to [email] #fail"
	for _, m := range marks.Find(s) {
		fmt.Println(s[m[0]:m[1]])
	}
	fmt.Println(marks.Remove(s))
	// Output:
	// @shop
	// [email]
	// #fail
	// the battery died, write to
}
