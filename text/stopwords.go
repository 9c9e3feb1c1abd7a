package text

import (
	_ "embed"
	"strings"
	"sync"
)

// A Set is a set of words. The nil Set is empty. Sets are immutable and safe
// for concurrent use.
type Set struct {
	unsavedState

	words map[string]struct{}
}

// NewSet returns the set of words.
func NewSet(words ...string) *Set {
	s := &Set{words: make(map[string]struct{}, len(words))}
	for _, w := range words {
		s.words[w] = struct{}{}
	}
	return s
}

// Has reports whether word is in the set.
func (s *Set) Has(word string) bool {
	if s == nil {
		return false
	}
	_, ok := s.words[word]
	return ok
}

// Len returns the number of words in the set.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.words)
}

// With returns a set of the words of s and more.
func (s *Set) With(more ...string) *Set {
	u := NewSet(more...)
	if s != nil {
		for w := range s.words {
			u.words[w] = struct{}{}
		}
	}
	return u
}

// Without returns the set of the words of s that are not in fewer.
func (s *Set) Without(fewer ...string) *Set {
	u := s.With()
	for _, w := range fewer {
		delete(u.words, w)
	}
	return u
}

//go:generate python3 data/gen/stopwords.py data/stopwords

//go:embed data/stopwords/en_iso.txt
var enISO string

//go:embed data/stopwords/en_keep.txt
var enKeep string

//go:embed data/stopwords/en_add.txt
var enAdd string

//go:embed data/stopwords/zh_iso.txt
var zhISO string

//go:embed data/stopwords/zh_keep.txt
var zhKeep string

//go:embed data/stopwords/zh_add.txt
var zhAdd string

var (
	enStop = sync.OnceValue(func() *Set { return stopSet(enISO, enKeep, enAdd) })
	zhStop = sync.OnceValue(func() *Set { return stopSet(zhISO, zhKeep, zhAdd).With(pointers()...) })
	// Chinese reviews often contain English words, so both lists are joined.
	zhBoth = sync.OnceValue(func() *Set {
		return zhStop().With(wordList(enISO)...).With(wordList(enAdd)...).Without(wordList(enKeep)...)
	})
)

// StopWords returns the words of lang that say little about a text's subject.
// It is stopwords-iso's list (see data/stopwords/NOTICE.md), without words that
// carry meaning in users' texts (good, problem, room, …), and with some that it
// lacks. Chinese includes the English ones, since the two are often mixed. For
// other languages it returns the nil set.
func StopWords(lang Language) *Set {
	switch lang {
	case English:
		return enStop()
	case Chinese:
		return zhBoth()
	}
	return nil
}

func stopSet(iso, keep, add string) *Set {
	return NewSet(wordList(iso)...).Without(wordList(keep)...).With(wordList(add)...)
}

// pointers returns the Chinese words by which a text refers to its subject: a
// demonstrative with a measure word (这款, 那台) or with a noun of one character
// (本书, 此店). Dictionaries list them as words. They carry no more meaning than
// the noun alone, which is too short to be a keyword; but since everyone who
// writes about a book or a shop uses them, they would lead its keywords.
func pointers() []string {
	var words []string
	for _, d := range "本此该該这這那某每各哪" {
		for _, m := range "书書店机機款部台家间間件份位项項次套张張条條句段篇种種类類点點天年月日晚场場期回册冊版车車片文剧劇品" {
			words = append(words, string([]rune{d, m}))
		}
		if d != '本' { // 本本 is a notebook computer
			words = append(words, string(d)+"本", string(d)+"个", string(d)+"個")
		}
	}
	return words
}

// wordList parses one word per line, ignoring comments.
func wordList(data string) []string {
	words := strings.FieldsFunc(data, func(r rune) bool { return r == '\n' || r == '\r' })
	n := 0
	for _, w := range words {
		if !strings.HasPrefix(w, "#") {
			words[n] = w
			n++
		}
	}
	return words[:n]
}
