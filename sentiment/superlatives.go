package sentiment

import (
	"strings"
	"unicode/utf8"
)

// Some phrases look like negations and are superlatives of the word that they
// hold, whether it is good or bad: could not be better, 没有比这更差的了.

// couldBeMore matches "could not be better" and the like at the start of words,
// which is a superlative in either direction. It returns the valence and the
// number of words.
func couldBeMore(l *lexicon, words []string) (valence float64, n int) {
	switch {
	case len(words) > 2 && (words[0] == "could" || words[0] == "can") && (words[1] == "not" || words[1] == "never"):
		n = 2
	case words[0] == "never" || words[0] == "nothing":
		return neverMore(l, words)
	case words[0] == "couldn't" || words[0] == "can't" || words[0] == "cannot" || words[0] == "could":
		n = 1
	default:
		return 0, 0
	}
	for n < len(words) && n < 7 && words[n] != "" {
		w := words[n]
		n++
		switch w {
		case "be", "have", "been", "get", "got", "find", "found", "ask", "for", "any", "it", "a", "an", "much", "done", "with":
			continue
		case "more", "less":
			if n < len(words) {
				if e, ok := l.word(words[n]); ok && e.valence != 0 {
					return e.valence * stressed, n + 1
				}
			}
			return 0, 0
		}
		if e, ok := l.word(w); ok && e.valence != 0 && (strings.HasSuffix(w, "er") || w == "worse") {
			return e.valence * stressed, n
		}
		return 0, 0
	}
	return 0, 0
}

// neverMore matches "never been happier" and "nothing is worse" at the start of
// words, like couldBeMore.
func neverMore(l *lexicon, words []string) (valence float64, n int) {
	for n = 1; n < len(words) && n < 5 && words[n] != ""; n++ {
		w := words[n]
		switch w {
		case "been", "had", "felt", "seen", "owned", "used", "tasted", "slept", "is", "feels", "be", "could", "can", "a", "an", "any":
			continue
		}
		e, ok := l.word(w)
		if w == "more" && n+1 < len(words) {
			n++
			e, ok = l.word(words[n])
		} else if w != "worse" && !strings.HasSuffix(w, "er") {
			return 0, 0
		}
		if !ok || e.valence == 0 || e.use == negates {
			return 0, 0
		}
		return e.valence * stressed, n + 1
	}
	return 0, 0
}

// The Chinese phrases, by what stands before and after the word.
var (
	// No other is more so: 没有比这更好的了, 没有更差的了.
	noneMore = []string{
		"没有比", "没比", "没见过比", "没用过比", "没吃过比", "没看过比", "没去过比", "没穿过比", "没遇到过比", "没有什么比", "没什么比", "没有谁比", "没人比",
		"找不到比", "找不出比", "再没有比", "再也没有比", "再也找不到比", "想不出比",
	}
	// It cannot be more so: 不能再好, 好得不能再好.
	noFurther = []string{
		"不能再", "不能更", "无法再", "无法更", "没法再", "没法更", "不可能再", "不可能更", "不会有更", "没有更", "没更", "找不到更", "不会再有更", "再也没有更", "再没有更",
		"没见过这么", "没见过那么", "从来没见过这么", "从没见过这么", "没用过这么", "从来没用过这么", "从没用过这么", "没吃过这么", "从来没吃过这么", "从没吃过这么",
		"没住过这么", "没看过这么", "没遇到过这么", "没碰到过这么", "从未见过这么", "从未用过这么", "头一次见到这么", "第一次见到这么",
	}
	// It is so beyond words: 不要太好, 别提多差了, 不是一般的好.
	beyondWords = []string{
		"不要太", "别提多", "别提有多", "甭提多", "甭提有多", "不知道有多", "不知道多", "不知有多", "不知多", "不晓得多", "不晓得有多", "要多", "不是一般的", "不是一般地", "不是一般", "不是一点点的",
		"不是一点点", "不止一点点", "说不出的", "说不出地", "说不尽的", "道不尽的", "好不", "没有最", "岂止是", "何止是", "岂止", "何止",
	}
	// Two negations that make one assertion: 没有人不满意, 不能不说差.
	twice = []string{
		"没有不", "没有人不", "没人不", "没有一个不", "没一个不", "没有谁不", "无人不", "无一不", "无不", "不能不", "不得不", "不可不", "不可谓不", "没法不", "无法不", "谁能不", "谁不", "哪能不", "怎能不",
		"怎么能不", "怎么会不", "哪会不", "岂能不", "岂不", "难道不", "难道还不", "谁说不", "不是不", "并不是不", "不会不", "不可能不", "没理由不", "没有理由不", "由不得不",
	}
	// What lies between the two: 不能不说是良心.
	saying = []string{"说是", "说", "承认", "称赞", "夸", "赞", "佩服", "觉得", "感到", "够", "太", "很", "这么", "那么", "的", "地", "有多", "多"}
	// Degrees after the word: 好得不得了, 差到不行, 好吃死了.
	joining = []string{"得", "到", "的", "地", ""}
	degrees = []string{
		"不得了", "不行", "不要不要的", "不像话", "没话说", "没话讲", "没得说", "没得挑", "没谁了", "没边了", "没边", "没朋友", "无话可说", "无法形容", "无以复加", "无与伦比", "没法说", "说不出话", "难以形容",
		"不能再", "要命", "要死", "很", "离谱", "出奇", "飞起", "过分", "一批", "一匹", "一塌糊涂", "惊人", "令人发指", "爆表", "爆炸",
	}
	endings = []string{"不过了", "不过", "死了", "爆了", "极了", "坏了", "惨了", "翻了", "哭了", "透了", "疯了", "得慌", "无比", "至极", "才怪"}
)

