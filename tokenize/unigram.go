package tokenize

import (
	"fmt"
	"math"
	"unicode/utf8"
)

// unigram splits a word so that the sum of its pieces' log probabilities is
// maximal (Kudo, 2018), by dynamic programming over the positions of the word.
type unigram struct {
	ids          map[string]int32
	scores       []float64 // [vocabulary]
	trie         *doubleArray
	unknown      int32 // -1: there is none
	unknownScore float64
	byteFallback bool
}

// unknownPenalty is the log probability by which an unknown character is less
// likely than the least likely token.
const unknownPenalty = 10

type scoredToken struct {
	token string
	score float64
}

func newUnigram(vocab []scoredToken, unknown *int, byteFallback bool) (*unigram, error) {
	u := &unigram{ids: make(map[string]int32, len(vocab)), unknown: -1, byteFallback: byteFallback}
	least := math.Inf(1)
	keys := make([]trieKey, 0, len(vocab))
	for i, v := range vocab {
		if math.IsNaN(v.score) || math.IsInf(v.score, 0) {
			return nil, &FormatError{Path: fmt.Sprintf("model.vocab[%d]", i), Got: fmt.Sprintf("score %v", v.score), Want: "a finite log probability"}
		}
		u.ids[v.token] = int32(i)
		u.scores = append(u.scores, v.score)
		least = min(least, v.score)
		if v.token != "" {
			keys = append(keys, trieKey{v.token, int32(i)})
		}
	}
	if unknown != nil {
		if *unknown < 0 || *unknown >= len(vocab) {
			return nil, &FormatError{Path: "model.unk_id", Got: fmt.Sprint(*unknown), Want: fmt.Sprintf("an id below the %d of the vocabulary", len(vocab))}
		}
		u.unknown = int32(*unknown)
	}
	u.unknownScore = least - unknownPenalty
	u.trie, _ = newDoubleArray(keys)
	return u, nil
}

func (u *unigram) tokenize(dst []modelPiece, word string) ([]modelPiece, error) {
	// best[i] is the best way to split word[:i].
	type node struct {
		score float64
		from  int // where its last piece begins; -1: not reached
		id    int32
	}
	best := make([]node, len(word)+1)
	for i := range best {
		best[i].from = -1
	}
	for at := 0; at < len(word); {
		here := best[at].score
		_, size := utf8.DecodeRuneInString(word[at:])
		single := false
		reach := func(to int, score float64, id int32) {
			if n := &best[to]; n.from < 0 || score > n.score {
				*n = node{score, at, id}
			}
		}
		v := int32(0)
		for i := at; i < len(word); i++ {
			if v = u.trie.step(v, word[i]); v < 0 {
				break
			}
			if id := u.trie.values[v]; id >= 0 {
				reach(i+1, here+u.scores[id], id)
				single = single || i+1-at == size
			}
		}
		if !single {
			reach(at+size, here+u.unknownScore, u.unknown)
		}
		at += size
	}
	first := len(dst)
	for to := len(word); to > 0; {
		n := best[to]
		dst = append(dst, modelPiece{id: n.id, from: n.from, to: to})
		to = n.from
	}
	pieces := dst[first:]
	for i, j := 0, len(pieces)-1; i < j; i, j = i+1, j-1 {
		pieces[i], pieces[j] = pieces[j], pieces[i]
	}
	return u.settle(dst, first, word)
}

// settle joins neighbouring unknown pieces and names the pieces. A joined piece
// may be a token after all; otherwise it becomes bytes, if the model falls back
// to them, or unknown.
func (u *unigram) settle(dst []modelPiece, first int, word string) ([]modelPiece, error) {
	pieces := append([]modelPiece(nil), dst[first:]...)
	dst = dst[:first]
	for i := 0; i < len(pieces); i++ {
		p := pieces[i]
		if p.id != u.unknown {
			dst = append(dst, p)
			continue
		}
		for i+1 < len(pieces) && pieces[i+1].id == u.unknown {
			i++
			p.to = pieces[i].to
		}
		text := word[p.from:p.to]
		if id, ok := u.ids[text]; ok {
			p.id = id
			dst = append(dst, p)
			continue
		}
		if u.byteFallback {
			if ids, ok := byteTokens(u.ids, text); ok {
				for _, id := range ids {
					dst = append(dst, modelPiece{id: id, from: p.from, to: p.to})
				}
				continue
			}
		}
		if u.unknown < 0 {
			return dst, ErrUnknownText
		}
		p.text = text
		dst = append(dst, p)
	}
	return dst, nil
}
