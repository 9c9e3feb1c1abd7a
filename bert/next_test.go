package bert

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// nextTexts is expected_texts.json of a golden directory with a tokenizer.
type nextTexts struct {
	Texts []string    `json:"texts"`
	IDs   [][]int32   `json:"ids"`
	Pairs [][2]string `json:"pairs"`
}

// nextDir returns a directory of testdata/next, which is a module of its own:
// whoever tests the library as downloaded by Go does not have it.
func nextDir(tb testing.TB, name string) string {
	tb.Helper()
	root := filepath.Join("testdata", "next")
	if _, err := os.Stat(root); err != nil {
		tb.Skip("needs testdata/next, which only the repository has")
	}
	return filepath.Join(root, name)
}

// nextDirs are the directories of today's checkpoints, those in testdata and all
// others where the shared material is there, that hold the named file.
func nextDirs(t *testing.T, file string) map[string]string {
	t.Helper()
	nextDir(t, "")
	dirs := map[string]string{}
	for _, root := range []string{"testdata/next", sharedPath("golden", "next")} {
		found, _ := filepath.Glob(filepath.Join(root, "*", file))
		for _, p := range found {
			dirs[filepath.Base(filepath.Dir(p))] = filepath.Dir(p)
		}
	}
	return dirs
}

// close5 tells whether got is want [rows, cols] to 1e-5 of the largest element.
func close5(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	if e := relativeError(got, want); !(e <= 1e-5) {
		t.Errorf("%s: relative error %.2g, want at most 1e-5", what, e)
	}
}

// Hidden states of today's checkpoints against transformers in float64.
func TestNextHiddenStates(t *testing.T) {
	t.Parallel()
	for name, dir := range nextDirs(t, "expected_f64.safetensors") {
		g := openGolden(t, filepath.Join(dir, "expected_f64.safetensors"))
		if !g.has("case0.last_hidden_state") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := loadGoldenModel(t, dir, Options{Threads: 2})
			if unused := m.Unused(); len(unused) > 0 {
				t.Logf("unused: %v", unused)
			}
			for k := 0; ; k++ {
				prefix := fmt.Sprintf("case%d.", k)
				c, ok := g.batch(m.config, prefix)
				if !ok {
					break
				}
				want, _ := g.floats(prefix + "last_hidden_state")
				close5(t, prefix, hiddenStates(t, m, c.Sequences), c.unpadded(want, m.config.width()))
			}
		})
	}
}

