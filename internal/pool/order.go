package pool

import (
	"cmp"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// hashVector returns a hash of the vector of a text that is not known.
func hashVector(v []float32) uint64 {
	h := uint64(0)
	for _, x := range v {
		h = splitmix.Mix(h, uint64(math.Float32bits(x)))
	}
	return h
}

// order gives the users with a text their rows and returns the number of rows.
// The order is that of the hashes of what they wrote, near-duplicates included,
// since which of these is kept depends on the order of reading. Vectors, whose
// last bits may depend on the batch in which a text was embedded, only tell
// users apart whose texts are the same but whose weights are not, and then features
// [users, m] do. Users with the same can take each other's place.
func (u *Users) order(s *reading.Survey, features dense.Rows[float32]) int {
	users := make([]int, 0, len(u.Sums))
	u.Row = make([]int, len(u.Sums))
	for i := range u.Sums {
		u.Row[i] = -1
		u.Sums[i].hash += s.Repeated(i)
		if u.Sums[i].Texts > 0 {
			users = append(users, i)
		}
	}
	slices.SortStableFunc(users, func(a, b int) int {
		x, y := &u.Sums[a], &u.Sums[b]
		if c := cmp.Compare(x.hash, y.hash); c != 0 {
			return c
		}
		if c := slices.Compare(x.Vector(), y.Vector()); c != 0 || features.Dim == 0 {
			return c
		}
		return slices.Compare(features.Row(a), features.Row(b))
	})
	for r, i := range users {
		u.Row[i] = r
	}
	return len(users)
}

// Said are all texts in an order that does not depend on that in which they
// were read.
type Said struct {
	Vectors dense.Rows[float32] // [texts, dim]
	Text    []int               // row of Vectors -> text of the source, the index of Users.Owner
}

// Said returns the texts. The Users must have been gathered with
// Config.TextsOf.
func (u *Users) Said() (Said, error) {
	s := Said{Vectors: dense.New[float32](len(u.Owner), u.Vectors.Dim), Text: make([]int, len(u.Owner))}
	for t := range s.Text {
		s.Text[t] = t
	}
	slices.SortStableFunc(s.Text, func(a, b int) int {
		return cmp.Or(cmp.Compare(u.hash[a], u.hash[b]), cmp.Compare(u.Row[u.Owner[a]], u.Row[u.Owner[b]]))
	})
	at := make([]int, len(s.Text)) // text -> row of Vectors
	for r, t := range s.Text {
		at[t] = r
	}
	next, err := u.Texts.Reader()
	for t := 0; err == nil && t < len(at); t++ {
		err = next(s.Vectors.Row(at[t]))
	}
	return s, err
}
