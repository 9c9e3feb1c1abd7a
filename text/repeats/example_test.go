package repeats_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text/repeats"
)

func ExampleFinder() {
	f := repeats.NewFinder(0.8, 1)
	for _, s := range []string{
		"The battery died after two weeks and nobody answers.",
		"A sharp lens, I like it.",
		"The battery died after two weeks, and nobody answers!!",
	} {
		of, likeness := f.Add(s)
		fmt.Println(of, likeness)
	}
	// Output:
	// -1 0
	// -1 0
	// 0 1
}

func ExampleFilter() {
	texts := []string{"Fine. This was posted on shop dot com.", "Bad! This was posted on shop dot com.", "fine", ""}
	c := repeats.NewCounter(repeats.BoilerplateOptions{MinTexts: 2})
	for _, t := range texts { // the first reading
		c.Add(t)
	}
	f := repeats.NewFilter(repeats.FilterOptions{}, c.Stripper())
	for _, t := range texts {
		got := f.Filter(0, t)
		fmt.Printf("%q %v\n", got.Text, got.Fate)
	}
	// Output:
	// "Fine." kept
	// "Bad!" kept
	// "" near-duplicate
	// "" empty
}
