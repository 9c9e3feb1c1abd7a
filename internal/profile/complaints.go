package profile

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// complaint is a sentence that blames an aspect.
type complaint struct {
	user   int
	text   string
	aspect string
	value  float64
	hash   uint64
}

// complaints keeps a sample of the complaints of a group: those of the least
// hashes, which does not depend on their order.
type complaints struct{ items []complaint }

const (
	mostComplaints  = 200 // of a segment, whose vectors are made
	complaintsShown = 4
	complaintUsers  = 3
	complaintWords  = 3 // aspects named
	// alike is how much more similar than two sentences usually are those of a group
	// must be on the mean, in standard deviations.
	alike = 1.5
	// surelyAlike is the cosine similarity from which they are in any case.
	surelyAlike = 0.8
)

func (c *complaints) add(x complaint) {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %s", x.user, x.aspect, x.text)
	x.hash = h.Sum64()
	x.text, x.aspect = strings.Clone(x.text), strings.Clone(x.aspect)
	c.items = append(c.items, x)
	if len(c.items) == 4*mostComplaints {
		c.cut()
	}
}

func (c *complaints) cut() {
	slices.SortFunc(c.items, func(a, b complaint) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.user, b.user), cmp.Compare(a.text, b.text), cmp.Compare(a.aspect, b.aspect))
	})
	c.items = c.items[:min(len(c.items), mostComplaints)]
}

// blaming is a sentence with all that it blames.
type blaming struct {
	user    int
	text    string
	aspects []string
	value   float64
}

// sentences joins the complaints of one sentence of a user.
func (c *complaints) sentences() []blaming {
	c.cut()
	var out []blaming
	type sentence struct {
		user int
		text string
	}
	at := map[sentence]int{}
	for _, x := range c.items {
		key := sentence{x.user, x.text}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, blaming{user: x.user, text: x.text})
		}
		out[i].aspects = append(out[i].aspects, x.aspect)
		out[i].value = min(out[i].value, x.value)
	}
	return out
}

// groupComplaints groups the complaints of each segment that has opinions by what
// they mean, with the model's vectors of the sentences.
func (p *profiler) groupComplaints(ctx context.Context, segments []result.Profile) error {
	if p.opinions == nil || p.c.Model == nil {
		return nil
	}
	for i := range segments {
		if segments[i].Opinions == nil {
			continue
		}
		said := p.opinions.complaints[i].sentences()
		if len(said) < complaintUsers {
			continue
		}
		texts := make([]string, len(said))
		for j := range said {
			texts[j] = said[j].text
		}
		v, err := pool.Embed(ctx, p.c.Model, texts)
		if err != nil {
			return fmt.Errorf("grouping complaints: %w", err)
		}
		fit, err := cluster.Agglomerative{Threshold: 1 - likeness(v), Linkage: cluster.Average, Metric: cluster.Cosine}.Fit(ctx, dense.Matrix{Rows: v})
		if err != nil {
			return fmt.Errorf("grouping complaints: %w", err)
		}
		segments[i].Opinions.Complaints = p.complaintGroups(said, v, fit.Labels)
	}
	return nil
}

// likeness returns the similarity from which sentences count as alike, given how
// similar two of them usually are.
func likeness(v dense.Rows[float32]) float64 {
	var m moments
	for i := range v.Len {
		for j := range i {
			m.add(vector.Cosine(v.Row(i), v.Row(j)))
		}
	}
	return min(m.mean()+alike*math.Sqrt(m.variance()), surelyAlike)
}

func (p *profiler) complaintGroups(said []blaming, v dense.Rows[float32], labels []int) []result.Complaint {
	groups := make([][]int, slices.Max(labels)+1)
	for i, l := range labels {
		groups[l] = append(groups[l], i)
	}
	type shown struct {
		result.Complaint
		sentences []int
	}
	all := []shown{}
	for _, g := range groups {
		if c := p.complaint(said, v, g); c.Users >= complaintUsers {
			all = append(all, shown{c, g})
		}
	}
	slices.SortStableFunc(all, func(a, b shown) int {
		return cmp.Or(cmp.Compare(b.Users, a.Users), cmp.Compare(b.Sentences, a.Sentences), cmp.Compare(a.Quotes[0].Text, b.Quotes[0].Text))
	})
	all = all[:min(len(all), complaintsShown)]
	out, members := make([]result.Complaint, len(all)), make([][]int, len(all))
	for i, c := range all {
		out[i], members[i] = c.Complaint, c.sentences
	}
	p.distinguish(out, said, members)
	return out
}

// complaint describes a group of sentences.
func (p *profiler) complaint(said []blaming, v dense.Rows[float32], group []int) result.Complaint {
	out := result.Complaint{Sentences: len(group)}
	users, words := map[int]bool{}, map[string]int{}
	centre := make([]float32, v.Dim)
	for _, i := range group {
		users[said[i].user] = true
		for _, a := range said[i].aspects {
			words[a]++
		}
		for d, x := range v.Row(i) {
			centre[d] += x
		}
	}
	out.Users = len(users)
	for w := range words {
		out.Aspects = append(out.Aspects, w)
	}
	slices.SortFunc(out.Aspects, func(a, b string) int {
		return cmp.Or(cmp.Compare(words[b], words[a]), cmp.Compare(p.opinions.mentions(b), p.opinions.mentions(a)), cmp.Compare(a, b))
	})
	out.Aspects = out.Aspects[:min(len(out.Aspects), complaintWords)]
	for n := len(out.Aspects); n > 1 && words[out.Aspects[n-1]] < 2; n-- {
		out.Aspects = out.Aspects[:n-1] // of a single sentence, though not the first
	}
	l := shortlist{most: opinionQuotes}
	for _, i := range group {
		l.add(candidate{user: said[i].user, text: said[i].text, score: vector.Cosine(v.Row(i), centre) - shortness(said[i].text), near: said[i].value})
	}
	for _, c := range l.items {
		out.Quotes = append(out.Quotes, result.OpinionQuote{Text: c.text, User: p.survey.Users[c.user], Value: c.near})
	}
	return out
}
