package sentiment

import (
	"errors"
	"hash/crc32"
	"slices"
	"testing"
)

func TestBuckets(t *testing.T) {
	var want []uint32
	for _, gram := range []string{"不", "不好", "好", "好a", "a", "不好a"} {
		want = append(want, crc32.ChecksumIEEE([]byte(gram))&(1<<20-1))
	}
	slices.Sort(want)
	for _, text := range []string{"不好A", "不 好\u3000a", "不好a\n"} {
		if got := buckets(nil, text, 20, 3); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if got := buckets([]uint32{7}, "aaaa", 20, 1); len(got) != 2 || got[0] != 7 {
		t.Errorf("appended to what was there, each once: %v", got)
	}
	if got := buckets(nil, "\xff \n", 20, 2); len(got) != 1 {
		t.Errorf("invalid bytes: %v", got)
	}
}

func TestFitGrams(t *testing.T) {
	var texts []string
	var positive []bool
	for _, thing := range []string{"书", "手机", "酒店", "鞋子", "电脑", "衣服"} {
		for text, good := range map[string]bool{"很好的": true, "喜欢这": true, "太差了": false, "退货": false} {
			texts, positive = append(texts, text+thing), append(positive, good)
		}
	}
	g, err := FitGrams(t.Context(), texts, positive, GramOptions{Bits: 12})
	if err != nil {
		t.Fatal(err)
	}
	if g.Logit("很好的帽子") <= 0 || g.Logit("太差了的帽子") >= 0 {
		t.Errorf("logits %.2f and %.2f", g.Logit("很好的帽子"), g.Logit("太差了的帽子"))
	}
	if g.Logit("") != g.Bias {
		t.Error("an empty text says more than the bias")
	}
	for _, o := range []GramOptions{{Bits: 40}, {Longest: -1}, {Penalty: -1}, {Smoothing: -1}} {
		if _, err := FitGrams(t.Context(), texts, positive, o); !errors.Is(err, ErrTraining) {
			t.Errorf("%+v: %v, want ErrTraining", o, err)
		}
	}
}
