package drift_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/result"
)

// Between two runs of which 30 users are in both, ten moved.
func ExampleCompare() {
	run := func(small int) *result.Segmentation {
		s := &result.Segmentation{Version: result.FormatVersion, Segments: []result.Profile{
			{ID: 1, Name: "price", Users: 30 - small}, {ID: 2, Name: "battery", Users: small},
		}}
		for i := range 30 {
			u := result.User{ID: fmt.Sprint("user ", i), Segment: 1}
			if i < small {
				u.Segment = 2
			}
			s.Users = append(s.Users, u)
		}
		return s
	}
	d, err := drift.Compare(run(5), run(15), drift.Options{By: drift.ByUsers})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Moved, "of", d.Shared, "users moved")
	for _, s := range d.Segments {
		fmt.Println(s.NameAfter, s.Status, s.UsersBefore, s.UsersAfter)
	}
	// Output:
	// 10 of 30 users moved
	// price shrunk 25 15
	// battery grown 5 15
}
