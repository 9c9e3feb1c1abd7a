package bert

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
)

// Every setting of artifact.metadata is followed, refused, or known to have no
// effect on vectors; those that nobody knows are refused by name. That the
// vectors are right is compared in TestNextTexts.
func TestStanfordMetadata(t *testing.T) {
	t.Parallel()
	fsys := goldenFS(t, "multi-vector-stanford")
	settings := map[string]any{}
	if err := json.Unmarshal(fsys[stanfordFile].Data, &settings); err != nil {
		t.Fatal(err)
	}
	texts := []string{"A \"quoted\" word, and many more words than there is room for: twenty or so.", "[a]"}
	vectors := func(t *testing.T) []float32 {
		t.Helper()
		m := mustLoadFS(t, fsys, Options{Threads: 1})
		var all []float32
		for _, task := range []Task{Query, Document} {
			v, err := m.EmbedMultiAs(t.Context(), texts, task, EmbedOptions{})
			if err != nil {
				t.Fatal(err)
			}
			for i := range texts {
				all = append(all, v.Text(i)...)
			}
		}
		return all
	}
	refused := func(t *testing.T, key string, kind error) {
		t.Helper()
		_, err := LoadFS(fsys, Options{})
		var wrong *ConfigError
		if !errors.As(err, &wrong) || !errors.Is(err, kind) || wrong.File != stanfordFile || wrong.Field != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	base := vectors(t)
	tried := map[string]bool{}
	for key, value := range map[string]any{
		"query_token_id": "[unused0]", "doc_token_id": "[unused1]", "query_maxlen": 9, "doc_maxlen": 7,
		"attend_to_mask_tokens": true, "mask_punctuation": false,
	} {
		tried[key] = true
		addJSON(t, fsys, stanfordFile, changed(settings, key, value))
		if slices.Equal(vectors(t), base) {
			t.Errorf("%s has no effect", key)
		}
	}
	for _, c := range []struct {
		key   string
		value any
		kind  error
	}{
		{"similarity", "l2", ErrUnsupported}, {"interaction", "flipr", ErrUnsupported}, {"relu", true, ErrUnsupported},
		{"dim", 7, ErrConfig}, {"doc_maxlen", 0, ErrConfig}, {"query_maxlen", -1, ErrConfig}, {"mask_punctuation", "no", ErrConfig},
		{"flux_capacitor", 1.21, ErrUnsupported},
	} {
		tried[c.key] = true
		addJSON(t, fsys, stanfordFile, changed(settings, c.key, c.value))
		refused(t, c.key, c.kind)
	}
	// The others at once: their values may be anything.
	others := maps.Clone(settings)
	for _, key := range stanfordElsewhere {
		others[key] = []any{"another", 3}
		if tried[key] {
			t.Errorf("%s is listed as having no effect", key)
		}
		tried[key] = true
	}
	addJSON(t, fsys, stanfordFile, others)
	if !slices.Equal(vectors(t), base) {
		t.Error("settings of training and indexing change vectors")
	}
	for key := range settings {
		if !tried[key] {
			t.Errorf("%s was not tried", key)
		}
	}
}
