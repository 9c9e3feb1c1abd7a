package watch

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	texts := people(rand.New(rand.NewPCG(1, 1)), 60, "u", 0.5, 0.3, 0.2)
	seg := fitted(t)
	testdir.HostileNumbers(t, Options{Window: 20, WarmUp: 2}, func(ctx context.Context, o Options) error {
		o.Segmenter, o.Model, o.Feed, o.Out, o.Once = seg, &bag.Model{}, &list{texts: slices.Clone(texts)}, &bytes.Buffer{}, true
		o.Follow = o.Memory != 0
		w, err := New(ctx, o)
		if err != nil {
			return err
		}
		defer w.Close()
		return w.Run(ctx)
	}, ErrOptions, cohort.ErrOptions)
	h := newHook(t)
	testdir.HostileNumbers(t, Webhook{Timeout: time.Second}, func(ctx context.Context, w Webhook) error {
		w.URL = h.server.URL
		if err := w.check(); err != nil {
			return err
		}
		return w.post(ctx, &Alert{ID: "x"})
	}, ErrOptions)
}
