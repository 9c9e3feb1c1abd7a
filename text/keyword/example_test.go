package keyword_test

import (
	"context"
	"fmt"

	"github.com/seed-56ee9438/cohort/text/keyword"
)

func ExampleExtract() {
	texts := []string{"The battery died.", "Charge the battery daily!", "What a sharp lens", "Lens cap lost"}
	labels := []int{0, 0, 1, 1}
	segments, err := keyword.Extract(context.Background(), texts, labels, keyword.Options{}, keyword.Query{Top: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s, words := range segments {
		fmt.Println(s, words[0].Text, words[0].Count)
	}
	// Output:
	// 0 battery 2
	// 1 lens 2
}

// Any function from texts to vectors will do, such as a BERT model's; this one
// counts letters.
func ExampleByEmbedding() {
	letters := func(_ context.Context, texts []string) ([][]float32, error) {
		rows := make([][]float32, len(texts))
		for i, s := range texts {
			rows[i] = make([]float32, 26)
			for _, r := range s {
				if 'a' <= r && r <= 'z' {
					rows[i][r-'a']++
				}
			}
		}
		return rows, nil
	}
	got, err := keyword.ByEmbedding(context.Background(), []string{"the battery of the camera died"}, []int{0}, letters, keyword.Options{}, keyword.Query{Top: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, k := range got[0] {
		fmt.Printf("%s %.2f\n", k.Text, k.Score)
	}
	// Output:
	// battery 0.80
	// camera died 0.75
}
