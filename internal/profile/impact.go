package profile

import (
	"math"

	"github.com/seed-56ee9438/cohort/result"
)

// byUser sums values user by user: texts of one user are not independent, so
// intervals are taken over users.
type byUser struct{ n, sum []float64 } // [users]

func newByUser(users int) *byUser {
	return &byUser{make([]float64, users), make([]float64, users)}
}

func (b *byUser) add(u int, x float64) {
	b.n[u]++
	b.sum[u] += x
}

// impacts returns the contribution of each of k groups of users to the mean of
// all values: (its mean - the overall mean) x its share of the values, with a
// 95 % interval by linearisation over users (the delta method, as for ratios in
// cluster samples: Cochran, Sampling Techniques, 1977). group returns -1 for
// users that are in no group. N is the group's number of values. impacts
// returns nil if there are no values.
func (b *byUser) impacts(k int, group func(u int) int) []result.Estimate {
	n, t := make([]float64, k), make([]float64, k)
	var all, total, users float64
	for u := range b.n {
		if i := group(u); i >= 0 && b.n[u] > 0 {
			n[i] += b.n[u]
			t[i] += b.sum[u]
			all += b.n[u]
			total += b.sum[u]
			users++
		}
	}
	if all == 0 {
		return nil
	}
	out := make([]result.Estimate, k)
	for i := range out {
		// impact = t/all - n total/all², and its derivatives.
		value := t[i]/all - n[i]*total/(all*all)
		byAll := -t[i]/(all*all) + 2*n[i]*total/(all*all*all)
		byTotal := -n[i] / (all * all)
		var squares float64
		for u := range b.n {
			g := group(u)
			if g < 0 || b.n[u] == 0 {
				continue
			}
			d := b.n[u]*byAll + b.sum[u]*byTotal
			if g == i {
				d += b.sum[u]/all - b.n[u]*total/(all*all)
			}
			squares += d * d
		}
		half := 0.0
		if users > 1 {
			half = 1.96 * math.Sqrt(squares*users/(users-1))
		}
		out[i] = result.Estimate{Mean: value, Low: value - half, High: value + half, N: int(n[i])}
	}
	return out
}

// setImpacts sets each segment's Impact from the ratings, or from the sentiment
// if there are no ratings.
func (p *profiler) setImpacts(segments []result.Profile) {
	group := func(u int) int {
		if r := p.users.Row[u]; r >= 0 {
			return p.groups.Of[r]
		}
		return -1
	}
	got := p.ratings.impacts(len(segments), group)
	if got == nil && p.tally != nil {
		got = p.tally.byUser.impacts(len(segments), group)
	}
	for i := range got {
		segments[i].Impact, segments[i].ImpactInterval = &got[i].Mean, &got[i]
	}
}
