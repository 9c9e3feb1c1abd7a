package repair

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestAlikes: the homophones are those of the standard's order.
func TestAlikes(t *testing.T) {
	t.Parallel()
	if n := len(firstLevel()); n != 3755 || utf8.RuneCountInString(syllables) != 393 {
		t.Fatalf("%d characters, %d syllables", n, utf8.RuneCountInString(syllables))
	}
	for pair, want := range map[string]bool{"他她": true, "的地": true, "还孩": true, "了乐": true, "的好": false, "再在": true, "做作": true, "驴路": false, "吕旅": true, "己已": true, "座电": false, "啊阿": true} {
		r := []rune(pair)
		got := strings.ContainsRune(alikesOf(r[0]), r[1])
		if got != want || strings.ContainsRune(alikesOf(r[1]), r[0]) != want {
			t.Errorf("%s: %v", pair, got)
		}
	}
}

// Characters that make frequent pairs are put in place of others that sound or
// look alike; names, frequent pairs, Japanese and other texts stay.
func TestCharacters(t *testing.T) {
	t.Parallel()
	c := NewCounter()
	for range 60 {
		for _, s := range []string{"这个酒店的服务态度非常好", "手机电池很快就没有电了", "我已经收到了包裹，质量不错", "书的内容值得一看"} {
			c.Add(s)
		}
	}
	c.Add("这个酒点的服务态度非常好")
	r, err := c.Repairer(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range [][2]string{
		{"这个酒点的服务态度非常好", "这个酒店的服务态度非常好"},
		{"手机电迟很快", "手机电池很快"},
		{"我己经收到了", "我已经收到了"},
		{"ok，这个酒点的 wifi 非常好", "ok，这个酒店的 wifi 非常好"},
		{"这个酒店的服务态度", "这个酒店的服务态度"},
		{"姚店长非常好", "姚店长非常好"},
		{"酒点のサービス", "酒点のサービス"},
		{"点", "点"}, {"", ""}, {"\xff酒", "\xff酒"},
	} {
		got := r.Repair(x[0])
		if got.Text != x[1] || got.Original() != x[0] {
			t.Errorf("%s: %s, original %s", x[0], got.Text, got.Original())
		}
		for _, ch := range got.Changes {
			if ch.Kind != Characters || x[0][ch.From:ch.To] != ch.Was || ch.Confidence <= 0.5 || ch.Confidence > 1 {
				t.Errorf("%s: %+v", x[0], ch)
			}
		}
	}
	if s := r.CharacterShare(c); s <= 0 || s > 0.01 || c.TotalCharacters() < 1000 {
		t.Errorf("share %v of %d", s, c.TotalCharacters())
	}
	kept, err := New(r.Corpus(), Options{KeepCharacters: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := kept.Repair("这个酒点的"); got.Text != "这个酒点的" {
		t.Error(got.Text)
	}
	again, err := New(r.Corpus(), Options{})
	if err != nil || again.Repair("这个酒点的").Text != "这个酒店的" {
		t.Error("again:", err)
	}
	if _, err := New(Corpus{Han: []Word{{Word: "abc", Count: 1}}}, Options{}); err == nil {
		t.Error("letters are taken for characters")
	}
}

func alikesOf(r rune) string {
	var b strings.Builder
	for _, a := range alikes()[r] {
		b.WriteRune(a.r)
	}
	return b.String()
}
