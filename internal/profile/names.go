package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
)

// nameWords is how many words make a segment's name.
const nameWords = 3

// nameSegments names those that nobody named: by the words that tell a segment
// best from the others. A word that several of them could have is the name of
// the one it tells best, so that no two names share a word, unless a segment
// would be left without any; then its most telling words are its name, and a
// name met before gets the segment's number.
func nameSegments(segments []result.Profile) {
	taken := map[string]float64{} // word -> the greatest z that a segment says it with
	for i := range segments {
		for _, o := range segments[i].Contrast {
			taken[o.Word] = max(taken[o.Word], o.Z)
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
			if len(words) < nameWords && o.Z >= leastTelling && o.Z >= taken[o.Word] && !used[o.Word] {
				words = append(words, o.Word)
				used[o.Word] = true
			}
		}
		for _, w := range p.Words {
			if len(words) == 0 || len(words) < nameWords && taken[w.Text] == 0 && !slices.Contains(words, w.Text) {
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
