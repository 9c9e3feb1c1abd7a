package features

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/seed-56ee9438/cohort/internal/rank"
)

// Effect is a difference between one group of users and all other users in
// groups.
type Effect struct {
	Feature string
	Kind    Kind   // Date only if Own and Others are days since 1970
	Level   string // of a category, otherwise ""; "" with Missing
	Missing bool   // the shares are of users for whom the feature is missing

	// Own and Others are the medians of the group and of the others; for
	// categories and Missing, their shares. Those without a value do not count,
	// except for Missing.
	Own, Others float64
	// Size is the rank-biserial correlation of Kerby (2014), from -1 to 1, which
	// is the probability that a user of the group has the higher value less that
	// of the lower one; for shares it is Cohen's h, from -π to π (Statistical
	// Power Analysis, 1988). Positive: the group has more.
	Size float64
	// P is the p-value of the rank-sum test with ties (Mann and Whitney, 1947), or
	// of the two-proportion z test, both by the normal approximation, after
	// Holm's correction (1979) for all tests of all groups.
	P float64
	N int // users of the group who have a value
}

// Day returns the date that a number of days since 1970 stands for.
func Day(days float64) time.Time {
	return time.Unix(int64(math.Floor(days*86400)), 0).UTC()
}

// Effects compares each of k groups with the users of all others. of is the
// group of each user [users], below 0 for none. The effects of each group are in
// the order of their sizes relative to what is possible, the largest first.
// Effects that are 0 are left out.
//
// Where the groups were found by these features, the p-values say which
// differences are too small to be told from chance, and not that the groups
// exist.
func (e *Encoder) Effects(t *Table, of []int, k int) [][]Effect {
	out := make([][]Effect, k)
	for i := range e.Features {
		f := &e.Features[i]
		if f.numeric() {
			f.ranks(t, i, of, out)
		} else {
			for _, level := range f.Levels {
				f.shares(level, of, out, func(u int) (bool, bool) { v := t.levels[i][u]; return v == level, v != "" })
			}
		}
		if f.Missing && f.Lacking > 0 {
			f.shares("", of, out, func(u int) (bool, bool) { return t.missing(i, u), true })
		}
	}
	holm(out)
	for g := range out {
		out[g] = slices.DeleteFunc(out[g], func(x Effect) bool { return x.Size == 0 })
		slices.SortStableFunc(out[g], func(a, b Effect) int { return cmp.Compare(b.reach(), a.reach()) })
	}
	return out
}

// reach is the size of the effect relative to the largest possible.
func (x *Effect) reach() float64 {
	if x.Missing || x.Kind == Category {
		return math.Abs(x.Size) / math.Pi
	}
	return math.Abs(x.Size)
}

// shown is the kind of the numbers of the feature.
func (f *Feature) shown() Kind {
	if f.Take != TakeDefault {
		return Number
	}
	return f.Kind
}

// ranks compares numbers by their ranks.
func (f *Feature) ranks(t *Table, i int, of []int, out [][]Effect) {
	type value struct {
		x float64
		g int
	}
	var all []value
	for u, g := range of {
		if g >= 0 && !t.missing(i, u) {
			all = append(all, value{t.numbers[i][u], g})
		}
	}
	slices.SortFunc(all, func(a, b value) int { return cmp.Compare(a.x, b.x) })
	n := float64(len(all))
	x := make([]float64, len(all))
	for i, v := range all {
		x[i] = v.x
	}
	ranks, ties := rank.Mean(x)
	sum, count := make([]float64, len(out)), make([]float64, len(out))
	for i, v := range all {
		sum[v.g] += ranks[i]
		count[v.g]++
	}
	for g := range out {
		a, b := count[g], n-count[g]
		if a == 0 || b == 0 {
			continue
		}
		var own, others []float64
		for _, v := range all { // sorted
			if v.g == g {
				own = append(own, v.x)
			} else {
				others = append(others, v.x)
			}
		}
		above := sum[g] - a*(a+1)/2 // pairs in which the group's is higher; half of ties
		p := 1.0
		if v := a * b / 12 * ((n + 1) - ties/(n*(n-1))); v > 0 {
			p = twoSided((above - a*b/2) / math.Sqrt(v))
		}
		out[g] = append(out[g], Effect{
			Feature: f.Name, Kind: f.shown(), Own: quantile(own, 0.5), Others: quantile(others, 0.5), Size: 2*above/(a*b) - 1, P: p, N: int(a),
		})
	}
}

// shares compares the shares of users who have something; has returns that, and
// whether it is known.
func (f *Feature) shares(level string, of []int, out [][]Effect, has func(u int) (bool, bool)) {
	with, known := make([]float64, len(out)), make([]float64, len(out))
	var allWith, all float64
	for u, g := range of {
		if g < 0 {
			continue
		}
		if it, ok := has(u); ok {
			known[g]++
			all++
			if it {
				with[g]++
				allWith++
			}
		}
	}
	for g := range out {
		a, b := known[g], all-known[g]
		if a == 0 || b == 0 {
			continue
		}
		own, others := with[g]/a, (allWith-with[g])/b
		p := 1.0
		if se := math.Sqrt(allWith / all * (1 - allWith/all) * (1/a + 1/b)); se > 0 {
			p = twoSided((own - others) / se)
		}
		size := 2*math.Asin(math.Sqrt(own)) - 2*math.Asin(math.Sqrt(others))
		if own == others {
			size = 0
		}
		out[g] = append(out[g], Effect{Feature: f.Name, Kind: f.Kind, Level: level, Missing: level == "", Own: own, Others: others, Size: size, P: p, N: int(a)})
	}
}

// twoSided returns the two-sided p-value of a standard normal z.
func twoSided(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// holm corrects the p-values of all effects for their number.
func holm(all [][]Effect) {
	var list []*Effect
	for g := range all {
		for i := range all[g] {
			list = append(list, &all[g][i])
		}
	}
	slices.SortStableFunc(list, func(a, b *Effect) int { return cmp.Compare(a.P, b.P) })
	least := 0.0
	for i, x := range list {
		least = max(least, min(1, x.P*float64(len(list)-i)))
		x.P = least
	}
}
