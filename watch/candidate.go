package watch

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/text/english"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

const (
	candidateTexts  = 2000 // most texts among which a group is sought
	candidateWords  = 10
	candidateQuotes = 3
	quoteRunes      = 240
	leastTelling    = 1.645 // standard errors of a word's log-odds: a one-sided 5 % level
)

// candidate describes the largest group among the entries that are out, or all
// of these if none stands out; nil if there are none.
func (w *Watcher) candidate(ctx context.Context, out func(e *entry) bool) (*Candidate, error) {
	var far, rest []*entry
	for _, e := range w.open {
		switch {
		case !e.counted:
		case out(e) && len(far) < candidateTexts:
			far = append(far, e)
		default:
			rest = append(rest, e)
		}
	}
	if len(far) == 0 {
		return nil, nil
	}
	group, err := largest(ctx, far, w.o.MinUsers)
	if err != nil {
		return nil, err
	}
	users, nearest := map[string]int{}, map[int]int{}
	middle := make([]float32, len(group[0].vector))
	for _, e := range group {
		if _, ok := users[e.User]; !ok {
			users[e.User] = len(users)
		}
		nearest[e.near()]++
		for j, v := range e.vector {
			middle[j] += v
		}
	}
	c := &Candidate{Users: len(users), Texts: len(group), Words: []Word{}, Quotes: []string{}}
	for id, n := range nearest {
		if most := nearest[c.Nearest]; n > most || n == most && id < c.Nearest {
			c.Nearest = id
		}
	}
	shown, err := w.shown(ctx, group)
	if err != nil {
		return nil, err
	}
	others, err := w.shown(ctx, rest)
	if err != nil {
		return nil, err
	}
	count := keyword.NewCounter(2, keyword.Options{Splitter: w.o.Splitter, Lemma: english.Lemma})
	byUser(group, func(u, i int) { count.Add(0, u, shown[i]) })
	byUser(rest, func(u, i int) { count.Add(1, u, others[i]) })
	for _, o := range count.LogOdds(0, func(j int) bool { return j == 1 }, keyword.Query{Top: candidateWords, MaxWords: 1, MinTexts: 2, MinUsers: 2, MinZ: leastTelling}) {
		c.Words = append(c.Words, Word{visible.Brief(o.Text), o.Z, o.Count, o.Others})
	}
	if c.Users < w.o.MinUsers {
		return c, nil
	}
	order := make([]int, len(group))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(vector.Cosine(group[b].vector, middle), vector.Cosine(group[a].vector, middle))
	})
	quoted := map[string]bool{}
	for _, i := range order {
		q := visible.Clip(visible.Text(shown[i]), quoteRunes)
		if len(c.Quotes) == candidateQuotes || quoted[group[i].User] || slices.Contains(c.Quotes, q) {
			continue
		}
		quoted[group[i].User] = true
		c.Quotes = append(c.Quotes, q)
	}
	return c, nil
}

// byUser calls do with each entry's user, as a number, and index; those of one
// user come together.
func byUser(list []*entry, do func(u, i int)) {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[a].User, list[b].User) })
	u := 0
	for n, i := range order {
		if n > 0 && list[i].User != list[order[n-1]].User {
			u++
		}
		do(u, i)
	}
}

// largest returns the entries of the cluster of HDBSCAN with the most users, or
// all if it finds none. A text that many wrote counts once: repetitions alone are
// no group.
func largest(ctx context.Context, all []*entry, least int) ([]*entry, error) {
	at := map[string]int{} // text -> row of x
	var distinct []*entry
	for _, e := range all {
		if _, ok := at[e.clean]; !ok {
			at[e.clean] = len(distinct)
			distinct = append(distinct, e)
		}
	}
	least = max(least, 3, len(distinct)/4)
	if len(distinct) < 2*least {
		return all, nil
	}
	x := dense.New[float32](len(distinct), len(all[0].vector))
	for i, e := range distinct {
		copy(x.Row(i), e.vector)
	}
	found, err := cluster.HDBSCAN{MinClusterSize: least}.Fit(ctx, dense.Matrix{Rows: x})
	if err != nil {
		return nil, err
	}
	groups, users := map[int][]*entry{}, map[int]map[string]bool{}
	best := -1
	for _, e := range all {
		l := found.Labels[at[e.clean]]
		if l < 0 {
			continue
		}
		if users[l] == nil {
			users[l] = map[string]bool{}
		}
		groups[l] = append(groups[l], e)
		users[l][e.User] = true
	}
	for l := range len(groups) {
		if best < 0 || len(users[l]) > len(users[best]) {
			best = l
		}
	}
	if best < 0 {
		return all, nil
	}
	return groups[best], nil
}

// shown returns the texts of entries, masked.
func (w *Watcher) shown(ctx context.Context, list []*entry) ([]string, error) {
	texts := make([]string, len(list))
	for i, e := range list {
		texts[i] = e.clean
	}
	return masked(ctx, w.mask, texts)
}
