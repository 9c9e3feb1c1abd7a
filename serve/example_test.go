package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/serve"
)

func ExampleHandler() {
	m, err := bert.Load("../bert/testdata/models/bert", bert.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	h, err := serve.Handler(m, serve.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := httptest.NewServer(h) // http.ListenAndServe in a program
	defer s.Close()

	r, err := http.Post(s.URL+"/embed", "application/json", strings.NewReader(`{"inputs": ["a good hotel", "a bad one"]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Body.Close()
	var vectors [][]float32
	err = json.NewDecoder(r.Body).Decode(&vectors)
	fmt.Println(r.StatusCode, len(vectors), len(vectors[0]) == m.Dim(), err)
	// Output: 200 2 true <nil>
}
