package main

import (
	"runtime/debug"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
)

// memoryFlag is a limit of memory that a run is to stay within.
type memoryFlag struct {
	limit int // MiB; 0: none
}

// Limits of --memory in MiB. A model and its tokenizer take some 100 MiB.
const (
	leastMemory = 256
	mostMemory  = 1 << 24
)

func (f *memoryFlag) add(s *pflag.FlagSet) {
	s.IntVar(&f.limit, "memory", 0, "stay within so many `MiB` of memory, if the vectors of users fit: those of texts go to a temporary file, and memory is collected more often (0 means no limit)")
}

// apply sets the limit for this process, and for the vectors of texts in o.
func (f *memoryFlag) apply(o *cohort.Options) error {
	switch {
	case f.limit == 0:
		return nil
	case f.limit < leastMemory || f.limit > mostMemory:
		return usagef("--memory is %d MiB, want 0 or %d to %d", f.limit, leastMemory, mostMemory)
	}
	bytes := int64(f.limit) << 20
	// The vectors of texts are read in their order, and so a file serves as well.
	o.Memory = min(bytes/16, cohort.DefaultMemory)
	// The rest is for what Go does not count, such as the program with its models.
	debug.SetMemoryLimit(bytes - bytes/8)
	return nil
}
