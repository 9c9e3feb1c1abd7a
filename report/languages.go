package report

import (
	"strings"

	"github.com/seed-56ee9438/cohort/text"
)

// languages are the English and Chinese names of the languages that package
// text/langid finds by default, except for those of rare scripts.
var languages = map[text.Language][2]string{
	text.Unknown: {"no letters", "不含文字"},
	text.Other:   {"other languages", "其他语言"},
	"ar":         {"Arabic", "阿拉伯语"},
	"bg":         {"Bulgarian", "保加利亚语"},
	"bn":         {"Bengali", "孟加拉语"},
	"cs":         {"Czech", "捷克语"},
	"da":         {"Danish", "丹麦语"},
	"de":         {"German", "德语"},
	"el":         {"Greek", "希腊语"},
	"en":         {"English", "英语"},
	"es":         {"Spanish", "西班牙语"},
	"fa":         {"Persian", "波斯语"},
	"fi":         {"Finnish", "芬兰语"},
	"fr":         {"French", "法语"},
	"he":         {"Hebrew", "希伯来语"},
	"hi":         {"Hindi", "印地语"},
	"hu":         {"Hungarian", "匈牙利语"},
	"id":         {"Indonesian", "印度尼西亚语"},
	"it":         {"Italian", "意大利语"},
	"ja":         {"Japanese", "日语"},
	"ko":         {"Korean", "韩语"},
	"nl":         {"Dutch", "荷兰语"},
	"pl":         {"Polish", "波兰语"},
	"pt":         {"Portuguese", "葡萄牙语"},
	"ro":         {"Romanian", "罗马尼亚语"},
	"ru":         {"Russian", "俄语"},
	"sv":         {"Swedish", "瑞典语"},
	"ta":         {"Tamil", "泰米尔语"},
	"th":         {"Thai", "泰语"},
	"tr":         {"Turkish", "土耳其语"},
	"uk":         {"Ukrainian", "乌克兰语"},
	"vi":         {"Vietnamese", "越南语"},
	"zh":         {"Chinese", "中文"},
}

// language returns the display name of a language, or its code if it has none.
func (l say) language(code string) string {
	if names, ok := languages[text.Language(code)]; ok {
		return names[l]
	}
	return code
}

// reads lists languages by name.
func (l say) reads(codes []text.Language) string {
	var names []string
	for _, c := range codes {
		names = append(names, l.language(string(c)))
	}
	return strings.Join(names, phrases["comma"][l])
}
