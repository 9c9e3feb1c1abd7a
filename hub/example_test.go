package hub_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/hub"
)

func ExampleResolve() {
	dir, err := hub.Resolve(context.Background(), "sentence-transformers/all-MiniLM-L6-v2", hub.Options{})
	if errors.Is(err, hub.ErrOffline) || errors.Is(err, hub.ErrUnreachable) {
		log.Fatal("the model is not in the cache, and there is no network: ", err)
	}
	if err != nil {
		log.Fatal(err)
	}
	m, err := bert.Load(dir, bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	fmt.Println(m.Name(), m.Dim())
}
