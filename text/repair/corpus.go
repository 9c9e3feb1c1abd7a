package repair

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostWords is the number of words of a corpus that are kept.
const mostWords = 1 << 16

// Corpus is what a Repairer knows of the corpus that was counted.
type Corpus struct {
	Total int    // words counted
	Words []Word // the frequent ones, the most frequent first; at most 65,536
	// Hidden are the counts of the other frequent words, which too few users wrote
	// to write them down, by a hash: they are meant as they are, so they stay.
	Hidden map[uint64]int
	// Pairs are frequent words with another after them, separated by a space, the
	// most frequent first; at most 65,536.
	Pairs []Word
	// Han are the frequent Chinese characters, pairs and triples of them, the most
	// frequent first, at most 65,536, and HanTotal the characters counted.
	Han      []Word
	HanTotal int
	// KeepWords and KeepCharacters are as in Options: one of either suffices.
	KeepWords, KeepCharacters bool
	ErrorRate                 float64 // share of the characters that are wrong; 0: unknown
	SpaceRate                 float64 // share of the spaces that are missing
	CharacterRate             float64 // share of the Chinese characters that are wrong
	LookShare                 float64 // share of these that look like the right ones
}

// Corpus returns what New needs to make the same Repairer again. Do not change it.
func (r *Repairer) Corpus() Corpus { return r.corpus }

// Check returns an ErrWords that says what is wrong with a Corpus, or nil.
func (c *Corpus) Check() error {
	sum := 0
	for i, w := range c.Words {
		if w.Count < 1 || w.Names < 0 || w.Names > w.Count || !isWord(w.Word) {
			return fmt.Errorf("%w: word %d of the corpus is not a word with a count", ErrWords, i)
		}
		sum += w.Count
	}
	for _, n := range c.Hidden {
		if n < 1 {
			return fmt.Errorf("%w: a hidden word of the corpus occurs %d times", ErrWords, n)
		}
		sum += n
	}
	for i, w := range c.Pairs {
		if a, b, _ := strings.Cut(w.Word, " "); w.Count < 1 || !isWord(a) || !isWord(b) {
			return fmt.Errorf("%w: pair %d of the corpus is not two words with a count", ErrWords, i)
		}
	}
	for i, w := range c.Han {
		if n := utf8.RuneCountInString(w.Word); w.Count < 1 || n < 1 || n > 3 || strings.ContainsFunc(w.Word, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			return fmt.Errorf("%w: entry %d of Han is not one to three characters with a count", ErrWords, i)
		}
	}
	if c.HanTotal < 0 {
		return fmt.Errorf("%w: a corpus of %d characters", ErrWords, c.HanTotal)
	}
	if c.Total < sum || sum < 0 {
		return fmt.Errorf("%w: a corpus of %d words has %d frequent ones", ErrWords, c.Total, sum)
	}
	if !(c.ErrorRate >= 0 && c.ErrorRate < 0.5) {
		return fmt.Errorf("%w: the ErrorRate is %v, want 0 or more and less than 0.5", ErrWords, c.ErrorRate)
	}
	if !(c.SpaceRate >= 0 && c.SpaceRate < 1) {
		return fmt.Errorf("%w: the SpaceRate is %v, want 0 or more and less than 1", ErrWords, c.SpaceRate)
	}
	if !(c.LookShare >= 0 && c.LookShare < 1) {
		return fmt.Errorf("%w: the LookShare is %v, want 0 or more and less than 1", ErrWords, c.LookShare)
	}
	if !(c.CharacterRate >= 0 && c.CharacterRate < 0.5) {
		return fmt.Errorf("%w: the CharacterRate is %v, want 0 or more and less than 0.5", ErrWords, c.CharacterRate)
	}
	return nil
}

// isWord reports whether w is a word as a Counter counts it.
func isWord(w string) bool {
	return w != "" && folded(w) == w && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz'") == ""
}
