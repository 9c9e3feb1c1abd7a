package opinion

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/text/english"
)

//go:generate sh -c "go run ./internal/makeclasses -gse $(go list -m -f {{.Dir}} github.com/go-ego/gse) -out data"

// Word classes; data/NOTICE.md names their sources.
var (
	//go:embed data/en_classes.txt.gz
	englishClasses []byte
	//go:embed data/en_words.txt
	englishWords string
)

// class is a part of speech, as far as noun phrases need it.
type class uint8

const (
	other class = iota
	noun
	verb
	adjective
	adverb
	determiner
	possessive
	pronoun
	preposition
	conjunction
	auxiliary
	infinitive // to
	number
	stop // punctuation
)

// word is what is known of an English word.
type word struct {
	closed   class // its only class, if not other
	noun     uint8 // share of its uses as a noun, in ninths; 0 may mean none
	isNoun   bool
	isVerb   bool
	isAdj    bool
	isAdv    bool
	pertains bool  // an adjective that belongs to names: digital
	file     uint8 // WordNet's lexicographer file of the noun
	noAspect bool
	isAspect bool // whatever its file
	does     bool // a verb that may be easy or hard
	plural   bool // named by its plural: jeans
	about    bool // the head of a compound that is about what stands before it
	listed   bool
}

type englishLexicon struct{ words map[string]word }

var lexiconOfEnglish = sync.OnceValue(func() *englishLexicon {
	l := &englishLexicon{words: map[string]word{}}
	for line := range strings.Lines(unzip(englishClasses)) {
		name, code, _ := strings.Cut(strings.TrimSpace(line), " ")
		w := word{noun: code[0] - '0', listed: true}
		for i, c := range code[1:] {
			switch c {
			case 'v':
				w.isVerb = true
			case 'a', 'p':
				w.isAdj, w.pertains = true, c == 'p'
			case 'r':
				w.isAdv = true
			default:
				w.isNoun = true
				w.file = 10*(code[1+i]-'0') + code[2+i] - '0'
			}
			if w.isNoun {
				break
			}
		}
		l.words[name] = w
	}
	sections(englishWords, func(section, name string) {
		w := l.words[name]
		w.listed = true
		switch section {
		case "no aspect":
			w.noAspect = true
			w.isNoun = true
			w.noun = max(w.noun, 5)
		case "does":
			w.does, w.isVerb = true, true
		case "about":
			w.about, w.isNoun = true, true
			w.noun = max(w.noun, 5)
		case "plural":
			w.plural, w.isNoun = true, true
			w.noun = max(w.noun, 5)
		case "aspect":
			w.isAspect, w.isNoun = true, true
		default:
			w.closed = classNames[section]
		}
		l.words[name] = w
	})
	return l
})

var classNames = map[string]class{
	"determiner": determiner, "possessive": possessive, "pronoun": pronoun, "preposition": preposition, "conjunction": conjunction,
	"auxiliary": auxiliary, "to": infinitive, "adverb": adverb, "adjective": adjective, "verb": verb,
}

// sections calls f for each word of a list: [section] and the words below it.
func sections(file string, f func(section, word string)) {
	section := ""
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			for _, w := range strings.Fields(line) {
				f(section, w)
			}
		}
	}
}

func unzip(data []byte) string {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		panic(err) // the file is embedded
	}
	s, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	return string(s)
}

// look returns what is known of a word in lower case, by itself or by its lemma;
// inflected reports that it is a form of that.
func (l *englishLexicon) look(s string) (w word, inflected bool) {
	if w, ok := l.words[s]; ok {
		return w, false
	}
	if stem, ok := strings.CutSuffix(s, "s"); ok {
		if w, ok := l.words[stem]; ok {
			return w, true
		}
	}
	if lemma := english.Lemma(s); lemma != s {
		if w, ok := l.words[lemma]; ok {
			return w, true
		}
	}
	return word{}, false
}

// singular returns the key of a noun.
func (l *englishLexicon) singular(s string) string {
	if l.words[s].plural {
		return s
	}
	if w, ok := l.words[s]; ok && w.isNoun && !w.noAspect && !strings.HasSuffix(s, "s") {
		return s
	}
	if stem, ok := strings.CutSuffix(s, "s"); ok && len(stem) > 2 && !strings.HasSuffix(stem, "s") {
		if w, ok := l.words[stem]; ok && w.isNoun {
			return stem
		}
	}
	if w, ok := l.words[s]; ok && w.isNoun {
		return s
	}
	if lemma := english.Lemma(s); lemma != s {
		if w := l.words[lemma]; w.isNoun || strings.HasSuffix(s, "s") {
			return lemma
		}
	}
	return s
}
