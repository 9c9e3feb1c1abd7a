package serve

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/bert"
)

func load(tb testing.TB, name string, o bert.Options) *bert.Model {
	tb.Helper()
	m, err := bert.Load("../bert/testdata/models/"+name, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

func start(tb testing.TB, m *bert.Model, o Options) *httptest.Server {
	tb.Helper()
	h, err := Handler(m, o)
	if err != nil {
		tb.Fatal(err)
	}
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s
}

// post sends body and decodes the answer into v where its status is want.
func post(tb testing.TB, s *httptest.Server, route, body string, want int, v any) string {
	tb.Helper()
	r, err := http.Post(s.URL+route, "application/json", strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		tb.Fatal(err)
	}
	if r.StatusCode != want {
		tb.Fatalf("%s %.100s: status %d, want %d: %s", route, body, r.StatusCode, want, data)
	}
	if v != nil {
		if err := json.Unmarshal(data, v); err != nil {
			tb.Fatalf("%s: %v", data, err)
		}
	}
	return string(data)
}

// get decodes the answer of a route.
func get(tb testing.TB, s *httptest.Server, route string, v any) {
	tb.Helper()
	r, err := http.Get(s.URL + route)
	if err != nil {
		tb.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		tb.Fatal(err)
	}
}

func embedded(tb testing.TB, m *bert.Model, texts ...string) [][]float32 {
	tb.Helper()
	e, err := m.Embed(tb.Context(), texts)
	if err != nil {
		tb.Fatal(err)
	}
	out := make([][]float32, len(texts))
	for i := range out {
		out[i] = e.Row(i)
	}
	return out
}

func near(a, b []float32, most float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Abs(float64(a[i])-float64(b[i])) > most {
			return false
		}
	}
	return true
}

type floats struct {
	Object string
	Model  string
	Data   []struct {
		Object    string
		Index     int
		Embedding json.RawMessage
	}
	Usage struct {
		PromptTokens int `json:"prompt_tokens"`
		TotalTokens  int `json:"total_tokens"`
	}
}

func TestOpenAIEmbeddings(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{Name: "tiny"})
	s := start(t, m, Options{})
	want := embedded(t, m, "the hotel", "good")
	tokens := m.Tokenize([]string{"the hotel", "good"})
	ids := func(text string) string {
		e, err := m.Tokenizer().Encode(text)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := json.Marshal(e.IDs)
		return string(b)
	}
	for _, c := range []struct {
		name, input string
		rows        [][]float32
	}{
		{"a string", `"the hotel"`, want[:1]},
		{"strings", `["the hotel","good"]`, want},
		{"ids", ids("the hotel"), want[:1]},
		{"arrays of ids", "[" + ids("the hotel") + "," + ids("good") + "]", want},
	} {
		for _, format := range []string{"float", "base64", ""} {
			body := fmt.Sprintf(`{"input":%s,"model":"any","encoding_format":%q}`, c.input, format)
			if format == "" {
				body = fmt.Sprintf(`{"input":%s,"model":"any","user":"u"}`, c.input)
			}
			var got floats
			post(t, s, "/v1/embeddings", body, 200, &got)
			if got.Object != "list" || got.Model != "tiny" || len(got.Data) != len(c.rows) {
				t.Fatalf("%s: %+v", c.name, got)
			}
			if len(c.rows) == 2 && (got.Usage.PromptTokens != tokens.Total() || got.Usage.TotalTokens != tokens.Total()) {
				t.Errorf("%s: usage %+v, want %d tokens", c.name, got.Usage, tokens.Total())
			}
			for i, d := range got.Data {
				row := decode(t, d.Embedding, format == "base64")
				if d.Object != "embedding" || d.Index != i || !near(row, c.rows[i], 1e-7) {
					t.Errorf("%s %s: vector %d differs", c.name, format, i)
				}
			}
		}
	}
	var got floats
	post(t, s, "/v1/embeddings", `{"input":"good","dimensions":5}`, 200, &got)
	if row := decode(t, got.Data[0].Embedding, false); !near(row, want[1][:5], 1e-7) {
		t.Error("dimensions are not the first features")
	}
	post(t, s, "/v1/embeddings", fmt.Sprintf(`{"input":%s,"dimensions":5}`, ids("good")), 200, &got)
	if row := decode(t, got.Data[0].Embedding, false); !near(row, want[1][:5], 1e-7) {
		t.Error("dimensions of ids are not those of their text")
	}
	var models struct{ Data []struct{ ID string } }
	r, err := http.Get(s.URL + "/v1/models")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(&models); err != nil || len(models.Data) != 1 || models.Data[0].ID != "tiny" {
		t.Errorf("models %+v, %v", models, err)
	}
}

