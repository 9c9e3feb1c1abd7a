package reduce

import "github.com/seed-56ee9438/cohort/internal/dense"

// followPlane is follow for points with two coordinates, as in drawings: the
// same operations on numbers that stay in registers. Each push depends on the
// previous one, so its latency determines the time of the layout.
func (l *layout) followPlane(y, before dense.Rows[float64], edges []edge, e int, random uint64, rate float64) {
	at, others := y.Data, before.Data
	n := before.Len
	for _, g := range edges {
		if !g.due(e) {
			continue
		}
		self := int(g.head)
		p, near := at[2*self:2*self+2:2*self+2], at[2*int(g.tail):2*int(g.tail)+2:2*int(g.tail)+2]
		dx, dy := p[0]-near[0], p[1]-near[1]
		f := l.pull.at(float64(dx*dx) + float64(dy*dy))
		gx, gy := float64(rate*clip(f*dx)), float64(rate*clip(f*dy))
		px, py := p[0]+gx, p[1]+gy
		near[0] -= gx
		near[1] -= gy
		for range l.negative {
			random += 0x9e3779b97f4a7c15
			j := draw(random, n)
			if j == self {
				continue
			}
			far := others[2*j : 2*j+2 : 2*j+2]
			dx, dy := px-far[0], py-far[1]
			f := l.push.at(float64(dx*dx) + float64(dy*dy))
			px += float64(rate * clip(f*dx))
			py += float64(rate * clip(f*dy))
		}
		p[0], p[1] = px, py
	}
}
