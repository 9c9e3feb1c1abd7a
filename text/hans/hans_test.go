package hans

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func ExampleSimplify() {
	fmt.Println(Simplify("這個電視機的畫質很好，乾淨清晰"))
	// Output: 这个电视机的画质很好，干净清晰
}

func TestSimplify(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":            "",
		"plain ascii": "plain ascii",
		"简体不变":        "简体不变",
		"乾隆與乾燥":       "乾隆与干燥",
		"瞭解一目瞭然":      "了解一目了然",
		"mixed 電腦 ok": "mixed 电脑 ok",
		"\xff電\xe9":   "\xff电\xe9",
		"漢字😀轉換":       "汉字😀转换",
		"“引號”…—":      "“引号”…—",
	} {
		got := Simplify(in)
		if got != want {
			t.Errorf("Simplify(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSimplify(f *testing.F) {
	f.Add("乾隆與乾燥")
	f.Add("\xff電\xe9")
	f.Fuzz(func(t *testing.T, s string) {
		got := Simplify(s)
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Fatalf("%q -> %q changes the number of characters", s, got)
		}
	})
}

func BenchmarkSimplify(b *testing.B) {
	s := strings.Repeat("這個電視機的畫質很好，乾淨清晰。", 1000)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Simplify(s)
	}
}
