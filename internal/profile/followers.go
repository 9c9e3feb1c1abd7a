package profile

import (
	"cmp"
	"hash/fnv"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// Limits for the users whose words are known one by one.
const (
	mostFollowed  = 8192 // in all
	fewestInGroup = 64   // of a group, if it has so many
	mostInGroup   = 256
)

// Followers is a sample of the users of each group whose words are known user by
// user: those of the least hashes, which does not depend on the order of the
// texts.
type Followers struct {
	users   [][]int // of each group, [k][..], in the order of the hashes
	rows    [][]int // of their vectors
	sizes   []int   // users of each group in all
	group   map[int]int
	vectors dense.Rows[float32] // of the users' texts
}

// NewFollowers samples the users of the groups; names are those of all users.
func NewFollowers(names []string, u *pool.Users, g *group.Groups) *Followers {
	k := len(g.Centres)
	f := &Followers{users: make([][]int, k), rows: make([][]int, k), sizes: make([]int, k), group: map[int]int{}, vectors: u.Vectors}
	most := min(max(mostFollowed/max(k, 1), fewestInGroup), mostInGroup)
	type sampled struct {
		hash      uint64
		user, row int
	}
	all := make([][]sampled, k)
	for user, r := range u.Row {
		if r < 0 || g.Of[r] < 0 {
			continue
		}
		h := fnv.New64a()
		h.Write([]byte(names[user]))
		all[g.Of[r]] = append(all[g.Of[r]], sampled{splitmix.Mix(h.Sum64()), user, r})
	}
	for i, l := range all {
		slices.SortFunc(l, func(a, b sampled) int {
			return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(names[a.user], names[b.user]))
		})
		f.sizes[i] = len(l)
		for _, s := range l[:min(len(l), most)] {
			f.users[i], f.rows[i], f.group[s.user] = append(f.users[i], s.user), append(f.rows[i], s.row), i
		}
	}
	return f
}

// Follow reports whether a user is one of them.
func (f *Followers) Follow(user int) bool {
	_, ok := f.group[user]
	return ok
}

// weigh returns the number of users of group i that use a term, and the number
// of others that do, as the sample says; uses holds the users of the sample.
func (f *Followers) weigh(i int, uses map[int]bool) (own, others float64) {
	using := make([]int, len(f.users)) // users of the sample, by group
	for user := range uses {
		using[f.group[user]]++
	}
	for at, n := range using {
		all := float64(n*f.sizes[at]) / float64(max(len(f.users[at]), 1))
		if at == i {
			own = all
		} else {
			others += all
		}
	}
	return own, others
}

// nearby is the number of neighbours that a user is judged by.
const nearby = 5

// strangers returns the share of the users of group i who neither use a term nor
// have a neighbour in the group who does: those nearest by the vectors of what
// they write. uses holds the users of the sample that do.
func (f *Followers) strangers(i int, uses map[int]bool) float64 {
	type neighbour struct {
		cosine float64
		uses   bool
	}
	n := 0
	near := make([]neighbour, 0, len(f.users[i]))
	for at, user := range f.users[i] {
		if uses[user] {
			continue
		}
		near = near[:0]
		for other, u := range f.users[i] {
			if other != at {
				near = append(near, neighbour{vector.Cosine(f.vectors.Row(f.rows[i][at]), f.vectors.Row(f.rows[i][other])), uses[u]})
			}
		}
		slices.SortFunc(near, func(a, b neighbour) int { return cmp.Compare(b.cosine, a.cosine) })
		if !slices.ContainsFunc(near[:min(len(near), nearby)], func(x neighbour) bool { return x.uses }) {
			n++
		}
	}
	return float64(n) / float64(max(len(f.users[i]), 1))
}
