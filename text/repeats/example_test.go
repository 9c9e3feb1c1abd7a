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

func ExampleSieve() {
	texts := []string{"", "Fine. This was posted on shop dot com.", "Bad! This was posted on shop dot com.", "fine"}
	s := repeats.NewSieve(repeats.Options{Boilerplate: repeats.BoilerplateOptions{MinTexts: 2}})
	for _, t := range texts {
		s.Count(t)
	}
	for _, t := range texts {
		got := s.Sift(t)
		fmt.Printf("%q %v\n", got.Text, got.Fate)
	}
	fmt.Println("boilerplate in", s.Report().Stripped)
	// Output:
	// "" empty
	// "Fine." kept
	// "Bad!" kept
	// "" near-duplicate
	// boilerplate in 2
}
