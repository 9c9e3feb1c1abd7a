package clean

import (
	"iter"
	"slices"

	"github.com/seed-56ee9438/cohort/text"
)

// Step is one step of cleaning.
type Step uint8

// The steps, in the order in which they run.
const (
	Encoding   Step = iota // decodes into valid UTF-8; repairs mojibake
	HTML                   // removes tags, comments and scripts; decodes entities
	Invisible              // removes control, zero-width and direction characters
	Form                   // Unicode normal form, full-width letters and digits
	Simplified             // converts traditional characters to simplified ones
	SiteMarks              // removes what sites, apps and mail programs add and quote; decodes escapes (\n, _x000D_) and emotes ([赞])
	URLs                   // links
	Mentions               // @name
	Hashtags               // #word
	Emoji                  // emoji and emoticon characters
	Repeats                // sooooo, !!!!!!, 哈哈哈哈哈
	Space                  // white space
	NumSteps   = int(Space) + 1
)

var stepNames = [NumSteps]string{"encoding", "html", "invisible", "form", "simplified", "site_marks", "urls", "mentions", "hashtags", "emoji", "repeats", "space"}

// String returns the step's name in lower case.
func (s Step) String() string {
	if int(s) < NumSteps {
		return stepNames[s]
	}
	return "unknown"
}

// Treatment is what a step does with what it finds.
type Treatment uint8

// The values of Treatment.
const (
	Default Treatment = iota // see the option
	Keep                     // leave it unchanged
	Drop                     // remove it
	Replace                  // replace it by a word; see the option
)

// NormalForm is a Unicode normal form.
type NormalForm uint8

// The values of NormalForm.
const (
	// Width composes characters (NFC), makes full-width letters, digits and signs
	// half-width, and makes half-width kana full-width. Unlike NFKC it leaves
	// Chinese punctuation unchanged.
	Width    NormalForm = iota
	NFC                 // canonical composition
	NFKC                // compatibility composition: ﬁ -> fi, ² -> 2, ！ -> !
	KeepForm            // unchanged
)

// Options configures a Cleaner. The zero value repairs, strips and tidies, and
// leaves the words unchanged.
type Options struct {
	KeepHTML  bool       // leave tags and entities
	Form      NormalForm // default Width
	Simplify  bool       // convert traditional Chinese characters to simplified ones
	KeepSite  bool       // leave what sites, apps and mail programs add
	URLs      Treatment  // default Drop; Replace writes "[url]"
	Mentions  Treatment  // default Keep; Replace writes "[handle]"
	Hashtags  Treatment  // default Replace: the word without its sign, CamelCase and _ split, except for trailing hashtags (see package marks)
	Emoji     Treatment  // default Keep; Replace writes the name in the text's language, such as "thumbs up" or "拇指向上"
	MaxRepeat int        // maximum length of a run of the same letter, Chinese character or mark; 0 means 3, negative no limit; digits are never changed
	KeepLines bool       // keep line breaks, at most two in a row; otherwise each run of white space becomes one space
	MinRunes  int        // texts with fewer letters and digits are too short; 0 means 1
	NoOffsets bool       // do not track the source of each byte: faster
}

// A Cleaner cleans texts. It is immutable and safe for concurrent use.
type Cleaner struct {
	unsavedState

	o     Options
	steps []pass
}

// pass is a step that a Cleaner runs.
type pass struct {
	step     Step
	looksFor traits // the step runs on texts that have any of these
	run      func(*editor)
}

// New returns a Cleaner.
func New(o Options) *Cleaner {
	def := func(t *Treatment, to Treatment) {
		if *t == Default {
			*t = to
		}
	}
	def(&o.URLs, Drop)
	def(&o.Mentions, Keep)
	def(&o.Hashtags, Replace)
	def(&o.Emoji, Keep)
	if o.MaxRepeat == 0 {
		o.MaxRepeat = 3
	}
	if o.MinRunes == 0 {
		o.MinRunes = 1
	}
	return &Cleaner{o: o, steps: o.passes()}
}

