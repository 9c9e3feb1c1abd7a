package conformance

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-56ee9438/cohort/drift"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/probe"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// TestPlainData: results that are plain data come back whole from JSON and gob,
// with zeros that are known apart from what is not known.
func TestPlainData(t *testing.T) {
	t.Parallel()
	x := points(12, 2, 0)
	labels := []int{0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2}
	full := must(eval.Scorer{Full: true}.Report(t.Context(), x, labels, labels))(t)
	*full.DBCV = 0
	one := must(eval.Scorer{}.Report(t.Context(), x, make([]int, 12), nil))(t)
	if one.Undefined == nil {
		t.Fatal("one cluster has scores")
	}
	vocab := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##c"}
	tokenizer := must(tokenize.FromVocab(vocab, tokenize.Options{}))(t)
	encoding := must(tokenizer.EncodeWith("a bc a b a", tokenize.EncodeOptions{MaxLength: 5, Overflow: true}))(t)
	if len(encoding.Overflow) == 0 {
		t.Fatal("nothing overflows")
	}
	zero := 0.0
	for _, v := range []any{
		full, one, encoding,
		&drift.Comparison{ARI: &zero, Shared: 3}, &drift.Comparison{},
		&result.Explanation{Gap: &zero, Name: "a"}, &result.Profile{Impact: &zero, ID: 2}, &result.Profile{ID: 2}, &result.Text{Sentiment: &zero, Row: 1}, &result.Text{},
	} {
		for form, read := range map[string]func(p any) error{
			"JSON": func(p any) error {
				data, err := json.Marshal(v)
				return errors.Join(err, json.Unmarshal(data, p))
			},
			"gob": func(p any) error {
				var b bytes.Buffer
				return errors.Join(gob.NewEncoder(&b).Encode(v), gob.NewDecoder(&b).Decode(p))
			},
		} {
			p := reflect.New(reflect.TypeOf(v).Elem()).Interface()
			if err := read(p); err != nil {
				t.Errorf("%T from %s: %v", v, form, err)
			} else if d := cmp.Diff(v, p, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(tokenize.Encoding{})); d != "" {
				t.Errorf("%T from %s: %s", v, form, d)
			} else if e, ok := p.(*tokenize.Encoding); ok && !cmp.Equal(e.Tokens(), encoding.Tokens()) {
				t.Errorf("tokens %q, want %q", e.Tokens(), encoding.Tokens())
			}
		}
	}
	for _, s := range []string{`{"ids":[1]}`, `{"ids":[1],"type_ids":[0],"tokens":["a"],"offsets":[[0,1]],"special_tokens_mask":[7],"word_ids":[0],"sequence_ids":[0]}`, `[]`} {
		if err := json.Unmarshal([]byte(s), encoding); !errors.Is(err, tokenize.ErrEncoding) {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{`{}`, `{"weights":[[1],[1,2],[3]],"bias":[1,2,3],"temperature":1}`, `{"weights":[[1]],"bias":[1]}`} {
		if err := json.Unmarshal([]byte(s), new(probe.Logistic)); !errors.Is(err, estimator.ErrSaved) {
			t.Errorf("%s: %v", s, err)
		}
	}
}
