package cohort_test

import (
	"encoding/gob"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/feedback"
	"github.com/seed-56ee9438/cohort/search"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/keyword"
	"github.com/seed-56ee9438/cohort/text/langid"
	"github.com/seed-56ee9438/cohort/text/pii"
	"github.com/seed-56ee9438/cohort/text/repeats"
	"github.com/seed-56ee9438/cohort/tokenize"
	"github.com/seed-56ee9438/cohort/train"
)

// Types that have no saved form refuse to be one that holds nothing.
func TestNoEmptyJSON(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		new(cohort.Segmenter), new(bert.Config), new(bert.Distilled), new(bert.Encoder), new(bert.LayerNorm), new(bert.States), new(features.Table), new(feedback.Held), new(clean.Cleaned), new(train.Result), new(bert.Model), new(bert.Preset), new(bert.Tokens), new(cluster.MiniBatchStream), new(cluster.Predictor), new(search.Index),
		new(source.Source), new(source.File), new(text.Set), new(chinese.Segmenter), new(clean.Cleaner), new(keyword.Counter), new(langid.Detector),
		new(pii.Detector), new(pii.Masker), new(repeats.Counter), new(repeats.Filter), new(repeats.Finder), new(repeats.Stripper), new(tokenize.Tokenizer), new(train.Classes), new(estimator.Params),
	} {
		if data, err := json.Marshal(map[string]any{"v": v}); !errors.Is(err, estimator.ErrNoJSON) {
			t.Errorf("%T: %s, %v", v, data, err)
		}
		if err := json.Unmarshal([]byte("{}"), v); !errors.Is(err, estimator.ErrNoJSON) {
			t.Errorf("%T from {}: %v", v, err)
		}
		if err := gob.NewEncoder(io.Discard).Encode(struct{ V any }{v}); err == nil {
			t.Errorf("%T: gob writes it", v)
		}
	}
}
