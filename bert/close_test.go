package bert

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func TestClosed(t *testing.T) {
	t.Parallel()
	m, err := Load("testdata/models/bert", Options{})
	if err != nil {
		t.Fatal(err)
	}
	tokens := m.Tokenize([]string{"a"})
	for range 2 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, embed := m.Embed(t.Context(), []string{"a"})
	_, again := m.EmbedTokens(t.Context(), tokens)
	_, encode := m.Encode(t.Context(), []string{"a"})
	_, tree := m.Encoder()
	var stream error
	for _, stream = range m.EmbedSeq(t.Context(), slices.Values([]string{"a"})) {
	}
	for name, err := range map[string]error{"Embed": embed, "EmbedTokens": again, "Encode": encode, "Encoder": tree, "EmbedSeq": stream} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	if m.Digest() != "" {
		t.Error("a digest of closed weights")
	}
}

// A model is swapped for another while callers embed: each call gives the right
// vectors or ErrClosed, and the old model's memory is not touched after Close.
func TestHotSwap(t *testing.T) {
	t.Parallel()
	open := func() *Model {
		m, err := Load("testdata/models/bert", Options{Threads: 2})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	var current atomic.Pointer[Model]
	current.Store(open())
	texts := someTexts(20, 20)
	want := mustEmbed(t, current.Load(), texts)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var served, refused atomic.Int64
	for range 8 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				e, err := current.Load().Embed(t.Context(), texts)
				switch {
				case errors.Is(err, ErrClosed):
					refused.Add(1)
				case err != nil:
					t.Error(err)
				case !slices.Equal(e.data, want.data):
					t.Error("other vectors")
				default:
					served.Add(1)
				}
			}
		})
	}
	for range 50 {
		old := current.Swap(open())
		if err := old.Close(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
	if served.Load() == 0 {
		t.Error("nobody was served")
	}
	t.Logf("%d calls served, %d met a closed model", served.Load(), refused.Load())
	current.Load().Close()
}
