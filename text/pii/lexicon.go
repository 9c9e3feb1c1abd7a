package pii

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/text"
)

// The word lists, one file a subject: [name] and the words after it, separated by
// white space; ~ stands for a space within one. Lines that begin with "# " are
// comments, which also say where a list is from.
//
//go:embed data/*.txt
var lexiconFiles embed.FS

// lexicon holds the words that recognisers use.
type lexicon struct {
	// Words before a number that give its meaning (context.go).
	latinTopics, hanTopics map[string]topic
	numbers, owners        *text.Set // number; my, her
	releases               *text.Set // beta, after a version
	quantities             *text.Set // words and, below, characters after an amount
	quantitySigns          string

	// Accounts (account.go, joined.go) and local telephone numbers (phone.go).
	qq, wechat              []string
	connectors              []string
	joinedBefore            *text.Set
	joinedAfter             *text.Set
	localHan, localLatin    []string
	personParams, secrets   *text.Set // of URLs
	fileTypes, wordTags     *text.Set
	afterNames              []string // of handles
	notNames, beforeHandles *text.Set

	roles map[string]role // of words in English addresses
	chineseWords

	ibanLengths map[string]int
}

// chineseWords holds the pieces of Chinese addresses; data/address_zh.txt
// describes each.
type chineseWords struct {
	streetEnds, villageEnds, estateEnds, buildingEnds, unitWords, notStreets, notHouses *wordList
	stems, hamlets, districts, roomed, sides, roads, provinces                          *wordList
	beforeAddress                                                                       map[rune]bool
	introduces                                                                          map[[2]rune]bool
}

// lex is loaded once, when the first Detector is created.
var lex = sync.OnceValue(func() *lexicon {
	l := sections{}
	files, err := fs.Glob(lexiconFiles, "data/*.txt")
	if err != nil {
		panic(err) // the pattern is bad
	}
	for _, name := range files {
		data, err := lexiconFiles.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		l.read(string(data))
	}
	return l.lexicon()
})

// sections holds the lists of the files, by name.
type sections map[string][]string

func (l sections) read(file string) {
	name := ""
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			name = line[1 : len(line)-1]
		default:
			for _, w := range strings.Fields(line) {
				l[name] = append(l[name], strings.NewReplacer("~", " ", `\t`, "\t").Replace(w))
			}
		}
	}
}

// take returns a list, which must exist.
func (l sections) take(name string) []string {
	words := l[name]
	if len(words) == 0 {
		panic("pii: no word list " + name)
	}
	return words
}

func (l sections) set(name string) *text.Set   { return text.NewSet(l.take(name)...) }
func (l sections) words(name string) *wordList { return newWordList(l.take(name)) }

func (l sections) lexicon() *lexicon {
	return &lexicon{
		latinTopics: l.topics("latin "), hanTopics: l.topics("han "),
		numbers: l.set("number"), owners: l.set("own"), releases: l.set("release"),
		quantities: l.set("quantity"), quantitySigns: strings.Join(l.take("quantity han"), ""),
		qq: l.take("qq"), wechat: l.take("wechat"), connectors: l.take("connectors"),
		joinedBefore: l.set("joined before"), joinedAfter: l.set("joined after"),
		localHan: l.take("local han"), localLatin: l.take("local latin"),
		personParams: l.set("person parameters"), secrets: l.set("secret parameters"),
		fileTypes: l.set("file types"), wordTags: l.set("word tags"),
		afterNames: l.take("after names"), notNames: l.set("not names"), beforeHandles: l.set("before"),
		roles: l.roles(), chineseWords: l.chinese(), ibanLengths: l.lengths(),
	}
}

func (l sections) topics(script string) map[string]topic {
	m := map[string]topic{}
	for t, name := range topicNames {
		for _, w := range l[script+name] {
			m[w] = topic(t)
		}
	}
	return m
}

func (l sections) roles() map[string]role {
	m := map[string]role{}
	for i, name := range roleNames {
		for _, w := range l.take(name) {
			m[w] |= 1 << i
		}
	}
	return m
}

func (l sections) chinese() chineseWords {
	c := chineseWords{
		streetEnds: l.words("street ends"), villageEnds: l.words("village ends"), estateEnds: l.words("estate ends"),
		buildingEnds: l.words("building ends"), unitWords: l.words("unit words"), notStreets: l.words("not streets"),
		notHouses: l.words("not houses"), stems: l.words("stems"), hamlets: l.words("hamlets"), districts: l.words("districts"),
		roomed: l.words("roomed"), sides: l.words("sides"), roads: l.words("roads"), provinces: l.words("provinces"),
		beforeAddress: map[rune]bool{}, introduces: map[[2]rune]bool{},
	}
	for _, r := range strings.Join(l.take("before address"), "") {
		c.beforeAddress[r] = true
	}
	for _, w := range l.take("introduces") {
		r := []rune(w)
		c.introduces[[2]rune{r[0], r[1]}] = true
	}
	return c
}

func (l sections) lengths() map[string]int {
	m := map[string]int{}
	for _, w := range l.take("lengths") {
		n, err := strconv.Atoi(w[2:])
		if err != nil {
			panic(err)
		}
		m[w[:2]] = n
	}
	return m
}
