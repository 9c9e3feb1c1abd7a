package keyword_test

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/text/keyword"
)

func ExampleExtract() {
	texts := []string{"The battery died.", "Charge the battery daily!", "What a sharp lens", "Lens cap lost"}
	labels := []int{0, 0, 1, 1}
	segments, err := keyword.Extract(context.Background(), texts, labels, keyword.Options{Top: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s, words := range segments {
		fmt.Println(s, words[0].Text, words[0].Count)
	}
	// Output:
	// 0 battery 2
	// 1 lens 2
}
