package engine

// Sequences are tokenised texts, end to end in the caller's order.
type Sequences struct {
	IDs       []int32 // [tokens]
	Types     []int32 // [tokens], or empty: all 0
	Offsets   []int   // [texts+1]
	Padded    []bool  // [texts], or empty: none; texts followed by padding, see Spec.Trigrams
	Keys      []int   // [texts], or empty: leading tokens of each text that its tokens attend to; 0: all
	Truncated int     // number of truncated texts
	Skip      int     // leading tokens of each text that pooling leaves out
}

// Reset empties s, keeping its memory.
func (s *Sequences) Reset() {
	*s = Sequences{IDs: s.IDs[:0], Types: s.Types[:0], Offsets: append(s.Offsets[:0], 0), Padded: s.Padded[:0], Keys: s.Keys[:0]}
}

// Texts returns the number of texts.
func (s *Sequences) Texts() int { return len(s.Offsets) - 1 }

// Span returns the range of text i's tokens.
func (s *Sequences) Span(i int) (from, to int) { return s.Offsets[i], s.Offsets[i+1] }

// Len returns the number of tokens of text i.
func (s *Sequences) Len(i int) int { return s.Offsets[i+1] - s.Offsets[i] }

// Real returns the number of tokens of text i that its tokens attend to.
func (s *Sequences) Real(i int) int {
	if len(s.Keys) == 0 || s.Keys[i] == 0 {
		return s.Len(i)
	}
	return s.Keys[i]
}

// End ends a text whose tokens have been appended.
func (s *Sequences) End() { s.Offsets = append(s.Offsets, len(s.IDs)) }

// Cut removes the tokens of an unfinished text, which begin at token from.
func (s *Sequences) Cut(from int) {
	s.IDs, s.Types = s.IDs[:from], s.Types[:min(from, len(s.Types))]
}

// AddTypes appends the types of the last tokens appended; nil stands for zeros.
func (s *Sequences) AddTypes(types []int32) {
	if types != nil {
		s.Types = append(s.Types, make([]int32, len(s.IDs)-len(types)-len(s.Types))...)
		s.Types = append(s.Types, types...)
	} else if len(s.Types) > 0 {
		s.Types = append(s.Types, make([]int32, len(s.IDs)-len(s.Types))...)
	}
}

// Append appends the texts of t, which must have the same Skip.
func (s *Sequences) Append(t *Sequences) {
	if len(t.Types) > 0 || len(s.Types) > 0 { // empty stands for zeros
		s.Types = append(s.Types, make([]int32, len(s.IDs)-len(s.Types))...)
		s.Types = append(s.Types, t.Types...)
	}
	if len(t.Padded) > 0 || len(s.Padded) > 0 {
		s.Padded = append(s.Padded, make([]bool, s.Texts()-len(s.Padded))...)
		s.Padded = append(s.Padded, t.Padded...)
		s.Padded = append(s.Padded, make([]bool, s.Texts()+t.Texts()-len(s.Padded))...)
	}
	base := len(s.IDs)
	s.IDs = append(s.IDs, t.IDs...)
	if len(s.Types) > 0 {
		s.Types = append(s.Types, make([]int32, len(s.IDs)-len(s.Types))...)
	}
	for _, o := range t.Offsets[1:] {
		s.Offsets = append(s.Offsets, base+o)
	}
	s.Truncated += t.Truncated
}
