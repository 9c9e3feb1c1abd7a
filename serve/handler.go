package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/jsonerr"
)

// Handler returns a handler that serves requests with a model, which it does
// not close. It may serve any number of connections and need not be closed
// itself: http.Server.Shutdown waits for the requests in progress.
//
// Errors wrap ErrOptions.
func Handler(model *bert.Model, options Options) (http.Handler, error) {
	if model == nil {
		return nil, fmt.Errorf("%w: no model", ErrOptions)
	}
	o, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &service{model: model, options: o, started: time.Now()}
	s.metrics = newMetrics(s.queued)
	s.queue = &queue{model: model, tokens: o.BatchTokens, batch: s.metrics.batch}
	mux := http.NewServeMux()
	for route, h := range map[string]endpoint{
		"POST /v1/embeddings": {s.openAIEmbeddings, writeOpenAIError},
		"GET /v1/models":      {s.openAIModels, writeOpenAIError},
		"POST /embed":         {s.embed, writeTEIError},
		"POST /embed_all":     {s.embedAll, writeTEIError},
		"POST /embed_sparse":  {s.embedSparse, writeTEIError},
		"POST /rerank":        {s.rerank, writeTEIError},
		"POST /predict":       {s.predict, writeTEIError},
		"POST /{$}":           {s.root, writeTEIError},
		"POST /similarity":    {s.similarity, writeTEIError},
		"POST /tokenize":      {s.tokenizeTexts, writeTEIError},
		"GET /info":           {s.info, writeTEIError},
		"GET /health":         {s.health, writeTEIError},
	} {
		mux.Handle(route, s.answer(strings.TrimSuffix(route[strings.Index(route, "/"):], "{$}"), h))
	}
	mux.HandleFunc("GET /metrics", s.metrics.write)
	return mux, nil
}

// service is a model with its limits.
type service struct {
	model   *bert.Model
	options Options
	queue   *queue
	metrics *metrics
	started time.Time

	mu    sync.Mutex
	texts int // waiting or in progress
}

// endpoint is the implementation of a route: reply returns the value to send as
// JSON.
type endpoint struct {
	reply     func(*http.Request) (any, error)
	writeFail func(http.ResponseWriter, *requestError)
}

// answer wraps an endpoint in what all endpoints have in common: limits of size
// and time, errors, and metrics.
func (s *service) answer(route string, e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(r.Context(), s.options.Timeout)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, s.options.MaxBody)
		v, err := e.reply(r)
		var body []byte
		if err == nil {
			body, err = json.Marshal(v)
		}
		status := http.StatusOK
		if err != nil {
			failure := asRequestError(err)
			status = failure.status
			if status == http.StatusTooManyRequests {
				w.Header().Set("Retry-After", "1")
			}
			e.writeFail(w, failure)
		} else {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body) // the client may have disconnected
		}
		s.metrics.request(route, status, time.Since(start))
	})
}

// writeJSON sends an error's body.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may have disconnected
}

// read decodes the request's body, one JSON object, into v.
func read(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = more
			if err == nil {
				return refuse(http.StatusBadRequest, "more than one JSON value in the request")
			}
		}
	}
	var large *http.MaxBytesError
	var ours *requestError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return refuse(http.StatusRequestEntityTooLarge, "the request has more than %d bytes", large.Limit)
	case errors.As(err, &ours):
		return ours
	case r.Context().Err() != nil:
		return r.Context().Err()
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok && len(name) < 64 {
		return refuse(http.StatusBadRequest, "unknown field %s", name)
	}
	return refuse(http.StatusBadRequest, "%s", jsonerr.Hide(err))
}

// admit counts n texts, or refuses them; the caller calls leave when they have
// been served.
func (s *service) admit(n int) (leave func(), err error) {
	if n > s.options.MaxTexts {
		return nil, refuse(http.StatusRequestEntityTooLarge, "%d texts, want at most %d in a request", n, s.options.MaxTexts)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.texts+n > s.options.MaxQueue {
		return nil, refuse(http.StatusTooManyRequests, "the server is busy: %d texts are waiting; try again later", s.texts)
	}
	s.texts += n
	return func() {
		s.mu.Lock()
		s.texts -= n
		s.mu.Unlock()
	}, nil
}

// queued is the number of texts that are waiting or in progress.
func (s *service) queued() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return float64(s.texts)
}

// vectors are the embeddings of one request.
type vectors struct {
	rows   [][]float32
	tokens int
}

// embedTexts embeds texts through the queue.
func (s *service) embedTexts(ctx context.Context, texts []string, o bert.EmbedOptions) (*vectors, error) {
	leave, err := s.admit(len(texts))
	if err != nil {
		return nil, err
	}
	defer leave()
	var pieces []*piece
	out := &vectors{rows: make([][]float32, 0, len(texts))}
	for from := 0; from < len(texts); from += pieceTexts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		tokens, err := s.model.TokenizeWith(texts[from:min(from+pieceTexts, len(texts))], o)
		if err != nil {
			var long *bert.LengthError
			if errors.As(err, &long) {
				long.Text += from
			}
			return nil, err
		}
		out.tokens += tokens.Total()
		pieces = append(pieces, &piece{ctx: ctx, tokens: tokens, done: make(chan struct{})})
	}
	s.queue.add(pieces)
	for _, p := range pieces {
		select {
		case <-p.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if p.err != nil {
			return nil, p.err
		}
		for i := range p.tokens.Len() {
			out.rows = append(out.rows, p.row(i))
		}
	}
	return out, nil
}

// embedIDs embeds texts that were tokenised elsewhere.
func (s *service) embedIDs(ctx context.Context, ids [][]int32, dim int) (*vectors, error) {
	if dim < 0 || dim > s.model.Dim() {
		return nil, refuse(http.StatusBadRequest, "dimensions is %d, want 1 to %d", dim, s.model.Dim())
	}
	leave, err := s.admit(len(ids))
	if err != nil {
		return nil, err
	}
	defer leave()
	inputs := make([]bert.Input, len(ids))
	for i := range ids {
		inputs[i].IDs = ids[i]
	}
	e, err := s.model.EmbedIDs(ctx, inputs)
	if err != nil {
		return nil, err
	}
	s.metrics.batch(e.Len(), e.Tokens)
	out := &vectors{tokens: e.Tokens}
	for i := range e.Len() {
		row := e.Row(i)
		if dim != 0 && dim < len(row) {
			if row = row[:dim]; s.model.Normalizes() { // as for texts
				row = unit(row)
			}
		}
		out.rows = append(out.rows, row)
	}
	return out, nil
}
