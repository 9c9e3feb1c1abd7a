package saved

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/text/repair"
)

// version returns the lowest version that describes a file.
func (i *Info) version() int {
	switch {
	case i.Repair != nil && i.Repair.On:
		return versionRepair
	case i.Features != nil:
		return versionFeatures
	}
	return version
}

// Repair is what is known of the words of the first run's texts.
type Repair struct {
	On        bool    `json:"on"` // misspelt words were put right
	ErrorRate float64 `json:"error_rate"`
	Total     int     `json:"total"`
	// Words are the frequent words, with spaces between, and Counts and Names their
	// figures.
	Words  string `json:"words"`
	Counts []int  `json:"counts"`
	Names  []int  `json:"names"`
	// Pairs are words with another after them: two words each.
	Pairs      string `json:"pairs,omitempty"`
	PairCounts []int  `json:"pair_counts,omitempty"`
	// Han are the Chinese characters, pairs and triples, with spaces between.
	Han       string  `json:"han,omitempty"`
	HanCounts []int   `json:"han_counts,omitempty"`
	HanTotal  int     `json:"han_total,omitempty"`
	HanRate   float64 `json:"han_rate,omitempty"`   // share of the characters that are wrong
	SpaceRate float64 `json:"space_rate,omitempty"` // share of the spaces that are missing
	LookShare float64 `json:"look_share,omitempty"` // share of the wrong characters that look like the right ones
	// What is left as it is.
	KeepWords      bool `json:"keep_words,omitempty"`
	KeepCharacters bool `json:"keep_characters,omitempty"`
	// Hidden are the hashes of the other frequent words, in ascending order.
	Hidden       []uint64 `json:"hidden,omitempty"`
	HiddenCounts []int    `json:"hidden_counts,omitempty"`
}

// OfRepair returns the data to save for the words of a run, nil for nil.
func OfRepair(c *repair.Corpus, on bool) *Repair {
	if c == nil {
		return nil
	}
	r := &Repair{On: on, ErrorRate: c.ErrorRate, Total: c.Total, Counts: []int{}, Names: []int{}, HanTotal: c.HanTotal, HanRate: c.CharacterRate, SpaceRate: c.SpaceRate, LookShare: c.LookShare, KeepWords: c.KeepWords, KeepCharacters: c.KeepCharacters}
	words := make([]string, len(c.Words))
	for i, w := range c.Words {
		words[i] = w.Word
		r.Counts, r.Names = append(r.Counts, w.Count), append(r.Names, w.Names)
	}
	r.Words = strings.Join(words, " ")
	pairs := make([]string, len(c.Pairs))
	for i, w := range c.Pairs {
		pairs[i] = w.Word
		r.PairCounts = append(r.PairCounts, w.Count)
	}
	r.Pairs = strings.Join(pairs, " ")
	han := make([]string, len(c.Han))
	for i, w := range c.Han {
		han[i] = w.Word
		r.HanCounts = append(r.HanCounts, w.Count)
	}
	r.Han = strings.Join(han, " ")
	for h := range c.Hidden {
		r.Hidden = append(r.Hidden, h)
	}
	slices.Sort(r.Hidden)
	for _, h := range r.Hidden {
		r.HiddenCounts = append(r.HiddenCounts, c.Hidden[h])
	}
	return r
}

var errWords = errors.New("its words have no counts")

// Corpus returns what was known of the words; nil if nothing was.
func (r *Repair) Corpus() (*repair.Corpus, error) {
	if r == nil {
		return nil, nil
	}
	words := strings.Fields(r.Words)
	han, pairs := strings.Fields(r.Han), strings.Fields(r.Pairs)
	if len(han) != len(r.HanCounts) || len(pairs) != 2*len(r.PairCounts) || len(words) != len(r.Counts) || len(words) != len(r.Names) || len(r.Hidden) != len(r.HiddenCounts) {
		return nil, errWords
	}
	c := &repair.Corpus{Total: r.Total, ErrorRate: r.ErrorRate, Hidden: make(map[uint64]int, len(r.Hidden))}
	for i, w := range words {
		c.Words = append(c.Words, repair.Word{Word: w, Count: r.Counts[i], Names: r.Names[i]})
	}
	for i, n := range r.PairCounts {
		c.Pairs = append(c.Pairs, repair.Word{Word: pairs[2*i] + " " + pairs[2*i+1], Count: n})
	}
	c.HanTotal, c.CharacterRate, c.KeepWords, c.KeepCharacters = r.HanTotal, r.HanRate, r.KeepWords, r.KeepCharacters
	c.SpaceRate, c.LookShare = r.SpaceRate, r.LookShare
	for i, w := range han {
		c.Han = append(c.Han, repair.Word{Word: w, Count: r.HanCounts[i]})
	}
	for i, h := range r.Hidden {
		c.Hidden[h] = r.HiddenCounts[i]
	}
	return c, c.Check()
}