// chineseTurn matches such a phrase at the start of s. It returns the valence
// of the phrase and its length in bytes, 0 if there is none.
func (l *lexicon) chineseTurn(s string) (valence float64, n int) {
	if v, n := l.comparison(s); n > 0 {
		return v, n
	}
	for _, c := range []struct {
		before []string
		least  float64 // valence of the word
		weight float64
	}{{noFurther, 0.3, stressed}, {beyondWords, 0.5, stressed}, {twice, 0.3, 1}} {
		if v, n := l.framed(s, c.before, c.least); n > 0 {
			return v * c.weight, n
		}
	}
	return l.degree(s)
}

// framed matches one of the phrases and the word that it strengthens.
func (l *lexicon) framed(s string, before []string, least float64) (valence float64, n int) {
	n = longestPrefix(s, before)
	if n == 0 || strings.HasPrefix(s, "好不好") || strings.HasPrefix(s, "好不容易") {
		return 0, 0
	}
	for {
		size, v := l.feeling(s[n:])
		if size > 0 && (v >= least || v <= -least) {
			return v, n + size
		}
		more := longestPrefix(s[n:], saying)
		if more == 0 {
			return 0, 0
		}
		n += more
	}
}

// comparison matches 没有比这更好的: the word follows 更 within a few
// characters, or ends them before 的.
func (l *lexicon) comparison(s string) (valence float64, n int) {
	n = longestPrefix(s, noneMore)
	if n == 0 {
		return 0, 0
	}
	const within = 12
	more := false
	for i := 0; i < within && n < len(s); i++ {
		if step := longestPrefix(s[n:], []string{"更加", "更", "还要", "还", "再"}); step > 0 {
			more = true
			n += step
			continue
		}
		size, v := l.feeling(s[n:])
		if size > 0 && (more || strings.HasPrefix(s[n+size:], "的")) {
			return v * stressed, n + size
		}
		r, size := utf8.DecodeRuneInString(s[n:])
		if strings.ContainsRune("，。！？；,.!?; \n", r) {
			break
		}
		n += size
	}
	return 0, 0
}

// degree matches a word and a degree after it: 好得不得了.
func (l *lexicon) degree(s string) (valence float64, n int) {
	n, v := l.feeling(s)
	if n == 0 {
		return 0, 0
	}
	for _, j := range joining {
		rest, ok := strings.CutPrefix(s[n:], j)
		if !ok {
			continue
		}
		if size := longestPrefix(rest, degrees); size > 0 && (j != "" || strings.HasPrefix(rest, "无")) {
			return v * stressed, n + len(j) + size
		}
	}
	if size := longestPrefix(s[n:], endings); size > 0 {
		return v * stressed, n + size
	}
	return 0, 0
}

// feeling returns the length of the word at the start of s and its valence if it
// has one.
func (l *lexicon) feeling(s string) (n int, valence float64) {
	if n, e, ok := l.longestAt(s); ok && e.use != negates && e.use != stresses && e.use != parts && e.use != passes && e.valence != 0 {
		return n, e.valence
	}
	return 0, 0
}

// longestPrefix returns the length of the longest of the prefixes that s has.
func longestPrefix(s string, prefixes []string) int {
	most := 0
	for _, p := range prefixes {
		if len(p) > most && strings.HasPrefix(s, p) {
			most = len(p)
		}
	}
	return most
}
