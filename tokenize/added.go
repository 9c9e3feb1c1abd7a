package tokenize

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/tokenize/internal/ucd"
)

// addedToken is a token that is matched in the text before the model is
// applied.
type addedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// addedMatcher finds added tokens: the leftmost, and the longest at each
// position.
type addedMatcher struct {
	tokens []addedToken
	trie   *doubleArray // values are indices into tokens
	first  [256]bool    // bytes with which a token begins
	single int          // the only such byte, or -1
}

// newAddedMatcher returns nil if there is nothing to find. texts are the
// strings to look for, one per token.
func newAddedMatcher(tokens []addedToken, texts []string) *addedMatcher {
	m := &addedMatcher{tokens: tokens, single: -1}
	var keys []trieKey
	firsts := 0
	for i, s := range texts {
		if s == "" {
			continue
		}
		keys = append(keys, trieKey{s, int32(i)})
		if !m.first[s[0]] {
			m.first[s[0]] = true
			m.single = int(s[0])
			firsts++
		}
	}
	if len(keys) == 0 {
		return nil
	}
	if firsts > 1 {
		m.single = -1
	}
	m.trie, _ = newDoubleArray(keys)
	return m
}

// next returns the first token in s at or after from: it matches s[start:end],
// including the spaces that the token absorbs. taken is the end of the token
// before. A token whose conditions are not met is skipped together with its
// match, as in the reference.
func (m *addedMatcher) next(s string, from int, specialAsText bool) (token *addedToken, start, end int) {
	taken := from
	for i := from; i < len(s); {
		if m.single >= 0 {
			j := strings.IndexByte(s[i:], byte(m.single))
			if j < 0 {
				return nil, 0, 0
			}
			i += j
		} else {
			for i < len(s) && !m.first[s[i]] {
				i++
			}
			if i == len(s) {
				return nil, 0, 0
			}
		}
		v, n := m.trie.longest(0, s[i:])
		if n == 0 {
			i++
			continue
		}
		start, end = i, i+n
		i = end
		token = &m.tokens[v]
		if token.Special && specialAsText {
			continue
		}
		if token.SingleWord && (endsInWord(s[:start]) || startsWithWord(s[end:])) {
			continue
		}
		if token.LStrip {
			for start > taken {
				r, size := utf8.DecodeLastRuneInString(s[taken:start])
				if !ucd.Is(r, ucd.WordSpace) {
					break
				}
				start -= size
			}
		}
		if token.RStrip {
			for end < len(s) {
				r, size := utf8.DecodeRuneInString(s[end:])
				if !ucd.Is(r, ucd.WordSpace) {
					break
				}
				end += size
			}
		}
		return token, start, end
	}
	return nil, 0, 0
}

func endsInWord(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && ucd.Is(r, ucd.Word)
}

func startsWithWord(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && ucd.Is(r, ucd.Word)
}
