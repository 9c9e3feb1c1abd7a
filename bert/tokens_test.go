package bert

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// Tokenizing and encoding apart give what Embed gives, again and again.
func TestEmbedTokens(t *testing.T) {
	t.Parallel()
	for _, threads := range []int{1, 3} {
		m := loadTiny(t, Options{Threads: threads, BatchTokens: 64})
		texts := someTexts(40, 300) // some of them are cut
		want := mustEmbed(t, m, texts)
		tokens := m.Tokenize(texts)
		ids := slices.Clone(tokens.sequences.IDs)
		if tokens.Len() != len(texts) || tokens.Total() != want.Tokens {
			t.Errorf("%d texts, %d tokens; want %d, %d", tokens.Len(), tokens.Total(), len(texts), want.Tokens)
		}
		for range 2 {
			got, err := m.EmbedTokens(t.Context(), tokens)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.data, want.data) || got.Tokens != want.Tokens || got.Truncated != want.Truncated {
				t.Errorf("threads %d: EmbedTokens differs from Embed", threads)
			}
			mustEmbed(t, m, texts[5:]) // another use of the pooled memory
		}
		if !slices.Equal(tokens.sequences.IDs, ids) {
			t.Error("the tokens were written to")
		}
		if e, err := m.EmbedTokens(t.Context(), m.Tokenize(nil)); err != nil || e.Len() != 0 {
			t.Errorf("no texts: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := m.EmbedTokens(ctx, tokens); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
}
