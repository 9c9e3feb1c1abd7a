package profile

import (
	"cmp"
	"slices"
	"time"

	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// stance is what the users of a group say of an aspect on the whole.
type stance struct {
	sums          moments // of the users' means
	praise, blame int
}

const (
	opinionsShown = 5
	// opinionUsers is the least number of users for an opinion to be told, however
	// small the segment is.
	opinionUsers = 3
)

// stances returns what each group says of an aspect; of returns -1 for users in
// no group. It calls each with what a user says of it on the whole.
func (a *spoken) stances(k int, of func(user int) int, each func(user int, mean float64)) []stance {
	out := make([]stance, k)
	slices.SortStableFunc(a.said, func(x, y saidOf) int { return cmp.Compare(x.user, y.user) })
	for from := 0; from < len(a.said); {
		to, sum := from, 0.0
		for to < len(a.said) && a.said[to].user == a.said[from].user {
			sum += float64(a.said[to].value)
			to++
		}
		user, mean := int(a.said[from].user), sum/float64(to-from)
		from = to
		i := of(user)
		if i < 0 {
			continue
		}
		s := &out[i]
		s.sums.add(mean)
		switch {
		case mean > neutralWithin:
			s.praise++
		case mean < -neutralWithin:
			s.blame++
		}
		if each != nil {
			each(user, mean)
		}
	}
	return out
}

// found is an aspect of one segment that is praised, or blamed.
type found struct {
	aspect string
	group  int
	good   bool
	stance *stance
	test   int // index of its p-value
	result.OpinionContrast
}

func (f *found) users() int {
	if f.good {
		return f.stance.praise
	}
	return f.stance.blame
}

func (p *profiler) groupOf(user int) int {
	if r := p.users.Row[user]; r >= 0 {
		return p.groups.Of[r]
	}
	return -1
}

// setOpinions sets what each segment says of aspects.
func (p *profiler) setOpinions(segments []result.Profile) {
	if p.opinions == nil {
		return
	}
	all, tests := p.compareOpinions(segments)
	q := keyword.DiscoveryRates(tests)
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(b.users(), a.users()), cmp.Compare(q[a.test], q[b.test]), cmp.Compare(a.aspect, b.aspect))
	})
	for _, f := range all {
		f.Q = q[f.test]
		s := &segments[f.group]
		if s.Opinions == nil {
			s.Opinions = &result.Opinions{Praised: []result.Opinion{}, Blamed: []result.Opinion{}, Tried: len(tests)}
		}
		list := &s.Opinions.Blamed
		if f.good {
			list = &s.Opinions.Praised
		}
		if len(*list) == opinionsShown {
			continue
		}
		if o := p.opinion(&f); len(o.Quotes) > 0 {
			*list = append(*list, o)
		}
	}
}

// compareOpinions returns what may be told of each segment, and the p-values of
// all comparisons. Aspects of few users, and those that people do not judge, are
// not compared.
func (p *profiler) compareOpinions(segments []result.Profile) (all []found, tests []float64) {
	k, n := len(segments), 0
	for i := range segments {
		n += segments[i].Users
	}
	names := make([]string, 0, len(p.opinions.aspects))
	for name, a := range p.opinions.aspects {
		if len(a.said) >= opinionUsers && a.judged() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		stances := p.opinions.aspects[name].stances(k, p.groupOf, nil)
		for _, good := range []bool{true, false} {
			total := 0
			for i := range stances {
				total += (&found{good: good, stance: &stances[i]}).users()
			}
			for i := range stances {
				f := found{aspect: name, group: i, good: good, stance: &stances[i], test: len(tests)}
				x, users := f.users(), segments[i].Users
				if total < opinionUsers || users < p.c.MinUsers {
					continue
				}
				f.P = fisher(x, users, total, n)
				f.Z = proportionZ(x, users, total-x, n-users)
				f.Share = float64(x) / float64(users)
				if n > users {
					f.Others = float64(total-x) / float64(n-users)
				}
				tests = append(tests, f.P)
				if x >= opinionUsers {
					all = append(all, f)
				}
			}
		}
	}
	return all, tests
}

// opinion returns what a segment says of an aspect.
func (p *profiler) opinion(f *found) result.Opinion {
	s, a := f.stance, p.opinions.aspects[f.aspect]
	out := result.Opinion{
		Aspect: f.aspect, Users: int(s.sums.n), Praise: s.praise, Blame: s.blame, Contrast: f.OpinionContrast,
		Sentiment: *within(s.sums.estimate(0), -1, 1), Quotes: []result.OpinionQuote{},
	}
	if l := a.quotes[quoted{f.group, f.good}]; l != nil {
		for _, c := range l.items {
			out.Quotes = append(out.Quotes, result.OpinionQuote{Text: c.text, User: p.survey.Users[c.user], Value: c.near})
		}
	}
	by := map[int]bool{} // users who praise it, or blame it
	a.stances(len(p.groups.Centres), p.groupOf, func(user int, mean float64) {
		by[user] = f.good && mean > neutralWithin || !f.good && mean < -neutralWithin
	})
	got := p.ratings.impacts(2, func(u int) int {
		switch {
		case p.groupOf(u) != f.group:
			return -1
		case by[u]:
			return 0
		}
		return 1
	})
	if got != nil && got[0].N > 0 {
		out.Impact = &got[0]
	}
	out.Trend = a.periods(f.group, p.groupOf)
	return out
}

// periods counts the mentions by users of a group in each period, in order; nil
// for fewer than two periods.
func (a *spoken) periods(group int, of func(user int) int) []result.OpinionPeriod {
	counts := map[int32]*result.OpinionPeriod{}
	var days []int32
	for _, s := range a.said {
		if s.period == undated || of(int(s.user)) != group {
			continue
		}
		c := counts[s.period]
		if c == nil {
			c = &result.OpinionPeriod{Start: time.Unix(int64(s.period)*24*60*60, 0).UTC()}
			counts[s.period], days = c, append(days, s.period)
		}
		if s.value > 0 {
			c.Praise++
		} else {
			c.Blame++
		}
	}
	if len(days) < 2 {
		return nil
	}
	slices.Sort(days)
	out := make([]result.OpinionPeriod, len(days))
	for i, d := range days {
		out[i] = *counts[d]
	}
	return out
}
