package langid_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text/langid"
)

func ExampleDetector_Parts() {
	d, err := langid.New(langid.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := "The battery died after two weeks. 客服态度很好。"
	for _, p := range d.Parts(s) {
		fmt.Println(p.Language, s[p.Start:p.End])
	}
	// Output:
	// en The battery died after two weeks.
	// zh 客服态度很好。
}

func ExampleDetector_Detect() {
	d, err := langid.New(langid.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Detect("La batterie est vide après deux heures.").Language)
	// Output: fr
}
