package repair

import (
	"strings"
)

// Kind is the kind of a change.
type Kind uint8

const (
	Spelling Kind = iota // a word was put right
	Spaces               // missing spaces were put back
)

// String returns "spelling" or "spaces".
func (k Kind) String() string {
	if k == Spaces {
		return "spaces"
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
	out := Repaired{Text: s}
	var b strings.Builder
	done := 0
	for t := range words(s) {
		from, to := t.start, t.end
		for from < to && s[from] == '\'' {
			from++
		}
		for from < to && s[to-1] == '\'' {
			to--
		}
		g := r.meant(strings.ToLower(s[from:to]), t.form)
		if g.words == nil {
			continue
		}
		b.WriteString(s[done:from])
		start := b.Len()
		for i, w := range g.words {
			f := t.form
			if i > 0 {
				b.WriteByte(' ')
				if f == capital {
					f = lower
				}
			}
			b.WriteString(f.as(w))
		}
		kind := Spelling
		if len(g.words) > 1 {
			kind = Spaces
		}
		out.Changes = append(out.Changes, Change{kind, from, to, start, b.Len(), s[from:to], g.confidence})
		done = to
	}
	if out.Changes == nil {
		return out
	}
	b.WriteString(s[done:])
	out.Text = b.String()
	if foreign(s) && stillForeign(out.Text) {
		return Repaired{Text: s}
	}
	return out
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
		if r.meant(w, lower).words != nil {
			n += m.all - m.names
		}
		all += m.all - m.names
	}
	return float64(n) / float64(max(all, 1))
}
