package profile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

const (
	saidWords = 2 // of a group of complaints
	saidUsers = 2 // of a group who write such a word, at least
)

// distinguish sets what is said in each group of complaints: words that tell it
// from all others of the segment, beside what is blamed. groups holds the
// sentences of each. Groups that blame the same and would be named alike get
// words of their first quotation.
func (p *profiler) distinguish(complaints []result.Complaint, said []blaming, groups [][]int) {
	if len(complaints) == 0 {
		return
	}
	of := make([]int, len(said)) // sentence -> group; the last for those that are not shown
	for i := range of {
		of[i] = len(groups)
	}
	for g, sentences := range groups {
		for _, i := range sentences {
			of[i] = g
		}
	}
	c := NewCounter(len(groups)+1, p.c.Lang, p.c.Splitter, p.c.Lemma)
	order := make([]int, len(said)) // a Counter wants a user's texts one after another
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(said[a].user, said[b].user) })
	for _, i := range order {
		c.Add(of[i], said[i].user, said[i].text)
	}
	names := map[string]bool{}
	for g := range complaints {
		o := &complaints[g]
		o.Said = saidIn(c, g, o, saidUsers, nil)
		if names[nameOf(o)] && len(o.Quotes) > 0 {
			o.Said = saidIn(c, g, o, 1, c.AppendWords(nil, o.Quotes[0].Text))
		}
		names[nameOf(o)] = true
	}
}

// saidIn returns words that tell group g from the others and are not what it
// blames, of so many of its users or more; if only is not nil, of these.
func saidIn(c *keyword.Counter, g int, o *result.Complaint, users int, only []string) []string {
	blamed := c.AppendWords(nil, strings.Join(o.Aspects, " . "))
	var out []string
	for _, w := range c.LogOdds(g, func(j int) bool { return j != g }, keyword.Query{MaxWords: 1, MinTexts: 1, MinUsers: users}) {
		if len(out) < saidWords && !slices.Contains(blamed, w.Key) && (only == nil || slices.Contains(only, w.Key)) {
			out = append(out, w.Text)
		}
	}
	return out
}

// nameOf returns what a reader takes a group of complaints to be about.
func nameOf(o *result.Complaint) string {
	return strings.Join(o.Aspects, ", ") + ": " + strings.Join(o.Said, ", ")
}