// Embeddings, ids and scores of today's checkpoints against sentence-transformers
// in float64.
func TestNextTexts(t *testing.T) {
	for name, dir := range nextDirs(t, "expected_texts_f64.safetensors") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var in nextTexts
			data, err := os.ReadFile(filepath.Join(dir, "expected_texts.json"))
			if err == nil {
				err = json.Unmarshal(data, &in)
			}
			if err != nil {
				t.Fatal(err)
			}
			g := openGolden(t, filepath.Join(dir, "expected_texts_f64.safetensors"))
			m, err := Load(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if m.pipeline.kind != denseVectors {
				nextKinds(t, m, g, &in)
				return
			}
			for i, ids := range in.IDs {
				got, _ := m.Tokenizer().AppendIDs(nil, in.Texts[i], m.MaxLength())
				if !slices.Equal(got, ids) {
					t.Errorf("text %d: ids %v, want %v", i, got, ids)
				}
			}
			compared := 0
			for field, embed := range map[string]func() (*Embeddings, error){
				"embeddings_f64": func() (*Embeddings, error) { return m.Embed(t.Context(), in.Texts) },
				"query_f64":      func() (*Embeddings, error) { return m.EmbedQuery(t.Context(), in.Texts) },
				"document_f64":   func() (*Embeddings, error) { return m.EmbedDocument(t.Context(), in.Texts) },
			} {
				if !g.has(field) {
					continue
				}
				e, err := embed()
				if err != nil {
					t.Fatal(err)
				}
				want, _ := g.floats(field)
				close5(t, field, e.data, want)
				compared++
			}
			if g.has("scores_f64") {
				got, err := m.ClassifyPairs(t.Context(), in.Pairs)
				if err != nil {
					t.Fatal(err)
				}
				logits, scores := make([]float32, len(got)), make([]float32, len(got))
				for i, c := range got {
					logits[i], scores[i] = c.Logits[0], float32(c.Scores[0])
				}
				want, _ := g.floats("scores_f64")
				close5(t, "logits", logits, want)
				want, _ = g.floats("activated_f64")
				close5(t, "scores", scores, want)
				compared++
			}
			if compared == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

// nextKinds compares sparse vectors and multi-vectors.
func nextKinds(t *testing.T, m *Model, g golden, in *nextTexts) {
	t.Helper()
	for i, ids := range in.IDs { // without prompts
		if got, _ := m.Tokenizer().AppendIDs(nil, in.Texts[i], m.MaxLength()); !slices.Equal(got, ids) {
			t.Errorf("text %d: ids %v, want %v", i, got, ids)
		}
	}
	if m.pipeline.kind == sparseVectors {
		for field, task := range map[string]Task{"embeddings_f64": AnyTask, "query_f64": Query, "document_f64": Document} {
			v, err := m.EmbedSparseAs(t.Context(), in.Texts, task, EmbedOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var all []float32
			for i := range v.Len() {
				all = append(all, v.Dense(i)...)
			}
			want, _ := g.floats(field)
			close5(t, field, all, want)
		}
		return
	}
	for field, task := range map[string]Task{"query": Query, "document": Document} {
		v, err := m.EmbedMultiAs(t.Context(), in.Texts, task, EmbedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range in.Texts {
			name := fmt.Sprintf("text%d.%s_f64", i, field)
			want, shape := g.floats(name)
			if v.Count(i) != shape[0] || v.Dim() != shape[1] {
				t.Errorf("%s: [%d, %d], want %v", name, v.Count(i), v.Dim(), shape)
				continue
			}
			close5(t, name, v.Text(i), want)
		}
	}
}

// Directories that went wrong once, against what transformers and
// sentence-transformers give.
func TestRepros(t *testing.T) {
	t.Parallel()
	root := sharedPath("repro", "encoder")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no shared material: %v", err)
	}
	open := func(t *testing.T, name string) *Model {
		t.Helper()
		m, err := Load(filepath.Join(root, name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { m.Close() })
		return m
	}
	t.Run("pooling", func(t *testing.T) {
		for name, want := range map[string]string{"pool-st54": "mean", "pool-order": "mean cls", "pool-bare": "mean"} {
			var modes []string
			for _, p := range open(t, name).PoolingModes() {
				modes = append(modes, p.String())
			}
			if got := strings.Join(modes, " "); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		e, err := open(t, "noprompt-weightedmean_tokens").EmbedQuery(t.Context(), []string{"hello world"})
		if err != nil || math.Abs(e.At(0, 0)-0.0970) > 5e-5 {
			t.Errorf("weights behind a prompt: %v, %v, want 0.0970", e.At(0, 0), err)
		}
	})
	t.Run("refused", func(t *testing.T) {
		for name, want := range map[string]string{"template-id-negative": "-5", "type2-tag": "type_vocab_size"} {
			if _, err := Load(filepath.Join(root, name), Options{}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("heads", func(t *testing.T) {
		masks, err := open(t, "mpnet-fillmask").FillMask(t.Context(), "the cat <mask> on the mat", 1)
		if err != nil || len(masks) != 1 {
			t.Errorf("mpnet-fillmask: %d masks, %v", len(masks), err)
		}
		pair := [][2]string{{"hello", "world"}}
		got, err := open(t, "ce-identity").ClassifyPairs(t.Context(), pair)
		if err != nil || got[0].Score != float64(got[0].Logits[0]) {
			t.Errorf("ce-identity: %+v, %v, want the logit", got, err)
		}
		e, err := open(t, "ce-notypes").Tokenizer().EncodePair("hello", "world", tokenize.EncodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		m, s := open(t, "ce-notypes"), new(engine.Sequences)
		if m.addEncoding(s, e); len(s.Types) != 0 {
			t.Errorf("ce-notypes: types %v are handed on", s.Types)
		}
		if labels := open(t, "cfg-id2label-int").Config().Labels; !slices.Equal(labels, []string{"0", "1"}) {
			t.Errorf("labels %q", labels)
		}
	})
}
