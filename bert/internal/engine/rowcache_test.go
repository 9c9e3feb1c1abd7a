package engine

import (
	"slices"
	"sync"
	"testing"
)

// cacheRow is the row that these tests keep by number i.
func cacheRow(i int32, width int) []float32 {
	row := make([]float32, width)
	for j := range row {
		row[j] = float32(int(i)*width + j)
	}
	return row
}

func TestRowCache(t *testing.T) {
	t.Parallel()
	const width = 3
	for _, admitSecond := range []bool{false, true} {
		c := newRowCache(5, width, 2*4*width+1, admitSecond) // two of five rows
		offer := func(i int32, want bool) {
			t.Helper()
			c.offer(i, cacheRow(i, width))
			got := c.get(i)
			if want && !slices.Equal(got, cacheRow(i, width)) {
				t.Errorf("admitSecond %v: row %d is %v", admitSecond, i, got)
			}
			if !want && got != nil {
				t.Errorf("admitSecond %v: row %d is %v, want none", admitSecond, i, got)
			}
		}
		if c.get(4) != nil {
			t.Errorf("admitSecond %v: an empty cache has row 4", admitSecond)
		}
		offer(4, !admitSecond)
		offer(4, true)
		offer(4, true) // takes no second place
		offer(0, !admitSecond)
		offer(0, true)
		offer(2, false) // it is full
		offer(2, false)
		offer(4, true)
		if n := c.used.Load(); n != 2 {
			t.Errorf("admitSecond %v: %d rows in use, want 2", admitSecond, n)
		}
	}
	written := newRowCache(3, width, 1<<10, false)
	written.state[1].Store(rowWritten) // by another goroutine
	written.offer(1, cacheRow(1, width))
	if written.get(1) != nil || written.used.Load() != 0 {
		t.Error("a row that another goroutine writes took a second place")
	}
	none := newRowCache(3, width, 4*width-1, false)
	none.offer(1, cacheRow(1, width))
	if none.get(1) != nil {
		t.Error("a cache without memory kept a row")
	}
}

func TestRowCacheFindAndSupply(t *testing.T) {
	t.Parallel()
	c := newRowCache(10, 2, 1<<10, false)
	c.offer(7, cacheRow(7, 2))
	numbers := []int32{3, 7, 3, 5}
	rows := make([][]float32, len(numbers))
	if n := c.find(rows, numbers); n != 3 || rows[0] != nil || rows[1] == nil {
		t.Fatalf("%d rows missing, found %v", n, rows)
	}
	c.supply(rows, numbers, slices.Concat(cacheRow(3, 2), cacheRow(3, 2), cacheRow(5, 2)))
	for i, n := range numbers {
		if !slices.Equal(rows[i], cacheRow(n, 2)) || !slices.Equal(c.get(n), cacheRow(n, 2)) {
			t.Errorf("row %d is %v, the cache's %v", n, rows[i], c.get(n))
		}
	}
	if n := c.find(rows, numbers); n != 0 {
		t.Errorf("%d rows missing after all were supplied", n)
	}
}

// Goroutines that offer and read the same rows at once see whole rows or none,
// and no more than fit are kept.
func TestRowCacheConcurrently(t *testing.T) {
	t.Parallel()
	const rows, width, capacity = 200, 64, 50
	for _, admitSecond := range []bool{false, true} {
		c := newRowCache(rows, width, capacity*4*width, admitSecond)
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for n := range 3 * rows {
					i := int32((n*7 + g) % rows)
					if row := c.get(i); row != nil && !slices.Equal(row, cacheRow(i, width)) {
						t.Errorf("row %d is %v", i, row)
					}
					c.offer(i, cacheRow(i, width))
				}
			})
		}
		wg.Wait()
		kept := 0
		for i := range int32(rows) {
			if row := c.get(i); row != nil {
				kept++
				if !slices.Equal(row, cacheRow(i, width)) {
					t.Errorf("row %d is %v", i, row)
				}
			}
		}
		if kept != capacity || c.used.Load() != capacity {
			t.Errorf("admitSecond %v: %d rows kept, %d in use, want %d", admitSecond, kept, c.used.Load(), capacity)
		}
	}
}
