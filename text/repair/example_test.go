package repair_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text/repair"
)

func ExampleRepairer_Repair() {
	words := repair.NewCounter()
	for range 20 {
		words.Add("the battery lasts for a whole day")
	}
	r, err := words.Repairer(repair.Options{ErrorRate: 0.05})
	if err != nil {
		fmt.Println(err)
		return
	}
	got := r.Repair("The batery lsats a wholeday")
	fmt.Println(got.Text)
	for _, c := range got.Changes {
		fmt.Println(c.Kind, c.Was)
	}
	fmt.Println(got.Original())
	// Output:
	// The battery lasts a whole day
	// spelling batery
	// spelling lsats
	// spaces wholeday
	// The batery lsats a wholeday
}
