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
	// scanLimit bounds the search for a place for one node's children, so that
	// building takes time linear in the keys, whatever they are.
	scanLimit = 2048
)

// trieKey is a key and what it stands for.
type trieKey struct {
	text  string
	value int32
}

// trieNode is a node and the number of bytes that lead to it from its root.
type trieNode struct{ node, depth int32 }

// newDoubleArray builds a trie of several roots: root i is node i and holds the
// keys of sets[i]. Of equal keys in a set the last wins. The sets are sorted in
// place. It also returns all nodes but the roots, nearest to the roots first.
func newDoubleArray(sets ...[]trieKey) (*doubleArray, []trieNode) {
	total := 0
	for i, keys := range sets {
		slices.SortStableFunc(keys, func(a, b trieKey) int { return strings.Compare(a.text, b.text) })
		sets[i] = keys
		for _, k := range keys {
			total += len(k.text)
		}
	}
	b := &arrayBuilder{hint: len(sets)}
	b.cells = make([]cell, 0, total/2+len(sets)+512)
	b.values = make([]int32, 0, cap(b.cells))
	b.grow(len(sets) + 256)
	type job struct {
		node   int32
		keys   []trieKey
		prefix int // bytes of the keys that lead to the node
	}
	var queue []job
	for i, keys := range sets {
		b.cells[i].check = rootCell
		queue = append(queue, job{int32(i), keys, 0})
	}
	var labels []byte
	var order []trieNode
	for len(queue) > 0 { // breadth first: nodes near the roots lie together
		j := queue[0]
		queue = queue[1:]
		keys := j.keys
		for len(keys) > 0 && len(keys[0].text) == j.prefix {
			b.values[j.node] = keys[0].value
			keys = keys[1:]
		}
		labels = labels[:0]
		for _, k := range keys {
			if c := k.text[j.prefix]; len(labels) == 0 || labels[len(labels)-1] != c {
				labels = append(labels, c)
			}
		}
		if len(labels) == 0 {
			continue
		}
		base := b.place(labels)
		b.cells[j.node].base = base
		for len(keys) > 0 {
			c, n := keys[0].text[j.prefix], 1
			for n < len(keys) && keys[n].text[j.prefix] == c {
				n++
			}
			child := base + int32(c)
			b.cells[child].check = j.node
			queue = append(queue, job{child, keys[:n], j.prefix + 1})
			order = append(order, trieNode{child, int32(j.prefix + 1)})
			keys = keys[n:]
		}
	}
	// Every node may look 255 cells past its base.
	last := len(b.cells) - 1
	for last >= 0 && b.cells[last].check == freeCell {
		last--
	}
	size := last + 1
	for _, c := range b.cells[:size] {
		size = max(size, int(c.base)+256)
	}
	b.grow(size)
	return &doubleArray{cells: slices.Clip(b.cells[:size]), values: slices.Clip(b.values[:size])}, order
}

type arrayBuilder struct {
	cells  []cell
	values []int32
	hint   int // no cell below it is free
}

func (b *arrayBuilder) grow(n int) {
	for len(b.cells) < n {
		b.cells = append(b.cells, cell{check: freeCell})
		b.values = append(b.values, -1)
	}
}

// place finds a base such that the cells of all labels are free.
func (b *arrayBuilder) place(labels []byte) int32 {
	for b.hint < len(b.cells) && b.cells[b.hint].check != freeCell {
		b.hint++
	}
	first := int(labels[0])
	at := max(b.hint, first) // base is not negative
	for end := at + scanLimit; ; at++ {
		if at == end {
			at = max(at, len(b.cells)) // past everything that is taken
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

// longest returns the value and length of the longest key that begins s, below
// the given root; length 0 if there is none.
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
