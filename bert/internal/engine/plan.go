package engine

import "slices"

// plan is an order of texts and its division into batches: batch k is
// order[cuts[k]:cuts[k+1]].
type plan struct {
	order []int
	cuts  []int
}

// make sorts the texts by length, longest first, so that the texts of a batch
// are of similar length and the last batches are short, and starts a new batch
// where the next text would exceed budget tokens. Texts of equal length keep
// the caller's order, so that the plan depends only on the texts. Texts without
// tokens are in no batch.
func (p *plan) make(s *Sequences, budget int) {
	p.order = p.order[:0]
	for i := range s.Texts() {
		if s.Len(i) > 0 {
			p.order = append(p.order, i)
		}
	}
	slices.SortStableFunc(p.order, func(a, b int) int { return s.Len(b) - s.Len(a) })
	p.cuts = append(p.cuts[:0], 0)
	sum := 0
	for k, i := range p.order {
		n := s.Len(i)
		if sum > 0 && sum+n > budget {
			p.cuts = append(p.cuts, k)
			sum = 0
		}
		sum += n
	}
	if len(p.order) > 0 {
		p.cuts = append(p.cuts, len(p.order))
	}
}

func (p *plan) batches() int { return len(p.cuts) - 1 }
