package result

import (
	"fmt"
	"strings"
)

// wordings of sentences, in English and Chinese.
var wordings = map[string][2]string{
	"fix":            {"%d of %d users who speak of the %s are unhappy with %[4]s", "谈到“%[3]s”的 %[2]d 位用户中，%[1]d 位不满意"},
	"message":        {"%d of %d users who speak of the %s are happy with %[4]s", "谈到“%[3]s”的 %[2]d 位用户中，%[1]d 位满意"},
	"different":      {" (%s of this segment, %s of the other users)", "（占本群体 %s，占其他用户 %s）"},
	"lowers":         {"; their ratings lower the segment's mean by %.2f", "；他们的评分使本群体均值降低 %.2f"},
	"raises":         {"; their ratings raise the segment's mean by %.2f", "；他们的评分使本群体均值提高 %.2f"},
	"quote":          {": “%s”", "：“%s”"},
	"recommendation": {"%s of their texts have %s, %s of all texts", "其文本中 %s 的“%s”，总体为 %s"},
}

// Sentence says a suggestion in a language, "en" or "zh", with its figures and
// its first quotation; any other language is English.
func (s *Suggestion) Sentence(lang string) string {
	i := 0
	if lang == "zh" {
		i = 1
	}
	say := func(key string, args ...any) string { return fmt.Sprintf(wordings[key][i], args...) }
	if s.Use == UseRecommendation {
		return say("recommendation", percent(s.Share), strings.Join(s.Evidence, ", "), percent(s.Others))
	}
	it := "it"
	if plural(s.Aspect) {
		it = "them"
	}
	out := say(string(s.Use), s.Count, s.Of, s.Aspect, it)
	if s.Q < SurelyDifferent && s.Share > s.Others {
		out += say("different", percent(s.Share), percent(s.Others))
	}
	switch {
	case s.Impact < 0:
		out += say("lowers", -s.Impact)
	case s.Impact > 0:
		out += say("raises", s.Impact)
	}
	if len(s.Evidence) > 0 {
		out += say("quote", s.Evidence[0])
	}
	return out
}

// plural reports whether an English aspect, which is in the singular if it has
// one, is called by its plural: jeans.
func plural(aspect string) bool {
	if !strings.HasSuffix(aspect, "s") || strings.IndexFunc(aspect, func(r rune) bool { return r >= 0x80 }) >= 0 {
		return false
	}
	for _, singular := range []string{"ss", "us", "is", "as", "os", "ens", "ps", "news", "series", "species"} {
		if strings.HasSuffix(aspect, singular) {
			return false
		}
	}
	return true
}

func percent(x float64) string {
	if x > 0 && x < 0.095 {
		return fmt.Sprintf("%.1f%%", 100*x)
	}
	return fmt.Sprintf("%.0f%%", 100*x)
}
