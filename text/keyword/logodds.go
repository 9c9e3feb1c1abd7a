package keyword

import (
	"cmp"
	"math"
	"slices"
)

// Odds is a term that a segment uses more than others.
type Odds struct {
	Text    string  // most frequent spelling, with its own capitals
	Key     string  // its words in lower case, under their lemmas and joined by spaces
	LogOdds float64 // log-odds ratio, > 0
	Z       float64 // LogOdds in standard errors
	// FDR is the smallest false discovery rate at which the term is one of those
	// that the segment uses more, of all terms that match the query (Benjamini and
	// Hochberg, 1995): below 0.05, about one in twenty of such terms is chance.
	FDR    float64
	Count  int // number of the segment's texts that contain it
	Others int // number of the other texts that contain it
}

// LogOdds returns the terms that a segment uses more than the segments of rest,
// and that do not repeat one another (see Choose), by their log-odds ratio with
// an informative Dirichlet prior, in standard errors, the highest first
// (Monroe, Colaresi and Quinn, Fightin' Words, 2008). The prior is the counts
// over all segments, scaled to the size of an average segment. The result does
// not depend on the order of the texts.
func (c *Counter) LogOdds(segment int, rest func(segment int) bool, q Query) []Odds {
	q = q.withDefaults()
	odds := c.against(segment, rest)
	if odds.all == 0 {
		return nil
	}
	var found []ranked[Odds]
	var tried []float64 // p-values of all terms that match
	var at []int        // found -> tried
	for key, t := range c.terms {
		if !q.asks(c, t, segment) {
			continue
		}
		lo, z, others := odds.of(t)
		tried = append(tried, math.Erfc(z/math.Sqrt2)/2)
		if z > q.MinZ && !math.IsInf(z, 0) {
			n := int(t.texts[segment])
			found = append(found, ranked[Odds]{key, z, n, Odds{LogOdds: lo, Z: z, Count: n, Others: others}})
			at = append(at, len(tried)-1)
		}
	}
	for i, rate := range DiscoveryRates(tried) {
		if len(at) > 0 && at[0] == i {
			found[len(found)-len(at)].value.FDR, at = rate, at[1:]
		}
	}
	kept := distinct(c, segment, nil, found, &q)
	out := make([]Odds, len(kept))
	for i, w := range kept {
		out[i] = w.value
		out[i].Text, out[i].Key = c.terms[w.key].forms.commonest(segment), w.key
	}
	return out
}

// comparison holds what the log-odds ratio of a segment's terms against others
// needs in addition to a term's own counts.
type comparison struct {
	segment        int
	rest           []bool  // [segments]
	all, own, them float64 // sizes of all segments, of this one, of the rest
	scale          float64 // of the prior
}

func (c *Counter) against(segment int, rest func(j int) bool) comparison {
	k := len(c.sizes)
	v := comparison{segment: segment, rest: make([]bool, k), own: float64(c.sizes[segment]), scale: 1 / float64(k)}
	for j, n := range c.sizes {
		v.all += float64(n)
		if v.rest[j] = rest(j); v.rest[j] {
			v.them += float64(n)
		}
	}
	return v
}

// of returns the log-odds ratio of a term, also in standard errors, and the
// number of texts of the rest that contain it.
func (v *comparison) of(t *term) (logOdds, z float64, others int) {
	for j, n := range t.texts {
		if v.rest[j] {
			others += int(n)
		}
	}
	own, other, prior := float64(t.texts[v.segment]), float64(others), v.all*v.scale
	p := float64(t.total()) * v.scale
	logOdds = math.Log((own+p)/(v.own+prior-own-p)) - math.Log((other+p)/(v.them+prior-other-p))
	return logOdds, logOdds / math.Sqrt(1/(own+p)+1/(other+p)), others
}

// DiscoveryRates returns, for each p-value of those of several comparisons, the
// smallest false discovery rate at which it is a discovery, from 0 to 1
// (Benjamini and Hochberg, Controlling the False Discovery Rate, 1995): of
// comparisons with a rate of at most 0.05, about one in twenty is chance. NaN
// counts as 1.
func DiscoveryRates(p []float64) []float64 {
	order := make([]int, len(p))
	at := func(i int) float64 {
		if math.IsNaN(p[i]) {
			return 1
		}
		return min(max(p[i], 0), 1)
	}
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(at(j), at(i)) })
	rates, least := make([]float64, len(p)), 1.0
	for n, i := range order { // from the least surprising to the most
		least = min(least, at(i)*float64(len(p))/float64(len(p)-n))
		rates[i] = least
	}
	return rates
}
