// Command consumer imports cohort as any other program would, and shows that
// what it gets works: two themes go in, two segments must come out.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
)

func main() {
	ctx := context.Background()
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	emb, err := model.Embed(ctx, []string{
		"the battery lasts two days", "charging takes far too long", "it runs out of power by noon",
		"the parcel came late", "delivery was quick and free", "the courier lost my order",
	})
	if err != nil {
		log.Fatal(err)
	}
	km, err := cluster.KMeans{K: 2, Seed: 1}.Fit(ctx, emb)
	if err != nil {
		log.Fatal(err)
	}
	score, err := eval.Silhouette(emb, km.Labels, eval.Cosine)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("labels", km.Labels)
	fmt.Printf("silhouette %.3f\n", score)
	l := km.Labels
	if l[0] != l[1] || l[1] != l[2] || l[3] != l[4] || l[4] != l[5] || l[0] == l[3] {
		log.Fatal("the two themes were not told apart")
	}
}
