package tokenize

import (
	"slices"
	"strings"
)

// doubleArray is a trie of byte strings in two arrays (Aoe, 1989): node v has a
// child for byte c exactly if cells[cells[v].base+c].check is v. A step costs
// one load, whatever the number of children.
type doubleArray struct {
	cells []cell
	// value of the key that ends at a node, -1 if none
	values []int32
}

type cell struct{ base, check int32 }

const (
	freeCell = -1
	rootCell = -2
	// scanLimit bounds the search for a base for one node's children, so that
	// building takes time linear in the keys, whatever they are.
	scanLimit = 256
)

// trieKey is a key and its value.
type trieKey struct {
	text  string
	value int32
}

// trieNode is a node and its depth: the number of bytes on the path from its
// root.
type trieNode struct{ node, depth int32 }

// newDoubleArray builds a trie with several roots: root i is node i and holds
// the keys of sets[i]. Of equal keys in a set the one with the largest value
// counts. The sets are sorted in place. It also returns all nodes except the
// roots, in order of depth.
func newDoubleArray(sets ...[]trieKey) (*doubleArray, []trieNode) {
	// A node to be built: the keys [from, to) of a set lead through it.
	type job struct {
		node, depth   int32
		set, from, to int32
	}
	total := 0
	for _, keys := range sets {
		slices.SortFunc(keys, func(a, b trieKey) int {
			if c := strings.Compare(a.text, b.text); c != 0 {
				return c
			}
			return int(a.value) - int(b.value)
		})
		for i := range keys {
			// New nodes are those not shared with the key before.
			total += len(keys[i].text)
			if i > 0 {
				total -= commonPrefix(keys[i-1].text, keys[i].text)
			}
		}
	}
	b := &arrayBuilder{lowest: max(len(sets), 256)} // with a smaller one, a base could be negative
	b.cells = make([]cell, 0, total+total/16+1024)
	b.values = make([]int32, 0, cap(b.cells))
	b.grow(len(sets) + 256)
	queue := make([]job, 0, total+len(sets))
	for i, keys := range sets {
		b.cells[i].check = rootCell
		queue = append(queue, job{node: int32(i), set: int32(i), to: int32(len(keys))})
	}
	var labels []byte
	var starts []int32
	for next := 0; next < len(queue); next++ { // breadth first: nodes near the roots lie together
		j := queue[next]
		keys, depth := sets[j.set], int(j.depth)
		from := j.from
		for from < j.to && len(keys[from].text) == depth {
			b.values[j.node] = keys[from].value
			from++
		}
		labels, starts = labels[:0], starts[:0]
		for i := from; i < j.to; i++ {
			if c := keys[i].text[depth]; len(labels) == 0 || labels[len(labels)-1] != c {
				labels, starts = append(labels, c), append(starts, i)
			}
		}
		if len(labels) == 0 {
			continue
		}
		base := b.place(labels)
		b.cells[j.node].base = base
		starts = append(starts, j.to)
		for i, c := range labels {
			child := base + int32(c)
			b.cells[child].check = j.node
			queue = append(queue, job{child, j.depth + 1, j.set, starts[i], starts[i+1]})
		}
	}
	// Every node may access 255 cells past its base.
	size := 256
	for _, j := range queue {
		size = max(size, int(j.node)+1, int(b.cells[j.node].base)+256)
	}
	b.grow(size)
	order := make([]trieNode, 0, len(queue)-len(sets))
	for _, j := range queue[len(sets):] {
		order = append(order, trieNode{j.node, j.depth})
	}
	return &doubleArray{cells: b.cells[:size], values: b.values[:size]}, order
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

type arrayBuilder struct {
	cells  []cell
	values []int32
	// No cell below lowest is free. Nodes with one child, which fit anywhere,
	// are put there and so fill the gaps left by others; the search for those
	// starts at wide.
	lowest, wide int
}

func (b *arrayBuilder) grow(n int) {
	for len(b.cells) < n {
		b.cells = append(b.cells, cell{check: freeCell})
		b.values = append(b.values, -1)
	}
}

// place finds a base for which the cells of all labels, which are in ascending
// order, are free.
func (b *arrayBuilder) place(labels []byte) int32 {
	for b.lowest < len(b.cells) && b.cells[b.lowest].check != freeCell {
		b.lowest++
	}
	first := int(labels[0])
	if len(labels) == 1 {
		b.grow(b.lowest + 1)
		return int32(b.lowest - first)
	}
	b.wide = max(b.wide, b.lowest)
	at := b.wide
	for end := at + scanLimit; ; at++ {
		if at >= end { // give up on the existing cells
			at = max(at, len(b.cells))
			b.wide = at
		}
		base := at - first
		b.grow(base + 256)
		fits := true
		for _, c := range labels {
			if b.cells[base+int(c)].check != freeCell {
				fits = false
				break
			}
		}
		if fits {
			return int32(base)
		}
	}
}

// step returns the child of node for byte c, or -1.
func (d *doubleArray) step(node int32, c byte) int32 {
	next := d.cells[node].base + int32(c)
	if d.cells[next].check != node {
		return -1
	}
	return next
}

// longest returns the value and length of the longest key that is a prefix of
// s, below the given root; length 0 if there is none.
func (d *doubleArray) longest(root int32, s string) (value int32, length int) {
	node := root
	for i := 0; i < len(s); i++ {
		node = d.step(node, s[i])
		if node < 0 {
			break
		}
		if v := d.values[node]; v >= 0 {
			value, length = v, i+1
		}
	}
	return value, length
}
