package profile

import (
	"slices"
	"strings"
	"unicode"
)

// question is how a sentence asks.
type question uint8

const (
	asserts  question = iota // it does not
	presumes                 // it takes what it says for granted: "Why is the battery so bad?"
	wonders                  // it leaves open whether that is so: "Is the battery bad?"
)

// questionOf tells questions from assertions, by their mark or, as people often leave
// it out, by their first words and by the particles of Chinese. What may be an
// assertion without its subject ("Was there last week", "Is a great phone") is one.
func questionOf(said string) question {
	s := strings.TrimRightFunc(said, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("!！\"”’')）", r) })
	first := opening(s)
	if !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "？") && !asksChinese(s) {
		exclaims := strings.ContainsAny(said[len(s):], "!！") // "Was I surprised!"
		if exclaims || !asksEnglish(first) {
			return asserts
		}
	}
	if presumesEnglish(first) || containsAny(s, "为什么", "为啥", "为何", "怎么", "干嘛", "凭什么") {
		return presumes
	}
	return wonders
}

// presumesEnglish reports whether a question with these first words takes what it says
// for granted.
func presumesEnglish(w [3]string) bool {
	return w[0] == "why" || w[0] == "how" && (w[1] == "come" || w[1] == "can" || w[1] == "could")
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
	return !containsAny(s, "不管", "无论", "不论", "看看", "看是不是") && containsAny(s, "有没有", "能不能", "是不是", "会不会", "可不可以")
}

// containsAny reports whether s contains one of the words.
func containsAny(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}
