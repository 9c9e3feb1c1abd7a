package sentiment_test

import (
	"testing"

	"github.com/seed-56ee9438/cohort/sentiment"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		read func(string) sentiment.Lexical
		text string
		sign int // of the value
		turn bool
	}{
		{sentiment.EnglishWords, "", 0, false},
		{sentiment.EnglishWords, "the table has four legs", 0, false},
		{sentiment.EnglishWords, "great lens", 1, false},
		{sentiment.EnglishWords, "an awful lens", -1, false},
		{sentiment.EnglishWords, "not great", -1, false}, // a phrase of its own
		{sentiment.EnglishWords, "it is not comfortable", -1, true},
		{sentiment.EnglishWords, "it isn’t uncomfortable", 1, true},
		{sentiment.EnglishWords, "cannot fault it", 1, true},
		{sentiment.EnglishWords, "it doesn't work", -1, true},
		{sentiment.EnglishWords, "it works", 0, false},
		{sentiment.EnglishWords, "it never leaks", 1, true},
		{sentiment.EnglishWords, "it leaks", -1, false},
		{sentiment.EnglishWords, "not only sturdy but beautiful", 1, false},
		{sentiment.EnglishWords, "could not be happier", 1, true},
		{sentiment.EnglishWords, "couldn't be worse", -1, true},
		{sentiment.EnglishWords, "no problem, terrible sound", -1, true},
		{sentiment.EnglishWords, "anything but quiet", -1, true},
		{sentiment.EnglishWords, "it lacks nothing", 1, true},
		{sentiment.EnglishWords, "I have never been happier", 1, true},
		{sentiment.EnglishWords, "never had a worse phone", -1, true},
		{sentiment.EnglishWords, "nothing is better than this", 1, true},
		{sentiment.EnglishWords, "it never got better", -1, true},
		{sentiment.EnglishWords, "nothing could be more boring", -1, true},
		{sentiment.ChineseWords, "", 0, false},
		{sentiment.ChineseWords, "桌子有四条腿", 0, false},
		{sentiment.ChineseWords, "质量很好", 1, false},
		{sentiment.ChineseWords, "质量差", -1, false},
		{sentiment.ChineseWords, "质量不差", 1, true},
		{sentiment.ChineseWords, "一点都不卡", 1, true},
		{sentiment.ChineseWords, "一点都不流畅", -1, true},
		{sentiment.ChineseWords, "没什么可挑剔的", 1, true},
		{sentiment.ChineseWords, "不但好看", 1, false},
		{sentiment.ChineseWords, "一点异味都没有", 1, true},
		{sentiment.ChineseWords, "不能用", -1, false},
		{sentiment.ChineseWords, "没有比这更好的了", 1, true},
		{sentiment.ChineseWords, "没有比这更差的了", -1, true},
		{sentiment.ChineseWords, "没见过比这家难吃的", -1, true},
		{sentiment.ChineseWords, "不能再好了", 1, true},
		{sentiment.ChineseWords, "做工不能再粗糙了", -1, true},
		{sentiment.ChineseWords, "没有更好的选择了", 1, true},
		{sentiment.ChineseWords, "好得不得了", 1, true},
		{sentiment.ChineseWords, "难吃得不得了", -1, true},
		{sentiment.ChineseWords, "卡到不行", -1, true},
		{sentiment.ChineseWords, "不要太好", 1, true},
		{sentiment.ChineseWords, "不要太差劲", -1, true},
		{sentiment.ChineseWords, "别提多失望了", -1, true},
		{sentiment.ChineseWords, "别提多舒服了", 1, true},
		{sentiment.ChineseWords, "再好不过了", 1, true},
		{sentiment.ChineseWords, "再糟糕不过了", -1, true},
		{sentiment.ChineseWords, "没有人不满意", 1, true},
		{sentiment.ChineseWords, "不能不说是良心", 1, true},
		{sentiment.ChineseWords, "不是一般的差", -1, true},
		{sentiment.ChineseWords, "不是一般的好", 1, true},
		{sentiment.ChineseWords, "好吃死了", 1, true},
		{sentiment.ChineseWords, "不好看", -1, false},
		{sentiment.ChineseWords, "不能不退货", -1, true},
	} {
		got := c.read(c.text)
		sign := 0
		if got.Value > 0 {
			sign = 1
		} else if got.Value < 0 {
			sign = -1
		}
		if sign != c.sign || (got.Negated > 0) != c.turn {
			t.Errorf("%q: %+v, want the sign %d and turned %v", c.text, got, c.sign, c.turn)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"not not never", "couldn't be any more", "不不不没有", "can\xff't", "far from"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, l := range []sentiment.Lexical{sentiment.EnglishWords(s), sentiment.ChineseWords(s)} {
			if !(l.Value >= -1 && l.Value <= 1) || !(l.Negated >= 0 && l.Negated <= 1+1e-9) {
				t.Fatalf("%q: %+v", s, l)
			}
		}
	})
}
