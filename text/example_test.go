package text_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text"
)

func ExampleSentences() {
	s := "It broke after a week. I want my money back!"
	for _, span := range text.Sentences(s) {
		fmt.Printf("%q\n", s[span[0]:span[1]])
	}
	// Output:
	// "It broke after a week."
	// "I want my money back!"
}

func ExampleWords() {
	fmt.Println(text.Words("The batteries DIED.", text.English))
	// Output: [the batteries died]
}
