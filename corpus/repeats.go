package corpus

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// Repeats say what is done about texts, and sentences of texts, that come again
// (package text/repeats). The zero value takes boilerplate out, but not of texts
// that are nothing else, and leaves out a user's texts that repeat their own.
type Repeats struct {
	Of RepeatsOf // whose near-duplicates are left out; zero: RepeatsOfUser
	// Threshold is the likeness from which a text repeats an earlier one, up to
	// 1; 0: repeats.DefaultThreshold.
	Threshold float64
	// KeepBoilerplate leaves sentences that many texts share where they are.
	// Taking them out costs one more reading of the texts.
	KeepBoilerplate bool
	// Boilerplate says what counts as such.
	Boilerplate repeats.BoilerplateOptions
	// MinLetters is the fewest letters and digits of a text that is taken in, a
	// Chinese character counting as two; 0: any.
	MinLetters int
}

// RepeatsOf says whose near-duplicates are left out.
type RepeatsOf uint8

const (
	// RepeatsOfUser leaves out what a user says again: no user loses their last text
	// by it, and what many users say counts as often as they say it.
	RepeatsOfUser RepeatsOf = iota
	// RepeatsOfAll leaves out what anybody said before. Users who said nothing
	// else are left without a text, and Unassigned.
	RepeatsOfAll
	// RepeatsKept leaves none out.
	RepeatsKept
)

var repeatsNames = [...]string{"user", "all", "keep"}

// String is the name that ParseRepeatsOf reads.
func (r RepeatsOf) String() string {
	if int(r) < len(repeatsNames) {
		return repeatsNames[r]
	}
	return fmt.Sprintf("RepeatsOf(%d)", uint8(r))
}

// ParseRepeatsOf reads user, all or keep; anything else is an ErrOptions.
func ParseRepeatsOf(name string) (RepeatsOf, error) {
	for i, n := range repeatsNames {
		if n == name {
			return RepeatsOf(i), nil
		}
	}
	return 0, fmt.Errorf("%w: repeats of %q, want user, all or keep", fault.ErrOptions, name)
}

// Check returns an ErrOptions for a value that cannot be. Nil Repeats are right.
func (r *Repeats) Check() error {
	switch {
	case r == nil:
	case int(r.Of) >= len(repeatsNames):
		return fmt.Errorf("%w: Repeats.Of is %v", fault.ErrOptions, r.Of)
	case !(r.Threshold >= 0 && r.Threshold <= 1):
		return fmt.Errorf("%w: Repeats.Threshold is %v, want 0 to 1", fault.ErrOptions, r.Threshold)
	case r.MinLetters < 0:
		return fmt.Errorf("%w: Repeats.MinLetters is %d, want >= 0", fault.ErrOptions, r.MinLetters)
	}
	return nil
}
