package emoji_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/emoji"
)

func ExampleSpell() {
	fmt.Println(emoji.Spell("Great battery👍", text.English))
	fmt.Println(emoji.Spell("电池很好👍", text.Chinese))
	// Output:
	// Great battery thumbs up
	// 电池很好 拇指向上
}

func ExampleNext() {
	s := "Late again 😡, thanks 🇫🇷"
	for at := 0; ; {
		start, end, ok := emoji.Next(s, at)
		if !ok {
			break
		}
		value, known := emoji.Valence(s[start:end])
		fmt.Println(s[start:end], start, value < 0, known)
		at = end
	}
	// Output:
	// 😡 11 true true
	// 🇫🇷 24 false false
}
