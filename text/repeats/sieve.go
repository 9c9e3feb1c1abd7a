package repeats

// Options of a Sieve. The zero value leaves out empty texts and
// near-duplicates, and takes boilerplate out of what was read before.
type Options struct {
	// MinLetters is the fewest letters and digits of a text that is kept, a
	// Chinese character counting as two; 0 means 1: only empty ones go.
	MinLetters int
	// Threshold is the likeness from which a text repeats an earlier one; 0
	// means DefaultThreshold, below 0 none is left out for that.
	Threshold float64
	// Boilerplate says what that is. It is taken out only after a first reading.
	Boilerplate BoilerplateOptions
	// Seed chooses the hash functions of the search for near-duplicates.
	Seed uint64
}

// Fate is what becomes of a text.
type Fate uint8

// The fates of texts.
const (
	Kept          Fate = iota
	Empty              // it has no letters or digits
	Short              // it has fewer than Options.MinLetters
	Emptied            // it was nothing but boilerplate, or too short without it
	NearDuplicate      // it repeats an earlier one
	numFates      = int(NearDuplicate) + 1
)

var fateNames = [numFates]string{"kept", "empty", "short", "emptied", "near-duplicate"}

// String is the fate's name in lower case.
func (f Fate) String() string {
	if int(f) < numFates {
		return fateNames[f]
	}
	return "unknown"
}

// Sifted is a text that went through a Sieve.
type Sifted struct {
	Text     string   // without boilerplate; "" where Fate is not Kept
	Ranges   [][2]int // the bytes of the source that Text is made of
	Fate     Fate
	Of       int     // for a NearDuplicate, the index of the text it repeats; else -1
	Likeness float64 // to that
}

// Report counts what a Sieve did.
type Report struct {
	Texts    int           // texts sifted
	Fates    [numFates]int // of each Fate
	Stripped int           // texts that boilerplate was taken out of
}

// A Sieve leaves out what texts repeat of one another. Read the texts twice,
// with Count and then, in the same or another order, with Sift; without the
// first reading boilerplate stays. It is not safe for concurrent use.
type Sieve struct {
	o       Options
	counter *Counter
	strip   *Stripper
	finder  *Finder
	report  Report
	units   []unit
}

// NewSieve returns a Sieve.
func NewSieve(o Options) *Sieve {
	if o.MinLetters <= 0 {
		o.MinLetters = 1
	}
	s := &Sieve{o: o, counter: NewCounter(o.Boilerplate)}
	if o.Threshold >= 0 {
		s.finder = NewFinder(o.Threshold, o.Seed)
	}
	return s
}

// Count reads a text for the first time. It must not be called after Sift.
func (s *Sieve) Count(t string) { s.counter.Add(t) }

// Sift reads a text for the second time and tells what becomes of it.
func (s *Sieve) Sift(t string) Sifted {
	if s.strip == nil {
		s.strip, s.counter = s.counter.Stripper(), nil
	}
	out := s.sift(t)
	s.report.Texts++
	s.report.Fates[out.Fate]++
	if out.Fate != Kept {
		out.Text, out.Ranges = "", nil
	}
	return out
}

func (s *Sieve) sift(t string) Sifted {
	out := Sifted{Of: -1}
	switch n := s.letters(t); {
	case n == 0:
		out.Fate = Empty
	case n < s.o.MinLetters:
		out.Fate = Short
	}
	// every text is counted by the finder, so that indexes are those of texts
	if out.Fate == Kept {
		out.Text, out.Ranges = s.strip.Strip(t)
		if len(out.Text) != len(t) {
			s.report.Stripped++
			if s.letters(out.Text) < s.o.MinLetters {
				out.Fate, out.Text = Emptied, ""
			}
		}
	}
	if s.finder != nil {
		if of, likeness := s.finder.Add(out.Text); of >= 0 && out.Fate == Kept {
			out.Fate, out.Of, out.Likeness = NearDuplicate, of, likeness
		}
	}
	return out
}

func (s *Sieve) letters(t string) int {
	s.units = appendUnits(s.units[:0], t)
	n := 0
	for _, u := range s.units {
		if u.r != ' ' {
			n += int(u.n)
		}
	}
	return n
}

// Report tells what was done so far.
func (s *Sieve) Report() Report { return s.report }
