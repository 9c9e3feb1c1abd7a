package bert

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"
)

const tiny = "testdata/models/bert"

func loadTiny(tb testing.TB, o Options) *Model {
	tb.Helper()
	m, err := Load(tiny, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

// someTexts returns n texts of 0 to most words, the same ones each time.
func someTexts(n, most int) []string {
	words := strings.Fields("the phone screen is broken and battery slow good best hotel in paris answer , . ! zzz naïve 北京 Ünited 42")
	r := rand.New(rand.NewPCG(1, 2))
	texts := make([]string, n)
	for i := range texts {
		var b strings.Builder
		for range r.IntN(most + 1) {
			b.WriteString(words[r.IntN(len(words))])
			b.WriteByte(' ')
		}
		texts[i] = b.String()
	}
	return texts
}

func mustEmbed(tb testing.TB, m *Model, texts []string) *Embeddings {
	tb.Helper()
	e, err := m.Embed(context.Background(), texts)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// A text's vector is the same bytes alone and among others, for any number of
// threads, any batch size, and every pooling.
func TestEmbedIsIndependentOfBatch(t *testing.T) {
	t.Parallel()
	texts := someTexts(sized(300, 25), 80)
	for _, pooling := range []Pooling{PoolMean, PoolCLS, PoolMax | PoolLastToken | PoolCLS} {
		for _, precision := range []Precision{Float32, Int8} {
			alone := loadTiny(t, Options{Threads: 1, Pooling: pooling, Precision: precision})
			var want []float32
			for _, text := range texts {
				want = append(want, mustEmbed(t, alone, []string{text}).Row(0)...)
			}
			for _, o := range []Options{{Threads: 1}, {Threads: 2, BatchTokens: 50}, {Threads: 3, BatchTokens: 1}, {Threads: 8, BatchTokens: 5000}, {}} {
				o.Pooling, o.Precision = pooling, precision
				got := mustEmbed(t, loadTiny(t, o), texts)
				if !slices.Equal(got.data, want) {
					t.Errorf("%v, %v, %+v: vectors differ from those of texts one by one", pooling, precision, o)
				}
			}
		}
	}
}

func TestEmbedEdges(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	if e := mustEmbed(t, m, nil); e.Len() != 0 || e.Dim() != 32 {
		t.Errorf("no texts: [%d, %d]", e.Len(), e.Dim())
	} else if r, c := e.Dims(); r != 0 || c != 32 {
		t.Error("no texts: wrong matrix")
	}
	long := strings.Repeat("word ", 10000)
	e := mustEmbed(t, m, []string{"", long, "\xff\xfe", "\x00", "one"})
	if e.Truncated != 1 {
		t.Errorf("%d texts truncated, want 1", e.Truncated)
	}
	for i := range e.Len() {
		for _, v := range e.Row(i) {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("text %d has %v in its vector", i, v)
			}
		}
	}
	if want := 2 + 64 + 3; e.Tokens < want || e.Tokens > want+10 {
		t.Errorf("%d tokens", e.Tokens)
	}
	if cut := mustEmbed(t, m, []string{strings.Repeat("word ", 62)}); !slices.Equal(cut.Row(0), e.Row(1)) || cut.Truncated != 0 {
		t.Error("the cut text is not the first 62 words")
	}
}

func TestEmbedCancelled(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2, BatchTokens: 64})
	boom := errors.New("boom")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(boom)
	for _, texts := range [][]string{nil, {"one"}, someTexts(500, 20)} {
		if _, err := m.Embed(ctx, texts); !errors.Is(err, boom) {
			t.Errorf("%d texts: error %v, want the cause", len(texts), err)
		}
	}
	for v, err := range m.EmbedSeq(ctx, slices.Values(someTexts(500, 20))) {
		if v != nil || !errors.Is(err, boom) {
			t.Errorf("EmbedSeq yields %v, %v", v, err)
		}
	}
	// In the middle: stop after the first batch.
	ctx, cancel = context.WithCancelCause(t.Context())
	var calls atomic.Int32
	m = loadTiny(t, Options{Threads: 2, BatchTokens: 64, Progress: func(done, total int) {
		if calls.Add(1) == 1 {
			cancel(boom)
		}
	}})
	if _, err := m.Embed(ctx, someTexts(2000, 20)); !errors.Is(err, boom) {
		t.Errorf("error %v, want the cause", err)
	}
	if n := calls.Load(); n > 4 {
		t.Errorf("%d batches ran after the first had cancelled", n-1)
	}
	// Everything was given back: the model still works.
	m.options.Progress = nil
	if _, err := m.Embed(t.Context(), someTexts(100, 20)); err != nil {
		t.Fatal(err)
	}
}

