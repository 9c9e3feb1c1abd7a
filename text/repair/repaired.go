package repair

import (
	"cmp"
	"slices"
	"strings"
)

// Kind is the kind of a change.
type Kind uint8

const (
	Spelling   Kind = iota // a word was put right
	Spaces                 // missing spaces were put back
	Characters             // a Chinese character was put in place of one that sounds or looks alike
)

// String returns "spelling", "spaces" or "characters".
func (k Kind) String() string {
	switch k {
	case Spaces:
		return "spaces"
	case Characters:
		return "characters"
	}
	return "spelling"
}

// Change is one change of a text.
type Change struct {
	Kind Kind
	// Source bytes [From, To) of the text as it was were replaced by bytes
	// [Start, End) of the text as it is.
	From, To, Start, End int
	Was                  string  // what was written
	Confidence           float64 // from Options.MinConfidence to 1
}

// Repaired is a text with its words put right.
type Repaired struct {
	Text    string
	Changes []Change // in order; nil: nothing was changed
}

// Repair puts the words of s right. It returns the same for the same text.
func (r *Repairer) Repair(s string) Repaired {
	var all []edit
	if !r.o.KeepWords {
		all = r.words(s)
		if all != nil && foreign(s) && stillForeign(edited(s, all).Text) {
			all = nil
		}
	}
	if !r.o.KeepCharacters {
		if chars := r.characters(s, r.CharacterRate(), r.o.MinConfidence); chars != nil {
			all = append(all, chars...)
			slices.SortFunc(all, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
		}
	}
	return edited(s, all)
}

// edited makes edits, in order.
func edited(s string, all []edit) Repaired {
	if all == nil {
		return Repaired{Text: s}
	}
	var out Repaired
	var b strings.Builder
	done := 0
	for _, e := range all {
		b.WriteString(s[done:e.from])
		start := b.Len()
		b.WriteString(e.text)
		out.Changes = append(out.Changes, Change{e.kind, e.from, e.to, start, b.Len(), s[e.from:e.to], e.confidence})
		done = e.to
	}
	b.WriteString(s[done:])
	out.Text = b.String()
	return out
}

// words returns the words of s that are put right.
func (r *Repairer) words(s string) []edit {
	var out []edit
	for _, w := range r.pairs.read(r.inText(s), r.o.MinConfidence) {
		if w.pick == nil {
			continue
		}
		if w.form == mixed && len(w.pick.words) > 1 {
			if e := humped(s, w); e != nil {
				out = append(out, *e)
			}
			continue
		}
		written := make([]string, len(w.pick.words))
		for i, x := range w.pick.words {
			f := w.form
			if i > 0 && f == capital {
				f = lower
			}
			written[i] = f.as(x)
		}
		kind := Spelling
		if len(written) > 1 {
			kind = Spaces
		}
		out = append(out, edit{kind, w.from, w.to, strings.Join(written, " "), w.sure})
	}
	return out
}

// humped takes words run together apart and keeps their capitals: nil if there is one
// within a part that is not all in upper case.
func humped(s string, w inText) *edit {
	var parts []string
	at := w.from
	for _, x := range w.pick.words {
		part := s[at : at+len(x)]
		if t := (token{start: at, end: at + len(x)}); t.humps(s) {
			return nil
		}
		parts = append(parts, part)
		at += len(x)
	}
	return &edit{Spaces, w.from, w.to, strings.Join(parts, " "), w.sure}
}

// Original returns the text as it was.
func (r *Repaired) Original() string {
	var b strings.Builder
	done := 0
	for _, c := range r.Changes {
		b.WriteString(r.Text[done:c.Start])
		b.WriteString(c.Was)
		done = c.End
	}
	b.WriteString(r.Text[done:])
	return b.String()
}

// Source returns the bytes [from, to) of the source text that Text[start:end]
// came from; a range that touches a changed word includes all of it. It panics
// if start and end are not in Text.
func (r *Repaired) Source(start, end int) (from, to int) {
	_ = r.Text[start:end]
	return r.source(start, false), max(r.source(end, true), r.source(start, false))
}

// source returns where position at was: if it is within a change, where that
// ends or begins.
func (r *Repaired) source(at int, end bool) int {
	shift := 0
	for _, c := range r.Changes {
		switch {
		case end && at <= c.Start, !end && at < c.Start:
			return at + shift
		case end && at < c.End:
			return c.To
		case !end && at < c.End:
			return c.From
		}
		shift = c.To - c.End
	}
	return at + shift
}

// Share returns the share of the words counted that r would change: a measure
// of how noisy a corpus is.
func (r *Repairer) Share(c *Counter) float64 {
	if c.total == 0 {
		return 0
	}
	n, all := 0, 0
	for w, m := range c.counts {
		if r.meant(w, lower).best(r.o.MinConfidence) != nil {
			n += m.all - m.names
		}
		all += m.all - m.names
	}
	return float64(n) / float64(max(all, 1))
}
