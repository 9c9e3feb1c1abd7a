package repair

import (
	"iter"
	"math"
	"slices"
	"strings"
	"unicode"
)

// The model of errors in Chinese.
const (
	hanNaming = 2   // characters after a surname that may be a name
	hanBeam   = 8   // readings of a text that are followed
	hanOften  = 2.0 // occurrences of a pair that another character would make
	// What is thought of that was not counted, in occurrences: of the characters
	// after another, and after a pair.
	hanPrior2, hanPrior3 = 150.0, 80.0
	// hanDictionary is the weight of a dictionary, in characters.
	hanDictionary = 1_000_000.0
	hanCharacters = 4000 // that there are, about
)

// The estimate of the share of characters that are wrong: those that are surely
// wrong if a share of hanGuess is.
const (
	hanGuess = 0.05
	hanSure  = 0.9
	hanSeen  = 2.0 // the inverse of the share of wrong characters that are surely so
	leastHan = 0.005
	mostHan  = 0.2
)

// hanModel knows which Chinese characters follow which: a trigram model smoothed
// with Dirichlet priors (MacKay and Peto 1995) of the corpus, and of the insides
// of a dictionary's words.
type hanModel struct {
	counts map[gram]float64 // of one to three characters
	after  map[gram]float64 // the same, of those that another character follows
	corpus map[gram]int
	total  float64
	looks  float64 // share of the wrong characters that look like the right ones; the others sound like them
}

// gram is one to three characters, the last in the lowest bits.
type gram uint64

const gramBits = 21 // of a character

func (g gram) then(r rune) gram { return (g<<gramBits | gram(r)) & (1<<(3*gramBits) - 1) }

func newHanModel(words []Word, total int, dictionary iter.Seq2[string, int]) hanModel {
	m := hanModel{}
	if len(words) == 0 {
		return m
	}
	m.counts, m.after, m.corpus = make(map[gram]float64, len(words)), make(map[gram]float64), make(map[gram]int, len(words))
	if dictionary != nil {
		m.total = m.learn(dictionary)
	}
	for _, w := range words {
		var g gram
		for _, r := range w.Word {
			g = g.then(r)
		}
		m.corpus[g] = w.Count
		m.counts[g] += float64(w.Count)
		if g>>(2*gramBits) == 0 { // followed by something, nearly always
			m.after[g] += float64(w.Count)
		}
	}
	m.total += float64(total)
	return m
}

// learn counts the words of a dictionary, weighed by hanDictionary, and returns
// that weight.
func (m *hanModel) learn(dictionary iter.Seq2[string, int]) float64 {
	sum := 0.0
	for w, n := range dictionary {
		run := []rune(w)
		if n < 1 || slices.ContainsFunc(run, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			continue
		}
		sum += float64(n * len(run))
		for i := range run {
			var g gram
			for j := i; j < min(len(run), i+3); j++ {
				g = g.then(run[j])
				m.counts[g] += float64(n)
				if j+1 < len(run) && j < i+2 {
					m.after[g] += float64(n)
				}
			}
		}
	}
	if sum == 0 {
		return 0
	}
	scale := hanDictionary / sum
	for g := range m.counts {
		m.counts[g] *= scale
	}
	for g := range m.after {
		m.after[g] *= scale
	}
	return hanDictionary
}

// follows returns the logarithm of the probability of c after a and b, which are
// 0 where there is none. less is how often the text itself was counted.
func (m *hanModel) follows(a, b, c rune, less float64) float64 {
	p := (m.counts[gram(c)] + 0.5) / (m.total + 0.5*hanCharacters)
	if b == 0 {
		return math.Log(p)
	}
	g := gram(b)
	p = (max(0, m.counts[g.then(c)]-less) + hanPrior2*p) / (max(0, m.after[g]-less) + hanPrior2)
	if a == 0 {
		return math.Log(p)
	}
	g = gram(a).then(b)
	p = (max(0, m.counts[g.then(c)]-less) + hanPrior3*p) / (max(0, m.after[g]-less) + hanPrior3)
	return math.Log(p)
}

// edit is a change of s[from:to].
type edit struct {
	kind       Kind
	from, to   int
	text       string
	confidence float64
}

// characters returns the characters of s that are put right, if a share of rate is
// wrong and a change has to be that sure.
func (r *Repairer) characters(s string, rate, least float64) []edit {
	if len(r.han.counts) == 0 || !inChinese(s) {
		return nil
	}
	var out []edit
	runs(s, func(start int, run []rune) {
		meant, sure := r.han.read(run, rate, least)
		at := start
		for i, c := range run {
			size := len(string(c))
			if meant[i] != c {
				out = append(out, edit{Characters, at, at + size, string(meant[i]), sure[i]})
			}
			at += size
		}
	})
	return out
}