func TestEmbedProgress(t *testing.T) {
	t.Parallel()
	var last, calls int
	m := loadTiny(t, Options{Threads: 3, BatchTokens: 100, Progress: func(done, total int) {
		if total != 200 || done <= last || done > total {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
		calls++
	}})
	mustEmbed(t, m, someTexts(200, 20))
	if last != 200 || calls < 10 {
		t.Errorf("%d calls, the last with %d", calls, last)
	}
}

// Many goroutines share one model: no races, right results, no more arenas.
func TestEmbedConcurrently(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 3, BatchTokens: 128})
	texts := someTexts(60, 40)
	want := mustEmbed(t, m, texts)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for k := range 4 {
				from := (g*7 + k*13) % 50
				part := texts[from : from+1+(g+k)%10]
				e, err := m.Embed(t.Context(), part)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range part {
					if !slices.Equal(e.Row(i), want.Row(from+i)) {
						t.Errorf("goroutine %d: text %d has another vector", g, from+i)
					}
				}
				i := 0
				for v, err := range m.EmbedSeq(t.Context(), slices.Values(part)) {
					if err != nil || !slices.Equal(v, want.Row(from+i)) {
						t.Errorf("goroutine %d: EmbedSeq: text %d: %v", g, from+i, err)
					}
					i++
				}
			}
		})
	}
	wg.Wait()
	if m.runner.Idle() != 3 {
		t.Errorf("%d arenas came back, want 3", m.runner.Idle())
	}
}

func TestEmbedSeq(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2, BatchTokens: 16})
	texts := someTexts(20_000, sized(20, 4)) // many windows
	want := mustEmbed(t, m, texts)
	var pulled atomic.Int32
	var seq iter.Seq[string] = func(yield func(string) bool) {
		for _, s := range texts {
			pulled.Add(1)
			if !yield(s) {
				return
			}
		}
	}
	i := 0
	for v, err := range m.EmbedSeq(t.Context(), seq) {
		if err != nil || !slices.Equal(v, want.Row(i)) {
			t.Fatalf("text %d: %v", i, err)
		}
		i++
	}
	if i != len(texts) {
		t.Fatalf("%d vectors of %d texts", i, len(texts))
	}
	// Leaving the loop early stops the source.
	pulled.Store(0)
	for range m.EmbedSeq(t.Context(), seq) {
		break
	}
	if n := pulled.Load(); n > 15_000 {
		t.Errorf("%d texts were pulled for one vector", n)
	}
	for range m.EmbedSeq(t.Context(), func(func(string) bool) {}) {
		t.Error("a vector of nothing")
	}
	if m.runner.Idle() != 2 {
		t.Errorf("%d arenas came back, want 2", m.runner.Idle())
	}
}

func TestEmbeddingsMatrix(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	e := mustEmbed(t, m, []string{"good", "bad", "the hotel"})
	var product mat.Dense
	product.Mul(e, e.T())
	if r, c := product.Dims(); r != 3 || c != 3 {
		t.Fatalf("E·Eᵀ is [%d, %d]", r, c)
	}
	x, stride := e.RawFloat32()
	if stride != 32 || &x[32] != &e.Row(1)[0] || e.At(1, 3) != float64(x[35]) {
		t.Error("rows are not where they should be")
	}
	if _, err := NewEmbeddings(make([]float32, 5), 2, 3); !errors.Is(err, ErrInput) {
		t.Errorf("NewEmbeddings of 5 values as [2, 3]: %v", err)
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2})
	texts := []string{"the screen is broken", "", "good"}
	h, err := m.Encode(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Layers) != 3 || h.Texts != 3 || h.Tokens != 6 || h.Hidden != 32 || len(h.Layers[0]) != 3*6*32 {
		t.Fatalf("%d layers", len(h.Layers))
	}
	if got := fmt.Sprint(h.Mask); got != "[1 1 1 1 1 1 1 1 0 0 0 0 1 1 1 0 0 0]" {
		t.Errorf("mask %s", got)
	}
	// The mean over the mask is what Embed gives.
	e := mustEmbed(t, m, texts)
	last := h.Layers[2]
	for i := range texts {
		for f := range 32 {
			sum := 0.0
			for k := range h.IDs[i] {
				sum += float64(last[(i*6+k)*32+f])
			}
			if d := sum/float64(len(h.IDs[i])) - e.At(i, f); math.Abs(d) > 1e-6 {
				t.Fatalf("text %d, feature %d: mean of hidden states is off by %g", i, f, d)
			}
		}
		for k := len(h.IDs[i]) * 32; k < 6*32; k++ {
			if last[i*6*32+k] != 0 {
				t.Fatalf("padding of text %d is not zero", i)
			}
		}
	}
	if h, err := m.Encode(t.Context(), nil); err != nil || h.Texts != 0 || len(h.Layers) != 3 || len(h.Layers[2]) != 0 {
		t.Errorf("no texts: %v", err)
	}
	if _, err := m.EncodeIDs(t.Context(), []Input{{IDs: []int32{1000}}}); !errors.Is(err, ErrInput) {
		t.Errorf("an id beyond the vocabulary: %v", err)
	}
	ids, err := m.EncodeIDs(t.Context(), []Input{{IDs: h.IDs[0]}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(ids.Layers[2], last[:6*32]) {
		t.Error("EncodeIDs differs from Encode")
	}
}
