package bert

import (
	"slices"
	"testing"
)

// An input projection is of the model that it was made for: one of changed
// weights has its own.
func TestInputProjectionOfTrainedTree(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 1})
	texts := someTexts(20, 20)
	before := mustEmbed(t, m, texts)
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	trained := tree.Trainable()
	w := values(trained.Embeddings.Tokens)
	for i := range w {
		w[i] = -w[i]
	}
	n, err := m.WithEncoder(trained)
	if err != nil {
		t.Fatal(err)
	}
	after := mustEmbed(t, n, texts)
	if slices.Equal(after.data, before.data) {
		t.Error("other token embeddings, the same vectors")
	}
	if again := mustEmbed(t, m, texts); !slices.Equal(again.data, before.data) {
		t.Error("the first model's vectors have changed")
	}
}
