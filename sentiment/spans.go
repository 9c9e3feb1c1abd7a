package sentiment

// Span is an opinion word of a text, or a phrase, as EnglishWords or
// ChineseWords reads it.
type Span struct {
	Start, End int     // bytes [Start, End) of the text
	Value      float64 // what it adds to the text's value, with its sign inverted by a negation
	Negated    bool
	Clause     int // number of its clause in the text, ascending
}

// AppendEnglishSpans appends the opinion words of s to dst, in order: those
// that make the value of EnglishWords. A negation without a word that it inverts
// counts by itself, where its clause ends.
func AppendEnglishSpans(dst []Span, s string) []Span { return appendSpans(dst, s, readEnglish) }

// AppendChineseSpans is AppendEnglishSpans for Chinese texts, with ChineseWords.
func AppendChineseSpans(dst []Span, s string) []Span { return appendSpans(dst, s, readChinese) }

func appendSpans(dst []Span, s string, read func(string, *reading) Lexical) []Span {
	r := newReading()
	r.spans = &dst
	read(s, r)
	return dst
}
