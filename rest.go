package cohort

import (
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/group"
)

// Rest says what becomes of users whom the Clusterer leaves out, as DBSCAN and
// HDBSCAN do.
type Rest uint8

// What becomes of users who are left out. If nobody remains, a Segmenter leaves
// out nobody, either. It places everyone at the nearest centre, whichever of
// these was used.
const (
	RestUnassigned   = Rest(group.RestKept)         // they stay Unassigned
	RestByCentre     = Rest(group.RestByCentre)     // they join the segment with the nearest centre
	RestByMembership = Rest(group.RestByMembership) // they join the segment of which they are most a member; see cluster.Memberships
	// RestByWords: they join the segment whose words are most like theirs, by the
	// cosine of class-based TF-IDF weights (Grootendorst, BERTopic, 2022); without a
	// word of any segment they stay Unassigned. Vectors without texts have no words.
	RestByWords = Rest(group.RestByWords)
)

var restNames = []string{"unassigned", "centre", "membership", "words"}

// String returns the name that ParseRest accepts.
func (r Rest) String() string {
	if int(r) < len(restNames) {
		return restNames[r]
	}
	return fmt.Sprintf("Rest(%d)", uint8(r))
}

// ParseRest returns the Rest with the given name: unassigned, centre, membership
// or words.
func ParseRest(name string) (Rest, error) {
	if i := slices.Index(restNames, name); i >= 0 {
		return Rest(i), nil
	}
	return 0, fmt.Errorf("%w: %q is no way to treat users who are left out, want unassigned, centre, membership or words", ErrOptions, name)
}

// checkRest checks Rest and RestThreshold.
func (o *Options) checkRest() error {
	if int(o.Rest) >= len(restNames) {
		return fmt.Errorf("%w: Rest is %d, want RestUnassigned, RestByCentre, RestByMembership or RestByWords", ErrOptions, o.Rest)
	}
	if !(o.RestThreshold >= 0 && o.RestThreshold <= 1) {
		return fmt.Errorf("%w: RestThreshold is %v, want 0 to 1", ErrOptions, o.RestThreshold)
	}
	if o.RestThreshold > 0 && o.Rest != RestByMembership && o.Rest != RestByWords {
		return fmt.Errorf("%w: RestThreshold is %v, which only RestByMembership and RestByWords have, not %v", ErrOptions, o.RestThreshold, o.Rest)
	}
	return nil
}
