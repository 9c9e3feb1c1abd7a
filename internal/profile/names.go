package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/english"
)

// nameWords is the number of words in a segment's name.
const nameWords = 3

// nameSegments names the segments that have no name yet, by the words that
// distinguish them best from the others. A word that fits several segments goes
// to the one it distinguishes best, so that no two names share a word, in
// whatever form. A segment that would be left without any gets its most
// characteristic words, with the segment's number if the name is taken.
func nameSegments(segments []result.Profile) {
	taken := map[string]float64{} // word -> the largest z among segments
	for i := range segments {
		for _, o := range segments[i].Contrast {
			taken[lemmaOf(o.Word)] = max(taken[lemmaOf(o.Word)], o.Z)
		}
	}
	used, names := map[string]bool{}, map[string]bool{}
	for i := range segments {
		names[segments[i].Name] = true
	}
	for i := range segments {
		p := &segments[i]
		if p.Name != "" {
			continue
		}
		var words []string
		for _, o := range p.Contrast {
			if len(words) < nameWords && o.Z >= leastTelling && o.Z >= taken[lemmaOf(o.Word)] && !used[lemmaOf(o.Word)] {
				words = append(words, o.Word)
				used[lemmaOf(o.Word)] = true
			}
		}
		for _, w := range p.Words {
			if len(words) == 0 || len(words) < nameWords && taken[lemmaOf(w.Text)] == 0 && !slices.Contains(words, w.Text) {
				words = append(words, w.Text)
			}
		}
		p.Name = strings.Join(words, " · ")
		switch {
		case p.Name == "":
			p.Name = fmt.Sprintf("#%d", p.ID)
		case names[p.Name]:
			p.Name = fmt.Sprintf("%s #%d", p.Name, p.ID)
		}
		names[p.Name] = true
	}
}

// lemmaOf returns the form under which the inflections of a word are one.
func lemmaOf(word string) string { return english.Lemma(strings.ToLower(word)) }
