package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// lloyd runs Lloyd's algorithm: it alternates between labelling every point
// with its nearest centre and moving every centre to the mean of its points.
type lloyd struct {
	p       *points
	weights []float64 // [n], nil means all 1
	k       int
	threads int

	labels, last []int32 // [n] labels of this round and of the previous one
	bounds       bounds
	sums         dense.Rows[float64] // [k, d] weighted sums of each centre's points
	mass         []float64           // [k] sums of their weights
	refilled     bool                // the last move gave centres without points one
	bins         bins
	part         []dense.Rows[float64] // sums of runs of rows; see stream
	summed       bool                  // sums belong to the current labels
	scratch      []nearScratch
	filter       *int8Filter // nil if not used; see useInt8
}

// lloydRun is the outcome of one run.
type lloydRun struct {
	centers dense.Rows[float64] // [k, d]
	labels  []int32             // [n]
	inertia float64
	rounds  int
}

func newLloyd(p *points, weights []float64, k, threads int) *lloyd {
	return &lloyd{
		p: p, weights: weights, k: k, threads: threads,
		labels: make([]int32, p.n), last: make([]int32, p.n),
		sums: dense.New[float64](k, p.d), mass: make([]float64, k),
	}
}

// useInt8 makes runs of up to maxRounds rounds compare by products of bytes
// first, if that is worthwhile. Results do not change by a bit.
func (l *lloyd) useInt8(maxRounds int) *lloyd {
	if l.k > 1 && maxRounds > 1 && kernel.Int8Faster(l.p.d, l.k) {
		l.filter = newInt8Filter(l.p)
	}
	return l
}

func (l *lloyd) weight(i int) float64 {
	if l.weights == nil {
		return 1
	}
	return l.weights[i]
}

// run starts from the given centres, [k, d]. It stops when the labels repeat,
// when the summed squared movement of the centres is at most tol, or after
// maxRounds. The returned labels always match the returned centres.
func (l *lloyd) run(ctx context.Context, start dense.Rows[float64], maxRounds int, tol float64, progress Progress) (*lloydRun, error) {
	now, next := dense.New[float64](l.k, l.p.d), dense.New[float64](l.k, l.p.d)
	for j := range l.k {
		copy(now.Row(j), start.Row(j))
	}
	converged := false
	rounds := 0
	for rounds < maxRounds {
		if err := l.label(ctx, now, rounds == 0); err != nil {
			return nil, err
		}
		if err := l.move(ctx, now, next, rounds == 0); err != nil {
			return nil, err
		}
		now, next = next, now
		movement := l.bounds.moved(now, next, l.p.scale)
		rounds++
		progress.report(rounds, maxRounds)
		if rounds > 1 && slices.Equal(l.labels, l.last) {
			converged = !l.refilled // else the centres have moved
			break
		}
		copy(l.last, l.labels)
		if movement <= tol {
			break
		}
	}
	if !converged {
		if err := l.label(ctx, now, false); err != nil {
			return nil, err
		}
	}
	inertia, err := l.finalInertia(ctx, now)
	if err != nil {
		return nil, err
	}
	return &lloydRun{centers: now, labels: slices.Clone(l.labels), inertia: inertia, rounds: rounds}, nil
}

// label writes the index of the nearest centre of each point to l.labels.
// Except for the first centres of a run, it examines only points whose bounds
// do not already prove that their centre is still the nearest (Hamerly, 2010).
func (l *lloyd) label(ctx context.Context, now dense.Rows[float64], first bool) error {
	c := l.p.viewCenters(now)
	l.bounds.reset(l.p.n, l.k)
	if l.scratch == nil {
		l.scratch = make([]nearScratch, parallel.Threads(l.threads))
	}
	if l.filter != nil && !c.exactOnly && !first {
		c.setBytes(l.p)
	}
	if first && l.streams() { // the points are being read anyway, so sum them up as well
		err := l.stream(ctx, func(worker, block, lo, hi int) { l.labelBlock(worker, block, lo, hi, c, true) })
		l.summed = err == nil
		return err
	}
	return eachBlock(ctx, l.p.n, blockRows, l.threads, func(worker, block, lo, hi int) {
		l.labelBlock(worker, block, lo, hi, c, first)
	})
}

// labelBlock is label for rows lo to hi.
func (l *lloyd) labelBlock(worker, block, lo, hi int, c *centers, first bool) {
	b, s := &l.bounds, &l.scratch[worker]
	s.list = s.list[:0]
	for i := lo; i < hi; i++ {
		if first || !b.hold(i, l.labels[i]) {
			s.list = append(s.list, int32(i))
		}
	}
	rows := s.list
	switch {
	case l.filter == nil || c.exactOnly || len(rows) == 0:
	case first: // the centres are still points, so bytes would leave most rows undecided
		l.filter.fill(block, lo, hi, &s.view)
	case s.rest > 0:
		s.rest--
	default:
		l.filter.fill(block, lo, hi, &s.view)
		rows = s.filter(l.filter, block, c, rows, l.labels, b)
		if len(rows)*filterMost > len(s.list) {
			s.rest = int8Rest
		}
	}
	if len(rows) == 0 {
		return
	}
	s.nearest(l.p, c, rows, b.set)
	for r, i := range rows {
		l.labels[i] = s.arg[r]
	}
}

// bounds hold an upper bound of the distance between each point and its own
// centre, and a lower bound of the distance to any other, in view units. They
// are updated as the centres move.
type bounds struct {
	upper, lower []float64 // [n]
	move         []float64 // [k] distance that each centre moved
	most         float64   // the largest of these
	next         float64   // the largest except for that of centre leader
	leader       int32
}

