package watch

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// No function panics without arguments, or without what New makes.
func TestMissingArguments(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]any{"New": New, "NewTail": NewTail, "NewTable": NewTable} {
		testdir.MissingArgument(t, name, f)
	}
	for name, v := range map[string]any{
		"Watcher": new(Watcher), "Tail": new(Tail), "Table": new(Table),
		"nil Watcher": (*Watcher)(nil), "nil Tail": (*Tail)(nil), "nil Table": (*Table)(nil),
	} {
		testdir.MissingArguments(t, name, v)
	}
}
