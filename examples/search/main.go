// Command search embeds some texts and finds those nearest in meaning to a
// question given as arguments.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
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
	all, err := model.Embed(ctx, append([]string{question}, texts...))
	if err != nil {
		log.Fatal(err)
	}
	// Vectors have length 1, so their product is the cosine of their angle.
	cosine := make([]float32, len(texts))
	for i := range texts {
		for j, q := range all.Row(0) {
			cosine[i] += q * all.Row(i + 1)[j]
		}
	}
	order := make([]int, len(texts))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if cosine[a] > cosine[b] {
			return -1
		}
		return 1
	})
	fmt.Println(question)
	for _, i := range order[:3] {
		fmt.Printf("%.3f  %s\n", cosine[i], texts[i])
	}
}
