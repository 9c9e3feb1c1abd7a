// Command bertonly shows what a program pays that imports bert without an
// embedded model: it reads a model directory named on its command line.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/seed-56ee9438/cohort/bert"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: bertonly DIR TEXT")
	}
	model, err := bert.Load(os.Args[1], bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	emb, err := model.Embed(context.Background(), os.Args[2:])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(emb.Row(0)[:4])
}