func decode(t *testing.T, raw json.RawMessage, base bool) []float32 {
	t.Helper()
	var row []float32
	if !base {
		if err := json.Unmarshal(raw, &row); err != nil {
			t.Fatal(err)
		}
		return row
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		t.Fatal(err)
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b)%4 != 0 {
		t.Fatal(len(b), err)
	}
	for ; len(b) > 0; b = b[4:] {
		row = append(row, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return row
}

func TestTEI(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{})
	s := start(t, m, Options{})
	want := embedded(t, m, "the hotel", "good")
	var rows [][]float32
	post(t, s, "/embed", `{"inputs":["the hotel","good"],"normalize":false}`, 200, &rows)
	if len(rows) != 2 || !near(rows[0], want[0], 1e-7) || !near(rows[1], want[1], 1e-7) {
		t.Error("other vectors than Embed's")
	}
	post(t, s, "/embed", `{"inputs":"good"}`, 200, &rows)
	if len(rows) != 1 || !near(rows[0], unit(want[1]), 1e-7) {
		t.Error("normalize is the default, and the vector is not that of unit length")
	}
	long := strings.Repeat("hotel ", 200)
	post(t, s, "/embed", fmt.Sprintf(`{"inputs":["a",%q],"truncate":true,"normalize":false}`, long), 200, &rows)
	if cut := embedded(t, m, long); !near(rows[1], cut[0], 1e-7) {
		t.Error("a truncated text has another vector than Embed's")
	}
	if msg := post(t, s, "/embed", fmt.Sprintf(`{"inputs":["a",%q]}`, long), 413, nil); !strings.Contains(msg, "text 1 has 202 tokens") || strings.Contains(msg, "hotel") {
		t.Errorf("a long text: %s", msg)
	}

	c := load(t, "bert-sequence-classification", bert.Options{})
	s = start(t, c, Options{})
	classes, err := c.Classify(t.Context(), []string{"the hotel is good"})
	if err != nil {
		t.Fatal(err)
	}
	var one []prediction
	post(t, s, "/predict", `{"inputs":"the hotel is good"}`, 200, &one)
	if len(one) != 3 || one[0].Label != classes[0].Label || math.Abs(one[0].Score-classes[0].Score) > 1e-9 || one[0].Score < one[1].Score {
		t.Errorf("predictions %+v, want %+v", one, classes[0])
	}
	var many [][]prediction
	post(t, s, "/predict", `{"inputs":[["the hotel is good"],["a","b"]],"raw_scores":true}`, 200, &many)
	if len(many) != 2 || len(many[1]) != 3 || math.Abs(many[0][0].Score-float64(maxOf(classes[0].Logits))) > 1e-6 {
		t.Errorf("predictions %+v", many)
	}
	post(t, s, "/rerank", `{"query":"a","texts":["b"]}`, 424, nil) // three labels
	var info map[string]any
	r, err := http.Get(s.URL + "/info")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(&info); err != nil || info["model_id"] != c.Name() || info["max_input_length"] != float64(c.MaxLength()) {
		t.Errorf("info %v, %v", info, err)
	}
}

func maxOf(x []float32) float32 {
	m := x[0]
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

// What is wrong with a request is said, without its texts, and in each API's form.
func TestTEIMore(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{})
	s := start(t, m, Options{})
	v := embedded(t, m, "the hotel", "good", "a hotel")
	var cosines []float64
	const sentences = `{"inputs":{"source_sentence":"the hotel","sentences":["good","a hotel"]}}`
	for _, route := range []string{"/similarity", "/"} {
		post(t, s, route, sentences, 200, &cosines)
		for i, row := range v[1:] {
			want := 0.0
			for k, x := range unit(row) {
				want += float64(x) * float64(unit(v[0])[k])
			}
			if len(cosines) != 2 || math.Abs(cosines[i]-want) > 1e-6 {
				t.Errorf("%s: %v, want %g for sentence %d", route, cosines, want, i)
			}
		}
	}
	var rows [][]float32
	post(t, s, "/", `{"inputs":["good"]}`, 200, &rows)
	if len(rows) != 1 || !near(rows[0], unit(v[1]), 1e-6) {
		t.Error("POST / gives other vectors than /embed")
	}
	var tokens [][]token
	post(t, s, "/tokenize", `{"inputs":["é hotel","good"]}`, 200, &tokens)
	if len(tokens) != 2 || len(tokens[0]) != 4 || !tokens[0][0].Special || tokens[0][0].Start != nil {
		t.Fatalf("tokens %+v", tokens)
	}
	if hotel := tokens[0][2]; hotel.Text != "hotel" || hotel.Special || *hotel.Start != 2 || *hotel.Stop != 7 {
		t.Errorf("tokens %+v", tokens[0])
	}
	post(t, s, "/tokenize", `{"inputs":"good","add_special_tokens":false}`, 200, &tokens)
	if len(tokens) != 1 || len(tokens[0]) != 1 || tokens[0][0].Text != "good" {
		t.Errorf("tokens %+v", tokens)
	}
	for body, status := range map[string]int{
		`{"inputs":{"source_sentence":"a","sentences":[]}}`:                                                 422,
		`{"inputs":{"sentences":["a"]}}`:                                                                    422,
		`{"inputs":{"source_sentence":"a","sentences":["b"]},"parameters":{"truncation_direction":"left"}}`: 422,
	} {
		post(t, s, "/similarity", body, status, nil)
	}
	post(t, s, "/tokenize", `{"inputs":[]}`, 422, nil)
	post(t, s, "/tokenize", `{"inputs":"a","prompt_name":"other"}`, 422, nil)
	post(t, s, "/", `{"inputs":`, 400, nil)
	if r, err := http.Post(s.URL+"/other", "application/json", nil); err != nil || r.StatusCode != 404 {
		t.Errorf("an unknown route: %v, %v", r, err)
	}

	c := load(t, "bert-sequence-classification", bert.Options{})
	s = start(t, c, Options{})
	var one []prediction
	post(t, s, "/", `{"inputs":"the hotel is good"}`, 200, &one)
	if len(one) != 3 {
		t.Errorf("POST / of a classifier: %+v", one)
	}
	post(t, s, "/", `{"query":"a","texts":["b"]}`, 424, nil) // three labels: no reranker
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, load(t, "bert", bert.Options{}), Options{MaxBody: 20_000, MaxTexts: 3})
	for _, c := range []struct {
		route, body string
		want        int
	}{
		{"/v1/embeddings", ``, 400}, {"/v1/embeddings", `{"input"`, 400}, {"/v1/embeddings", `[]`, 400}, {"/v1/embeddings", `{}`, 400},
		{"/v1/embeddings", `{"input":null}`, 400}, {"/v1/embeddings", `{"input":[]}`, 400}, {"/v1/embeddings", `{"input":["secret",1]}`, 400},
		{"/v1/embeddings", `{"input":["secret",null]}`, 400}, {"/v1/embeddings", `{"input":{"secret":1}}`, 400}, {"/v1/embeddings", `{"input":[1e9]}`, 400},
		{"/v1/embeddings", `{"input":[[2,-4,3]]}`, 400}, {"/v1/embeddings", `{"input":[[2,null,3]]}`, 400}, {"/v1/embeddings", `{"input":[[]]}`, 400},
		{"/v1/embeddings", `{"input":[2.5]}`, 400}, {"/v1/embeddings", `{"input":"secret","dimensions":0}`, 400},
		{"/v1/embeddings", `{"input":"secret","dimensions":33}`, 400}, {"/v1/embeddings", `{"input":"secret","encoding_format":"x"}`, 400},
		{"/v1/embeddings", `{"input":"secret","colour":1}`, 400}, {"/v1/embeddings", `{"input":"secret"} {}`, 400},
		{"/v1/embeddings", `{"input":["secret","b","c","d"]}`, 413}, {"/v1/embeddings", `{"input":"` + strings.Repeat("secret ", 4000) + `"}`, 413},
		{"/v1/embeddings", `{"input":"` + strings.Repeat("hotel ", 200) + `"}`, 400},
		{"/embed", `{"inputs":["secret",2]}`, 422}, {"/embed", `{"inputs":[]}`, 400}, {"/embed", `{"inputs":"secret","prompt_name":"none"}`, 400},
		{"/embed", `{"inputs":"secret","truncation_direction":"left"}`, 422}, {"/embed", `{"inputs":"secret","dimensions":99}`, 422},
		{"/rerank", `{"query":"secret"}`, 422}, {"/rerank", `{"texts":["secret"]}`, 422}, {"/rerank", `{"query":"secret","texts":["b"]}`, 424},
		{"/predict", `{"inputs":[["secret","b","c"]]}`, 422}, {"/predict", `{"inputs":[]}`, 400}, {"/predict", `{"inputs":"secret"}`, 424},
	} {
		msg := post(t, s, c.route, c.body, c.want, nil)
		var openAI struct {
			Error struct{ Message, Type string }
		}
		var tei struct {
			Error     string
			ErrorType string `json:"error_type"`
		}
		if strings.HasPrefix(c.route, "/v1") {
			if err := json.Unmarshal([]byte(msg), &openAI); err != nil || openAI.Error.Message == "" || openAI.Error.Type == "" {
				t.Errorf("%s %.60s: %s", c.route, c.body, msg)
			}
		} else if err := json.Unmarshal([]byte(msg), &tei); err != nil || tei.Error == "" || tei.ErrorType == "" {
			t.Errorf("%s %.60s: %s", c.route, c.body, msg)
		}
		if strings.Contains(msg, "secret") {
			t.Errorf("%s %.60s: the error quotes the text: %s", c.route, c.body, msg)
		}
	}
	r, err := http.Get(s.URL + "/embed")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET /embed: %d", r.StatusCode)
	}
}

