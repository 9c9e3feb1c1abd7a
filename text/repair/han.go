package repair

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// hanCounts counts Chinese characters, pairs and triples of them, and keeps some
// texts.
type hanCounts struct {
	counts map[string]tally // of one to three characters
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
	hanCount    = 3   // from which a pair is known
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
			if i > 1 {
				one(string(run[i-2 : i+1]))
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

// frequent returns the characters, pairs and triples of at least users users, the most
// frequent first.
func (h *hanCounts) frequent(users int) []Word {
	c := Counter{counts: h.counts}
	out, _ := c.frequent(hanCount, users)
	return out
}

// CharacterShare returns the share of the Chinese characters counted, judged by
// some of the texts, that look wrong: r would surely change them.
func (r *Repairer) CharacterShare(c *Counter) float64 {
	n, all := 0, 0
	for _, x := range c.han.sample {
		n += len(r.characters(x.text, hanGuess, hanSure))
		runs(x.text, func(_ int, run []rune) { all += len(run) })
	}
	return float64(n) / float64(max(all, 1))
}

// EstimateCharacters returns the share of the Chinese characters counted that are
// wrong, by CharacterShare.
func (r *Repairer) EstimateCharacters(c *Counter) float64 {
	return min(max(hanSeen*r.CharacterShare(c), leastHan), mostHan)
}

// EstimateLooks returns the share of the wrong Chinese characters counted that look
// like the right ones, among those that look wrong.
func (r *Repairer) EstimateLooks(c *Counter) float64 {
	looks, all := fewLooks*evenly, fewLooks
	for _, x := range c.han.sample {
		for _, e := range r.characters(x.text, hanGuess, hanSure) {
			was, is := at(x.text, e.from), at(e.text, 0)
			for _, a := range alikes()[is] {
				if a.r == was && a.looks != a.sounds {
					looks += float64(btoi(a.looks))
					all++
				}
			}
		}
	}
	return looks / all
}

// LookShare returns the share of the wrong Chinese characters that is taken to look
// like the right ones: that of the Options, that of the Corpus, or the estimate.
func (r *Repairer) LookShare() float64 { return r.han.looks }

func (r *Repairer) setLooks(share float64) {
	r.corpus.LookShare = share
	r.han.looks = cmp.Or(share, evenly)
}

// What is assumed of the wrong characters where there are few, and the weight of that.
const (
	evenly   = 0.5
	fewLooks = 10.0
)

// CharacterRate returns the share of the Chinese characters that is taken to be
// wrong: that of the Options, that of the Corpus, or the estimate.
func (r *Repairer) CharacterRate() float64 { return cmp.Or(r.hanRate, leastHan) }

// TotalCharacters returns the number of Chinese characters counted.
func (c *Counter) TotalCharacters() int { return c.han.total }
