package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/serve"
)

type serveFlags struct {
	model   modelFlags
	addr    string
	limits  serve.Options
	maxBody int64
}

// stopWait is the time for requests in progress to complete when the server
// stops.
const stopWait = 30 * time.Second

func (a *app) serve() *cobra.Command {
	var f serveFlags
	c := verb("serve", "Answer HTTP requests with a model: OpenAI's and Text Embeddings Inference's routes", func(ctx context.Context) error { return a.runServe(ctx, &f) })
	c.Long = "Answer HTTP requests with a model until interrupted: OpenAI's POST /v1/embeddings, Text Embeddings Inference's /embed, /rerank, /predict, /similarity, /tokenize, /info and /health, and /metrics for Prometheus. It listens on this machine alone unless --addr says otherwise; there is no authentication, and texts are not logged."
	c.Example = "  cohort serve --model minilm\n  curl -s localhost:8080/v1/embeddings -H 'Content-Type: application/json' -d '{\"input\":[\"a text\"]}'"
	s := c.Flags()
	f.model.add(s, "minilm")
	s.StringVar(&f.addr, "addr", "127.0.0.1:8080", "listen on this `address`; port 0 takes a free one")
	s.Int64Var(&f.maxBody, "max-body", 8<<20, "most `bytes` of a request")
	s.IntVar(&f.limits.MaxTexts, "max-texts", 2048, "most texts of a request")
	s.IntVar(&f.limits.MaxQueue, "max-queue", 8192, "most texts that wait or are at work, of all requests")
	s.DurationVar(&f.limits.Timeout, "timeout", time.Minute, "longest that a request may take")
	s.BoolVar(&f.limits.Truncate, "auto-truncate", false, "cut texts that are longer than the model reads, unless a request says otherwise")
	return c
}

// runServe serves until ctx is done, then lets the requests in progress
// complete.
func (a *app) runServe(ctx context.Context, f *serveFlags) error {
	if f.model.model == "auto" {
		return usagef("--model auto looks at the texts, and there are none yet: name a model")
	}
	model, err := f.model.load(ctx, f.model.model)
	if err != nil {
		return err
	}
	f.limits.MaxBody = f.maxBody
	h, err := serve.Handler(model, f.limits)
	if err != nil {
		return usagef("%v", err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", f.addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: h,
		// The time for which a stalled client may hold a connection; it holds
		// no texts.
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: f.limits.Timeout, WriteTimeout: 2 * f.limits.Timeout, IdleTimeout: 2 * time.Minute,
	}
	fmt.Fprintf(a.err, "cohort: serving %s on http://%s\n", model.Name(), l.Addr())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	// ctx is done, so requests in progress get a separate timeout.
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
	defer cancel()
	if err := server.Shutdown(wait); err != nil {
		return fmt.Errorf("requests were still in progress after %v: %w", stopWait, err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	if err := model.Close(); err != nil {
		return err
	}
	fmt.Fprintln(a.err, "cohort: stopped")
	return errStopped
}

// errStopped is returned when a server was stopped by ctx.
var errStopped = errors.New("stopped")
