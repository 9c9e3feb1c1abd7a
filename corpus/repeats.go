package corpus

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// Repeats says how repeated texts and sentences are treated (package
// text/repeats). The zero value removes boilerplate, except from texts that
// consist of nothing else, and leaves out texts in which a user repeats
// themselves.
type Repeats struct {
	Of RepeatsOf // whose near-duplicates are left out; zero: RepeatsOfUser
	// Threshold is the similarity, up to 1, from which a text counts as a repeat
	// of an earlier one; 0: repeats.DefaultThreshold.
	Threshold float64
	// KeepBoilerplate keeps sentences that many texts share. Removing them takes
	// one more reading of the texts.
	KeepBoilerplate bool
	// Boilerplate defines what counts as boilerplate.
	Boilerplate repeats.BoilerplateOptions
	// MinLetters is the minimum number of letters and digits of a text that is
	// kept, a Chinese character counting as two; 0: no minimum.
	MinLetters int
}

// RepeatsOf says whose near-duplicates are left out.
type RepeatsOf uint8

const (
	// RepeatsOfUser leaves out texts in which a user repeats themselves. No user
	// loses their last text, and something that many users say counts as often as
	// they say it.
	RepeatsOfUser RepeatsOf = iota
	// RepeatsOfAll leaves out texts that repeat those of any user. Users who said
	// nothing else are left without a text, and are Unassigned.
	RepeatsOfAll
	// RepeatsKept keeps all repeats.
	RepeatsKept
)

var repeatsNames = [...]string{"user", "all", "keep"}

// String returns the name that ParseRepeatsOf parses.
func (r RepeatsOf) String() string {
	if int(r) < len(repeatsNames) {
		return repeatsNames[r]
	}
	return fmt.Sprintf("RepeatsOf(%d)", uint8(r))
}

// ParseRepeatsOf parses user, all or keep; any other name is an ErrOptions.
func ParseRepeatsOf(name string) (RepeatsOf, error) {
	for i, n := range repeatsNames {
		if n == name {
			return RepeatsOf(i), nil
		}
	}
	return 0, fmt.Errorf("%w: repeats of %q, want user, all or keep", fault.ErrOptions, name)
}

// Check returns an ErrOptions if a value is invalid. A nil Repeats is valid.
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
