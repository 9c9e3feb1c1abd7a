// Command search finds the texts nearest in meaning to a question given as
// arguments.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/search"
)

var texts = []string{
	"How do I reset my password?",
	"The parcel has not arrived yet.",
	"Can I pay by bank transfer?",
	"The screen stays black after the update.",
	"I want my money back.",
	"Which sizes does this jacket come in?",
}

func main() {
	ctx := context.Background()
	question := strings.Join(os.Args[1:], " ")
	if question == "" {
		question = "where is my order"
	}
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	documents, err := model.EmbedDocument(ctx, texts)
	if err != nil {
		log.Fatal(err)
	}
	index, err := search.New(ctx, documents, search.Options{})
	if err != nil {
		log.Fatal(err)
	}
	query, err := model.EmbedQuery(ctx, []string{question})
	if err != nil {
		log.Fatal(err)
	}
	hits, err := index.Search(ctx, query, search.Query{K: 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(question)
	for _, h := range hits[0] {
		fmt.Printf("%.3f  %s\n", h.Score, texts[h.Index])
	}
}
