package repeats

import (
	"context"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are limited.
func TestHostileNumbers(t *testing.T) {
	texts := strings.SplitAfter(strings.Repeat("This text is like others. And it says so. Works well.|", 30), "|")
	testdir.HostileNumbers(t, BoilerplateOptions{}, func(_ context.Context, o BoilerplateOptions) error {
		c := NewCounter(o)
		for _, s := range texts {
			c.Add(s)
		}
		f := NewFilter(FilterOptions{}, c.Stripper())
		for i, s := range texts {
			f.Filter(uint64(i), s)
		}
		return nil
	})
	testdir.HostileNumbers(t, FilterOptions{}, func(_ context.Context, o FilterOptions) error {
		f := NewFilter(o, nil)
		for i, s := range texts {
			f.Filter(uint64(i%3), s)
		}
		return nil
	})
}
