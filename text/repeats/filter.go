package repeats

// FilterOptions configures a Filter. The zero value leaves out near-duplicates.
type FilterOptions struct {
	// MinLetters is the minimum number of letters and digits of a text that is
	// kept, a Chinese character counting as two; 0: no minimum, even for an emoji
	// alone.
	MinLetters int
	// KeepNearDuplicates keeps texts that repeat earlier ones.
	KeepNearDuplicates bool
	// Threshold is the similarity, up to 1, from which a text counts as a repeat
	// of an earlier one; 0: DefaultThreshold.
	Threshold float64
	// Seed selects the hash functions of the search for near-duplicates.
	Seed uint64
	// Memory limits the memory for comparing with earlier texts (see
	// Finder.Limit), in bytes; 0: no limit.
	Memory int
}

// Fate says what happens to a text.
type Fate uint8

// The fates of texts.
const (
	Kept          Fate = iota
	Empty              // it is empty, or consists only of a stamp (see Stripper)
	Short              // it has fewer letters than FilterOptions.MinLetters, before or after boilerplate was removed
	NearDuplicate      // it repeats an earlier one
	numFates      = int(NearDuplicate) + 1
)

var fateNames = [numFates]string{"kept", "empty", "short", "near-duplicate"}

// String returns the fate's name in lower case.
func (f Fate) String() string {
	if int(f) < numFates {
		return fateNames[f]
	}
	return "unknown"
}

// Filtered is the result of a Filter for a text.
type Filtered struct {
	Text     string // without boilerplate; "" if Fate is not Kept
	Fate     Fate
	Stripped bool // boilerplate was removed from it
}

// A Filter removes boilerplate from texts, one after another, and leaves out
// those that repeat earlier ones. A nil Filter leaves texts unchanged. It is
// not safe for concurrent use.
type Filter struct {
	unsavedState

	o      FilterOptions
	strip  *Stripper // nil: no boilerplate is known
	finder *Finder   // nil: near-duplicates are kept
}

// NewFilter returns a Filter that removes the boilerplate of strip; if strip is
// nil, boilerplate stays.
func NewFilter(o FilterOptions, strip *Stripper) *Filter {
	f := &Filter{o: o, strip: strip}
	if !o.KeepNearDuplicates {
		f.finder = NewFinder(o.Threshold, o.Seed)
		f.finder.Limit(o.Memory)
	}
	return f
}

// Filter returns the result for the next text. The text is compared only with
// earlier texts of the same group, for example of one writer; use one group for
// all texts to compare them all.
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

// Strip returns s without its boilerplate, as Filter does for texts that it
// keeps. A text that consists only of boilerplate sentences loses just its
// stamp: if many texts say this and nothing else, it is an opinion, not a
// signature.
func (f *Filter) Strip(s string) string {
	if f == nil || f.strip == nil {
		return s
	}
	if kept, _ := f.strip.Strip(s); kept != "" {
		return kept
	}
	return f.strip.Unstamped(s)
}

// Stripper returns the Stripper of the Filter, or nil if it has none.
func (f *Filter) Stripper() *Stripper {
	if f == nil {
		return nil
	}
	return f.strip
}
