package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// narrowLayer leads into and out of the smaller number of features that a layer
// works on.
type narrowLayer struct {
	enter     *Linear // [inner, hidden]
	enterNorm *Norm   // [inner]
	more      []narrowFeedForward
	leave     *Linear // [hidden, inner]
	leaveNorm *Norm   // [hidden]
}

// narrowFeedForward is a feed-forward block before the layer's own.
type narrowFeedForward struct {
	up, down *Linear // [intermediate, inner], [inner, intermediate]
	norm     *Norm   // [inner]
}

func newNarrowLayer(b *Block, w *NarrowWeights, how kernel.Format) *narrowLayer {
	n := &narrowLayer{
		enter: w.Enter.pack(nil, how), enterNorm: NewNorm(w.EnterNorm),
		leave: w.Leave.pack(nil, how), leaveNorm: NewNorm(w.LeaveNorm),
	}
	for i := range w.More {
		f := &w.More[i]
		n.more = append(n.more, narrowFeedForward{f.Up.pack(nil, how).activated(b.Activation), f.Down.pack(nil, how), NewNorm(f.Norm)})
	}
	return n
}

// finishNarrow is finish for a layer that works on fewer features: x [rows,
// hidden] is projected to them, attention and feed-forward blocks add to that,
// and the result is projected back and added to x.
func (l *blockLayer) finishNarrow(s *Scratch, x, c kernel.Matrix) {
	rows, inner := x.Rows, l.narrow.enter.Out
	s.narrow = Grow(s.narrow, rows*inner)
	y := kernel.RowMajor(s.narrow, rows, inner)
	l.narrow.enter.apply(s, y, x, nil)
	l.narrow.enterNorm.apply(y, y)

	s.branch = Grow(s.branch, rows*max(inner, x.Cols))
	branch := kernel.RowMajor(s.branch[:rows*inner], rows, inner)
	l.output.apply(s, branch, c, nil)
	addBranch(y, branch, nil, l.attentionNorm)
	feed := func(up, down *Linear, norm *Norm) {
		s.inter = Grow(s.inter, rows*up.Out)
		inter := kernel.RowMajor(s.inter, rows, up.Out)
		up.apply(s, inter, y, nil)
		down.apply(s, branch, inter, nil)
		addBranch(y, branch, nil, norm)
	}
	for _, f := range l.narrow.more {
		feed(f.up, f.down, f.norm)
	}
	feed(l.up, l.down, l.outputNorm)
	out := kernel.RowMajor(s.branch[:rows*x.Cols], rows, x.Cols)
	l.narrow.leave.apply(s, out, y, nil)
	addBranch(x, out, nil, l.narrow.leaveNorm)
}
