package tokenize

// Strategy says which text of a pair is truncated when the pair is too long.
type Strategy uint8

// The values of Strategy.
const (
	// LongestFirst truncates the longer text until both are equally long, then
	// both.
	LongestFirst Strategy = iota
	// OnlyFirst truncates only the first text.
	OnlyFirst
	// OnlySecond truncates only the second text.
	OnlySecond
)

// Direction says at which end a text is truncated.
type Direction uint8

// The values of Direction.
const (
	// Right keeps the beginning of a text.
	Right Direction = iota
	// Left keeps the end of a text.
	Left
)

// truncate truncates one or two sequences so that together with the special
// tokens they have at most opts.MaxLength tokens.
func truncate(seqs []sequence, opts *EncodeOptions, tmpl *template) ([]cut, error) {
	cuts := make([]cut, len(seqs))
	total := 0
	for i := range seqs {
		cuts[i].main = seqs[i]
		total += len(seqs[i].ids)
	}
	if opts.MaxLength == 0 {
		return cuts, nil
	}
	special := 0
	if !opts.NoSpecialTokens {
		special = tmpl.special(len(seqs) == 2)
	}
	fail := func(err error) ([]cut, error) {
		return nil, &TruncationError{Err: err, MaxLength: opts.MaxLength, Special: special, Stride: opts.Stride}
	}
	room := opts.MaxLength - special
	if room < 0 {
		return fail(ErrMaxLength)
	}
	// The reference checks a stride against the room for a single text, before
	// it looks at the text.
	if opts.Stride < 0 || opts.MaxLength-tmpl.special(false) < opts.Stride {
		return fail(ErrStride)
	}
	if total <= room {
		return cuts, nil
	}
	keep := func(i, n int) error {
		parts, err := cutSequence(seqs[i], n, opts)
		cuts[i] = parts
		return err
	}
	var err error
	switch {
	case room == 0:
		for i := range seqs {
			if err == nil {
				err = keep(i, 0)
			}
		}
	case opts.Strategy == LongestFirst && len(seqs) == 1:
		err = keep(0, room)
	case opts.Strategy == LongestFirst:
		a, b := splitRoom(len(seqs[0].ids), len(seqs[1].ids), room)
		if err = keep(0, a); err == nil {
			err = keep(1, b)
		}
	default:
		i := 0
		if opts.Strategy == OnlySecond {
			if i = 1; len(seqs) < 2 {
				return fail(ErrNoSecond)
			}
		}
		n := len(seqs[i].ids) - (total - room)
		if n <= 0 {
			return fail(ErrTooShort)
		}
		err = keep(i, n)
	}
	if err != nil {
		return fail(err)
	}
	return cuts, nil
}

// splitRoom divides room between two sequences of lengths a and b that do not
// both fit: the shorter one stays whole if it takes less than half.
func splitRoom(a, b, room int) (int, int) {
	short := min(a, b)
	long := max(short, room-short)
	if short+long > room {
		short = room / 2
		long = short + room%2
	}
	if a > b {
		return long, short
	}
	return short, long
}

// cutSequence truncates a sequence to n tokens. If opts.Overflow is set, the
// rest follows as parts of at most n tokens, each overlapping the one before by
// stride.
func cutSequence(s sequence, n int, opts *EncodeOptions) (cut, error) {
	length := len(s.ids)
	if n >= length {
		return cut{main: s}, nil
	}
	if n == 0 {
		c := cut{main: s.slice(0, 0)}
		if opts.Overflow {
			c.overflow = []sequence{s}
		}
		return c, nil
	}
	if opts.Stride >= n {
		return cut{}, ErrStride
	}
	step := n - opts.Stride
	var c cut
	for i := 0; ; i++ {
		from, to := i*step, min(i*step+n, length)
		if opts.Direction == Left {
			to = length - i*step
			from = max(to-n, 0)
		}
		if i == 0 {
			c.main = s.slice(from, to)
			if !opts.Overflow {
				return c, nil
			}
		} else {
			c.overflow = append(c.overflow, s.slice(from, to))
		}
		if opts.Direction != Left && to == length || opts.Direction == Left && from == 0 {
			return c, nil
		}
	}
}