// named marks the characters of a run that may be of a name.
func (m *hanModel) named(run []rune) []bool {
	out := make([]bool, len(run))
	for i, c := range run {
		if i+1 == len(run) || !strings.ContainsRune(surnames, c) || m.counts[gram(c).then(run[i+1])] >= hanCount {
			continue
		}
		if i > 0 && m.counts[gram(run[i-1]).then(c)] >= hanOften { // the end of a word
			continue
		}
		for j := i + 1; j < min(len(run), i+1+hanNaming); j++ {
			out[j] = true
		}
	}
	return out
}

// candidates returns what each character of a run may have been meant as, itself
// the first: what makes a pair with a neighbour, or with what a neighbour may have
// been meant as.
func (m *hanModel) candidates(run []rune) [][]rune {
	alike, named := alikes(), m.named(run)
	often := func(a, b rune) bool { return m.counts[gram(a).then(b)] >= hanOften }
	out := make([][]rune, len(run))
	for i, c := range run {
		out[i] = []rune{c}
		if named[i] {
			continue
		}
		for _, a := range alike[c] {
			x := a.r
			ok := i > 0 && often(run[i-1], x) || i+1 < len(run) && often(x, run[i+1])
			if ok {
				out[i] = append(out[i], x)
			}
		}
	}
	for i := 1; i < len(run); i++ { // two beside each other
		if len(out[i-1]) > 1 || len(out[i]) > 1 || often(run[i-1], run[i]) || named[i-1] || named[i] {
			continue
		}
		for _, x := range alike[run[i-1]] {
			for _, y := range alike[run[i]] {
				if often(x.r, y.r) {
					out[i-1], out[i] = append(out[i-1], x.r), append(out[i], y.r)
				}
			}
		}
	}
	return out
}

// reading is the beginning of what a run may have been meant as.
type reading struct {
	score float64
	last  [2]rune
	same  [2]bool // these are what is written
	back  int     // among the readings of the character before
}

// read returns what a run was meant as, and how sure each change is: least or more.
func (m *hanModel) read(run []rune, rate, least float64) (meant []rune, sure []float64) {
	all := m.candidates(run)
	meant, sure = slices.Clone(run), make([]float64, len(run))
	if !slices.ContainsFunc(all, func(c []rune) bool { return len(c) > 1 }) {
		return meant, sure
	}
	steps := make([][]reading, len(run))
	before := []reading{{same: [2]bool{true, true}}}
	for i, cands := range all {
		var now []reading
		for k, h := range before {
			for _, c := range cands {
				same := c == run[i]
				less := 0.0
				if same && h.same[0] && h.same[1] {
					less = 1
				}
				now = append(now, reading{h.score + m.follows(h.last[0], h.last[1], c, less) + m.written(c, run[i], rate), [2]rune{h.last[1], c}, [2]bool{h.same[1], same}, k})
			}
		}
		slices.SortStableFunc(now, func(a, b reading) int {
			if a.score > b.score {
				return -1
			} else if a.score < b.score {
				return 1
			}
			return 0
		})
		before = now[:min(len(now), hanBeam)]
		steps[i] = before
	}
	for i, k := len(run)-1, 0; i >= 0; i-- {
		meant[i] = steps[i][k].last[1]
		k = steps[i][k].back
	}
	for i, c := range run {
		if meant[i] == c {
			continue
		}
		odds := math.Exp(m.around(meant, run, i, meant[i], rate) - m.around(meant, run, i, c, rate))
		if sure[i] = 1; !math.IsInf(odds, 1) {
			sure[i] = odds / (odds + 1)
		}
		if sure[i] < least {
			meant[i] = c
		}
	}
	return meant, sure
}

// around returns the logarithm of the probability of what depends on character i,
// if c is meant by it.
func (m *hanModel) around(meant, run []rune, i int, c rune, rate float64) float64 {
	at := func(j int) rune {
		switch {
		case j < 0:
			return 0
		case j == i:
			return c
		}
		return meant[j]
	}
	p := m.written(c, run[i], rate)
	for j := i; j < min(len(run), i+3); j++ {
		less := 1.0
		for k := max(0, j-2); k <= j; k++ {
			if at(k) != run[k] {
				less = 0
			}
		}
		p += m.follows(at(j-2), at(j-1), at(j), less)
	}
	return p
}

// mostMeant is the number of characters that one is taken for, at most.
const mostMeant = 8

// written returns the logarithm of the probability that got is written for c.
func (m *hanModel) written(c, got rune, rate float64) float64 {
	if c == got {
		return math.Log1p(-rate)
	}
	var sounds, looks int
	var of mistakable
	for _, a := range alikes()[c] {
		sounds += btoi(a.sounds)
		looks += btoi(a.looks)
		if a.r == got {
			of = a
		}
	}
	p := 0.0
	if of.sounds {
		p += (1 - m.looks) / float64(min(sounds, mostMeant))
	}
	if of.looks {
		p += m.looks / float64(min(looks, mostMeant))
	}
	return math.Log(rate * p)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
