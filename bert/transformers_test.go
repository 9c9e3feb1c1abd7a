package bert

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// outputsOf are given outputs of a model for a text, and what transformers'
// pipelines make of them (testdata/make_pipelines.py).
type outputsOf struct {
	Tag []struct {
		Text   string      `json:"text"`
		Labels []string    `json:"labels"`
		IDs    []int32     `json:"ids"`
		Logits [][]float32 `json:"logits"` // [tokens, labels]
		Want   map[string][]struct {
			Entity string  `json:"entity"`
			Group  string  `json:"entity_group"`
			Score  float64 `json:"score"`
			Index  int     `json:"index"`
			Word   string  `json:"word"`
			Start  int     `json:"start"` // characters
			End    int     `json:"end"`
		} `json:"want"`
	} `json:"tag"`
	Answer []struct {
		Question string        `json:"question"`
		Text     string        `json:"text"`
		Length   int           `json:"length"`
		Stride   int           `json:"stride"`
		IDs      [][]int32     `json:"ids"`    // [parts][tokens]
		Logits   [][][]float32 `json:"logits"` // [parts][tokens, 2]
		Want     []struct {
			TopK       int  `json:"top_k"`
			Impossible bool `json:"impossible"`
			Longest    int  `json:"longest"`
			Answers    []struct {
				Score  float64 `json:"score"`
				Start  int     `json:"start"`
				End    int     `json:"end"`
				Answer string  `json:"answer"`
			} `json:"answers"`
		} `json:"want"`
	} `json:"answer"`
}

