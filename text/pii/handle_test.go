package pii

import "testing"

// A Chinese handle ends before white space, punctuation and words that carry the
// sentence on; what runs on further is cut at the longest a name may be.
func TestHandlesInChinese(t *testing.T) {
	t.Parallel()
	d := detector(t, Options{Types: []Type{Handle}})
	for text, want := range map[string][]string{
		"@小明说 今天去":            {"@小明"},
		"@小明说这家店不错":           {"@小明"},
		"@小明你好，收到了吗":          {"@小明"},
		"@苏州老王 你要的发了":         {"@苏州老王"},
		"谢谢@追风的少年，解决了":        {"@追风的少年"},
		"@我爱中国：看":             {"@我爱中国"},
		"@abc你好":              {"@abc"},
		"@晴天Sunny，快来看":        {"@晴天Sunny"},
		"@张三丰、@李四光":           {"@张三丰", "@李四光"},
		"@阿杰数码请问什么时候补货":       {"@阿杰数码"},
		"@一二三四五六七八九十甲乙丙丁戊己庚辛": {"@一二三四五六七八九十甲乙丙丁戊"},
		"@客服 在吗":              nil, // a role, not a person, wherever it stands
		"投诉 @客服，没人理 @客服":      nil,
		"@客服你们什么时候发货":         nil,
		"@官方客服 @群主 出来解释":      nil,
		"@客服小美 很耐心":           {"@客服小美"},
		"ｔｈａｎｋｓ ＠ｅｖｅ＿ｚｈｏｕ":    {"＠ｅｖｅ＿ｚｈｏｕ"},
		"see @angular/core":   nil,
		"by @anna.lee.":       {"@anna.lee"},
		"logo@2x and @3x.png": nil,
		"@Override":           nil,
		"@7点集合 @3折起 明早@10点":   nil,
		"四折@全场 @各位":           nil,
		"@3号楼下等":              nil,
		"@97阿星":               {"@97阿星"},
		"@ann_lee/@bo_west":   {"@ann_lee", "@bo_west"},
		"太好看 L小红的微博视频":        {"小红"}, // what Weibo writes for a link to a video
		"L雷军_2024的秒拍视频":       {"雷军_2024"},
		"我看了小红的微博视频":          nil,
		"XML的微博视频":            nil,
		"@小月亮/@大太阳 看":         {"@小月亮", "@大太阳"},
	} {
		var got []string
		for _, s := range find(t, d, text) {
			got = append(got, text[s.Start:s.End])
		}
		if len(got) != len(want) {
			t.Errorf("%q: %q, want %q", text, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
	}
}
