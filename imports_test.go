package cohort_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/imports"
)

const module = "github.com/seed-56ee9438/cohort"

// stages are the packages of a run, each below those that may import it.
var stages = []string{
	"corpus", "internal/reading", "internal/pool", "internal/group", "internal/ablate",
	"internal/profile", "internal/quality", "internal/saved", ".",
}

// tools are those that stages work with. They are useful alone and know nothing of
// a run.
var tools = []string{
	"attribution", "bert", "cluster", "estimator", "eval", "features", "hub", "opinion", "reduce", "refine", "sentiment", "source", "text", "text/chinese", "text/clean", "text/english",
	"text/keyword", "text/langid", "text/pii", "text/repair", "text/repeats", "tokenize",
}

// TestImportsRunOneWay holds packages to the rule that docs/architecture.md draws:
// results know no stage, stages know neither those above them nor the Options of
// the root, and what reads results alone compiles nothing that makes them.
func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	graph, err := imports.Read(".", module)
	if err != nil {
		t.Fatal(err)
	}
	never := func(why string, from, to []string) {
		t.Helper()
		for _, f := range from {
			for _, x := range append([]string{f}, to...) {
				if _, ok := graph[x]; !ok {
					t.Fatalf("there is no package %s: the rules have to follow", x)
				}
			}
			for _, x := range to {
				if r := graph.Path(f, x); r != nil {
					t.Errorf("%s: %s", why, strings.Join(r, " imports "))
				}
			}
		}
	}
	below := slices.DeleteFunc(slices.Sorted(maps.Keys(graph)), func(p string) bool { return p == "." })
	never("nothing that the root may be built on imports it", below, []string{"."})
	for i, s := range stages {
		never("a stage knows none above it", []string{s}, stages[i+1:])
	}
	never("profiles and quality are found side by side", []string{"internal/quality"}, []string{"internal/profile", "internal/ablate"})
	never("what is saved needs none of the reasons", []string{"internal/saved"}, []string{"internal/profile", "internal/quality", "internal/ablate"})
	makers := append(slices.Clone(stages), "bert", "cluster", "reduce", "sentiment", "tokenize")
	never("results know no stage", []string{"result"}, makers)
	never("those who read results make none", []string{"report", "report/charts", "drift"}, makers)
	never("a tool knows nothing of a run", tools, append([]string{"result", "report", "drift"}, stages...))
	never("a run is not shown by those who make it", stages, []string{"report", "drift"})
}
