package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// neighbor is a point and the exact distance to it.
type neighbor struct {
	index    int32
	distance float64
}

// keyed is a point and the key of the distance to it.
type keyed struct {
	key   float32
	index int32
}

// nearestOf finds the k points of p nearest to each row of q, ascending by
// float64 distance, then by index. If q is p, a point is its own nearest. k is
// at most p.n.
func nearestOf(ctx context.Context, t *keyTable, k, threads int) ([][]neighbor, error) {
	out := make([][]neighbor, t.q.n)
	best := make([]closest, t.q.n)
	err := t.each(ctx, upTo(t.q.n), threads, func(_ int, row, at int32, keys []float32) {
		b := &best[row]
		if b.keys.q == nil {
			b.keys, b.k, b.limit = t.rowKeys(row), k, float32(math.Inf(1))
		}
		for lo := 0; lo < len(keys); lo += pairColumns { // trim often enough
			b.add(keys[lo:min(lo+pairColumns, len(keys))], at+int32(lo))
		}
	}, func(_ int, row int32) {
		out[row] = best[row].finish()
		best[row] = closest{}
	})
	return out, err
}

// closest holds the points that may be among the k nearest of a row.
type closest struct {
	keys  rowKeys
	k     int
	limit float32 // keys above it are too far
	found []keyed
	near  []int32
}

func (b *closest) add(keys []float32, at int32) {
	b.near = kernel.AppendBelow(b.near[:0], keys, b.limit, 0)
	for _, j := range b.near {
		b.found = append(b.found, keyed{keys[j], at + j})
	}
	if len(b.found) > 4*b.k+32 {
		b.trim()
	}
}

// trim drops points that are certainly not among the k nearest.
func (b *closest) trim() {
	if len(b.found) <= b.k {
		return
	}
	kth := selectKey(b.found, b.k-1)
	_, most := b.keys.span(kth)
	b.limit = b.keys.key(most)
	b.found = slices.DeleteFunc(b.found, func(f keyed) bool { return f.key > b.limit })
}

func (b *closest) finish() []neighbor {
	b.trim()
	out := make([]neighbor, len(b.found))
	for i, f := range b.found {
		out[i] = neighbor{f.index, b.keys.exact(f.index)}
	}
	slices.SortFunc(out, func(x, y neighbor) int {
		return cmp.Or(cmp.Compare(x.distance, y.distance), cmp.Compare(x.index, y.index))
	})
	return slices.Clip(out[:min(b.k, len(out))])
}

// selectKey returns the key that would be at position k if v were sorted; it
// reorders v (Hoare's quickselect with the median of three).
func selectKey(v []keyed, k int) float32 {
	lo, hi := 0, len(v)-1
	for lo < hi {
		mid := lo + (hi-lo)/2
		if v[mid].key < v[lo].key {
			v[mid], v[lo] = v[lo], v[mid]
		}
		if v[hi].key < v[lo].key {
			v[hi], v[lo] = v[lo], v[hi]
		}
		if v[hi].key < v[mid].key {
			v[hi], v[mid] = v[mid], v[hi]
		}
		pivot := v[mid].key
		i, j := lo, hi
		for i <= j {
			for v[i].key < pivot {
				i++
			}
			for v[j].key > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k].key
		}
	}
	return v[k].key
}
