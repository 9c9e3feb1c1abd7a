package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// lockedBuffer is a buffer that two goroutines use.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestServe(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out lockedBuffer
	ended := make(chan int, 1)
	go func() {
		a := &app{in: strings.NewReader(""), out: io.Discard, err: &out}
		ended <- a.run(ctx, []string{"serve", "--model", "../../bert/testdata/models/bert", "--addr", "127.0.0.1:0"})
	}()
	at := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	var url string
	for range 500 {
		if url = at.FindString(out.String()); url != "" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if url == "" {
		t.Fatalf("no address: %s", out.String())
	}
	r, err := http.Post(url+"/v1/embeddings", "application/json", strings.NewReader(`{"input":"a secret"}`))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(r.Body)
	r.Body.Close()
	if r.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(`"embedding":[`)) {
		t.Errorf("status %d: %s", r.StatusCode, body)
	}
	cancel()
	select {
	case code := <-ended:
		if code != 0 || !strings.Contains(out.String(), "stopped") || strings.Contains(out.String(), "secret") {
			t.Errorf("status %d: %s", code, out.String())
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not stop")
	}
}

func TestServeWrongUse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"serve", "--model", "auto"}, {"serve", "--model", "../../bert/testdata/models/bert", "--max-texts", "-1"}, {"serve", "extra"}} {
		a := &app{in: strings.NewReader(""), out: io.Discard, err: io.Discard}
		if code := a.run(t.Context(), args); code != 2 {
			t.Errorf("%q: status %d, want 2", args, code)
		}
	}
}
