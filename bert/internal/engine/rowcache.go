package engine

import (
	"sync/atomic"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// rowCache keeps rows [width] by number, in the order in which they are
// offered, until it is full. It may be used by several goroutines at once, none
// of which ever waits: rows are never moved or dropped.
type rowCache struct {
	width       int
	admitSecond bool           // a row is kept when offered for the second time
	data        []float32      // [capacity, width]; unused pages take no memory
	used        atomic.Int32   // rows of data that are taken
	state       []atomic.Int32 // by number: a row's place in data, or one of those below
}

// States of rows that are not in the cache.
const (
	rowUnknown = -iota // the zero value; places begin with 1
	rowOffered         // once
	rowWritten         // just now, by another goroutine
)

// newRowCache returns a cache for rows with numbers below n that takes about
// bytes of memory when full.
func newRowCache(n, width, bytes int, admitSecond bool) *rowCache {
	floats := min(n, bytes/(4*width)) * width
	return &rowCache{width: width, admitSecond: admitSecond, data: kernel.NewMemory(4 * floats).Floats(floats), state: make([]atomic.Int32, n)}
}

// get returns row i, or nil.
func (c *rowCache) get(i int32) []float32 {
	if at := int(c.state[i].Load()); at > 0 {
		return c.data[(at-1)*c.width : at*c.width : at*c.width]
	}
	return nil
}

// offer gives the cache a copy of row i.
func (c *rowCache) offer(i int32, row []float32) {
	state := &c.state[i]
	if c.admitSecond && state.CompareAndSwap(rowUnknown, rowOffered) {
		return
	}
	before := state.Load()
	if before > 0 || before == rowWritten || !state.CompareAndSwap(before, rowWritten) {
		return
	}
	at := int(c.used.Add(1))
	if at*c.width > len(c.data) { // it is full
		c.used.Add(-1)
		state.Store(before)
		return
	}
	copy(c.data[(at-1)*c.width:at*c.width], row)
	state.Store(int32(at))
}

// find sets dst to the rows with these numbers, nil if not cached, and returns
// how many are missing.
func (c *rowCache) find(dst [][]float32, numbers []int32) (missing int) {
	for i, n := range numbers {
		if dst[i] = c.get(n); dst[i] == nil {
			missing++
		}
	}
	return missing
}

// supply fills in the rows that find left nil from rows [missing, width], and
// offers them to the cache.
func (c *rowCache) supply(dst [][]float32, numbers []int32, rows []float32) {
	for i, n := range numbers {
		if dst[i] == nil {
			dst[i], rows = rows[:c.width:c.width], rows[c.width:]
			c.offer(n, dst[i])
		}
	}
}
