package bert

import (
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// slowKernels tells that products run in plain Go or under the race detector:
// tests on the real models then take fewer texts.
func slowKernels() bool { return raceEnabled || kernel.Active() == kernel.Generic }

// sized returns full, and less in short mode or on an emulated processor.
func sized(full, less int) int {
	if testdir.Emulated() {
		return less
	}
	return testdir.Sized(full, less)
}
