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

// ErrLanguage is returned for a language that the model does not know.
var ErrLanguage = errors.New("langid: unknown language")

// ErrConfidence is returned for an Options.MinConfidence that is not from 0 to 1.
var ErrConfidence = errors.New("langid: bad confidence")

// DefaultLanguages are the languages in Latin, Cyrillic, Arabic, Hebrew,
// Devanagari and Ethiopic letters that are distinguished if Options.Languages
// is empty: the larger ones on the web. A language not in the list is taken for
// a similar one, and each further language makes short texts less certain.
var DefaultLanguages = []text.Language{
	"en", "es", "de", "fr", "pt", "it", "nl", "pl", "tr", "id", "vi", "sv", "da", "cs", "hu", "ro", "fi",
	"ru", "uk", "bg", "ar", "fa", "he", "hi",
}

// Options configures a Detector. The zero value is ready to use.
type Options struct {
	// Languages are the languages that may be detected, as ISO 639-1 codes; empty
	// means DefaultLanguages. Languages with a script of their own (Chinese,
	// Japanese, Korean, Thai, Greek and so on) are always detected.
	Languages []text.Language
	// MinConfidence is the confidence, from 0 to 1, that the model needs to
	// detect a language other than the fallback; 0 means 0.4. If there are
	// non-ASCII letters, 0.1 is enough. Without them, three or four words need
	// 0.8, and the model is not used at all for one or two words, or if the
	// fallback is English and a third of the words are English stop words.
	MinConfidence float64
	// Fallback is the language of a text in Latin letters if the model is
	// uncertain, usually a text of a few words; "" means English.
	Fallback text.Language
}

// A Detector detects languages. It is immutable and safe for concurrent use.
type Detector struct {
	unsavedState

	o    Options
	only map[whatlanggo.Lang]bool
}

// A Guess is the language of a text.
type Guess struct {
	// Language is an ISO 639-1 code; text.Unknown for a text without letters,
	// text.Other for a script or language that the model has no code for.
	Language text.Language
	// Confidence is from 0 to 1: 1 for a script of a single language, the model's
	// own for others, 0 for the fallback.
	Confidence float64
}

// New returns a Detector, or an error that wraps ErrLanguage or
// ErrConfidence.
func New(o Options) (*Detector, error) {
	if len(o.Languages) == 0 {
		o.Languages = DefaultLanguages
	}
	if !(o.MinConfidence >= 0 && o.MinConfidence <= 1) { // also true for NaN
		return nil, fmt.Errorf("%w: Options.MinConfidence is %v, want 0 to 1", ErrConfidence, o.MinConfidence)
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
	// mostRead is the number of bytes of a text that are read: enough for any
	// language.
	mostRead = 1024
	// fewestWords is the number of words in ASCII letters needed to detect a
	// language other than the fallback: trigrams of one or two words are not
	// reliable.
	fewestWords = 3
	// For fewer than enoughWords words in ASCII letters the confidence must be at
	// least fewSure: "View release notes" has Danish trigrams, and a false report
	// of a language that the model cannot read is misleading.
	enoughWords = 5
	fewSure     = 0.8
)

// Detect returns the language of most of s, judged by its first 1024 bytes.
// Latin words inside Chinese, such as names of products, do not change the
// result (see text.Detect).
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
		return Guess{d.o.Fallback, 0} // stop words are more reliable than trigrams, and much faster
	}
	// If two languages are equally near, the model returns either, but with
	// confidence 0, so the result here is deterministic.
	info := whatlanggo.DetectWithOptions(s, whatlanggo.Options{Whitelist: d.only})
	if script == text.English {
		least := d.o.MinConfidence
		switch {
		case !plain:
			least = min(least, 0.1) // é, ł, ß: unlikely in English
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

// mostlyEnglish reports whether a third of the words of s, and at least two,
// are English stop words.
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

// fewWords reports whether s has fewer than enough words.
func fewWords(s string, enough int) bool {
	n := 0
	for range strings.FieldsSeq(s) {
		if n++; n == enough {
			return false
		}
	}
	return true
}

// ascii reports whether all letters of s are ASCII.
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

// Parts splits a text in several languages at the ends of sentences and returns
// the language of each part. Consecutive sentences in the same language are one
// part. Sentences without letters, or too short to detect, join the part before
// (or after, at the beginning). The Confidence of a part is the least of its
// sentences that could be detected. An empty text has no parts.
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

// latin reports whether a language is written in Latin letters.
func latin(l text.Language) bool {
	switch l {
	case text.Chinese, text.Other, text.Unknown, "ja", "ko", "ru", "uk", "bg", "ar", "fa", "he", "hi", "th", "el", "ka", "bn", "ta", "te", "kn", "ml", "gu", "pa", "or", "my", "si", "km", "am", "ti", "be", "sr", "mk", "ur", "yi", "mr", "ne":
		return false
	}
	return true
}

// code returns a language's ISO 639-1 code, or text.Other if it has none.
func code(l whatlanggo.Lang) text.Language {
	if l == whatlanggo.Pes { // western Persian, which has no code of its own
		return "fa"
	}
	if c := l.Iso6391(); len(c) == 2 {
		return text.Language(c)
	}
	return text.Other
}
