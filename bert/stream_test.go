package bert

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// forever yields a text again and again, and counts.
func forever(text string, n *atomic.Int64) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for yield(text, nil) {
			n.Add(1)
		}
	}
}

func TestStreamIsEmbed(t *testing.T) {
	t.Parallel()
	for _, threads := range []int{1, 3} {
		m := loadTiny(t, Options{Threads: threads})
		texts := someTexts(700, 30)
		texts[13] = strings.Repeat("hotel ", 600)
		want := mustEmbed(t, m, texts)
		boom := errors.New("boom")
		i := 0
		var err error
		for v, e := range m.EmbedStream(t.Context(), func(yield func(string, error) bool) {
			for _, s := range texts {
				if !yield(s, nil) {
					return
				}
			}
			yield("", boom)
		}, EmbedOptions{}) {
			if err = e; e != nil {
				break
			}
			if !slices.Equal(v.Values, want.Row(i)) || v.Truncated != m.Tokenize(texts[i:i+1]).Truncated(0) || v.Tokens != m.Tokenize(texts[i:i+1]).Total() {
				t.Fatalf("threads=%d: text %d: %d tokens, truncated %v, or another vector than Embed's", threads, i, v.Tokens, v.Truncated)
			}
			i++
		}
		if i != len(texts) || !errors.Is(err, boom) {
			t.Errorf("threads=%d: %d texts, then %v; want %d, then the source's error", threads, i, err, len(texts))
		}
	}
}

// However many threads there are, no more is taken in than is promised.
func TestStreamTakesInABoundedNumberOfTokens(t *testing.T) {
	t.Parallel()
	for _, threads := range []int{64, 1, 2}[:sized(3, 1)] {
		m := loadTiny(t, Options{Threads: threads})
		text := strings.Repeat("hotel ", 30) // 32 tokens
		var pulled atomic.Int64
		seen := int64(0)
		for _, err := range m.EmbedStream(t.Context(), forever(text, &pulled), EmbedOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			if ahead := (pulled.Load() - seen) * 32; ahead > 2*streamTokens+64 {
				t.Fatalf("threads=%d: %d tokens are taken in ahead, want at most %d", threads, ahead, 2*streamTokens)
			}
			if seen++; seen == 3000 {
				break
			}
		}
	}
}

// A source that gives one text and then nothing gets its vector all the same.
func TestStreamDoesNotWaitForMore(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2})
	answered := make(chan struct{})
	n := 0
	for _, err := range m.EmbedStream(t.Context(), func(yield func(string, error) bool) {
		for range 3 {
			if !yield("the hotel", nil) {
				return
			}
			<-answered // there is no next text before this one is answered
		}
	}, EmbedOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		answered <- struct{}{}
	}
	if n != 3 {
		t.Errorf("%d vectors, want 3", n)
	}
}

func TestStreamReturnsWhenCancelledThoughTheSourceBlocks(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	block := make(chan struct{})
	defer close(block)
	var err error
	for _, e := range m.EmbedStream(ctx, func(yield func(string, error) bool) {
		if yield("good", nil) {
			<-block
		}
	}, EmbedOptions{}) {
		if err = e; err == nil {
			cancel(why)
		}
	}
	if !errors.Is(err, why) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cause, which is also a cancellation", err)
	}
}

// settled waits until there are no more goroutines than before.
func settled(t *testing.T, before int) {
	t.Helper()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestStreamLeaksNoGoroutine(t *testing.T) {
	m := loadTiny(t, Options{Threads: 2})
	before := runtime.NumGoroutine()
	var n atomic.Int64
	loop := func(body func() bool) {
		for _, err := range m.EmbedStream(t.Context(), forever("a bad hotel", &n), EmbedOptions{}) {
			if err != nil {
				t.Error(err)
			}
			if !body() {
				break
			}
		}
	}
	loop(func() bool { return false })
	func() {
		defer func() {
			if recover() != "the body" {
				t.Error("the panic of the loop's body did not come out of the loop")
			}
		}()
		loop(func() bool { panic("the body") })
	}()
	var wg sync.WaitGroup
	wg.Go(func() { loop(func() bool { runtime.Goexit(); return true }) })
	wg.Wait()
	settled(t, before)
}

func TestStreamCarriesPanicsOfTheSource(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2})
	n := 0
	defer func() {
		if got := recover(); got != "the source" || n != 2 {
			t.Errorf("recovered %v after %d vectors, want the source's panic after 2", got, n)
		}
	}()
	for _, err := range m.EmbedStream(t.Context(), func(yield func(string, error) bool) {
		_ = yield("one", nil) && yield("two", nil)
		panic("the source")
	}, EmbedOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
}

// A panic of a callback that runs on goroutines of the model, too.
func TestEmbedCarriesPanicsOfProgress(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 3, BatchTokens: 32})
	defer func() {
		if got := recover(); got != "progress" {
			t.Errorf("recovered %v, want the callback's panic", got)
		}
		mustEmbed(t, m, someTexts(200, 20)) // and it goes on
	}()
	_, err := m.EmbedWith(t.Context(), someTexts(500, 20), EmbedOptions{Progress: func(int, int) { panic("progress") }})
	t.Errorf("no panic, and %v", err)
}

func TestNothingToWorkWith(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	var zero Model
	none := context.Context(nil)
	first := func(m *Model, ctx context.Context, texts iter.Seq2[string, error]) error {
		for _, err := range m.EmbedStream(ctx, texts, EmbedOptions{}) {
			return err
		}
		return nil
	}
	one := func(yield func(string, error) bool) { yield("a", nil) }
	_, embed := m.Embed(none, []string{"a"})
	_, empty := m.Embed(none, nil)
	_, tokens := m.EmbedTokens(none, m.Tokenize([]string{"a"}))
	_, ids := m.EmbedIDs(none, nil)
	_, classes := m.EncodeIDs(none, []Input{{IDs: []int32{2, 3}}})
	for name, err := range map[string]error{"Embed": embed, "Embed of nothing": empty, "EmbedTokens": tokens, "EmbedIDs": ids, "EncodeIDs": classes, "EmbedStream": first(m, none, one)} {
		if !errors.Is(err, parallel.ErrNilContext) {
			t.Errorf("%s without a context: %v", name, err)
		}
	}
	if err := first(m, t.Context(), nil); !errors.Is(err, errNoSequence) {
		t.Errorf("a nil sequence: %v", err)
	}
	for v, err := range m.EmbedSeq(t.Context(), nil) {
		if v != nil || !errors.Is(err, errNoSequence) {
			t.Errorf("a nil sequence: %v, %v", v, err)
		}
	}
	_, embed = zero.Embed(t.Context(), []string{"a"})
	_, query := zero.EmbedQuery(t.Context(), []string{"a"})
	_, ids = zero.EmbedIDs(t.Context(), nil)
	for name, err := range map[string]error{"Embed": embed, "EmbedQuery": query, "EmbedIDs": ids, "EmbedStream": first(&zero, t.Context(), one), "nil": first(nil, t.Context(), one)} {
		if !errors.Is(err, ErrInput) {
			t.Errorf("%s of a zero Model: %v", name, err)
		}
	}
	if err := zero.Close(); err != nil {
		t.Error(err)
	}
}
