package text

import (
	"slices"
	"testing"
)

func TestSentences(t *testing.T) {
	const s = "Dr. Lee said \"wow!\" It costs 3.50, e.g. today. 很好。喜欢！！真的？\nlast"
	var got []string
	for _, r := range Sentences(s) {
		got = append(got, s[r[0]:r[1]])
	}
	want := []string{"Dr. Lee said \"wow!\"", "It costs 3.50, e.g. today.", "很好。", "喜欢！！", "真的？", "last"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
