package bert

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// savedAndLoaded is a directory of d, and what it loads as.
func savedAndLoaded(t *testing.T, d *Distilled) (dir string, s *Model) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "static")
	if err := d.Save(dir); err != nil {
		t.Fatal(err)
	}
	s, err := Load(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return dir, s
}

// A distilled model's vectors are, up to a rotation, those of the encoder's
// tokens, centred and weighted: products between tokens are the same, and a
// text's vector is the mean of its tokens' scaled to length 1.
func TestDistill(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{Threads: 2})
	d, err := Distill(t.Context(), m, DistillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	dir, s := savedAndLoaded(t, d)
	if !s.Static() || !s.Normalizes() || s.Dim() != 32 || d.Dim() != 32 || s.MaxLength() != 512 {
		t.Fatalf("static %v, unit length %v, %d features, %d tokens long", s.Static(), s.Normalizes(), s.Dim(), s.MaxLength())
	}
	// The encoder's mean over [CLS] token [SEP], by EncodeIDs.
	plain := m.Tokenizer().WithoutSpecialTokens()
	around, _ := m.Tokenizer().AppendIDs(nil, "", 0)
	var ids []int32
	for id := range m.Tokenizer().MaxID() + 1 {
		if name, _ := m.Tokenizer().Token(id); !m.Tokenizer().IsSpecial(id) && !unusedToken.MatchString(name) {
			ids = append(ids, id)
		}
	}
	if d.Tokens != len(ids) {
		t.Fatalf("%d tokens, want %d", d.Tokens, len(ids))
	}
	table := map[int32][]float64{}
	center := make([]float64, 32)
	for _, id := range ids {
		h, err := m.EncodeIDs(t.Context(), []Input{{IDs: []int32{around[0], id, around[1]}}})
		if err != nil {
			t.Fatal(err)
		}
		last := h.Layers[len(h.Layers)-1]
		row := make([]float64, 32)
		for k, v := range last {
			row[k%32] += float64(v) / 3
		}
		for f, v := range row {
			center[f] += v / float64(len(ids))
		}
		table[id] = row
	}
	total := 0.0
	for rank := range ids {
		total += 1 / float64(rank+2)
	}
	for rank, id := range ids {
		for f := range table[id] {
			table[id][f] = (table[id][f] - center[f]) * 1e-4 / (1e-4 + 1/float64(rank+2)/total)
		}
	}
	vector := func(text string) []float64 {
		out, length := make([]float64, 32), 0.0
		tokens, _ := plain.AppendIDs(nil, text, 0)
		for _, id := range tokens {
			for f, v := range table[id] {
				out[f] += v
			}
		}
		for _, v := range out {
			length += v * v
		}
		for f := range out {
			out[f] /= max(math.Sqrt(length), 1e-12)
		}
		return out
	}
	texts := []string{"the screen is broken", "good", "the hotel was slow and good", "battery"}
	e := mustEmbed(t, s, texts)
	for i := range texts {
		for k := range texts {
			got, want := 0.0, 0.0
			a, b := vector(texts[i]), vector(texts[k])
			for f := range a {
				got += e.At(i, f) * e.At(k, f)
				want += a[f] * b[f]
			}
			if math.Abs(got-want) > 1e-4 {
				t.Errorf("%q and %q: product %g, want %g", texts[i], texts[k], got, want)
			}
		}
	}
	small, err := Distill(t.Context(), m, DistillOptions{Dim: 5, SIF: -1, Pooling: PoolCLS})
	if err != nil || small.Dim() != 5 || !(small.Explained > 0 && small.Explained < 1) {
		t.Errorf("5 features: %+v, %v", small, err)
	}
	if err := d.Save(dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("saved over another: %v", err)
	}
}

func TestDistillErrors(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	for _, o := range []DistillOptions{{Dim: -1}, {Dim: maxWidth + 1}, {SIF: 1}, {SIF: math.NaN()}, {Pooling: PoolCLS | PoolMean}, {Pooling: PoolPooler}} {
		if _, err := Distill(t.Context(), m, o); !errors.Is(err, ErrInput) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for name, bad := range map[string]*Model{
		"static": mustLoadFS(t, goldenFS(t, "model2vec"), Options{}),
		"sparse": mustLoadFS(t, goldenFS(t, "splade-inference-free"), Options{}),
	} {
		if _, err := Distill(t.Context(), bad, DistillOptions{}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Distill(t.Context(), loadTiny(t, Options{NoTokenizer: true}), DistillOptions{}); !errors.Is(err, ErrNoTokenizer) {
		t.Errorf("no tokenizer: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	if _, err := Distill(ctx, m, DistillOptions{}); err == nil {
		t.Error("cancelled, and no error")
	}
	// What tokenizer_config.json changes is not in tokenizer.json.
	fsys := modelFiles(t, tiny)
	addJSON(t, fsys, tokenizerConfigFile, map[string]any{"tokenizer_class": "BertTokenizer", "do_lower_case": false})
	if _, err := Distill(t.Context(), mustLoadFS(t, fsys, Options{}), DistillOptions{}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("another tokenizer: %v", err)
	}
	// do_lower_case of sentence_bert_config.json is.
	cased := sentenceModel(t, map[string]any{"embedding_dimension": 32, "pooling_mode": "mean"})
	setConfig(t, cased, "tokenizer.json", map[string]any{"normalizer": map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": true, "lowercase": false}})
	addJSON(t, cased, "sentence_bert_config.json", map[string]any{"max_seq_length": 12, "do_lower_case": true})
	lower := mustLoadFS(t, cased, Options{})
	d, err := Distill(t.Context(), lower, DistillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, s := savedAndLoaded(t, d)
	got, _ := s.Tokenizer().AppendIDs(nil, "The SCREEN", 0)
	want, _ := lower.Tokenizer().WithoutSpecialTokens().AppendIDs(nil, "the screen", 0)
	if !slices.Equal(got, want) {
		t.Errorf("ids %v, want %v", got, want)
	}
}

// sentence-transformers makes the same vectors with a distilled directory.
func TestPythonLoadsDistilled(t *testing.T) {
	t.Parallel()
	d, err := Distill(t.Context(), loadTiny(t, Options{}), DistillOptions{Dim: 16})
	if err != nil {
		t.Fatal(err)
	}
	dir, s := savedAndLoaded(t, d)
	texts := append(someTexts(9, 12), "the phone")
	want := mustEmbed(t, s, texts)
	for i, v := range testdir.SentenceTransformers(t, texts, dir)[0] {
		for f, x := range v {
			if math.Abs(x-want.At(i, f)) > 2e-6 {
				t.Fatalf("text %d, feature %d: %g, Python has %g", i, f, want.At(i, f), x)
			}
		}
	}
}
