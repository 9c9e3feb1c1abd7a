package bert

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/tokenize"
)

func loadHead(tb testing.TB, name string, o Options) *Model {
	tb.Helper()
	m, err := Load("testdata/models/"+name, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

func TestClassify(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-sequence-classification", Options{Threads: 2})
	texts := append(someTexts(50, 30), strings.Repeat("slow ", 100))
	got, err := m.Classify(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range got {
		sum := 0.0
		for _, s := range c.Scores {
			sum += s
		}
		best := slices.Index(m.Config().Labels, c.Label)
		if len(c.Scores) != 3 || math.Abs(sum-1) > 1e-12 || c.Scores[best] != c.Score || c.Score != slices.Max(c.Scores) {
			t.Fatalf("text %d: %+v", i, c)
		}
		alone, err := m.Classify(t.Context(), texts[i:i+1])
		if err != nil || !slices.Equal(alone[0].Logits, c.Logits) {
			t.Fatalf("text %d alone: %v, %v", i, alone, err)
		}
		if c.Truncated != (i == 50) {
			t.Errorf("text %d: truncated %v", i, c.Truncated)
		}
	}
	if got, err := m.Classify(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("no texts: %v, %v", got, err)
	}
}

// A pair is read with token types 0 and 1 and both its separators.
func TestClassifyPairs(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-sequence-classification", Options{})
	got, err := m.ClassifyPairs(t.Context(), [][2]string{{"good hotel", "bad"}, {"good", "hotel bad"}})
	if err != nil {
		t.Fatal(err)
	}
	id := func(s string) int32 {
		n, ok := m.Tokenizer().ID(s)
		if !ok {
			t.Fatalf("no token %s", s)
		}
		return n
	}
	j := new(engine.Job)
	err = m.config.checkInputs(&j.Sequences, []Input{{
		IDs:     []int32{id("[CLS]"), id("good"), id("hotel"), id("[SEP]"), id("bad"), id("[SEP]")},
		TypeIDs: []int32{0, 0, 0, 0, 1, 1},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.textLogits(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got[0].Logits, want) {
		t.Errorf("logits %v, want %v", got[0].Logits, want)
	}
	if slices.Equal(got[0].Logits, got[1].Logits) {
		t.Error("the two texts of a pair are not told apart")
	}
}

func TestScores(t *testing.T) {
	t.Parallel()
	for problem, want := range map[string]string{
		"": "[0.8808 0.1192]", "single_label_classification": "[0.8808 0.1192]",
		"multi_label_classification": "[0.8808 0.5000]", "regression": "[2.0000 0.0000]",
	} {
		c := &Config{ProblemType: problem}
		if got := fmt.Sprintf("%.4f", (&Model{config: c}).scores([]float32{2, 0})); got != want {
			t.Errorf("%q: %s, want %s", problem, got, want)
		}
	}
	if got := (&Model{config: &Config{}}).scores([]float32{0}); got[0] != 0.5 {
		t.Errorf("one label: %v, want its sigmoid", got)
	}
}

func TestNoHead(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	ctx := context.Background()
	calls := map[string]func() error{
		"Classify":      func() error { _, err := m.Classify(ctx, []string{"a"}); return err },
		"ClassifyPairs": func() error { _, err := m.ClassifyPairs(ctx, [][2]string{{"a", "b"}}); return err },
		"Tag":           func() error { _, err := m.Tag(ctx, []string{"a"}, TagOptions{}); return err },
		"Answer":        func() error { _, err := m.Answer(ctx, "a", "b", AnswerOptions{}); return err },
		"FillMask":      func() error { _, err := m.FillMask(ctx, "[MASK]", 1); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, ErrNoHead) || !strings.Contains(err.Error(), "BertModel") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestFillMask(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-masked-lm", Options{})
	text := "the [MASK] is [MASK] ."
	masks, err := m.FillMask(t.Context(), text, 512)
	if err != nil {
		t.Fatal(err)
	}
	if len(masks) != 2 || text[masks[0].Start:masks[0].End] != "[MASK]" || masks[1].Start != 14 {
		t.Fatalf("masks %+v", masks)
	}
	for _, mask := range masks {
		sum := 0.0
		for i, c := range mask.Candidates {
			sum += c.Score
			if i > 0 && c.Score > mask.Candidates[i-1].Score {
				t.Fatal("candidates are not ordered")
			}
			if token, _ := m.Tokenizer().Token(c.ID); token != c.Token {
				t.Fatalf("token %d is %q, not %q", c.ID, token, c.Token)
			}
		}
		if len(mask.Candidates) != 512 || math.Abs(sum-1) > 1e-9 {
			t.Errorf("%d candidates with a sum of %g", len(mask.Candidates), sum)
		}
	}
	top, err := m.FillMask(t.Context(), text, 3)
	if err != nil || !slices.Equal(top[1].Candidates, masks[1].Candidates[:3]) {
		t.Errorf("top 3: %v, %v", top, err)
	}
	for _, text := range []string{"no mask", strings.Repeat("far ", 100) + "[MASK]"} {
		if _, err := m.FillMask(t.Context(), text, 3); !errors.Is(err, ErrInput) {
			t.Errorf("%.20q: error %v", text, err)
		}
	}
}

func TestEntities(t *testing.T) {
	t.Parallel()
	text := "Anna Petrova lives in New York City"
	c := &Config{Labels: []string{"O", "B-PER", "I-PER", "B-LOC", "I-LOC"}}
	token := func(start, end, word int, scores ...float64) tagged {
		return tagged{start: start, end: end, word: word, scores: scores, label: argmax(scores)}
	}
	tokens := []tagged{
		token(0, 4, 0, 0, 0.9, 0.1, 0, 0),    // Anna       B-PER
		token(5, 9, 1, 0, 0, 0.8, 0, 0.2),    // Petr       I-PER
		token(9, 12, 1, 0.1, 0, 0.3, 0, 0.6), // ##ova      I-LOC
		token(13, 18, 2, 1, 0, 0, 0, 0),      // lives      O
		token(19, 21, 3, 1, 0, 0, 0, 0),      // in         O
		token(22, 25, 4, 0, 0, 0, 0.7, 0.3),  // New        B-LOC
		token(26, 30, 5, 0, 0, 0, 0, 1),      // York       I-LOC
		token(31, 35, 6, 0.1, 0, 0, 0.9, 0),  // City       B-LOC
	}
	for how, want := range map[Aggregation]string{
		AggregateSimple:  "PER[Anna Petr 0.85] LOC[ova 0.60] LOC[New York 0.85] LOC[City 0.90]",
		AggregateNone:    "B-PER[Anna 0.90] I-PER[Petr 0.80] I-LOC[ova 0.60] B-LOC[New 0.70] I-LOC[York 1.00] B-LOC[City 0.90]",
		AggregateFirst:   "PER[Anna Petrova 0.85] LOC[New York 0.85] LOC[City 0.90]",
		AggregateAverage: "PER[Anna Petrova 0.72] LOC[New York 0.85] LOC[City 0.90]",
		AggregateMax:     "PER[Anna Petrova 0.85] LOC[New York 0.85] LOC[City 0.90]",
	} {
		var got []string
		for _, e := range c.entities(text, tokens, &TagOptions{Aggregation: how}) {
			if e.Text != text[e.Start:e.End] {
				t.Errorf("text %q of [%d, %d]", e.Text, e.Start, e.End)
			}
			got = append(got, fmt.Sprintf("%s[%s %.2f]", e.Label, e.Text, e.Score-1e-9))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("aggregation %d: %s\nwant %s", how, s, want)
		}
	}
	all := c.entities(text, tokens, &TagOptions{Aggregation: AggregateNone, Ignore: []string{}})
	if len(all) != 8 {
		t.Errorf("%d tokens with nothing ignored", len(all))
	}
}

// Every token of a text of any length gets its label, where the text says.
func TestTagLongText(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-token-classification", Options{Threads: 2})
	words := strings.Fields(strings.Repeat("the screen is broken in Paris , naïve 北京 ", 40))
	text := strings.Join(words, " ")
	got, err := m.Tag(t.Context(), []string{"", text, "good"}, TagOptions{Aggregation: AggregateNone, Ignore: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := m.Tokenizer().Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(got[0]) != 0 || len(got[2]) != 1 || len(got[1]) != whole.Len()-2 {
		t.Fatalf("%d, %d, %d tokens; the long text has %d", len(got[0]), len(got[1]), len(got[2]), whole.Len()-2)
	}
	for i, e := range got[1] {
		if o := whole.Offsets[i+1]; o != [2]int{e.Start, e.End} || e.Text != text[e.Start:e.End] {
			t.Fatalf("token %d at [%d, %d], want %v", i, e.Start, e.End, o)
		}
	}
	if _, err := m.Tag(t.Context(), nil, TagOptions{Aggregation: 99}); !errors.Is(err, ErrInput) {
		t.Errorf("unknown aggregation: %v", err)
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-question-answering", Options{})
	question := "where is the hotel ?"
	for _, text := range []string{"the hotel is in paris .", strings.Repeat("the small hotel is in paris and the old house by the river in london ", 20)} {
		got, err := m.Answer(t.Context(), question, text, AnswerOptions{TopK: 5})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 5 {
			t.Fatalf("%d answers", len(got))
		}
		for i, a := range got {
			if a.Text != text[a.Start:a.End] || a.Text == "" || a.Score < 0 || a.Score > 1 || i > 0 && a.Score > got[i-1].Score {
				t.Errorf("answer %d: %+v", i, a)
			}
			if n := len(strings.Fields(a.Text)); n > 15 {
				t.Errorf("answer %d has %d words", i, n)
			}
			if a.Start > 0 && text[a.Start-1] != ' ' || a.End < len(text) && text[a.End] != ' ' {
				t.Errorf("answer %d cuts a word: %q", i, a.Text)
			}
		}
		one, err := m.Answer(t.Context(), question, text, AnswerOptions{})
		// Of fewer answers fewer spans are added up.
		if err != nil || len(one) != 1 || one[0].Text != got[0].Text || one[0].Score > got[0].Score {
			t.Errorf("the best answer is %v, %v; of five %v", one, err, got[0])
		}
	}
	if got, err := m.Answer(t.Context(), question, "", AnswerOptions{}); err != nil || len(got) != 0 {
		t.Errorf("no context: %v, %v", got, err)
	}
	if _, err := m.Answer(t.Context(), strings.Repeat("why ", 80), "paris", AnswerOptions{}); !errors.Is(err, ErrInput) {
		t.Errorf("a question as long as the model: %v", err)
	}
	if _, err := m.Answer(t.Context(), "", "paris", AnswerOptions{TopK: -1}); !errors.Is(err, ErrInput) {
		t.Errorf("negative options: %v", err)
	}
}

// A best span that can be worked out by hand.
func TestSpansOfKnownLogits(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-question-answering", Options{})
	text := "the hotel is in paris"
	e, err := m.Tokenizer().EncodePair("where ?", text, tokenize.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	logits := make([]float32, 2*len(e.IDs))
	for i := range e.IDs {
		switch {
		case i == 0: // [CLS] counts, though it never is an answer
			logits[0], logits[1] = float32(math.Log(2)), float32(math.Log(5))
		case e.SequenceIDs[i] != 1:
			logits[2*i], logits[2*i+1] = 9, 9 // the question and [SEP] never answer
		case text[e.Offsets[i][0]:e.Offsets[i][1]] == "in":
			logits[2*i] = float32(math.Log(4)) // start: 4 of 2 + 8
		case text[e.Offsets[i][0]:e.Offsets[i][1]] == "paris":
			logits[2*i+1] = float32(math.Log(6)) // end: 6 of 5 + 10
		}
	}
	got := spans(e, text, logits, 15, 2)
	if got.best[0].Text != "in paris" || math.Abs(got.best[0].Score-0.4*0.4) > 1e-6 || math.Abs(got.none-0.2/3) > 1e-6 {
		t.Errorf("%+v", got)
	}
	if one := spans(e, text, logits, 1, 1).best; one[0].Text != "paris" || math.Abs(one[0].Score-0.4/10) > 1e-6 {
		t.Errorf("of one token: %+v", one)
	}
}

// That there is no answer competes with the answers where it is asked for.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	m := loadHead(t, "bert-question-answering", Options{})
	for _, text := range []string{"the hotel is in paris .", strings.Repeat("the small hotel is in paris by the river ", 20)} {
		without, err := m.Answer(t.Context(), "where is the hotel ?", text, AnswerOptions{TopK: 1 << 40})
		if err != nil {
			t.Fatal(err)
		}
		with, err := m.Answer(t.Context(), "where is the hotel ?", text, AnswerOptions{TopK: 1 << 40, NoAnswer: true})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(with, func(a Answer) bool { return a.Text == "" })
		if i < 0 || with[i].Score <= 0 {
			t.Fatalf("no empty answer among %d", len(with))
		}
		if !slices.Equal(slices.Delete(with, i, i+1), without) {
			t.Error("the other answers have changed")
		}
	}
}

// Labels come from the checkpoint's shape if the configuration names none, and
// must agree with it otherwise.
func TestLabels(t *testing.T) {
	t.Parallel()
	fsys := modelFiles(t, "testdata/models/bert-sequence-classification")
	setConfig(t, fsys, "config.json", map[string]any{"id2label": nil, "label2id": nil})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(m.Config().Labels); got != "[LABEL_0 LABEL_1 LABEL_2]" {
		t.Errorf("labels %s", got)
	}
	setConfig(t, fsys, "config.json", map[string]any{"id2label": map[string]string{"0": "a", "1": "b"}})
	if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrWeights) || !strings.Contains(err.Error(), "classifier.weight") {
		t.Errorf("two labels for three classes: %v", err)
	}
}
