package profile

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/ablate"
	"github.com/seed-56ee9438/cohort/result"
)

// explainUsers leaves out each word of the first deciding text of some users in
// turn, Config.Shades of each segment: from the one with the largest margin to the
// one nearest the border, at even distances in their order.
func (p *profiler) explainUsers(ctx context.Context, users []result.User) error {
	if p.c.Model == nil || p.c.Shades <= 0 {
		return nil
	}
	stop := stopWords(p.c.Lang)
	members := map[int][]*result.User{}
	for u := range users {
		if len(users[u].Deciding) > 0 {
			members[users[u].Segment] = append(members[users[u].Segment], &users[u])
		}
	}
	for i := range p.groups.Centres {
		c := &p.groups.Centres[i]
		for _, u := range spread(members[c.ID], p.c.Shades) {
			d := &u.Deciding[0]
			var err error
			if d.Words, err = ablate.Words(ctx, p.c.Model, d.Text, p.mend, c.Vector, p.c.Splitter, stop); err != nil {
				return fmt.Errorf("explaining a deciding text: %w", err)
			}
		}
	}
	return nil
}

// spread returns n of the users at even distances in the order of their margins,
// the largest and the smallest among them; all if there are no more. It sorts them.
func spread(users []*result.User, n int) []*result.User {
	slices.SortFunc(users, func(a, b *result.User) int { return cmp.Or(cmp.Compare(b.Margin, a.Margin), cmp.Compare(a.ID, b.ID)) })
	if n >= len(users) {
		return users
	}
	out := users[:0:0]
	for j := range n {
		out = append(out, users[j*(len(users)-1)/max(n-1, 1)])
	}
	return out
}
