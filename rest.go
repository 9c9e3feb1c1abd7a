package cohort

import (
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/group"
)

// Rest says what becomes of users whom the Clusterer leaves out, as DBSCAN and
// HDBSCAN do.
type Rest uint8

// What becomes of users who are left out. A Segmenter then leaves out nobody,
// either.
const (
	RestUnassigned   = Rest(group.RestKept)         // they stay Unassigned
	RestByCentre     = Rest(group.RestByCentre)     // they join the segment with the nearest centre
	RestByMembership = Rest(group.RestByMembership) // they join the segment of which they are most a member; see cluster.Memberships
)

var restNames = []string{"unassigned", "centre", "membership"}

// String returns the name that ParseRest accepts.
func (r Rest) String() string {
	if int(r) < len(restNames) {
		return restNames[r]
	}
	return fmt.Sprintf("Rest(%d)", uint8(r))
}

// ParseRest returns the Rest with the given name: unassigned, centre or
// membership.
func ParseRest(name string) (Rest, error) {
	if i := slices.Index(restNames, name); i >= 0 {
		return Rest(i), nil
	}
	return 0, fmt.Errorf("%w: %q is no way to treat users who are left out, want unassigned, centre or membership", ErrOptions, name)
}
