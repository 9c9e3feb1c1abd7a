package cluster

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// With few centres, a piece of work sums sumColumns features, so that there is
// enough work for all goroutines; otherwise it sums all of them, which uses
// memory better. The results are the same to the bit.
const (
	sumColumns = 128
	fewCenters = 16
)

// sum updates l.sums to l.labels. Each element is summed by one goroutine in
// the order of the points, so the result does not depend on the threads. If few
// labels differ from l.last, only those points are moved between sums.
func (l *lloyd) sum(ctx context.Context, all bool) error {
	if l.summed {
		l.summed = false
		return nil
	}
	n := l.p.n
	changed := 0
	if !all {
		for i, c := range l.labels {
			if c != l.last[i] {
				changed++
			}
		}
		all = changed > n/4
	}
	if all && l.streams() {
		return l.stream(ctx, func(_, _, _, _ int) {})
	}
	b := &l.bins
	b.reset(l.k)
	if all {
		clear(l.sums.Data)
		for _, c := range l.labels {
			b.count(int(c))
		}
		b.allot()
		for i, c := range l.labels {
			b.put(int(c), int32(i))
		}
	} else {
		for i, c := range l.labels {
			if c != l.last[i] {
				b.count(int(c))
				b.count(int(l.last[i]))
			}
		}
		b.allot()
		for i, c := range l.labels {
			if c != l.last[i] {
				b.put(int(c), int32(i))
				b.put(int(l.last[i]), ^int32(i)) // leaves
			}
		}
	}
	width := l.p.d
	if l.k < fewCenters {
		width = min(width, sumColumns)
	}
	strips := (l.p.d + width - 1) / width
	return parallel.Do(ctx, l.threads, l.k*strips, func(_, t int) {
		j, lo := t/strips, t%strips*width
		dst := l.sums.Row(j)[lo:min(lo+width, l.p.d)]
		for _, i := range b.of(j) {
			if i >= 0 {
				l.p.addPart(dst, int(i), lo, l.weight(int(i)))
			} else {
				l.p.addPart(dst, int(^i), lo, -l.weight(int(^i)))
			}
		}
	})
}

// streamSums is the largest number of sums, k·d, that stay in cache while the
// points are read in order, which is the fastest way to read memory. More sums
// than that are computed one centre after another.
const streamSums = 1 << 16

// streams reports whether sums over all points are computed in the points'
// order.
func (l *lloyd) streams() bool { return l.k*l.p.d <= streamSums }

// runRows is the number of rows with their own set of sums: a multiple of
// blockRows, large enough that the sets are small compared with the points.
func (l *lloyd) runRows() int {
	return max(2048, (16*l.k+blockRows-1)/blockRows*blockRows)
}

// stream computes l.sums over all points, after calling label for each of their
// blocks. It sums each run of rows in the order of the points and then adds the
// runs in order, so that the result does not depend on the threads.
func (l *lloyd) stream(ctx context.Context, label func(worker, block, lo, hi int)) error {
	size := l.runRows()
	runs := (l.p.n + size - 1) / size
	for len(l.part) < runs {
		l.part = append(l.part, dense.New[float64](l.k, l.p.d))
	}
	err := eachBlock(ctx, l.p.n, size, l.threads, func(worker, run, first, end int) {
		part := l.part[run]
		clear(part.Data)
		for lo := first; lo < end; lo += blockRows {
			hi := min(lo+blockRows, end)
			label(worker, lo/blockRows, lo, hi)
			for i := lo; i < hi; i++ {
				l.p.addTo(part.Row(int(l.labels[i])), i, l.weight(i))
			}
		}
	})
	if err != nil {
		return err
	}
	clear(l.sums.Data)
	for _, part := range l.part[:runs] {
		addScaled(l.sums.Data, part.Data, 1)
	}
	return nil
}

// bins sorts items by a small key, preserving their order. Use: reset, count
// all, allot, put all.
type bins struct {
	start []int // [k+1]
	next  []int // [k]
	items []int32
}

func (b *bins) reset(k int) {
	b.start = grow(b.start, k+1)
	b.next = grow(b.next, k)
	clear(b.start)
}

func (b *bins) count(key int) { b.start[key+1]++ }

func (b *bins) allot() {
	for j := range b.next {
		b.start[j+1] += b.start[j]
		b.next[j] = b.start[j]
	}
	b.items = grow(b.items, b.start[len(b.next)])
}

func (b *bins) put(key int, item int32) {
	b.items[b.next[key]] = item
	b.next[key]++
}

func (b *bins) of(key int) []int32 { return b.items[b.start[key]:b.start[key+1]] }
