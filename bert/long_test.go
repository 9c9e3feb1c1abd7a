package bert

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/text"
)

// longText has about 600 tokens in sentences of 4 to 12 words; the tiny model
// reads 64.
func longText() string {
	words := strings.Fields("the hotel is good and screen broken where bad in paris anna unbelievable")
	var b strings.Builder
	for i := range 80 {
		for k := range 4 + i%9 {
			b.WriteString(words[(i*7+k*3)%len(words)])
			b.WriteByte(' ')
		}
		b.WriteString(". ")
	}
	return b.String()
}

func TestEmbedLong(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2})
	long := longText()
	for name, o := range map[string]LongOptions{
		"words": {}, "sentences": {Split: text.Sentences}, "short chunks": {EmbedOptions: EmbedOptions{MaxLength: 20}, Split: text.Sentences},
		"overlap": {Overlap: 20}, "prompt": {EmbedOptions: EmbedOptions{Prompt: "where is "}, Overlap: 3}, "dim": {EmbedOptions: EmbedOptions{Dim: 5}},
	} {
		out, err := m.EmbedLong(t.Context(), []string{"the hotel", long, ""}, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(out[0].Chunks) != 1 || len(out[2].Chunks) != 1 || len(out[1].Chunks) < 10 {
			t.Fatalf("%s: %d, %d and %d chunks", name, len(out[0].Chunks), len(out[1].Chunks), len(out[2].Chunks))
		}
		plain, err := m.EmbedWith(t.Context(), []string{"the hotel"}, o.EmbedOptions)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(out[0].Vector, plain.Row(0)) {
			t.Errorf("%s: a text that fits has another vector than Embed's", name)
		}
		at, sums, total := 0, make([]float64, len(out[1].Vector)), 0.0
		for i, k := range out[1].Chunks {
			if strings.TrimSpace(long[min(at, k.Start):k.Start]) != "" || k.End <= at {
				t.Errorf("%s: chunk %d is bytes %d to %d, after %d", name, i, k.Start, k.End, at)
			}
			if o.Overlap == 0 && k.Start < at {
				t.Errorf("%s: chunk %d begins before the one before ends", name, i)
			}
			if o.Split != nil && o.MaxLength == 0 && i > 0 && !strings.HasSuffix(strings.TrimSpace(long[:k.Start]), ".") {
				t.Errorf("%s: chunk %d begins within a sentence: %q", name, i, long[k.Start:k.End])
			}
			at = k.End
			e, err := m.EmbedWith(t.Context(), []string{long[k.Start:k.End]}, o.EmbedOptions)
			if err != nil || e.Truncated > 0 || !slices.Equal(e.Row(0), k.Vector) {
				t.Errorf("%s: chunk %d has another vector than its text, or is cut (%v)", name, i, err)
			}
			total += float64(k.Tokens)
			for j, v := range k.Vector {
				sums[j] += float64(k.Tokens) * float64(v)
			}
		}
		if strings.TrimSpace(long[at:]) != "" {
			t.Errorf("%s: the text's end is in no chunk: %q", name, long[at:])
		}
		for j, v := range out[1].Vector {
			if math.Abs(float64(v)-sums[j]/total) > 1e-6 {
				t.Errorf("%s: feature %d of the mean is %g, want %g", name, j, v, sums[j]/total)
			}
		}
	}
}

// Late chunks are means of hidden states of the whole text that was read.
func TestLateChunks(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2})
	short := "the hotel is good . where is the screen ? anna is in paris ."
	o := LongOptions{EmbedOptions: EmbedOptions{MaxLength: 8}, Split: text.Sentences, Late: true}
	out, err := m.EmbedLong(t.Context(), []string{short, longText(), ""}, o)
	if err != nil {
		t.Fatal(err)
	}
	h, err := m.Encode(t.Context(), []string{short})
	if err != nil {
		t.Fatal(err)
	}
	e, err := m.Tokenizer().Encode(short)
	if err != nil {
		t.Fatal(err)
	}
	last, size := h.Layers[len(h.Layers)-1], h.Hidden
	if len(out[0].Chunks) != 3 {
		t.Fatalf("%d chunks of three sentences", len(out[0].Chunks))
	}
	for i, k := range out[0].Chunks {
		sums, n := make([]float64, size), 0.0
		for tok, at := range e.Offsets {
			if e.SpecialTokensMask[tok] == 0 && at[0] >= k.Start && at[1] <= k.End {
				n++
				for j := range size {
					sums[j] += float64(last[tok*size+j])
				}
			}
		}
		if int(n) != k.Tokens {
			t.Errorf("chunk %d has %d tokens, want %g", i, k.Tokens, n)
		}
		for j := range size {
			if math.Abs(float64(k.Vector[j])-sums[j]/n) > 1e-5 {
				t.Fatalf("chunk %d, feature %d: %g, want %g", i, j, k.Vector[j], sums[j]/n)
			}
		}
	}
	for i, k := range out[1].Chunks {
		if len(k.Vector) != size || slices.Max(k.Vector) == 0 && slices.Min(k.Vector) == 0 {
			t.Errorf("chunk %d of a text of many windows has no vector", i)
		}
	}
	if c, err := Load("testdata/models/bert", Options{Pooling: PoolCLS}); err != nil {
		t.Fatal(err)
	} else if _, err := c.EmbedLong(t.Context(), []string{short}, o); !errors.Is(err, ErrInput) {
		t.Errorf("late chunks of first tokens: %v", err)
	}
}

func TestMeanOfChunks(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2})
	long := longText()
	texts := []string{"the hotel", long, "good", long + " bad"}
	o := EmbedOptions{Overlength: MeanOfChunks}
	e, err := m.EmbedWith(t.Context(), texts, o)
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.EmbedLong(t.Context(), texts, LongOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range texts {
		if !slices.Equal(e.Row(i), out[i].Vector) {
			t.Errorf("text %d: not the mean of its chunks", i)
		}
	}
	if e.Truncated != 0 || e.Tokens < 1200 {
		t.Errorf("%d truncated, %d tokens", e.Truncated, e.Tokens)
	}
	i := 0
	for v, err := range m.EmbedStream(t.Context(), func(yield func(string, error) bool) {
		for _, s := range texts {
			if !yield(s, nil) {
				return
			}
		}
	}, o) {
		if err != nil || v.Truncated || !slices.Equal(v.Values, e.Row(i)) {
			t.Errorf("text %d of a stream: %v, truncated %v, or another vector", i, err, v.Truncated)
		}
		i++
	}
	if _, err := m.TokenizeWith(texts, o); !errors.Is(err, ErrInput) {
		t.Errorf("tokens of chunks: %v", err)
	}
	for name, o := range map[string]LongOptions{"Overlap -1": {Overlap: -1}, "Overlap huge": {Overlap: 1 << 40}, "Overlap of half": {Overlap: 31}, "prompt": {EmbedOptions: EmbedOptions{Prompt: strings.Repeat("hotel ", 70)}}} {
		if _, err := m.EmbedLong(t.Context(), texts, o); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