func readOutputs(t *testing.T) outputsOf {
	data, err := os.ReadFile("testdata/pipelines.json")
	if err != nil {
		t.Fatal(err)
	}
	var out outputsOf
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func flat(rows [][]float32) []float32 {
	var out []float32
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

// characters returns a position in bytes as one in characters.
func characters(text string, at int) int { return utf8.RuneCountInString(text[:at]) }

// Entities are those of the pipeline token-classification, with every strategy.
func TestEntitiesOfTransformers(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-token-classification", Options{})
	strategies := map[string]Aggregation{"none": AggregateNone, "simple": AggregateSimple, "first": AggregateFirst, "average": AggregateAverage, "max": AggregateMax}
	compared := 0
	for _, c := range readOutputs(t).Tag {
		e, err := m.tokenizer.Encode(c.Text)
		if err != nil || fmt.Sprint(e.IDs) != fmt.Sprint(c.IDs) {
			t.Fatalf("%q: ids %v, want %v; %v", c.Text, e.IDs, c.IDs, err)
		}
		config := &Config{Labels: c.Labels}
		for name, want := range c.Want {
			got := config.entities(c.Text, collectTagged(m.tokenizer, c.Text, []tokenize.Encoding{*e}, flat(c.Logits), len(c.Labels)), &TagOptions{Aggregation: strategies[name]})
			if len(got) != len(want) {
				t.Errorf("%s of %q: %d entities, want %d", name, c.Text, len(got), len(want))
				continue
			}
			for i, w := range want {
				g := got[i]
				word, label := m.tokenizer.DecodeTokens(append([]string{}, g.Tokens...)), w.Group
				if name == "none" {
					word, label = g.Tokens[0], w.Entity
					if g.Index != w.Index {
						t.Errorf("%s of %q: token %d, want %d", name, c.Text, g.Index, w.Index)
					}
				}
				if g.Label != label || math.Abs(g.Score-w.Score) > 1e-6 || word != w.Word || characters(c.Text, g.Start) != w.Start || characters(c.Text, g.End) != w.End {
					t.Errorf("%s of %q, entity %d: %+v, word %q; want %+v", name, c.Text, i, g, word, w)
				}
				compared++
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d entities were compared", compared)
	}
}

// Answers are those of the pipeline question-answering: candidates of the same
// text are added up, over the parts of the context too.
func TestAnswersOfTransformers(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-question-answering", Options{})
	for _, c := range readOutputs(t).Answer {
		e, err := m.tokenizer.EncodePair(c.Question, c.Text, tokenize.EncodeOptions{MaxLength: c.Length, Strategy: tokenize.OnlySecond, Overflow: true, Stride: c.Stride})
		if err != nil {
			t.Fatal(err)
		}
		parts := append([]tokenize.Encoding{*e}, e.Overflow...)
		if len(parts) != len(c.IDs) {
			t.Fatalf("%q: %d parts, want %d", c.Text, len(parts), len(c.IDs))
		}
		for _, w := range c.Want {
			var found []questionSpans
			for i := range parts {
				if fmt.Sprint(parts[i].IDs) != fmt.Sprint(c.IDs[i]) {
					t.Fatalf("%q: part %d is %v, want %v", c.Text, i, parts[i].IDs, c.IDs[i])
				}
				found = append(found, spans(&parts[i], c.Text, flat(c.Logits[i]), w.Longest, spansFor(w.TopK)))
			}
			got := joinSpans(found, w.TopK, w.Impossible)
			if len(got) != len(w.Answers) {
				t.Errorf("%q: %d answers, want %d", c.Text, len(got), len(w.Answers))
				continue
			}
			for i, want := range w.Answers {
				g := got[i]
				if g.Text != want.Answer || math.Abs(g.Score-want.Score) > 1e-6 || characters(c.Text, g.Start) != want.Start || characters(c.Text, g.End) != want.End {
					t.Errorf("%q, top %d: answer %d is %+v, want %+v", c.Text, w.TopK, i, g, want)
				}
			}
		}
	}
}

// Letters of BIOES and BILOU begin and end entities where the labels are of
// such a scheme, and are part of the name elsewhere.
func TestSplitTags(t *testing.T) {
	t.Parallel()
	text := "Anna Maria Petrova met Bo Ng"
	word := func(i, label int) tagged {
		fields := strings.Fields(text)
		start := strings.Index(text, fields[i])
		scores := make([]float64, 9)
		scores[label] = 1
		return tagged{start: start, end: start + len(fields[i]), word: i, scores: scores, label: label}
	}
	tags := []int{1, 2, 3, 0, 4, 4} // B I E O S S
	for _, c := range []struct {
		labels []string
		want   string
	}{
		{[]string{"O", "B-PER", "I-PER", "E-PER", "S-PER"}, "PER[Anna Maria Petrova] PER[Bo] PER[Ng]"},
		{[]string{"O", "B-PER", "I-PER", "L-PER", "U-PER"}, "PER[Anna Maria Petrova] PER[Bo] PER[Ng]"},
		{[]string{"O", "B-PER", "I-PER", "E-mail", "S-Bahn"}, "PER[Anna Maria] E-mail[Petrova] S-Bahn[Bo Ng]"},
		{[]string{"O", "first-name", "first-name", "last-name", "x"}, "first-name[Anna Maria] last-name[Petrova] x[Bo Ng]"},
	} {
		var tokens []tagged
		for i, l := range tags {
			tokens = append(tokens, word(i, l))
		}
		var got []string
		for _, e := range (&Config{Labels: c.labels}).entities(text, tokens, &TagOptions{}) {
			got = append(got, fmt.Sprintf("%s[%s]", e.Label, e.Text))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v: %s, want %s", c.labels, s, c.want)
		}
	}
	ends := []tagged{word(0, 3), word(1, 2), word(2, 2)} // E I I
	if got := (&Config{Labels: []string{"O", "B-PER", "I-PER", "E-PER"}}).entities(text, ends, &TagOptions{}); len(got) != 2 || got[1].Text != "Maria Petrova" {
		t.Errorf("after an end: %+v", got)
	}
	// Kinds are ignored like labels.
	if got := (&Config{Labels: []string{"O", "B-PER", "I-PER", "E-PER"}}).entities(text, ends, &TagOptions{Ignore: []string{"PER"}}); len(got) != 0 {
		t.Errorf("ignored: %+v", got)
	}
}
