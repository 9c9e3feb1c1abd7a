// Command service embeds texts over HTTP, and can replace its model while
// serving: each request is answered by the model that was current when it
// arrived.
//
//	go run . -addr 127.0.0.1:8080 [-model DIR]      serve until interrupted
//	curl -d '{"texts": ["hello"]}' 127.0.0.1:8080/embed
//	curl -d '{"model": "DIR"}' 127.0.0.1:8080/model
//
// Without -addr it sends itself some requests, replaces its model halfway, and
// prints the result. (Package serve has the routes of OpenAI's and Text
// Embeddings Inference's servers, with limits and metrics.)
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"time"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
)

func main() {
	addr := flag.String("addr", "", "address to serve at")
	dir := flag.String("model", "", "directory of the model (default: the embedded one)")
	flag.Parse()
	m, err := load(*dir, bert.Float32)
	if err != nil {
		log.Fatal(err)
	}
	s := new(service)
	s.model.Store(m)
	if *addr == "" {
		if err := demonstrate(s); err != nil {
			log.Fatal(err)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server := &http.Server{Addr: *addr, Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.WithoutCancel(ctx))
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}

func load(dir string, p bert.Precision) (*bert.Model, error) {
	if dir == "" {
		return minilm.Load(bert.Options{Precision: p})
	}
	return bert.Load(dir, bert.Options{Precision: p})
}

// service answers requests with the current model.
type service struct{ model atomic.Pointer[bert.Model] }

func (s *service) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /embed", s.embed)
	mux.HandleFunc("POST /model", s.change)
	return mux
}

func (s *service) embed(w http.ResponseWriter, r *http.Request) {
	var request struct{ Texts []string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&request); err != nil {
		http.Error(w, "the body is not {\"texts\": [...]}", http.StatusBadRequest)
		return
	}
	var vectors *bert.Embeddings
	for {
		var err error
		vectors, err = s.model.Load().Embed(r.Context(), request.Texts)
		if errors.Is(err, bert.ErrClosed) {
			continue // the model was replaced in between: use the new one
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		break
	}
	rows := make([][]float32, len(request.Texts))
	for i := range rows {
		rows[i] = vectors.Row(i)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"vectors": rows})
}

func (s *service) change(w http.ResponseWriter, r *http.Request) {
	var request struct{ Model string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&request); err != nil {
		http.Error(w, "the body is not {\"model\": \"DIR\"}", http.StatusBadRequest)
		return
	}
	m, err := load(request.Model, bert.Float32)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	if err := s.swap(m); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, m.Name())
}

// swap makes m the current model and closes the previous one: Close waits for
// the requests that still use it.
func (s *service) swap(m *bert.Model) error { return s.model.Swap(m).Close() }
