package tokenize

import (
	"container/heap"
	"fmt"
	"unicode/utf8"
)

// bpe is byte-pair encoding (Sennrich et al., 2016): a word starts as single
// characters, and the pair of neighbours that was merged earliest in training
// is merged repeatedly until no pair is left.
type bpe struct {
	vocab        map[string]int32
	merges       map[[2]int32]merge
	unknown      int32 // -1: unknown characters are skipped
	prefix       string
	suffix       string
	fuseUnknown  bool
	byteFallback bool
	ignoreMerges bool
}

type merge struct{ rank, id int32 }

// mergeRule is a line of merges.txt, or an element of "merges" in
// tokenizer.json, which is either a string or a pair.
type mergeRule [2]string

func newBPE(m *bpe, rules []mergeRule) (*bpe, error) {
	m.merges = make(map[[2]int32]merge, len(rules))
	for i, r := range rules {
		a, ok := m.vocab[r[0]]
		b, ok2 := m.vocab[r[1]]
		if !ok || !ok2 || len(r[1]) < len(m.prefix) {
			return nil, &FormatError{Path: fmt.Sprintf("model.merges[%d]", i), Got: fmt.Sprintf("%q %q", r[0], r[1]), Want: "two tokens of the vocabulary"}
		}
		joined := r[0] + r[1][len(m.prefix):]
		id, ok := m.vocab[joined]
		if !ok {
			return nil, &FormatError{Path: fmt.Sprintf("model.merges[%d]", i), Got: fmt.Sprintf("%q", joined), Want: "a token of the vocabulary"}
		}
		m.merges[[2]int32{a, b}] = merge{int32(i), id}
	}
	return m, nil
}

// symbol is a part of the word while it is being merged; parts are a linked list.
type symbol struct {
	id         int32
	bytes      int // 0: merged into the one before
	prev, next int
}

// candidate is a pair that can be merged.
type candidate struct {
	at   int // the left symbol
	rank int32
	id   int32
}

type candidates []candidate

func (c candidates) Len() int { return len(c) }
func (c candidates) Less(i, j int) bool {
	return c[i].rank < c[j].rank || c[i].rank == c[j].rank && c[i].at < c[j].at
}
func (c candidates) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(x any)   { *c = append(*c, x.(candidate)) }
func (c *candidates) Pop() any {
	old := *c
	x := old[len(old)-1]
	*c = old[:len(old)-1]
	return x
}

func (m *bpe) tokenize(dst []modelPiece, word string) ([]modelPiece, error) {
	if word == "" {
		return dst, nil
	}
	if m.ignoreMerges {
		if id, ok := m.vocab[word]; ok {
			return append(dst, modelPiece{id: id, to: len(word)}), nil
		}
	}
	symbols := m.symbols(word)
	m.mergeAll(symbols)
	at := 0
	for _, s := range symbols {
		if s.bytes > 0 {
			dst = append(dst, modelPiece{id: s.id, from: at, to: at + s.bytes})
			at += s.bytes
		}
	}
	return dst, nil
}

// symbols splits a word into single characters.
func (m *bpe) symbols(word string) []symbol {
	out := make([]symbol, 0, len(word))
	add := func(id int32, bytes int) { out = append(out, symbol{id: id, bytes: bytes}) }
	pending := 0 // bytes of unknown characters not yet added
	for i := 0; i < len(word); {
		_, size := utf8.DecodeRuneInString(word[i:])
		s := word[i : i+size]
		if i > 0 && m.prefix != "" {
			s = m.prefix + s
		}
		i += size
		if i == len(word) && m.suffix != "" {
			s += m.suffix
		}
		if id, ok := m.vocab[s]; ok {
			if pending > 0 {
				add(m.unknown, pending)
				pending = 0
			}
			add(id, size)
			continue
		}
		if m.byteFallback {
			if ids, ok := byteTokens(m.vocab, s); ok {
				for _, id := range ids {
					add(id, 1)
				}
				continue
			}
		}
		if m.unknown < 0 {
			continue
		}
		if pending > 0 && !m.fuseUnknown {
			add(m.unknown, pending)
			pending = 0
		}
		pending += size
	}
	if pending > 0 {
		add(m.unknown, pending)
	}
	for i := range out {
		out[i].prev, out[i].next = i-1, i+1
	}
	if len(out) > 0 {
		out[len(out)-1].next = -1
	}
	return out
}

// byteTokens returns the tokens <0x00> to <0xFF> of the bytes of s, if the
// vocabulary has them all.
func byteTokens(vocab map[string]int32, s string) ([]int32, bool) {
	ids := make([]int32, len(s))
	for i := range len(s) {
		id, ok := vocab[fmt.Sprintf("<0x%02X>", s[i])]
		if !ok {
			return nil, false
		}
		ids[i] = id
	}
	return ids, true
}

func (m *bpe) mergeAll(symbols []symbol) {
	queue := make(candidates, 0, len(symbols))
	try := func(left, right int) (candidate, bool) {
		x, ok := m.merges[[2]int32{symbols[left].id, symbols[right].id}]
		return candidate{left, x.rank, x.id}, ok
	}
	for i := 0; i+1 < len(symbols); i++ {
		if c, ok := try(i, i+1); ok {
			queue = append(queue, c)
		}
	}
	heap.Init(&queue)
	for len(queue) > 0 {
		top := heap.Pop(&queue).(candidate)
		left := &symbols[top.at]
		if left.bytes == 0 || left.next < 0 {
			continue
		}
		// The pair may have changed since it was queued.
		if c, ok := try(top.at, left.next); !ok || c.id != top.id {
			continue
		}
		right := &symbols[left.next]
		left.id = top.id
		left.bytes += right.bytes
		left.next = right.next
		right.bytes = 0
		if left.next >= 0 {
			symbols[left.next].prev = top.at
			if c, ok := try(top.at, left.next); ok {
				heap.Push(&queue, c)
			}
		}
		if left.prev >= 0 {
			if c, ok := try(left.prev, top.at); ok {
				heap.Push(&queue, c)
			}
		}
	}
}
