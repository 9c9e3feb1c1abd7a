package repeats

// FilterOptions of a Filter. The zero value leaves out near-duplicates.
type FilterOptions struct {
	// MinLetters is the fewest letters and digits of a text that is kept, a
	// Chinese character counting as two; 0: any, even an emoji alone.
	MinLetters int
	// KeepNearDuplicates keeps texts that repeat earlier ones.
	KeepNearDuplicates bool
	// Threshold is the likeness from which a text repeats an earlier one, up to
	// 1; 0: DefaultThreshold.
	Threshold float64
	// Seed chooses the hash functions of the search for near-duplicates.
	Seed uint64
	// Memory bounds what earlier texts take to be compared with (see
	// Finder.Limit), in bytes; 0: no bound.
	Memory int
}

// Fate is what becomes of a text.
type Fate uint8

// The fates of texts.
const (
	Kept          Fate = iota
	Empty              // nothing is in it, or nothing but a stamp (see Stripper)
	Short              // it has fewer letters than FilterOptions.MinLetters, by itself or without boilerplate
	NearDuplicate      // it repeats an earlier one
	numFates      = int(NearDuplicate) + 1
)

var fateNames = [numFates]string{"kept", "empty", "short", "near-duplicate"}

// String is the fate's name in lower case.
func (f Fate) String() string {
	if int(f) < numFates {
		return fateNames[f]
	}
	return "unknown"
}

// Filtered is a text that went through a Filter.
type Filtered struct {
	Text     string // without boilerplate; "" where Fate is not Kept
	Fate     Fate
	Stripped bool // boilerplate was taken out of it
}

// A Filter takes boilerplate out of texts, one after another, and leaves out
// those that repeat earlier ones. A nil Filter leaves texts as they are. It is
// not safe for concurrent use.
type Filter struct {
	o      FilterOptions
	strip  *Stripper // nil: no boilerplate is known
	finder *Finder   // nil: near-duplicates are kept
}

// NewFilter returns a Filter that takes out the boilerplate that strip knows; nil
// leaves boilerplate where it is.
func NewFilter(o FilterOptions, strip *Stripper) *Filter {
	f := &Filter{o: o, strip: strip}
	if !o.KeepNearDuplicates {
		f.finder = NewFinder(o.Threshold, o.Seed)
		f.finder.Limit(o.Memory)
	}
	return f
}

// Filter tells what becomes of the next text. It is compared with earlier texts
// of the same group only, of one writer for instance; give all texts one group
// to compare them all.
func (f *Filter) Filter(group uint64, s string) Filtered {
	if s == "" {
		return Filtered{Fate: Empty}
	}
	if f == nil {
		return Filtered{Text: s}
	}
	out := Filtered{Text: f.Strip(s)}
	out.Stripped = len(out.Text) != len(s)
	switch {
	case out.Text == "":
		out.Fate = Empty
	case f.o.MinLetters > 0 && Letters(out.Text) < f.o.MinLetters:
		out.Fate = Short
	case f.repeats(group, out.Text):
		out.Fate = NearDuplicate
	}
	if out.Fate != Kept {
		out.Text = ""
	}
	return out
}

func (f *Filter) repeats(group uint64, s string) bool {
	if f.finder == nil {
		return false
	}
	of, _ := f.finder.AddTo(group, s)
	return of >= 0
}

// Strip returns s without its boilerplate, which is what Filter leaves of a text
// that it keeps. A text that is nothing but boilerplate sentences loses its stamp
// only: what many say and nothing else is their opinion, not a signature.
func (f *Filter) Strip(s string) string {
	if f == nil || f.strip == nil {
		return s
	}
	if kept, _ := f.strip.Strip(s); kept != "" {
		return kept
	}
	return f.strip.Unstamped(s)
}

// Stripper is what the Filter takes boilerplate out with, nil where it does not.
func (f *Filter) Stripper() *Stripper {
	if f == nil {
		return nil
	}
	return f.strip
}
