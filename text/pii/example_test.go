package pii_test

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/text/pii"
)

func ExampleMasker_Mask() {
	detector, err := pii.New(pii.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	masker, err := pii.NewMasker(detector, pii.Policy{})
	if err != nil {
		fmt.Println(err)
		return
	}
	masked, err := masker.Mask(context.Background(), "Order 20231 never came, write to anna@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(masked.Text)
	// Output: Order 20231 never came, write to [email]
}
