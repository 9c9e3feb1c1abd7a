package pool

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// beside returns what is known of users beside their texts [users, m], and of
// whom anything is.
func (u *Users) beside(c Config) (dense.Rows[float32], []bool, error) {
	if c.Features == nil {
		return dense.Rows[float32]{}, nil, nil
	}
	x, known, err := c.Features(func(i int) bool { return u.Sums[i].Texts > 0 })
	if err == nil && (x.Len != len(u.Sums) || len(known) != len(u.Sums)) {
		err = fmt.Errorf("cohort: features of %d users, want %d", x.Len, len(u.Sums))
	}
	return x, known, err
}

// arrange sets Features, Quiet and QuietFeatures from the features of all users
// [users, m], once users have their rows.
func (u *Users) arrange(beside dense.Rows[float32], known []bool, rows int) {
	if beside.Dim == 0 {
		return
	}
	u.Features = dense.New[float32](rows, beside.Dim)
	for i, r := range u.Row {
		switch {
		case r >= 0:
			copy(u.Features.Row(r), beside.Row(i))
		case known[i]:
			u.Quiet = append(u.Quiet, i)
		}
	}
	u.QuietFeatures = dense.New[float32](len(u.Quiet), beside.Dim)
	for n, i := range u.Quiet {
		copy(u.QuietFeatures.Row(n), beside.Row(i))
	}
}
