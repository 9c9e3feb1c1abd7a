package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/bert"
)

// demonstrate sends requests from several clients while the model is replaced
// by one of lower precision.
func demonstrate(s *service) error {
	server := httptest.NewServer(s.routes())
	defer server.Close()
	const clients, each = 4, 10
	var wg sync.WaitGroup
	var mu sync.Mutex
	answered, failed := 0, 0
	for range clients {
		wg.Go(func() {
			for range each {
				n, err := ask(server.URL)
				mu.Lock()
				if err != nil || n != 2 {
					failed++
				} else {
					answered++
				}
				mu.Unlock()
			}
		})
	}
	m, err := load("", bert.Int8)
	if err != nil {
		return err
	}
	if err := s.swap(m); err != nil {
		return err
	}
	wg.Wait()
	fmt.Printf("%d of %d requests answered, %d failed, the model changed from float32 to %v\n", answered, clients*each, failed, s.model.Load().Precision())
	return s.model.Load().Close()
}

// ask embeds two texts and returns how many vectors came back.
func ask(url string) (int, error) {
	r, err := http.Post(url+"/embed", "application/json", strings.NewReader(`{"texts": ["the battery is empty", "the parcel is late"]}`))
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	var got struct{ Vectors [][]float32 }
	err = json.NewDecoder(r.Body).Decode(&got)
	return len(got.Vectors), err
}
