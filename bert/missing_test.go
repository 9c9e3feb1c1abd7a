package bert

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Without a context, texts or a model, every method that can fail does, and
// none panics.
func TestMissingArguments(t *testing.T) {
	t.Parallel()
	testdir.MissingArguments(t, "nil", (*Model)(nil))
	testdir.MissingArguments(t, "zero", new(Model))
	testdir.MissingArguments(t, "tiny", loadTiny(t, Options{}), "Close")
	for _, head := range []string{"bert-question-answering", "bert-token-classification", "bert-masked-lm", "bert-sequence-classification"} {
		testdir.MissingArguments(t, head, loadHead(t, head, Options{}), "Close")
	}
	testdir.MissingArgument(t, "LoadFS", LoadFS)
	testdir.MissingArgument(t, "Load", Load)
	testdir.MissingArgument(t, "LoadTokenizer", LoadTokenizer)
	testdir.MissingArgument(t, "ParseConfig", ParseConfig)
}
