package serve

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	m := load(t, "bert", bert.Options{Threads: 1})
	testdir.HostileNumbers(t, Options{}, func(_ context.Context, o Options) error {
		h, err := Handler(m, o)
		if err != nil {
			return err
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/embed", strings.NewReader(`{"inputs":["good","the screen"]}`)))
		if w.Code == http.StatusInternalServerError {
			t.Errorf("%+v: %s", o, w.Body)
		}
		return nil
	}, ErrOptions)
}
