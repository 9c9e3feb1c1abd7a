package bert

import (
	"errors"
	"slices"
	"testing"
)

func TestRerank(t *testing.T) {
	t.Parallel()
	m, err := Load(nextDir(t, "cross-encoder-bert-without-types"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	query := "battery"
	documents := []string{"The battery is empty by noon.", "it will not charge", "", "the parcel came late", "it will not charge"}
	ranked, err := m.Rerank(t.Context(), query, documents)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(ranked, func(a, b Ranked) int {
		switch {
		case a.Score > b.Score, a.Score == b.Score && a.Index < b.Index:
			return -1
		}
		return 1
	}) {
		t.Errorf("not best first, ties in their order: %v", ranked)
	}
	seen := map[int]bool{}
	for _, r := range ranked {
		c, err := m.ClassifyPairs(t.Context(), [][2]string{{query, documents[r.Index]}})
		if err != nil || c[0].Scores[0] != r.Score {
			t.Errorf("document %d: score %v, alone %v, %v", r.Index, r.Score, c[0].Scores, err)
		}
		seen[r.Index] = true
	}
	if len(seen) != len(documents) {
		t.Errorf("%d documents of %d", len(seen), len(documents))
	}
	if none, err := m.Rerank(t.Context(), query, nil); err != nil || len(none) != 0 {
		t.Errorf("no documents: %v, %v", none, err)
	}
	if _, err := loadTiny(t, Options{}).Rerank(t.Context(), query, documents); !errors.Is(err, ErrNoHead) {
		t.Errorf("no head: %v", err)
	}
	if _, err := loadHead(t, "bert-sequence-classification", Options{}).Rerank(t.Context(), query, documents); !errors.Is(err, ErrInput) {
		t.Errorf("three labels: %v", err)
	}
}
