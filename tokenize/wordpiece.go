package tokenize

import (
	"slices"
	"unicode/utf8"
)

// wordPiece splits a word into pieces, greedily taking the longest one from the
// left (Schuster and Nakajima, 2012). The failure links of Song et al., "Fast
// WordPiece Tokenization" (2021), make this linear in the length of the word.
//
// The trie has two roots: one holds the vocabulary, for the beginning of a
// word; the other holds the tokens that begin with the continuing prefix
// ("##"), without it, for the rest. When a match cannot be extended by the next
// byte, a failure link leads to the node at which matching continues, and the
// pops of the node are the pieces that are then final.
type wordPiece struct {
	trie *doubleArray
	// links[v] of node v; nil if the links would take too much memory, as they
	// can for a malicious vocabulary. Matching is then the plain loop.
	links    []failLink
	popIDs   []int32 // tokens that become final when a link is followed
	popBytes []int32 // and the number of bytes of the word that each covers
	unknown  int32
	maxChars int // a longer word is unknown
}

type failLink struct {
	next     int32 // node to continue from; -1: the word is unknown
	from, to uint32
}

// piece is a token and the number of bytes of the word that it covers.
type piece struct{ id, bytes int32 }

const (
	rootWord int32 = 0
	rootRest int32 = 1
)

func newWordPiece(vocab map[string]int32, unknown int32, prefix string, maxChars int) *wordPiece {
	words := make([]trieKey, 0, len(vocab))
	rest := make([]trieKey, 0, len(vocab)/4)
	for token, id := range vocab {
		// Tokens longer than any word that is matched at all are left out.
		if token == "" || len(token) > utf8.UTFMax*maxChars+len(prefix) {
			continue
		}
		words = append(words, trieKey{token, id})
		if n := len(prefix); len(token) > n && token[:n] == prefix {
			rest = append(rest, trieKey{token[n:], id})
		}
	}
	trie, order := newDoubleArray(words, rest)
	w := &wordPiece{trie: trie, unknown: unknown, maxChars: maxChars}
	w.link(order)
	return w
}

// link computes the failure links and pops. A link always leads to a node
// nearer to its root, and order has those first.
func (w *wordPiece) link(order []trieNode) {
	cells, values := w.trie.cells, w.trie.values
	links := make([]failLink, len(cells))
	links[rootWord].next, links[rootRest].next = -1, -1
	ids, bytes := make([]int32, 0, len(order)), make([]int32, 0, len(order))
	limit := 8*len(order) + 1024
	for _, o := range order {
		v := o.node
		u := cells[v].check
		c := byte(v - cells[u].base)
		from := len(ids)
		if id := values[v]; id >= 0 {
			ids, bytes = append(ids, id), append(bytes, o.depth)
			links[v] = failLink{rootRest, uint32(from), uint32(len(ids))}
			continue
		}
		pop := func(l failLink) {
			ids, bytes = append(ids, ids[l.from:l.to]...), append(bytes, bytes[l.from:l.to]...)
		}
		pop(links[u])
		z := links[u].next
		for z >= 0 {
			if next := w.trie.step(z, c); next >= 0 {
				z = next
				break
			}
			pop(links[z])
			z = links[z].next
		}
		if z < 0 {
			ids, bytes = ids[:from], bytes[:from]
		}
		if len(ids) > limit {
			return // matching without links is correct, only slower
		}
		links[v] = failLink{z, uint32(from), uint32(len(ids))}
	}
	w.links, w.popIDs, w.popBytes = links, slices.Clip(ids), slices.Clip(bytes)
}

// appendPieces appends the pieces of a word of at most maxChars characters; a
// word that cannot be split is one unknown piece.
func (w *wordPiece) appendPieces(dst []piece, word []byte) []piece {
	start := len(dst)
	if w.links == nil {
		return w.appendGreedy(dst, word)
	}
	cells := w.trie.cells
	v := rootWord
	for _, c := range word {
		for {
			next := cells[v].base + int32(c)
			if cells[next].check == v {
				v = next
				break
			}
			l := &w.links[v]
			if l.next < 0 {
				return append(dst[:start], piece{w.unknown, int32(len(word))})
			}
			dst = w.appendPops(dst, l)
			v = l.next
		}
	}
	for v != rootRest {
		l := &w.links[v]
		if l.next < 0 {
			return append(dst[:start], piece{w.unknown, int32(len(word))})
		}
		dst = w.appendPops(dst, l)
		v = l.next
	}
	return dst
}

func (w *wordPiece) appendPops(dst []piece, l *failLink) []piece {
	for i := l.from; i < l.to; i++ {
		dst = append(dst, piece{w.popIDs[i], w.popBytes[i]})
	}
	return dst
}

// appendWord is appendPieces for ids only, and for a word of the input whose
// bytes are mapped by table.
func (w *wordPiece) appendWord(dst []int32, word string, table *[256]byte) []int32 {
	start := len(dst)
	cells, links := w.trie.cells, w.links
	v := rootWord
	for i := range len(word) {
		c := int32(table[word[i]])
		for {
			next := cells[v].base + c
			if cells[next].check == v {
				v = next
				break
			}
			l := &links[v]
			if l.next < 0 {
				return append(dst[:start], w.unknown)
			}
			dst = append(dst, w.popIDs[l.from:l.to]...)
			v = l.next
		}
	}
	// Most words are tokens: one pop and done.
	for v != rootRest {
		l := &links[v]
		switch {
		case l.next < 0:
			return append(dst[:start], w.unknown)
		case l.to-l.from == 1:
			dst = append(dst, w.popIDs[l.from])
		default:
			dst = append(dst, w.popIDs[l.from:l.to]...)
		}
		v = l.next
	}
	return dst
}

// appendGreedy is appendPieces by its definition: the longest piece at each
// position.
func (w *wordPiece) appendGreedy(dst []piece, word []byte) []piece {
	start, root := len(dst), rootWord
	for at := 0; at < len(word); root = rootRest {
		id, end, v := int32(-1), 0, root
		for i := at; i < len(word); i++ {
			if v = w.trie.step(v, word[i]); v < 0 {
				break
			}
			if w.trie.values[v] >= 0 {
				id, end = w.trie.values[v], i+1
			}
		}
		if id < 0 {
			return append(dst[:start], piece{w.unknown, int32(len(word))})
		}
		dst = append(dst, piece{id, int32(end - at)})
		at = end
	}
	return dst
}
