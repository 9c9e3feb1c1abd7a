package engine

import "slices"

// Batch is some texts' tokens laid end to end, without padding.
type Batch struct {
	IDs       []int32 // [tokens]
	Types     []int32 // [tokens], or empty: all 0
	Positions []int32 // [tokens], rows of the position table
	Offsets   []int   // [texts+1]; text t is tokens offsets[t] to offsets[t+1]
	Index     []int   // [texts], the caller's index of each text
	padded    []bool  // [texts], or empty: none
	real      []int   // [texts] tokens that a text's tokens attend to, or empty: all
}

// Texts returns the number of texts.
func (b *Batch) Texts() int { return len(b.Offsets) - 1 }

// Tokens returns the number of tokens of all texts.
func (b *Batch) Tokens() int { return len(b.IDs) }

// Span returns where text t begins and ends.
func (b *Batch) Span(t int) (from, to int) { return b.Offsets[t], b.Offsets[t+1] }

// keys returns the number of leading tokens of text t that its tokens attend
// to.
func (b *Batch) keys(t int) int {
	if len(b.real) == 0 {
		return b.Offsets[t+1] - b.Offsets[t]
	}
	return b.real[t]
}

// kind returns the token type of a token.
func (b *Batch) kind(token int) int {
	if len(b.Types) == 0 {
		return 0
	}
	return int(b.Types[token])
}

// place returns the number of a token within its text, from 0, and how many
// tokens the text has.
func (b *Batch) place(token int) (place, tokens int) {
	t, _ := slices.BinarySearch(b.Offsets, token+1) // the first text to end after the token ends there
	return token - b.Offsets[t-1], b.Offsets[t] - b.Offsets[t-1]
}

// next returns the id of the token after one within its text. After the last
// one that is padding if the text is padded; otherwise ok is false.
func (b *Batch) next(token int, pad int32) (id int32, ok bool) {
	t, found := slices.BinarySearch(b.Offsets, token+1)
	if !found {
		return b.IDs[token+1], true
	}
	for ; b.Offsets[t-1] == token+1; t-- { // texts without tokens begin there, too
	}
	return pad, len(b.padded) > 0 && b.padded[t-1]
}

// Reset empties the batch, keeping its memory.
func (b *Batch) Reset() {
	b.IDs, b.Types, b.Positions = b.IDs[:0], b.Types[:0], b.Positions[:0]
	b.Offsets = append(b.Offsets[:0], 0)
	b.Index, b.padded, b.real = b.Index[:0], b.padded[:0], b.real[:0]
}

// Add appends text i of s.
func (b *Batch) Add(spec *Spec, s *Sequences, i int) {
	from, to := s.Span(i)
	b.IDs = append(b.IDs, s.IDs[from:to]...)
	if len(s.Types) > 0 {
		b.Types = append(b.Types, s.Types[from:to]...)
	}
	b.Positions = spec.AppendPositions(b.Positions, s.IDs[from:to])
	b.Offsets = append(b.Offsets, len(b.IDs))
	b.Index = append(b.Index, i)
	if len(s.Padded) > 0 {
		b.padded = append(b.padded, s.Padded[i])
	}
	if len(s.Keys) > 0 {
		b.real = append(b.real, s.Real(i))
	}
}
