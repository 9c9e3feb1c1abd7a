package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manyFlags is from how many flags on a command's help is grouped.
const manyFlags = 20

func TestHelpIsGrouped(t *testing.T) {
	t.Parallel()
	groups := map[string]int{} // how many groups a flag is in
	for _, g := range flagGroups {
		for _, n := range g.names {
			groups[n]++
		}
	}
	used := map[string]bool{}
	for _, c := range (&app{}).root().Commands() {
		n := 0
		c.InitDefaultHelpFlag()
		c.Flags().VisitAll(func(f *pflag.Flag) { n++ })
		if n < manyFlags {
			continue
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			used[f.Name] = true
			if groups[f.Name] != 1 {
				t.Errorf("%s --%s is in %d groups of flagGroups, want 1", c.Name(), f.Name, groups[f.Name])
			}
		})
		help := helpOf(t, c)
		first, _, _ := strings.Cut(help[strings.Index(help, "Main flags:"):], "\n\n")
		if lines := strings.Count(first, "\n      --"); lines < 5 || lines > 12 {
			t.Errorf("%s: help begins with %d flags, want about ten:\n%s", c.Name(), lines, first)
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if strings.Count(help, " --"+f.Name+" ") == 0 {
				t.Errorf("%s: help does not list --%s", c.Name(), f.Name)
			}
		})
		for line := range strings.Lines(help) {
			if len([]rune(line)) > helpWidth+1 && !strings.HasPrefix(line, "  cohort ") {
				t.Errorf("%s: a line of %d columns: %s", c.Name(), len(line), line)
			}
		}
	}
	for n := range groups {
		if !used[n] {
			t.Errorf("flagGroups has --%s, which no command with many flags has", n)
		}
	}
}

// helpOf is what "cohort help VERB" prints.
func helpOf(t *testing.T, c *cobra.Command) string {
	t.Helper()
	var out bytes.Buffer
	c.SetOut(&out)
	if err := c.Help(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestHelpHoldsFlagsOfNoGroup(t *testing.T) {
	t.Parallel()
	s := pflag.NewFlagSet("", pflag.ContinueOnError)
	s.String("in", "", "")
	s.String("nobody-grouped-this", "", "")
	s.String("hidden", "", "")
	s.Lookup("hidden").Hidden = true
	got := grouped(s)
	if len(got) != 2 || got[0].title != "Main flags" || got[1].title != "Other flags" ||
		got[1].flags.Lookup("nobody-grouped-this") == nil || got[1].flags.Lookup("hidden") != nil {
		t.Errorf("grouped: %+v", got)
	}
}
