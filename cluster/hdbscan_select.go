package cluster

import "slices"

// selectClusters reports which clusters of the tree form the result, [k].
func (m HDBSCAN) selectClusters(t *clusterTree) []bool {
	k := len(t.parent)
	chosen := make([]bool, k)
	if m.Selection == Leaf {
		for c := range k {
			chosen[c] = len(t.children[c]) == 0 && c > 0
		}
		if k == 1 && m.AllowSingleCluster {
			chosen[0] = true
		}
	} else {
		m.excessOfMass(t, chosen)
	}
	if m.Epsilon > 0 && k > 1 {
		chosen = m.merge(t, chosen)
	}
	return chosen
}

// excessOfMass chooses disjoint clusters with the largest total stability.
func (m HDBSCAN) excessOfMass(t *clusterTree, chosen []bool) {
	best := slices.Clone(t.stability) // of c, or total of the clusters chosen below it
	for c := len(t.parent) - 1; c >= 0; c-- {
		if c == 0 && !m.AllowSingleCluster {
			break
		}
		sum := 0.0
		for _, d := range t.children[c] {
			sum += best[d]
		}
		tooLarge := m.MaxClusterSize > 0 && int(t.size[c]) > m.MaxClusterSize
		if len(t.children[c]) > 0 && (sum > t.stability[c] || tooLarge) {
			best[c] = sum
			continue
		}
		if tooLarge { // a leaf that is too large to be a cluster
			best[c] = sum
			continue
		}
		chosen[c] = true
		t.below(int32(c), func(d int32) { chosen[d] = false })
	}
}

// merge replaces each chosen cluster born at a distance below Epsilon by its
// closest ancestor born at or above it (Malzer and Baum, 2020).
func (m HDBSCAN) merge(t *clusterTree, chosen []bool) []bool {
	if !m.AllowSingleCluster && chosen[0] {
		return chosen
	}
	out := make([]bool, len(chosen))
	done := make([]bool, len(chosen))
	for c := range chosen {
		if !chosen[c] || done[c] {
			continue
		}
		v := int32(c)
		if 1/t.birth[c] < m.Epsilon {
			for {
				up := t.parent[v]
				if up <= 0 { // the root, or above it
					if up == 0 && m.AllowSingleCluster {
						v = 0
					}
					break
				}
				v = up
				if 1/t.birth[v] > m.Epsilon {
					break
				}
			}
		}
		out[v] = true
		t.below(v, func(d int32) { done[d], out[d] = true, false })
	}
	return out
}
