package keyword

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
)

// spellings holds the forms of one term in each segment that uses it, in
// ascending order of segments.
type spellings []segmentForms

type segmentForms struct {
	segment int
	forms
}

// of returns the forms of a segment, which are added if there are none.
func (s *spellings) of(segment int) *forms {
	at, ok := slices.BinarySearchFunc(*s, segment, func(f segmentForms, segment int) int { return cmp.Compare(f.segment, segment) })
	if !ok {
		*s = slices.Insert(*s, at, segmentForms{segment: segment})
	}
	return &(*s)[at].forms
}

// commonest returns the spelling that is the most frequent in a segment. If two
// are equally frequent there, the one that is more frequent in all segments goes
// first; all segments decide about the capitals, too, if those of the segment are
// not sure.
func (s spellings) commonest(segment int) string {
	var all forms
	for _, f := range s {
		all.join(&f.forms)
	}
	at, ok := slices.BinarySearchFunc(s, segment, func(f segmentForms, segment int) int { return cmp.Compare(f.segment, segment) })
	if !ok {
		return all.commonest()
	}
	var best *form
	var overall *form
	for i := range s[at].list {
		w := &s[at].list[i]
		total := all.find(w.lower)
		if best == nil || cmp.Or(cmp.Compare(w.n, best.n), cmp.Compare(total.n, overall.n), cmp.Compare(best.lower, w.lower)) > 0 {
			best, overall = w, total
		}
	}
	if best == nil {
		return all.commonest()
	}
	if best.small == 0 && len(best.cased) == 0 {
		best = overall
	}
	return best.written()
}

// forms counts the spellings of one term: battery or batteries, iPod or ipod.
// The zero value is empty.
type forms struct{ list []form }

// form is a spelling in lower case: an inflection, hyphenated or not.
type form struct {
	lower string
	n     int32
	small int32 // how many of n are surely in lower case
	cased []cased
}

// cased is a spelling of a form with capitals.
type cased struct {
	text string
	n    int32
}

// add counts one occurrence: lower is the term in lower case, written as it
// occurs, and sure reports whether its capitals are its own (see written). The
// strings are copied if they are kept.
func (f *forms) add(lower, written string, sure bool) {
	w := f.find(lower)
	if w == nil {
		f.list = append(f.list, form{lower: strings.Clone(lower)}) // a substring of a text, which must not be kept alive
		w = &f.list[len(f.list)-1]
	}
	w.n++
	switch {
	case !sure:
	case written == lower:
		w.small++
	default:
		for i := range w.cased {
			if w.cased[i].text == written {
				w.cased[i].n++
				return
			}
		}
		w.cased = append(w.cased, cased{strings.Clone(written), 1})
	}
}

// find returns the form with this spelling in lower case, nil if there is none.
func (f *forms) find(lower string) *form {
	for i := range f.list {
		if f.list[i].lower == lower {
			return &f.list[i]
		}
	}
	return nil
}

// commonest returns the most frequent spelling. It first selects the form,
// regardless of capitals, with ties broken alphabetically; then its capitals,
// with ties going to lower case. The result does not depend on the order of
// add. It is "" if nothing was added.
func (f *forms) commonest() string {
	if len(f.list) == 0 {
		return ""
	}
	best := &f.list[0]
	for i := range f.list[1:] {
		if w := &f.list[i+1]; cmp.Or(cmp.Compare(w.n, best.n), cmp.Compare(best.lower, w.lower)) > 0 {
			best = w
		}
	}
	return best.written()
}

// written returns the form with the capitals that most write, with ties going to
// lower case.
func (w *form) written() string {
	written, n := w.lower, w.small
	for _, c := range w.cased {
		if c.n > n || c.n == n && written != w.lower && c.text < written {
			written, n = c.text, c.n
		}
	}
	return written
}

// written returns token t of s as it is written, without the endings that
// t.Text has lost, and whether its capitals are its own: the first word of a
// sentence has a capital in any case.
func written(s string, t text.Token) (as string, sure bool) {
	raw := s[t.Start:t.End]
	if strings.HasPrefix(raw, t.Text) {
		return t.Text, true
	}
	if len(raw) < len(t.Text) || strings.ToLower(raw[:len(t.Text)]) != t.Text {
		return t.Text, false // another apostrophe, or letters whose cases differ in length
	}
	raw = raw[:len(t.Text)]
	_, n := utf8.DecodeRuneInString(raw)
	if strings.ToLower(raw[n:]) == raw[n:] && !lettersName(raw[n:]) && beginsSentence(s[:t.Start]) {
		return t.Text, false
	}
	return raw, true
}

// lettersName reports whether rest makes the capital before it part of a name,
// as in C++ and T恤, which keeps its capital anywhere.
func lettersName(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return r == '+' || r == '#' || text.IsHan(r)
}

// beginsSentence reports whether what follows before is the first word of a
// sentence or a line.
func beginsSentence(before string) bool {
	for len(before) > 0 {
		r, n := utf8.DecodeLastRuneInString(before)
		switch {
		case r == '\n' || strings.ContainsRune(".!?:;。！？：；…", r):
			return true
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == ',' || r == '，' || r == '、':
			return false
		}
		before = before[:len(before)-n]
	}
	return true
}

// shouted reports whether s is in a script with capitals and most of its
// letters are capitals, so that they say nothing about its words.
func shouted(s string) bool {
	capitals, small := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLower(r):
			small++
		case unicode.IsLetter(r): // a script without capitals: XP in Chinese is not shouting
			return false
		}
	}
	return capitals > small
}

// phrase joins the tokens run of s, in lower case and as written, with a space
// between tokens that do not touch. In a shouted text sure is false.
func phrase(s string, run []text.Token, shouted bool) (lower, as string, sure bool) {
	if len(run) == 1 {
		lower = run[0].Text
		as, sure = written(s, run[0])
		return lower, as, sure && !shouted
	}
	var l, w strings.Builder
	sure = !shouted
	for j, t := range run {
		if j > 0 && t.Start > run[j-1].End {
			l.WriteByte(' ')
			w.WriteByte(' ')
		}
		one, own := written(s, t)
		l.WriteString(t.Text)
		w.WriteString(one)
		sure = sure && own
	}
	return l.String(), w.String(), sure
}