// passes returns the steps requested in the options, without the first, which
// decodes.
func (o Options) passes() []pass {
	return slices.DeleteFunc([]pass{
		{Encoding, high, mojibake},
		{HTML, when(!o.KeepHTML, markup), markupOut},
		{Invisible, high | control, invisible},
		{Form, when(o.Form != KeepForm, high), func(e *editor) { normalize(e, o.Form) }},
		{Simplified, when(o.Simplify, high), simplify},
		{SiteMarks, when(!o.KeepSite, anything), siteMarks},
		{URLs, when(o.URLs != Keep, link), func(e *editor) { links(e, o.URLs) }},
		{Mentions, when(o.Mentions != Keep, sign), func(e *editor) { mentions(e, o.Mentions) }},
		{Hashtags, when(o.Hashtags != Keep, hash|high), func(e *editor) { hashtags(e, o.Hashtags) }},
		{Emoji, when(o.Emoji != Keep, high), func(e *editor) { pictures(e, o.Emoji) }},
		{Repeats, when(o.MaxRepeat > 0, row|high), func(e *editor) { repeats(e, o.MaxRepeat) }},
		{Space, space | high, func(e *editor) { spaces(e, o.KeepLines) }},
	}, func(p pass) bool { return p.looksFor == 0 })
}

// when returns the traits that a step looks for, or none if the step is not
// requested.
func when(asked bool, t traits) traits {
	if !asked {
		return 0
	}
	return t
}

// Cleaned is a cleaned text.
type Cleaned struct {
	unsavedState

	Text     string
	Short    bool          // it has fewer letters and digits than Options.MinRunes
	Steps    Steps         // the steps that changed it
	Charset  string        // the source encoding: "utf-8", "gb18030", "utf-16le", "utf-16be", "windows-1252", "utf-8 with errors"
	Language text.Language // detected by script
	start    []int32       // for each byte of Text, where its source begins; nil: offsets are unchanged
	end      []int32       // for each byte of Text, where its source ends
}

// Steps is a set of steps.
type Steps uint16

// Has reports whether the set contains s.
func (t Steps) Has(s Step) bool { return t>>s&1 != 0 }

// All ranges over the steps of the set, in the order in which they run.
func (t Steps) All() iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for s := range Step(NumSteps) {
			if t.Has(s) && !yield(s) {
				return
			}
		}
	}
}

// Source returns the bytes [from, to) of the source text that Text[start:end]
// came from. It panics if start and end are not in Text. An empty range gives
// the empty range before the next byte's source. With NoOffsets the result is
// meaningless.
func (c *Cleaned) Source(start, end int) (from, to int) {
	_ = c.Text[start:end]
	if c.start == nil {
		return start, end
	}
	if len(c.start) == 0 {
		return 0, 0
	}
	if start == end {
		if start == len(c.start) {
			p := int(c.end[start-1])
			return p, p
		}
		return int(c.start[start]), int(c.start[start])
	}
	return int(c.start[start]), int(c.end[end-1])
}

// String cleans s, which may have any of the encodings that Bytes detects.
func (c *Cleaner) String(s string) Cleaned { return c.clean(s, traitsOf) }

// clean cleans s. A step runs if has reports any of the traits it looks for.
func (c *Cleaner) clean(s string, has func(s string, most int) traits) Cleaned {
	e := editor{s: s, track: !c.o.NoOffsets}
	out := Cleaned{Charset: "utf-8"}
	out.run(&e, Encoding, func(e *editor) { out.Charset = decode(e) })
	now := has(e.s, c.o.MaxRepeat)
	for _, p := range c.steps {
		if now&p.looksFor != 0 && out.run(&e, p.step, p.run) {
			now = has(e.s, c.o.MaxRepeat)
		}
	}
	out.Text, out.start, out.end = e.s, e.start, e.end
	out.Language = text.Detect(out.Text)
	out.Short = letters(out.Text, c.o.MinRunes) < c.o.MinRunes
	return out
}

// run runs a step and records whether it changed the text.
func (c *Cleaned) run(e *editor, step Step, f func(*editor)) bool {
	before := e.s
	if !e.pass(f) || e.s == before {
		return false
	}
	c.Steps |= 1 << step
	return true
}

// Bytes cleans raw bytes: UTF-8 with or without a byte order mark or errors,
// UTF-16, GB18030 (with GBK and GB2312) or Windows-1252. The encoding is
// detected by which of them decodes. Offsets refer to b.
func (c *Cleaner) Bytes(b []byte) Cleaned { return c.String(string(b)) }
