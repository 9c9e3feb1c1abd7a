package pii

import (
	"encoding/binary"
	"fmt"
	"regexp/syntax"
	"slices"
)

// automaton is a deterministic finite automaton over the digits 0 to 9.
type automaton struct {
	next   [][10]uint16 // [state][digit] -> state; state 0 is dead, 1 the start
	accept []bool
}

// match reports whether the automaton accepts all of num, which consists of
// digits.
func (a *automaton) match(num []byte) bool {
	state := uint16(1)
	for _, c := range num {
		if state = a.next[state][c-'0']; state == 0 {
			return false
		}
	}
	return a.accept[state]
}

// compile returns the automaton that accepts the full matches of any of the
// regular expressions, using the subset construction. The expressions are
// libphonenumber's: digits, classes, groups, alternatives and counts.
func compile(patterns []string) (*automaton, error) {
	var progs []*syntax.Prog
	for _, p := range patterns {
		re, err := syntax.Parse(p, syntax.Perl)
		if err != nil {
			return nil, fmt.Errorf("pii: telephone pattern %q: %w", p, err)
		}
		prog, err := syntax.Compile(re.Simplify())
		if err != nil {
			return nil, fmt.Errorf("pii: telephone pattern %q: %w", p, err)
		}
		progs = append(progs, prog)
	}
	b := builder{progs: progs, ids: map[string]uint16{}}
	a := &automaton{next: make([][10]uint16, 1), accept: make([]bool, 1)}
	var first []nfaState
	for i, p := range progs {
		first = b.follow(first, nfaState{uint32(i), uint32(p.Start)})
	}
	queue := [][]nfaState{b.intern(a, first)}
	for at := 1; at <= len(queue); at++ {
		set := queue[at-1]
		for d := range 10 {
			var to []nfaState
			for _, q := range set {
				inst := &progs[q.prog].Inst[q.pc]
				switch inst.Op {
				case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
					if inst.MatchRune(rune('0' + d)) {
						to = b.follow(to, nfaState{q.prog, inst.Out})
					}
				}
			}
			if len(to) == 0 {
				continue
			}
			known := len(a.next)
			sorted := b.intern(a, to)
			if len(a.next) > known {
				queue = append(queue, sorted)
			}
			if len(a.next) > 1<<16-1 {
				return nil, fmt.Errorf("pii: telephone patterns need more than %d states", 1<<16)
			}
			a.next[at][d] = b.ids[b.key]
		}
	}
	return a, nil
}

// nfaState is an instruction of one of the programs.
type nfaState struct{ prog, pc uint32 }

type builder struct {
	progs []*syntax.Prog
	ids   map[string]uint16
	key   string // of the set interned last
}

// follow adds to set the states that q leads to without reading a digit.
func (b *builder) follow(set []nfaState, q nfaState) []nfaState {
	inst := &b.progs[q.prog].Inst[q.pc]
	switch inst.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		set = b.follow(set, nfaState{q.prog, inst.Out})
		return b.follow(set, nfaState{q.prog, inst.Arg})
	case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
		return b.follow(set, nfaState{q.prog, inst.Out})
	case syntax.InstFail:
		return set
	}
	if !slices.Contains(set, q) {
		set = append(set, q)
	}
	return set
}

// intern returns the number of the set of states in a, adding it if it is new.
func (b *builder) intern(a *automaton, set []nfaState) []nfaState {
	slices.SortFunc(set, func(x, y nfaState) int {
		if x.prog != y.prog {
			return int(x.prog) - int(y.prog)
		}
		return int(x.pc) - int(y.pc)
	})
	raw := make([]byte, 0, 8*len(set))
	accept := false
	for _, q := range set {
		raw = binary.LittleEndian.AppendUint32(raw, q.prog)
		raw = binary.LittleEndian.AppendUint32(raw, q.pc)
		accept = accept || b.progs[q.prog].Inst[q.pc].Op == syntax.InstMatch
	}
	b.key = string(raw)
	if _, ok := b.ids[b.key]; !ok {
		b.ids[b.key] = uint16(len(a.next))
		a.next = append(a.next, [10]uint16{})
		a.accept = append(a.accept, accept)
	}
	return set
}
