package repair

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// hanCounts counts Chinese characters and pairs of them, and keeps some texts.
type hanCounts struct {
	counts map[string]tally // of one character or two
	total  int              // characters
	sample []sampled        // by ascending hash
}

// sampled is a text of the sample, which is the same in whatever order texts are
// counted: that of the lowest hashes.
type sampled struct {
	hash uint64
	text string
}

const (
	mostSampled = 500
	sampleBytes = 600 // of each text
	mostPairs   = 1 << 16
	hanCount    = 3 // from which a pair is known
)

// runs calls f with the runs of Chinese characters of s, and where they begin.
func runs(s string, f func(start int, run []rune)) {
	var run []rune
	start := 0
	for i, r := range s {
		if unicode.Is(unicode.Han, r) {
			if run == nil {
				start = i
			}
			run = append(run, r)
			continue
		}
		if run != nil {
			f(start, run)
			run = nil
		}
	}
	if run != nil {
		f(start, run)
	}
}

// inChinese reports whether s has Chinese characters and no kana or hangul.
func inChinese(s string) bool {
	has := false
	for _, r := range s {
		if r < 0x2e80 {
			continue
		}
		if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			return false
		}
		has = has || unicode.Is(unicode.Han, r)
	}
	return has
}

func (h *hanCounts) add(s string, user uint64) {
	if !inChinese(s) {
		return
	}
	if h.counts == nil {
		h.counts = map[string]tally{}
	}
	one := func(w string) {
		t, ok := h.counts[w]
		if !ok {
			w = strings.Clone(w)
		}
		t.all++
		t.users |= user
		h.counts[w] = t
	}
	runs(s, func(_ int, run []rune) {
		h.total += len(run)
		for i, r := range run {
			one(string(r))
			if i > 0 {
				one(string(run[i-1 : i+1]))
			}
		}
	})
	if len(h.counts) > mostDistinct {
		for n := 1; len(h.counts) > mostDistinct/2; n++ {
			for w, t := range h.counts {
				if t.all <= n {
					delete(h.counts, w)
				}
			}
		}
	}
	if len(s) > sampleBytes {
		s = strings.ToValidUTF8(s[:sampleBytes], "")
	}
	h.keep(sampled{hashed(s), s})
}

func (h *hanCounts) keep(x sampled) {
	if len(h.sample) == mostSampled && x.hash >= h.sample[len(h.sample)-1].hash {
		return
	}
	at, _ := slices.BinarySearchFunc(h.sample, x.hash, func(s sampled, v uint64) int {
		if s.hash < v {
			return -1
		} else if s.hash > v {
			return 1
		}
		return 0
	})
	x.text = strings.Clone(x.text)
	h.sample = slices.Insert(h.sample, at, x)
	h.sample = h.sample[:min(len(h.sample), mostSampled)]
}

// frequent returns the characters and pairs of at least users users, the most
// frequent first.
func (h *hanCounts) frequent(users int) []Word {
	c := Counter{counts: h.counts}
	out, _ := c.frequent(hanCount, users)
	return out[:min(len(out), mostPairs)]
}

// The model of errors in Chinese.
const (
	hanRate   = 0.02 // share of the characters that are wrong
	hanOdds   = 10.0 // by which another character must be likelier
	hanEdge   = 10.0 // the same, again, if it has a neighbour on one side only
	hanPrior  = 2.0  // how many pairs are thought of that were not counted
	hanOften  = 5    // occurrences of a pair that another character would make
	hanNaming = 2    // characters after a surname that may be a name
)

// hanModel knows which Chinese characters follow which.
type hanModel struct {
	counts map[string]int
	total  float64
}

func newHanModel(words []Word, total int) hanModel {
	m := hanModel{counts: make(map[string]int, len(words)), total: float64(total)}
	for _, w := range words {
		m.counts[w.Word] = w.Count
	}
	return m
}

// fit returns the logarithm of the probability of c between left and right, 0 if
// there is none. less is how often the text itself was counted.
func (m *hanModel) fit(left, c, right rune, less int) float64 {
	n := func(s string) float64 { return float64(max(0, m.counts[s]-less)) }
	share := func(r rune) float64 { return (float64(m.counts[string(r)]) + 0.5) / (m.total + 4000) }
	p := math.Log(share(c))
	if left != 0 {
		p = math.Log((n(string([]rune{left, c})) + hanPrior*share(c)) / (float64(m.counts[string(left)]) + hanPrior))
	}
	if right != 0 {
		p += math.Log((n(string([]rune{c, right})) + hanPrior*share(right)) / (float64(m.counts[string(c)]) + hanPrior))
	}
	return p
}

// edit is a change of s[from:to].
type edit struct {
	kind       Kind
	from, to   int
	text       string
	confidence float64
}

// characters returns the characters of s that are put right.
func (r *Repairer) characters(s string) []edit {
	if len(r.han.counts) == 0 || !inChinese(s) {
		return nil
	}
	var out []edit
	alike := alikes()
	runs(s, func(start int, run []rune) {
		at, named := start, -1 // named: the last character that may be of a name
		for i, c := range run {
			size := len(string(c))
			var left, right rune
			if i > 0 {
				left = run[i-1]
			}
			if i+1 < len(run) {
				right = run[i+1]
			}
			if right != 0 && strings.ContainsRune(surnames, c) && r.han.counts[string([]rune{c, right})] < hanCount {
				named = max(named, i+hanNaming)
			}
			if i > named {
				if x, sure := r.character(left, c, right, alike[c]); x != c {
					out = append(out, edit{Characters, at, at + size, string(x), sure})
					run[i] = x
				}
			}
			at += size
		}
	})
	return out
}

// character returns the character that was meant by c, and how sure that is.
func (r *Repairer) character(left, c, right rune, alike []rune) (rune, float64) {
	if len(alike) == 0 || left == 0 && right == 0 {
		return c, 0
	}
	own := math.Exp(r.han.fit(left, c, right, 1)) * (1 - hanRate) * hanOdds
	if left == 0 || right == 0 {
		own *= hanEdge
	}
	sum, best, pick := own, own, c
	for _, x := range alike {
		before, after := r.han.counts[string([]rune{left, x})], r.han.counts[string([]rune{x, right})]
		if max(before, after) < hanOften || left != 0 && right != 0 && min(before, after) < hanCount {
			continue
		}
		p := math.Exp(r.han.fit(left, x, right, 0)) * hanRate / float64(min(len(alike), 8))
		sum += p
		if p > best {
			best, pick = p, x
		}
	}
	return pick, best / sum
}

// CharacterShare returns the share of the Chinese characters counted, judged by
// some of the texts, that r would change.
func (r *Repairer) CharacterShare(c *Counter) float64 {
	n, all := 0, 0
	for _, x := range c.han.sample {
		n += len(r.characters(x.text))
		runs(x.text, func(_ int, run []rune) { all += len(run) })
	}
	return float64(n) / float64(max(all, 1))
}

// TotalCharacters returns the number of Chinese characters counted.
func (c *Counter) TotalCharacters() int { return c.han.total }
