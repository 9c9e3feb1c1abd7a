package bert

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// Settings that would make another model of the directory are refused by name.
func TestOtherModels(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(fsys fstest.MapFS){
		"pruned_heads": func(fsys fstest.MapFS) {
			setConfig(t, fsys, configFile, map[string]any{"pruned_heads": map[string]any{"0": []int{1}}})
		},
		"quantization_config": func(fsys fstest.MapFS) {
			setConfig(t, fsys, configFile, map[string]any{"quantization_config": map[string]any{"quant_method": "gptq", "bits": 4}})
		},
		"adapter_config.json": func(fsys fstest.MapFS) {
			addJSON(t, fsys, adapterFile, map[string]any{"peft_type": "LORA", "base_model_name_or_path": "org/base"})
		},
	} {
		fsys := modelFiles(t, tiny)
		change(fsys)
		if _, err := LoadFS(fsys, Options{}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fsys := modelFiles(t, tiny)
	setConfig(t, fsys, configFile, map[string]any{"pruned_heads": map[string]any{}, "quantization_config": nil})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatalf("nothing pruned or quantized: %v", err)
	}
	m.Close()
}

// Texts are cut to max_len, and on the side of tokenizer.json's truncation.
func TestOldLengthAndSide(t *testing.T) {
	t.Parallel()
	fsys := modelFiles(t, tiny)
	addJSON(t, fsys, "tokenizer_config.json", map[string]any{"max_len": 9})
	setConfig(t, fsys, "tokenizer.json", map[string]any{"truncation": map[string]any{"direction": "Left", "max_length": 4, "strategy": "LongestFirst", "stride": 0}})
	m, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.MaxLength() != 9 {
		t.Errorf("%d tokens, want 9", m.MaxLength())
	}
	words := strings.Fields("the screen is broken in paris the hotel is good far")
	long, err := m.Embed(t.Context(), []string{strings.Join(words, " ")})
	if err != nil {
		t.Fatal(err)
	}
	end, err := m.Embed(t.Context(), []string{strings.Join(words[len(words)-7:], " ")})
	if err != nil {
		t.Fatal(err)
	}
	for f := range 32 {
		if long.At(0, f) != end.At(0, f) {
			t.Fatalf("feature %d is %g, of the text's end %g", f, long.At(0, f), end.At(0, f))
		}
	}
}

// Entities of a kind called O are entities.
func TestTagKindO(t *testing.T) {
	t.Parallel()
	c := &Config{Labels: []string{"O", "B-O", "I-O"}}
	tokens := []tagged{{label: 1, scores: []float64{0.1, 0.9, 0}, end: 3}, {label: 2, scores: []float64{0.1, 0.1, 0.8}, start: 4, end: 7}, {label: 0, scores: []float64{1, 0, 0}, start: 8, end: 11}}
	got := c.entities("the cat sat", tokens, &TagOptions{Aggregation: AggregateSimple})
	if len(got) != 1 || got[0].Label != "O" || got[0].Text != "the cat" {
		t.Errorf("%+v", got)
	}
	if got := c.entities("the cat sat", tokens, &TagOptions{Aggregation: AggregateSimple, Ignore: []string{"O"}}); len(got) != 0 {
		t.Errorf("ignored: %+v", got)
	}
}

// A word is one to the aggregations even if offsets begin with the space before
// it.
func TestTagWordsWithSpaces(t *testing.T) {
	t.Parallel()
	tok, err := tokenize.ParseJSON([]byte(`{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":true},"post_processor":{"type":"ByteLevel","trim_offsets":false},"decoder":{"type":"ByteLevel"},
		"model":{"type":"BPE","vocab":{"i":0,"n":1,"in":2,"Ġ":3,"P":4,"a":5,"r":6,"s":7,"ĠP":8,"ar":9,"ĠPar":10,"is":11,".":12},"merges":["i n","Ġ P","a r","ĠP ar","i s"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	const text = "in Paris."
	e, err := tok.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(e.Tokens(), "|"); got != "in|ĠPar|is|." {
		t.Fatalf("tokens %s", got)
	}
	logits := []float32{9, 0, 0 /* in */, 0, 5, 0 /* Par: B */, 6, 0, 0 /* is: O */, 9, 0, 0 /* . */}
	tagged := collectTagged(tok, text, []tokenize.Encoding{*e}, logits, 3)
	got := (&Config{Labels: []string{"O", "B-LOC", "I-LOC"}}).entities(text, tagged, &TagOptions{Aggregation: AggregateFirst})
	if len(got) != 1 || got[0].Text != " Paris" || tok.DecodeTokens(got[0].Tokens) != " Paris" {
		t.Errorf("%+v", got)
	}
}