func (b *bounds) reset(n, k int) {
	b.upper, b.lower, b.move = grow(b.upper, n), grow(b.lower, n), grow(b.move, k)
}

func (b *bounds) set(i int, upper, lower float64) { b.upper[i], b.lower[i] = upper, lower }

// moved records the movement of the centres and returns the sum of their
// squared movements in exact space.
func (b *bounds) moved(now, before dense.Rows[float64], scale float64) float64 {
	total := 0.0
	b.most, b.next, b.leader = 0, 0, 0
	for j := range now.Len {
		d := squaredDistance(now.Row(j), 1, before.Row(j), 1)
		total += d
		b.move[j] = math.Sqrt(d) * scale * (1 + 1e-12)
		if m := b.move[j]; m > b.most {
			b.most, b.next, b.leader = m, b.most, int32(j)
		} else {
			b.next = max(b.next, m)
		}
	}
	return total
}

// hold loosens the bounds of point i, whose centre is label, by the last
// movement, and reports whether they still prove that centre to be the nearest.
func (b *bounds) hold(i int, label int32) bool {
	others := b.most
	if label == b.leader {
		others = b.next
	}
	b.upper[i] += b.move[label]
	b.lower[i] -= others
	return b.upper[i] < b.lower[i]
}

// inertia is the weighted sum of the squared distances between points and their
// centres. Under the cosine metric it is halved, which gives the sum of cosine
// distances.
func (l *lloyd) inertia(ctx context.Context, c dense.Rows[float64]) (float64, error) {
	s, err := sumBlocks(ctx, l.p.n, l.threads, func(i int) float64 {
		return l.weight(i) * l.p.squaredTo(i, c.Row(int(l.labels[i])))
	})
	if l.p.inv != nil {
		s /= 2
	}
	return s, err
}

// finalInertia is inertia after a run, when l.sums belong to l.last. It uses
// sum w|x-c|² = sum w|x|² - 2 c·sum w x + |c|² sum w over the centres, unless
// that would lose digits.
func (l *lloyd) finalInertia(ctx context.Context, c dense.Rows[float64]) (float64, error) {
	if !l.p.direct && l.p.inv == nil { // norm2 is relative to another origin
		return l.inertia(ctx, c)
	}
	if err := l.sum(ctx, false); err != nil {
		return 0, err
	}
	l.weigh()
	total := 0.0
	for i, s := range l.p.norm2 {
		total += l.weight(i) * s
	}
	inertia := total
	for j := range l.k {
		row, sum := c.Row(j), l.sums.Row(j)
		for i, v := range row {
			inertia += v * (v*l.mass[j] - 2*sum[i])
		}
	}
	if inertia < 1e-3*total {
		return l.inertia(ctx, c)
	}
	if l.p.inv != nil {
		inertia /= 2
	}
	return inertia, nil
}

// weigh computes the sum of the weights of each label's points.
func (l *lloyd) weigh() {
	clear(l.mass)
	for i, c := range l.labels {
		l.mass[c] += l.weight(i)
	}
}

// move writes the means of the points of each label to next. old are the
// centres that the labels refer to.
func (l *lloyd) move(ctx context.Context, old, next dense.Rows[float64], first bool) error {
	if err := l.sum(ctx, first); err != nil {
		return err
	}
	l.weigh()
	for j := range l.k {
		copy(next.Row(j), l.sums.Row(j))
	}
	if err := l.refill(ctx, old, next); err != nil {
		return err
	}
	for j := range l.k {
		row := next.Row(j)
		var size float64
		if l.p.inv != nil {
			size = math.Sqrt(sumSquares(row)) // mean direction, of unit length
			if size <= 1e-12*l.mass[j] {
				size = 0
			}
		} else {
			size = l.mass[j]
		}
		if size <= 0 { // no points: keep the old centre
			copy(row, old.Row(j))
			continue
		}
		for i := range row {
			row[i] /= size
		}
	}
	return nil
}

// refill gives each centre without points one of the points farthest from their
// centres, and subtracts it from the sums of that centre.
func (l *lloyd) refill(ctx context.Context, old, sums dense.Rows[float64]) error {
	l.refilled = false
	var empty []int
	for j, m := range l.mass {
		if m == 0 {
			empty = append(empty, j)
		}
	}
	if len(empty) == 0 {
		return nil
	}
	far := make([]float64, l.p.n) // squared distances to the old centres
	err := eachBlock(ctx, l.p.n, blockRows, l.threads, func(_, _, lo, hi int) {
		for i := lo; i < hi; i++ {
			far[i] = l.p.squaredTo(i, old.Row(int(l.labels[i])))
		}
	})
	if err != nil {
		return err
	}
	order := make([]int32, l.p.n)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(far[b], far[a]), cmp.Compare(a, b))
	})
	for e, j := range empty {
		if e >= len(order) || far[order[e]] == 0 {
			break
		}
		i := int(order[e])
		w, from := l.weight(i), int(l.labels[i])
		l.p.addTo(sums.Row(from), i, -w)
		clear(sums.Row(j))
		l.p.addTo(sums.Row(j), i, w)
		l.mass[from] -= w
		if l.mass[from] < 1e-12*w { // no points are left, only rounding errors
			l.mass[from] = 0
			clear(sums.Row(from))
		}
		l.mass[j] = w
		l.refilled = true
	}
	return nil
}
