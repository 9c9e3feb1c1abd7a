package cohort

// impact sets each segment's Impact from the ratings, or the sentiment where
// there are none.
func (e *evidence) impact(s *Segmentation) {
	sums := e.rating
	if !anyValues(sums) {
		if e.feel == nil {
			return
		}
		sums = e.feel.sums
	}
	var all moments
	for _, m := range sums {
		all.n += m.n
		all.sum += m.sum
	}
	if all.n == 0 {
		return
	}
	for i, m := range sums {
		v := 0.0
		if m.n > 0 {
			v = (m.mean() - all.mean()) * m.n / all.n
		}
		s.Segments[i].Impact = &v
	}
}

func anyValues(sums []moments) bool {
	for _, m := range sums {
		if m.n > 0 {
			return true
		}
	}
	return false
}
