// Command tensors computes with a model's vectors as gorgonia tensors: the
// similarities of some texts are one product.
package main

import (
	"context"
	"fmt"
	"log"

	"gorgonia.org/tensor"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/bert/tensors"
)

var texts = []string{"The battery is empty by noon.", "It does not hold a charge.", "The courier lost my parcel."}

func main() {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	emb, err := model.Embed(context.Background(), texts)
	if err != nil {
		log.Fatal(err)
	}
	x := tensors.Of(emb) // [texts, dim], sharing emb's memory
	y := x.Clone().(*tensor.Dense)
	if err := y.T(); err != nil {
		log.Fatal(err)
	}
	cosines, err := x.MatMul(y) // of unit vectors
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", cosines)
}
