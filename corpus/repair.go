package corpus

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/fault"
)

// Repair says whether misspelt words are put right before models read them
// (package text/repair).
type Repair uint8

const (
	RepairAuto Repair = iota // if the texts are noisy
	RepairOn
	RepairOff
)

var repairNames = [...]string{"auto", "on", "off"}

// String returns the name that ParseRepair parses.
func (r Repair) String() string {
	if int(r) < len(repairNames) {
		return repairNames[r]
	}
	return fmt.Sprintf("Repair(%d)", uint8(r))
}

// ParseRepair parses auto, on or off; any other name is an ErrOptions.
func ParseRepair(name string) (Repair, error) {
	for i, n := range repairNames {
		if n == name {
			return Repair(i), nil
		}
	}
	return 0, fmt.Errorf("%w: %q is no way to treat misspelt words, want auto, on or off", fault.ErrOptions, name)
}

// Check reports a value that is none of the constants.
func (r Repair) Check() error {
	if int(r) >= len(repairNames) {
		return fmt.Errorf("%w: Repair is %d, want RepairAuto, RepairOn or RepairOff", fault.ErrOptions, r)
	}
	return nil
}
