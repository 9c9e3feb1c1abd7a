package profile

import (
	"slices"
	"strings"
	"unicode"
)

// asks reports whether a sentence is a question, with its mark or, as people often
// write them, without: by its first words, or by the particles of Chinese. What may be
// an assertion whose subject is left out ("Was there last week", "Is a great phone")
// is none.
func asks(said string) bool {
	s := strings.TrimRightFunc(said, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("!！\"”’')）", r) })
	if strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") {
		return true
	}
	exclaims := strings.ContainsAny(said[len(s):], "!！") // "Was I surprised!"
	return asksChinese(s) || !exclaims && asksEnglish(opening(s))
}

// wonders reports whether a sentence is a question that leaves open whether what it
// says is so: "Is the battery bad?" does, "Why is the battery so bad?" does not.
func wonders(s string) bool {
	if !asks(s) {
		return false
	}
	for _, w := range [...]string{"为什么", "为啥", "为何", "怎么", "干嘛", "凭什么"} {
		if strings.Contains(s, w) {
			return false
		}
	}
	w := opening(s)
	switch w[0] {
	case "why":
		return false
	case "how":
		return w[1] != "come" && w[1] != "can" && w[1] != "could"
	}
	return true
}

// opening returns the first words of a sentence in lower case, "" where it has fewer.
func opening(s string) (w [3]string) {
	n := 0
	for f := range strings.FieldsSeq(s) {
		f = strings.ToLower(strings.Trim(f, "\"“”‘'(（.,:;…*-"))
		if f == "" {
			continue
		}
		if w[n] = f; n == len(w)-1 {
			break
		}
		n++
	}
	return w
}

var (
	persons   = []string{"i", "you", "he", "she", "we", "they", "anyone", "anybody", "someone", "somebody", "everyone", "everybody", "any", "u"}
	things    = []string{"it", "this", "that", "these", "those"}
	articles  = []string{"the", "a", "an", "my", "your", "our", "their", "his", "her", "its"}
	be        = []string{"is", "are", "am", "was", "were", "isn't", "aren't", "wasn't", "weren't"}
	modals    = []string{"can", "could", "will", "would", "can't", "couldn't", "won't", "wouldn't", "shouldn't", "does", "doesn't"}
	do        = []string{"do", "did", "have", "has", "don't", "didn't", "haven't", "hasn't"}
	asking    = []string{"know", "knows", "tried", "have", "has", "had", "use", "used", "using", "recommend", "else", "got", "seen", "heard", "notice", "noticed", "experience", "experienced"}
	wanted    = []string{"idea", "ideas", "suggestion", "suggestions", "recommendation", "recommendations", "advice", "tips", "thoughts", "chance", "luck"}
	wherefore = []string{"how", "why", "where", "when"}
)

// asksEnglish reports whether the first words are those of a question.
func asksEnglish(w [3]string) bool {
	in := slices.Contains[[]string]
	subject := in(persons, w[1]) || in(things, w[1])
	switch {
	case in(be, w[0]):
		return subject || w[1] == "there" && w[0] != "was" && w[0] != "were" // "Was there last week"
	case in(modals, w[0]):
		return subject || in(articles, w[1]) || w[1] == "there"
	case w[0] == "should":
		return w[1] == "i" || w[1] == "we" // "Should you need a good one, …" is a condition, as "Had I …" is
	case in(do, w[0]):
		return in(persons, w[1]) // "Had it for years", "Did this twice"
	case w[0] == "anyone" || w[0] == "anybody":
		return in(asking, w[1])
	case w[0] == "any":
		return in(wanted, w[1])
	case in(wherefore, w[0]):
		verb := in(be, w[1]) || in(modals, w[1]) || in(do, w[1])
		return verb && (in(persons, w[2]) || in(things, w[2]) || in(articles, w[2]) || w[2] == "there") || w[0] == "how" && (w[1] == "to" || w[1] == "come")
	case w[0] == "what" || w[0] == "which" || w[0] == "who":
		return (in(modals, w[1]) || in(do, w[1])) && in(persons, w[2])
	}
	return false
}

// asksChinese reports whether a sentence without its last mark is a question by its
// particles.
func asksChinese(s string) bool {
	s = strings.TrimRight(s, "。.…~～ ")
	if strings.HasSuffix(s, "吗") || strings.HasPrefix(s, "请问") {
		return true
	}
	for _, w := range [...]string{"不管", "无论", "不论", "看看", "看是不是"} {
		if strings.Contains(s, w) {
			return false
		}
	}
	for _, w := range [...]string{"有没有", "能不能", "是不是", "会不会", "可不可以"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
