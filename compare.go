package cohort

import "github.com/seed-56ee9438/cohort/internal/vector"

// compare fills the similarity of the segments and the tree that joins them.
func compare(s *Segmentation, gr *groups) {
	k := len(gr.list)
	s.Similarity = make([][]float64, k)
	for i := range k {
		s.Similarity[i] = make([]float64, k)
		for j := range k {
			s.Similarity[i][j] = vector.Cosine(gr.list[i].centre, gr.list[j].centre)
		}
		s.Similarity[i][i] = 1
	}
	s.Tree = joinTree(s)
}

// joinTree joins the two most similar sets of segments until one is left.
func joinTree(s *Segmentation) []Join {
	type node struct {
		id      int
		members []int
	}
	var nodes []node
	next := 0
	for i, p := range s.Segments {
		nodes = append(nodes, node{p.ID, []int{i}})
		next = max(next, p.ID+1)
	}
	tree := []Join{}
	for len(nodes) > 1 {
		bi, bj, best := 0, 0, 0.0
		for i := range nodes {
			for j := i + 1; j < len(nodes); j++ {
				var d float64
				for _, a := range nodes[i].members {
					for _, b := range nodes[j].members {
						d += 1 - s.Similarity[a][b]
					}
				}
				d /= float64(len(nodes[i].members) * len(nodes[j].members))
				if bj == 0 || d < best {
					bi, bj, best = i, j, d
				}
			}
		}
		tree = append(tree, Join{A: nodes[bi].id, B: nodes[bj].id, Distance: max(best, 0)})
		nodes[bi] = node{next, append(nodes[bi].members, nodes[bj].members...)}
		nodes = append(nodes[:bj], nodes[bj+1:]...)
		next++
	}
	return tree
}
