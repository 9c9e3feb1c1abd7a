package tokenize

import "fmt"

// template says where special tokens go around one text and around a pair.
type template struct {
	single, pair []templatePiece
	// plain holds the type id of either sequence for when special tokens are
	// not added and the template does not say; nil: as in the template.
	plain *[2]int32
	// trim excludes the leading and trailing spaces of a byte-level token from
	// its offsets.
	trim           bool
	addPrefixSpace bool
}

// templatePiece is one of the sequences, or special tokens.
type templatePiece struct {
	sequence int // 0 or 1; -1: special tokens
	ids      []int32
	tokens   []string
	typeID   int32
}

// noTemplate adds nothing.
func noTemplate() *template {
	return &template{
		single: []templatePiece{{sequence: 0}},
		pair:   []templatePiece{{sequence: 0}, {sequence: 1, typeID: 1}},
	}
}

// check refuses ids and type ids that no model can have.
func (t *template) check() error {
	for name, pieces := range map[string][]templatePiece{"single": t.single, "pair": t.pair} {
		for _, p := range pieces {
			for i, id := range p.ids {
				if id < 0 {
					return &FormatError{Path: "post_processor." + name, Got: fmt.Sprintf("id %d of special token %q", id, p.tokens[i]), Want: "no negative id"}
				}
			}
			if p.typeID < 0 {
				return &FormatError{Path: "post_processor." + name, Got: fmt.Sprintf("type_id %d", p.typeID), Want: "no negative type"}
			}
		}
	}
	return nil
}

// maxType returns the greatest type id in the template.
func (t *template) maxType(pair bool) int32 {
	top := int32(0)
	for _, p := range t.pieces(pair) {
		top = max(top, p.typeID)
	}
	return top
}

func (t *template) pieces(pair bool) []templatePiece {
	if pair {
		return t.pair
	}
	return t.single
}

// special returns the number of special tokens that the template adds.
func (t *template) special(pair bool) int {
	n := 0
	for _, p := range t.pieces(pair) {
		n += len(p.ids)
	}
	return n
}

// cut is a sequence after truncation: what remains, and the parts cut off.
type cut struct {
	main     sequence
	overflow []sequence
}

// build joins sequences and special tokens.
func (t *template) build(tok *Tokenizer, seqs []cut, addSpecial bool) *Encoding {
	pieces := t.pieces(len(seqs) == 2)
	mains := make([]sequence, len(seqs))
	for i := range seqs {
		if t.trim {
			seqs[i].main.trimOffsets(tok, t.addPrefixSpace)
			for j := range seqs[i].overflow {
				seqs[i].overflow[j].trimOffsets(tok, t.addPrefixSpace)
			}
		}
		mains[i] = seqs[i].main
	}
	enc := t.join(tok, pieces, mains, addSpecial)
	// All combinations of parts except the main one, in the reference's order:
	// it joins from left to right, and each join puts the combinations of
	// earlier overflowing parts first.
	var combos [][]sequence
	seen := [2]bool{}
	for _, p := range pieces {
		if p.sequence < 0 || seen[p.sequence] {
			continue
		}
		seen[p.sequence] = true
		c := seqs[p.sequence]
		var next [][]sequence
		with := func(base []sequence, part sequence) {
			combo := append([]sequence(nil), base...)
			combo[p.sequence] = part
			next = append(next, combo)
		}
		for _, base := range combos {
			with(base, c.main)
			for _, o := range c.overflow {
				with(base, o)
			}
		}
		for _, o := range c.overflow {
			with(mains, o)
		}
		combos = next
	}
	for _, combo := range combos {
		enc.Overflow = append(enc.Overflow, *t.join(tok, pieces, combo, addSpecial))
	}
	return enc
}

func (t *template) join(tok *Tokenizer, pieces []templatePiece, seqs []sequence, addSpecial bool) *Encoding {
	n, named := 0, false
	for _, p := range pieces {
		if p.sequence >= 0 {
			n += len(seqs[p.sequence].ids)
			named = named || seqs[p.sequence].tokens != nil
		} else if addSpecial {
			n += len(p.ids)
		}
	}
	e := &Encoding{
		IDs:               make([]int32, 0, n),
		TypeIDs:           make([]int32, 0, n),
		Offsets:           make([][2]int, 0, n),
		SpecialTokensMask: make([]uint8, n),
		WordIDs:           make([]int, 0, n),
		SequenceIDs:       make([]int, 0, n),
		from:              tok,
	}
	for _, p := range pieces {
		if p.sequence < 0 {
			if !addSpecial {
				continue
			}
			for i, id := range p.ids {
				e.SpecialTokensMask[len(e.IDs)] = 1
				e.IDs = append(e.IDs, id)
				e.TypeIDs = append(e.TypeIDs, p.typeID)
				e.Offsets = append(e.Offsets, [2]int{})
				e.WordIDs = append(e.WordIDs, -1)
				e.SequenceIDs = append(e.SequenceIDs, -1)
				if named {
					e.tokens = append(e.tokens, p.tokens[i])
				}
			}
			continue
		}
		s := &seqs[p.sequence]
		typeID := p.typeID
		if !addSpecial && t.plain != nil {
			typeID = t.plain[p.sequence]
		}
		e.IDs = append(e.IDs, s.ids...)
		e.Offsets = append(e.Offsets, s.offsets...)
		e.WordIDs = append(e.WordIDs, s.words...)
		for range s.ids {
			e.TypeIDs = append(e.TypeIDs, typeID)
			e.SequenceIDs = append(e.SequenceIDs, p.sequence)
		}
		if named {
			s.nameTokens(tok)
			e.tokens = append(e.tokens, s.tokens...)
		}
	}
	return e
}
