package cohort

// impact sets each segment's Impact from the ratings, or the sentiment where
// there are none.
func (e *evidence) impact(s *Segmentation) {
	group := func(u int) int {
		if r := e.g.row[u]; r >= 0 {
			return e.gr.of[r]
		}
		return -1
	}
	got := e.rated.impacts(len(e.gr.list), group)
	if got == nil && e.feel != nil {
		got = e.feel.byUser.impacts(len(e.gr.list), group)
	}
	for i := range got {
		s.Segments[i].Impact, s.Segments[i].ImpactInterval = &got[i].Mean, &got[i]
	}
}
