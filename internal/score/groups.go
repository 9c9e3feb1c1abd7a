package score

import (
	"slices"
)

// Groups is a labelling of n points with k distinct labels, sorted by label.
type Groups struct {
	Labels []int   // [k] the distinct labels, ascending
	Of     []int32 // [n] index of each point's label in Labels
	Order  []int32 // [n] points by label, ascending within a label
	Start  []int   // [k+1] group g is Order[Start[g]:Start[g+1]]
}

// Group returns the Groups of labels.
func Group(labels []int) *Groups {
	g := &Groups{Of: make([]int32, len(labels)), Order: make([]int32, len(labels))}
	place := make(map[int]int32)
	for _, l := range labels {
		if _, ok := place[l]; !ok {
			place[l] = 0
			g.Labels = append(g.Labels, l)
		}
	}
	slices.Sort(g.Labels)
	for i, l := range g.Labels {
		place[l] = int32(i)
	}
	g.Start = make([]int, len(g.Labels)+1)
	for i, l := range labels {
		g.Of[i] = place[l]
		g.Start[g.Of[i]+1]++
	}
	for i := range g.Labels {
		g.Start[i+1] += g.Start[i]
	}
	next := slices.Clone(g.Start)
	for i, c := range g.Of {
		g.Order[next[c]] = int32(i)
		next[c]++
	}
	return g
}

// K returns the number of distinct labels.
func (g *Groups) K() int { return len(g.Labels) }

// Size returns the number of points of group c.
func (g *Groups) Size(c int) int { return g.Start[c+1] - g.Start[c] }

// segment is a part of one group: points Order[lo:hi] of group c. Sums over a
// group are computed per segment, in parallel, and then added in order.
type segment struct{ c, lo, hi int }

// segmentLen limits the points of a segment: enough work for a goroutine, but
// few enough that a large group is divided among several.
const segmentLen = 2048

func (g *Groups) segments() []segment {
	var s []segment
	for c := range g.K() {
		for lo := g.Start[c]; lo < g.Start[c+1]; lo += segmentLen {
			s = append(s, segment{c, lo, min(lo+segmentLen, g.Start[c+1])})
		}
	}
	return s
}
