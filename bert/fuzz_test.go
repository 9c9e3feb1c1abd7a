package bert

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/tokenize"
)

// FuzzDirectory loads directories with any tokenizer.json, tokenizer_config.json
// and config.json beside the weights of tiny models, and asks everything of what
// loads. Nothing may panic; errors have a type.
func FuzzDirectory(f *testing.F) {
	heads := []string{"bert-token-classification", "bert-question-answering", "bert-masked-lm", "bert-sequence-classification"}
	dirs := make([]fstest.MapFS, len(heads))
	for i, name := range heads {
		dirs[i] = modelFiles(f, filepath.Join("testdata/models", name))
		for _, template := range []string{
			"",
			`"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":1}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":2}}],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[-5],"tokens":["[CLS]"]}}},`,
			`"post_processor":{"type":"BertProcessing","sep":["[SEP]",1000000000],"cls":["[CLS]",-1]},`,
			`"post_processor":null,`,
		} {
			tokenizer := dirs[i]["tokenizer.json"].Data
			if template != "" {
				tokenizer = append([]byte("{"+template), tokenizer[1:]...)
			}
			f.Add(uint8(i), tokenizer, []byte(`{"model_max_length":24}`), dirs[i]["config.json"].Data)
		}
	}
	for _, name := range []string{"type2-tag", "template-id-negative", "qa-24", "mpnet-fillmask"} {
		dir := sharedPath("repro", "encoder", name)
		tokenizer, err := os.ReadFile(filepath.Join(dir, "tokenizer.json"))
		if err != nil {
			continue // shared material is not there
		}
		f.Add(uint8(0), tokenizer, []byte(`{"mask_token":"<mask>"}`), dirs[0]["config.json"].Data)
	}
	f.Fuzz(func(t *testing.T, head uint8, tokenizer, tokenizerConfig, config []byte) {
		fsys := maps.Clone(dirs[int(head)%len(dirs)])
		fsys["tokenizer.json"] = &fstest.MapFile{Data: tokenizer}
		fsys["tokenizer_config.json"] = &fstest.MapFile{Data: tokenizerConfig}
		fsys["config.json"] = &fstest.MapFile{Data: config}
		askEverything(t, fsys)
	})
}

// FuzzSpecialTokens is FuzzDirectory for directories whose files are well formed,
// with any numbers in them.
func FuzzSpecialTokens(f *testing.F) {
	heads := []string{"bert-token-classification", "bert-question-answering", "bert-masked-lm", "bert-sequence-classification"}
	dirs := make([]fstest.MapFS, len(heads))
	for i, name := range heads {
		dirs[i] = modelFiles(f, filepath.Join("testdata/models", name))
		f.Add(uint8(i), int32(2), int32(3), int32(0), int32(1), int32(1), int32(4), 24, 64, 2, "[MASK]", true)
	}
	f.Add(uint8(0), int32(-5), int32(3), int32(0), int32(0), int32(0), int32(4), 24, 64, 2, "<mask>", true)
	f.Add(uint8(0), int32(2), int32(1e9), int32(2), int32(-1), int32(1e9), int32(-4), 1, 1, 0, "", false)
	f.Add(uint8(3), int32(2), int32(3), int32(1), int32(0), int32(1), int32(599), -1, 3, 1, "good", true)
	f.Fuzz(func(t *testing.T, head uint8, cls, sep, typeA, typeB, typeSep, added int32, maxLength, positions, types int, mask string, withTypes bool) {
		fsys := maps.Clone(dirs[int(head)%len(dirs)])
		special := func(name string, id int32) map[string]any {
			return map[string]any{"id": name, "ids": []int32{id}, "tokens": []string{name}}
		}
		piece := func(kind, id string, typeID int32) map[string]any {
			return map[string]any{kind: map[string]any{"id": id, "type_id": typeID}}
		}
		a, b, end := piece("Sequence", "A", typeA), piece("Sequence", "B", typeB), piece("SpecialToken", "[SEP]", typeSep)
		setConfig(t, fsys, "tokenizer.json", map[string]any{
			"post_processor": map[string]any{
				"type": "TemplateProcessing", "single": []any{piece("SpecialToken", "[CLS]", typeA), a, end}, "pair": []any{a, end, b, end},
				"special_tokens": map[string]any{"[CLS]": special("[CLS]", cls), "[SEP]": special("[SEP]", sep)},
			},
			"added_tokens": []any{map[string]any{"id": added, "content": mask, "special": true}},
		})
		names := []string{"input_ids"}
		if withTypes {
			names = append(names, "token_type_ids")
		}
		addJSON(t, fsys, "tokenizer_config.json", map[string]any{"model_max_length": maxLength, "mask_token": mask, "model_input_names": names})
		setConfig(t, fsys, "config.json", map[string]any{"max_position_embeddings": positions, "type_vocab_size": types})
		askEverything(t, fsys)
	})
}

// askEverything loads a directory, and if it loads asks everything of the model.
func askEverything(t *testing.T, fsys fstest.MapFS) {
	m, err := LoadFS(fsys, Options{Threads: 1})
	if err != nil {
		var format *tokenize.FormatError
		var unsupported *tokenize.UnsupportedError
		if !errors.Is(err, ErrConfig) && !errors.Is(err, ErrWeights) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrNoHead) &&
			!errors.As(err, &format) && !errors.As(err, &unsupported) {
			t.Errorf("untyped error %v", err)
		}
		return
	}
	defer m.Close()
	ctx := t.Context()
	texts := []string{"the screen is broken", "", "[MASK] \xff 屏幕 good <mask>"}
	if e, err := m.Embed(ctx, texts); err != nil || e.Len() != len(texts) {
		t.Errorf("Embed: %v", err)
	}
	// Only that nothing panics: whatever they say, errors included, may be right.
	_, _ = m.Tag(ctx, texts, TagOptions{Aggregation: AggregateMax})
	_, _ = m.Answer(ctx, texts[0], texts[2], AnswerOptions{TopK: 3, NoAnswer: true})
	_, _ = m.FillMask(ctx, texts[2], 3)
	_, _ = m.ClassifyPairs(ctx, [][2]string{{texts[0], texts[2]}, {"", ""}})
	_, _ = m.Classify(ctx, texts)
}
