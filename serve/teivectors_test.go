package serve

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

func loadNext(tb testing.TB, name string) *bert.Model {
	tb.Helper()
	m, err := bert.Load("../bert/testdata/next/"+name, bert.Options{Threads: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

// /embed_sparse gives the features that are not 0, of texts and of their ids.
func TestEmbedSparse(t *testing.T) {
	t.Parallel()
	m := loadNext(t, "splade-inference-free")
	s := start(t, m, Options{})
	texts := []string{"The battery is empty by noon.", "it will not charge"}
	want, err := m.EmbedSparse(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	var ids [][]int32
	for _, text := range texts {
		e, err := m.Tokenizer().Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.IDs)
	}
	body := func(inputs any) string {
		b, err := json.Marshal(map[string]any{"inputs": inputs, "truncate": nil, "truncation_direction": "Right", "prompt_name": nil})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, c := range []struct {
		route, body string
		texts       int
	}{
		{"/embed_sparse", body(texts), 2}, {"/embed_sparse", body(texts[0]), 1}, {"/embed_sparse", body(ids), 2}, {"/embed_sparse", body(ids[0]), 1}, {"/", body(texts), 2},
	} {
		var got [][]struct {
			Index *int32
			Value *float32
		}
		post(t, s, c.route, c.body, 200, &got)
		if len(got) != c.texts {
			t.Fatalf("%s %s: %d texts", c.route, c.body, len(got))
		}
		for i, row := range got {
			indices, values := want.Row(i)
			if len(row) != len(indices) {
				t.Fatalf("%s %s: text %d has %d values, want %d", c.route, c.body, i, len(row), len(indices))
			}
			for k, v := range row {
				if v.Index == nil || v.Value == nil || *v.Index != indices[k] || math.Abs(float64(*v.Value-values[k])) > 1e-6 {
					t.Errorf("%s %s: text %d: other values", c.route, c.body, i)
				}
			}
		}
	}
	var info struct {
		Type map[string]struct{ Pooling string } `json:"model_type"`
	}
	get(t, s, "/info", &info)
	if info.Type["embedding"].Pooling != "splade" {
		t.Errorf("info %+v", info)
	}
	post(t, s, "/embed", `{"inputs":"a"}`, 424, nil)
	post(t, s, "/v1/embeddings", `{"input":"a"}`, 424, nil)
}

// A directory for masked words alone gives sparse vectors as a guess.
func TestEmbedSparseGuessed(t *testing.T) {
	t.Parallel()
	m := load(t, "bert-masked-lm", bert.Options{Threads: 1, NoTokenizer: true})
	if !m.GuessesSparse() {
		t.Fatal("no guess")
	}
	s := start(t, m, Options{})
	var got [][]sparseValue
	post(t, s, "/embed_sparse", `{"inputs":[[2,5,3],[2,3]]}`, 200, &got)
	if len(got) != 2 || len(got[0]) == 0 {
		t.Errorf("%v", got)
	}
}

// /embed_all gives the encoder's vectors of all tokens, without normalising.
func TestEmbedAll(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{Threads: 1})
	s := start(t, m, Options{})
	texts := []string{"the hotel is good", "good"}
	h, err := m.Encode(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := json.Marshal(h.IDs)
	if err != nil {
		t.Fatal(err)
	}
	last := h.Layers[len(h.Layers)-1]
	for _, inputs := range []string{`["the hotel is good","good"]`, `"the hotel is good"`, string(ids)} {
		var got [][][]float32
		post(t, s, "/embed_all", fmt.Sprintf(`{"inputs":%s}`, inputs), 200, &got)
		for i, rows := range got {
			if len(rows) != len(h.IDs[i]) {
				t.Fatalf("%s: text %d has %d tokens, want %d", inputs, i, len(rows), len(h.IDs[i]))
			}
			for k, row := range rows {
				at := (i*h.Tokens + k) * h.Hidden
				if !near(row, last[at:at+h.Hidden], 1e-6) {
					t.Errorf("%s: text %d, token %d: another vector than Encode's", inputs, i, k)
				}
			}
		}
	}
	var rows [][]float32
	post(t, s, "/embed", fmt.Sprintf(`{"inputs":%s,"normalize":false}`, ids), 200, &rows)
	if want := embedded(t, m, texts...); len(rows) != 2 || !near(rows[0], want[0], 1e-6) {
		t.Error("/embed of ids: other vectors than Embed's")
	}
	multi := loadNext(t, "multi-vector-colbert")
	want, err := multi.EmbedMulti(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	var got [][][]float32
	post(t, start(t, multi, Options{}), "/embed_all", `{"inputs":["the hotel is good","good"]}`, 200, &got)
	if len(got) != 2 || len(got[0]) != want.Count(0) || !near(got[0][1], want.Vector(0, 1), 1e-6) {
		t.Error("a model of multi-vectors: other vectors than EmbedMulti's")
	}
}

// What is wrong has TEI's statuses and types.
func TestVectorRefusals(t *testing.T) {
	t.Parallel()
	dense := start(t, load(t, "bert", bert.Options{Threads: 1}), Options{MaxTexts: 2})
	classifier := start(t, load(t, "bert-sequence-classification", bert.Options{Threads: 1}), Options{})
	static := start(t, loadNext(t, "model2vec"), Options{})
	long := strings.Repeat("secret ", 200)
	for _, route := range []string{"/embed", "/embed_all", "/embed_sparse"} {
		for _, c := range []struct {
			body, kind string
			status     int
		}{
			{`{"inputs":[]}`, "Empty", 400}, {`{}`, "Empty", 400}, {`{"inputs":`, "Validation", 400}, {`{"inputs":"secret","colour":1}`, "Validation", 400},
			{`{"inputs":["secret","b","c"]}`, "Validation", 413}, {`{"inputs":["secret",null]}`, "Tokenizer", 422}, {`{"inputs":[["secret"]]}`, "Tokenizer", 422},
			{`{"inputs":"` + long + `"}`, "Validation", 413}, {`{"inputs":[[2,-7,3]]}`, "Validation", 400}, {`{"inputs":[[2,3],[]]}`, "Tokenizer", 422}, {`{"inputs":"secret","prompt_name":"none"}`, "Validation", 400},
			{`{"inputs":[2,3],"prompt_name":"none"}`, "Tokenizer", 422}, {`{"inputs":"secret","truncation_direction":"Left"}`, "Tokenizer", 422},
		} {
			if route == "/embed_sparse" && c.status != 422 && c.kind != "Empty" && !strings.Contains(c.body, "colour") && c.body != `{"inputs":` && !strings.Contains(c.body, `"c"`) {
				c.status, c.kind = 424, "Backend" // before the texts are looked at
			}
			msg := post(t, dense, route, c.body, c.status, nil)
			checkTEIError(t, route+" "+c.body, msg, c.kind)
		}
		checkTEIError(t, route, post(t, classifier, route, `{"inputs":"secret"}`, 424, nil), "Backend")
	}
	checkTEIError(t, "static", post(t, static, "/embed_all", `{"inputs":"secret"}`, 424, nil), "Backend")
	checkTEIError(t, "dense", post(t, dense, "/embed_sparse", `{"inputs":"secret"}`, 424, nil), "Backend")
}

func checkTEIError(t *testing.T, what, msg, kind string) {
	t.Helper()
	var e map[string]string
	if err := json.Unmarshal([]byte(msg), &e); err != nil || e["error"] == "" || e["error_type"] != kind || len(e) != 2 {
		t.Errorf("%.80s: %s, want type %s", what, msg, kind)
	}
	if strings.Contains(msg, "secret") {
		t.Errorf("%.80s: the error quotes the text: %s", what, msg)
	}
}
