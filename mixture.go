package cohort

// vote gives every user's row the cluster that most of his texts, by weight,
// are in, of being the clusters of the texts; ties go to the lower label. Texts
// that are noise have no vote; a user of nothing else is noise.
func (g *gathered) vote(of []int) []int {
	k := 0
	for _, l := range of {
		k = max(k, l+1)
	}
	votes := make([][]float64, g.vectors.Len)
	for t, l := range of {
		if l < 0 {
			continue
		}
		r := g.row[g.owner[t]]
		if votes[r] == nil {
			votes[r] = make([]float64, k)
		}
		votes[r][l] += g.weight[t]
	}
	out := make([]int, len(votes))
	for r, v := range votes {
		out[r] = Unassigned
		for l, w := range v {
			if w > 0 && (out[r] < 0 || w > v[out[r]]) {
				out[r] = l
			}
		}
	}
	return out
}
