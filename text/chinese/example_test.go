package chinese_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

func ExampleWords() {
	fmt.Println(chinese.Words("电池很耐用，性价比高！"))
	// Output: [电池 很 耐用 性价比 高]
}

// Stop words out, as for keywords.
func ExampleDefault() {
	stop := text.StopWords(text.Chinese)
	for _, w := range (text.Splitter{Chinese: chinese.Default()}).Words("客服的态度特别差") {
		if !stop.Has(w) {
			fmt.Print(w, " ")
		}
	}
	// Output: 客服 态度 差
}