// Many callers at once get the vectors of Embed, their texts share batches, and
// what they waited in is given back.
func TestManyCallers(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{Threads: 2})
	s := start(t, m, Options{BatchTokens: 256})
	texts := make([]string, 64)
	for i := range texts {
		texts[i] = fmt.Sprint("the hotel is good ", strings.Repeat("bad ", i%17))
	}
	want := embedded(t, m, texts...)
	var wg sync.WaitGroup
	for caller := range 64 {
		wg.Go(func() {
			for k := range 6 {
				n := 1 + (caller+k)%5
				some := make([]string, n)
				for i := range some {
					some[i] = texts[(caller*7+k*3+i)%len(texts)]
				}
				body, _ := json.Marshal(map[string]any{"inputs": some, "normalize": false})
				r, err := http.Post(s.URL+"/embed", "application/json", bytes.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				var rows [][]float32
				err = json.NewDecoder(r.Body).Decode(&rows)
				r.Body.Close()
				if err != nil || len(rows) != n {
					t.Errorf("%d vectors of %d texts, %v", len(rows), n, err)
					return
				}
				for i := range rows {
					if !near(rows[i], want[(caller*7+k*3+i)%len(texts)], 1e-7) {
						t.Errorf("caller %d: another vector than Embed's", caller)
					}
				}
			}
		})
	}
	wg.Wait()
	r, err := http.Get(s.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	page, _ := io.ReadAll(r.Body)
	for _, line := range []string{`cohort_requests_total{route="/embed",code="200"} 384`, "cohort_queue_texts 0\n", "cohort_batch_texts_bucket"} {
		if !strings.Contains(string(page), line) {
			t.Errorf("metrics have no %q:\n%s", line, page)
		}
	}
}

// A full queue is told at once; a request that takes too long is, too.
func TestBusyAndSlow(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{})
	s := &service{model: m, options: Options{MaxTexts: 2, MaxQueue: 2}}
	leave, err := s.admit(2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.admit(1); asRequestError(err).status != http.StatusTooManyRequests {
		t.Errorf("a full queue: %v", err)
	}
	leave()
	if leave, err = s.admit(2); err != nil {
		t.Errorf("an empty queue: %v", err)
	} else {
		leave()
	}
	slow := start(t, m, Options{Timeout: time.Nanosecond})
	post(t, slow, "/embed", `{"inputs":"a"}`, 503, nil)
}

// Clients that stall, go, or send garbage leave nothing behind.
func TestBadClients(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{Threads: 1})
	h, err := Handler(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.Config.ReadTimeout = 300 * time.Millisecond
	s.Start()
	defer s.Close()
	address := s.Listener.Addr().String()
	send := func(text string, leave bool) {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		if _, err := io.WriteString(c, text); err != nil || leave {
			return
		}
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		_, _ = io.Copy(io.Discard, c) // until the server hangs up
	}
	big := `{"inputs":["` + strings.Repeat(`hotel good bad","`, 500) + `"],"truncate":true}`
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { send("POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"inp", false) })
		wg.Go(func() { send("\x00\xff garbage \r\n\r\n", false) })
		wg.Go(func() {
			send(fmt.Sprintf("POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(big), big), true)
		})
	}
	wg.Wait()
	var rows [][]float32
	post(t, s, "/embed", `{"inputs":"good"}`, 200, &rows)
	deadline := time.Now().Add(20 * time.Second)
	for {
		r, err := http.Get(s.URL + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		page, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if strings.Contains(string(page), "cohort_queue_texts 0\n") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("texts of clients that have gone are still counted:\n%s", page)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestOptionsRefused(t *testing.T) {
	t.Parallel()
	m := load(t, "bert", bert.Options{})
	for name, o := range map[string]Options{
		"MaxBody": {MaxBody: -1}, "MaxTexts": {MaxTexts: -1}, "MaxQueue": {MaxQueue: -1}, "BatchTokens": {BatchTokens: -1}, "Timeout": {Timeout: -1},
	} {
		if _, err := Handler(m, o); err == nil {
			t.Errorf("%s -1 is taken", name)
		}
	}
	if _, err := Handler(nil, Options{}); err == nil {
		t.Error("no model is taken")
	}
}

func FuzzRequests(f *testing.F) {
	h, err := Handler(load(f, "bert-sequence-classification", bert.Options{Threads: 1}), Options{MaxBody: 4096, MaxTexts: 20})
	if err != nil {
		f.Fatal(err)
	}
	routes := []string{"/v1/embeddings", "/embed", "/rerank", "/predict", "/embed_sparse", "/embed_all"}
	for _, s := range []string{`{"input":"a"}`, `{"input":[[2,3]],"encoding_format":"base64"}`, `{"inputs":[["a"],["b","c"]]}`, `{"query":"a","texts":["b"]}`, `{"inputs":null}`} {
		for i := range routes {
			f.Add(i, s)
		}
	}
	f.Fuzz(func(t *testing.T, route int, body string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, routes[uint(route)%uint(len(routes))], strings.NewReader(body)))
		if w.Code == http.StatusInternalServerError || !json.Valid(w.Body.Bytes()) {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}
