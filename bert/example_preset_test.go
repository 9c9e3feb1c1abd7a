package bert_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"github.com/seed-56ee9438/cohort/bert"
)

// With fixes settings for code that embeds by itself: pass the result to
// cohort.Segment as Options.Model. What a text calls "[SEP]" is then text.
func ExampleModel_With() {
	m, err := bert.Load("testdata/models/bert", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	short, err := m.With(bert.EmbedOptions{SpecialTokensAsText: true, Dim: 8})
	if err != nil {
		log.Fatal(err)
	}
	for v, err := range short.EmbedSeq(context.Background(), slices.Values([]string{"the [SEP] hotel"})) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(v), "features, digest differs:", short.Digest() != m.Digest())
	}
	// Output: 8 features, digest differs: true
}

// Embeddings are saved whole and read again with the same bytes.
func ExampleEmbeddings_MarshalBinary() {
	m, err := bert.Load("testdata/models/bert", bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	emb, err := m.Embed(context.Background(), []string{"the hotel is good", "the screen is broken"})
	if err != nil {
		log.Fatal(err)
	}
	data, err := emb.MarshalBinary()
	if err != nil {
		log.Fatal(err)
	}
	var again bert.Embeddings
	if err := again.UnmarshalBinary(data); err != nil {
		log.Fatal(err)
	}
	if err := again.Append(emb.Slice(1, 2)); err != nil {
		log.Fatal(err)
	}
	for i, v := range again.Rows() {
		fmt.Println("text", i, "has", len(v), "features, as before:", slices.Equal(v, emb.Row(min(i, 1))))
	}
	// Output:
	// text 0 has 32 features, as before: true
	// text 1 has 32 features, as before: true
	// text 2 has 32 features, as before: true
}
