package english_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
)

func ExampleLemma() {
	for _, w := range text.Words("The mice were running, the batteries got better!", text.English) {
		fmt.Print(english.Lemma(w), " ")
	}
	// Output: the mouse be run the battery get good
}

func ExampleStem() {
	fmt.Println(english.Stem("generously"), english.Stem("batteries"))
	// Output: generous batteri
}
