package langid

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"

	"github.com/seed-56ee9438/cohort/text"
)

// ErrLanguage is the error for a language that the model does not know.
var ErrLanguage = errors.New("langid: unknown language")

// DefaultLanguages are those told apart in Latin, Cyrillic, Arabic, Hebrew,
// Devanagari and Ethiopic letters where Options.Languages is empty: the larger
// ones on the web. A language that is not asked for is taken for one like it, and
// every further language makes short texts less sure.
var DefaultLanguages = []text.Language{
	"en", "es", "de", "fr", "pt", "it", "nl", "pl", "tr", "id", "vi", "sv", "da", "cs", "hu", "ro", "fi",
	"ru", "uk", "bg", "ar", "fa", "he", "hi",
}

// Options of a Detector. The zero value is ready.
type Options struct {
	// Languages are those that may be found, as ISO 639-1 codes; empty means
	// DefaultLanguages. Languages with a script of their own (Chinese, Japanese,
	// Korean, Thai, Greek and so on) are always found.
	Languages []text.Language
	// MinConfidence is how sure the model must be, from 0 to 1, to find another
	// language than the fallback; 0 means 0.4. Letters beyond ASCII make 0.1
	// enough; where there are none, a text of three
	// or four words takes 0.8, and of one or two words, or where the fallback is
	// English and a third of the words are English stop words, the model is not
	// asked at all.
	MinConfidence float64
	// Fallback is what a text in Latin letters is in when the model is not sure:
	// most often one of a few words; "" means English.
	Fallback text.Language
}

// A Detector tells languages. It is immutable and safe for concurrent use.
type Detector struct {
	o    Options
	only map[whatlanggo.Lang]bool
}

// A Guess is the language of a text.
type Guess struct {
	// Language is an ISO 639-1 code; text.Unknown for a text without letters,
	// text.Other for a script or language that the model has no code for.
	Language text.Language
	// Confidence is from 0 to 1: 1 for a script of one language, the model's own
	// for others, 0 for the fallback.
	Confidence float64
}

// New returns a Detector, or an error that wraps ErrLanguage.
func New(o Options) (*Detector, error) {
	if len(o.Languages) == 0 {
		o.Languages = DefaultLanguages
	}
	if o.MinConfidence == 0 {
		o.MinConfidence = 0.4
	}
	if o.Fallback == "" {
		o.Fallback = text.English
	}
	d := &Detector{o: o, only: map[whatlanggo.Lang]bool{}}
	known := map[text.Language]whatlanggo.Lang{}
	for l := range whatlanggo.Langs {
		if c := code(l); c != text.Other {
			known[c] = l
		}
	}
	for i, c := range o.Languages {
		l, ok := known[c]
		if !ok {
			return nil, fmt.Errorf("%w: Options.Languages[%d] is %q", ErrLanguage, i, c)
		}
		d.only[l] = true
	}
	return d, nil
}

const (
	// mostRead is how many bytes of a text are read: enough for any language.
	mostRead = 1024
	// fewestWords in ASCII letters are needed to find another language than the
	// fallback: the trigrams of one or two words are anybody's.
	fewestWords = 3
	// Fewer words in ASCII letters than enoughWords must be as sure as fewSure:
	// "View release notes" has Danish trigrams, and whoever reads that texts are
	// in a language that the model cannot read must not be misled.
	enoughWords = 5
	fewSure     = 0.8
)

// Detect tells the language that most of s is in, from its first 1024 bytes.
// Words in Latin letters inside Chinese, such as names of products, do not make
// it another language (see text.Detect).
func (d *Detector) Detect(s string) Guess {
	if len(s) > mostRead {
		n := mostRead
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	script := text.Detect(s)
	switch script {
	case text.Unknown:
		return Guess{}
	case text.Chinese:
		return Guess{text.Chinese, 1}
	}
	plain := script == text.English && ascii(s)
	if plain && (fewWords(s, fewestWords) || d.o.Fallback == text.English && mostlyEnglish(s)) {
		return Guess{d.o.Fallback, 0} // small words are surer than trigrams, and far faster told
	}
	// Of two languages equally near the model takes either, but with confidence
	// 0, so that what is returned here is the same on every run.
	info := whatlanggo.DetectWithOptions(s, whatlanggo.Options{Whitelist: d.only})
	if script == text.English {
		least := d.o.MinConfidence
		switch {
		case !plain:
			least = min(least, 0.1) // é, ł, ß: hardly English
		case fewWords(s, enoughWords):
			least = max(least, fewSure)
		}
		if info.Lang < 0 || info.Confidence < least {
			return Guess{d.o.Fallback, 0}
		}
		return Guess{code(info.Lang), info.Confidence}
	}
	if info.Lang < 0 || info.Confidence == 0 {
		return Guess{text.Other, 0}
	}
	return Guess{code(info.Lang), info.Confidence}
}

// mostlyEnglish tells whether a third of the words of s, and two at least, are
// English stop words.
func mostlyEnglish(s string) bool {
	stop, n, small := text.StopWords(text.English), 0, 0
	for _, w := range text.Words(s, text.English) {
		n++
		if len(w) > 1 && stop.Has(w) {
			small++
		}
	}
	return small >= 2 && 3*small >= n
}

// fewWords tells whether s has fewer than enough words.
func fewWords(s string, enough int) bool {
	n := 0
	for range strings.FieldsSeq(s) {
		if n++; n == enough {
			return false
		}
	}
	return true
}

// ascii tells whether all letters of s are ASCII.
func ascii(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// A Part is a piece of a text in one language.
type Part struct {
	Start, End int // bytes [Start, End) of the text
	Guess
}

// Parts splits a text in several languages at the ends of sentences and tells
// the language of each part; sentences in a row in one language are one part,
// and sentences without letters or too short to tell go with the part before
// (or after, at the beginning). Confidence is the least of a part's sentences
// that could be told. There are none for an empty text.
func (d *Detector) Parts(s string) []Part {
	var parts []Part
	for _, span := range text.Sentences(s) {
		p := Part{span[0], span[1], d.Detect(s[span[0]:span[1]])}
		if len(parts) == 0 {
			parts = append(parts, p)
			continue
		}
		last := &parts[len(parts)-1]
		switch {
		case p.Confidence == 0 && latin(last.Language) == latin(p.Language) || p.Language == text.Unknown:
			last.End = p.End
		case last.Confidence == 0 && latin(last.Language) == latin(p.Language) || last.Language == text.Unknown:
			last.End, last.Guess = p.End, p.Guess
		case last.Language == p.Language:
			last.End, last.Confidence = p.End, min(last.Confidence, p.Confidence)
		default:
			parts = append(parts, p)
		}
	}
	return parts
}

// latin tells whether a language is written in Latin letters.
func latin(l text.Language) bool {
	switch l {
	case text.Chinese, text.Other, text.Unknown, "ja", "ko", "ru", "uk", "bg", "ar", "fa", "he", "hi", "th", "el", "ka", "bn", "ta", "te", "kn", "ml", "gu", "pa", "or", "my", "si", "km", "am", "ti", "be", "sr", "mk", "ur", "yi", "mr", "ne":
		return false
	}
	return true
}

// code is a language's ISO 639-1 code, or text.Other for one without.
func code(l whatlanggo.Lang) text.Language {
	if l == whatlanggo.Pes { // western Persian, without a code of its own
		return "fa"
	}
	if c := l.Iso6391(); len(c) == 2 {
		return text.Language(c)
	}
	return text.Other
}
