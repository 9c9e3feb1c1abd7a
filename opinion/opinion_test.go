package opinion_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/opinion"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

func extractor() *opinion.Extractor {
	return opinion.NewExtractor(opinion.Options{Chinese: chinese.Lazy{}})
}

// said lists the aspects of a text, each with + for praise, - for blame.
func said(ms []opinion.Mention) []string {
	var out []string
	for _, m := range ms {
		sign := ""
		switch {
		case m.Value > 0.05:
			sign = "+"
		case m.Value < -0.05:
			sign = "-"
		}
		out = append(out, m.Aspect+sign)
	}
	return out
}

func TestMentions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string
	}{
		{"The battery life is great, but the screen is terrible.", []string{"battery life+", "screen-"}},
		{"I love the two new lenses of this camera.", []string{"lens+", "camera+"}},
		{"The zipper isn't reliable.", []string{"zipper-"}},
		{"Nobody likes the delivery.", []string{"delivery-"}},
		{"屏幕太大", []string{"屏幕-"}},
		{"It is easy to use.", []string{"ease of use+"}},
		{"It was hard to clean and easy to carry.", []string{"ease of cleaning-", "ease of carrying+"}},
		{"A great looking kettle.", []string{"kettle+", "look+"}},
		{"It would look great with a belt.", []string{"belt+", "look+"}},
		{"It would really be nice with a belt.", []string{"belt-"}},
		{"I am going back, wearing is awful.", nil},
		{"The building is awful, the cooking is great.", []string{"building-", "cooking+"}},
		{"I didn't expect to love this dress.", []string{"dress+"}},
		{"I never thought I'd like the skirt.", []string{"skirt+"}},
		{"I don't like the skirt.", []string{"skirt-"}},
		{"I can't recommend the kettle more.", []string{"kettle+"}},
		{"I can't recommend the kettle.", []string{"kettle-"}},
		{"It is more like this as they say.", nil},
		{"A great flowy, drapey skirt.", []string{"skirt+"}},
		{"The sony and the petite are great.", []string{"sony+"}},
		{"These jeans and headphones are great.", []string{"jeans+", "headphones+"}},
		{"This kettle has a design flaw.", []string{"kettle-", "design-"}},
		{"An optical zoom would be nice.", []string{"optical zoom-"}},
		{"The price is low and the resolution is low.", []string{"price+", "resolution-"}},
		{"The volume is not loud.", []string{"volume-"}},
		{"My friend told me yesterday about a lot of people.", nil},
		{"The waiters were rude.", []string{"waiter-"}},
		{"the price is pretty bad", []string{"price-"}},
		{"like a brick", []string{"brick"}},
		{"i have a small chest", []string{"chest"}},
		{"it is tight in the chest", []string{"chest-"}},
		{"屏幕很大，电池太差。", []string{"屏幕+", "电池-"}},
		{"电池续航能力不好", []string{"电池续航能力-"}},
		{"房间小，但是服务态度好", []string{"房间-", "服务态度+"}},
		{"价格不高", []string{"价格+"}},
		{"画面细腻", []string{"画面+"}},
		{"希望屏幕好一点", []string{"屏幕-"}},
		{"大家今天都去了", nil},
		{"以前总觉得家太小，东西没地方放。", nil},
		{"房间的垃圾桶可翻过来坐", []string{"房间", "垃圾桶"}},
		{"房间真垃圾", []string{"房间-"}},
		{"空调一般，没有想象中的好", []string{"空调-"}},
		{"The 屏幕 is good. 电池很好。", []string{"屏幕", "电池+"}},
		{"", nil},
	} {
		got := said(extractor().Append(nil, c.text))
		if c.text == "The 屏幕 is good. 电池很好。" { // the first sentence is read as English
			got = got[max(0, len(got)-1):]
			c.want = c.want[1:]
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestDirect(t *testing.T) {
	t.Parallel()
	ms := extractor().Append(nil, "The lens is superb. Although superb, this sat beside a manual.")
	if len(ms) != 2 || !ms[0].Direct || ms[1].Direct || !ms[0].Listed || ms[0].Value <= ms[1].Value {
		t.Errorf("%+v", ms)
	}
	if w := ms[0].Word; w != [2]int{12, 18} {
		t.Errorf("the word is at %v", w)
	}
}

func TestChineseNeedsWords(t *testing.T) {
	t.Parallel()
	if ms := opinion.NewExtractor(opinion.Options{}).Append(nil, "屏幕很好"); len(ms) != 0 {
		t.Errorf("%+v", ms)
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	x := extractor()
	var tally opinion.Tally
	for range 6 {
		tally.Add(x.Append(nil, "The battery is good, good battery. A colleague walked past."), 2)
	}
	tally.Add(x.Append(nil, "The fence."), 200)
	got := tally.Aspects()
	if len(got) != 1 || got[0] != (opinion.Count{Aspect: "battery", Sentences: 6, Said: 6, Direct: 6, Listed: true}) {
		t.Errorf("%+v", got)
	}
	if all := tally.All(); len(all) != 2 || all[1].Aspect != "fence" || all[1].Said != 0 {
		t.Errorf("%+v", all)
	}
	if got := new(opinion.Tally).Aspects(); got != nil {
		t.Errorf("aspects of nothing: %+v", got)
	}
}

// The ease of use is named like a compound, and is none.
func TestFeaturesOfEase(t *testing.T) {
	t.Parallel()
	compound := func(aspect string) float64 {
		c := opinion.Count{Aspect: aspect, Sentences: 2}
		return c.Features(100)[6]
	}
	if compound("ease of use") != 0 || compound("battery life") != 1 || compound("ease of setting up") != 1 {
		t.Error("which names are compounds")
	}
}

// Long sentences are cut, and mentions stay inside.
func TestLongSentence(t *testing.T) {
	t.Parallel()
	for _, s := range []string{strings.Repeat("the good battery and ", 500), strings.Repeat("电池好，", 1000), strings.Repeat("电", 3000)} {
		ms := extractor().Append(nil, s)
		if strings.Contains(s, "，") && len(ms) < 900 || strings.Contains(s, " ") && len(ms) != 500 {
			t.Errorf("%.20q: %d mentions", s, len(ms))
		}
		for _, m := range ms {
			if m.Sentence[0] != 0 || m.Sentence[1] < len(strings.TrimRight(s, " ")) {
				t.Fatalf("%.20q: sentence %v", s, m.Sentence)
			}
		}
	}
}

func FuzzAppend(f *testing.F) {
	for _, s := range []string{"The battery life isn't great, but I love the screen!", "屏幕很大，希望电池好一点。\xff", "could've been better; hot shoe -- the 4x zoom\x00", "easy to use to"} {
		f.Add(s)
	}
	x := extractor()
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, m := range x.Append(nil, s) {
			if m.Start < m.Sentence[0] || m.End > m.Sentence[1] || m.Start >= m.End || m.Sentence[0] < at || m.Aspect == "" {
				t.Fatalf("%q: %+v after %d", s, m, at)
			}
			if math.IsNaN(m.Value) || math.Abs(m.Value) > 1 || m.Word[0] > m.Word[1] || m.Word[1] > len(s) {
				t.Fatalf("%q: %+v", s, m)
			}
			at = m.Sentence[0]
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for _, lang := range []text.Language{text.English, text.Chinese} {
		s := strings.Repeat("The battery of this camera lasts long, but its screen is too dim. ", 50)
		if lang == text.Chinese {
			s = strings.Repeat("相机的电池很耐用，但是屏幕太暗。", 50)
		}
		b.Run(string(lang), func(b *testing.B) {
			x := extractor()
			var ms []opinion.Mention
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				ms = x.Append(ms[:0], s)
			}
		})
	}
}

func ExampleExtractor() {
	s := "The battery lasts long, but the screen is too dim. 送货很慢。"
	x := opinion.NewExtractor(opinion.Options{Chinese: chinese.Lazy{}})
	for _, m := range x.Append(nil, s) {
		fmt.Printf("%s %+.1f by %q\n", m.Aspect, m.Value, s[m.Word[0]:m.Word[1]])
	}
	// Output:
	// battery +0.7 by "long"
	// screen -0.6 by "dim"
	// 送货 -0.7 by "慢"
}
