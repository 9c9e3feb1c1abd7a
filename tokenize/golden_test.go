package tokenize

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// goldenCase is a line of golden/tokenize/MODEL.jsonl.gz.
type goldenCase struct {
	Class   string   `json:"class"`
	Text    []byte   `json:"text_base64"`
	IDs     []int32  `json:"ids"`
	Tokens  []string `json:"tokens"`
	Offsets [][2]int `json:"byte_offsets_of_decoded"`
	Special []int    `json:"special_tokens_mask"`
	Words   []*int   `json:"word_ids"`
}

// readLines decodes every line of a gzipped JSON-lines file.
func readLines[T any](tb testing.TB, path string) []T {
	tb.Helper()
	var out []T
	scanner := bufio.NewScanner(testdir.Gunzip(tb, path))
	scanner.Buffer(nil, 1<<24)
	for scanner.Scan() {
		var line T
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			tb.Fatal(err)
		}
		out = append(out, line)
	}
	if err := scanner.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

func loadDir(tb testing.TB, dir string) *Tokenizer {
	tb.Helper()
	tok, err := Load(os.DirFS(dir))
	if err != nil {
		tb.Fatal(err)
	}
	return tok
}

func loadShared(tb testing.TB, model string) *Tokenizer {
	tb.Helper()
	return loadDir(tb, testdir.Shared(tb, "models", model))
}

// embedded are the directories of the models that the module carries.
var embedded = map[string]string{"all-MiniLM-L6-v2": "minilm", "bge-small-zh-v1.5": "bgezh"}

func loadEmbedded(tb testing.TB, model string) *Tokenizer {
	tb.Helper()
	return loadDir(tb, testdir.Module(tb, "bert", embedded[model], "model"))
}

func TestGoldenExcerpt(t *testing.T) {
	t.Parallel()
	for model := range embedded {
		t.Run(model, func(t *testing.T) {
			cases := readLines[goldenCase](t, "testdata/"+model+".jsonl.gz")
			if len(cases) != 400 {
				t.Fatalf("%d cases, want 400", len(cases))
			}
			checkGolden(t, loadEmbedded(t, model), cases)
		})
	}
}

func TestTruncationExcerpt(t *testing.T) {
	t.Parallel()
	checkTruncation(t, loadEmbedded(t, "all-MiniLM-L6-v2"), readLines[truncationCase](t, "testdata/truncation.jsonl.gz"))
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, model := range []string{"all-MiniLM-L6-v2", "bge-small-zh-v1.5"} {
		t.Run(model, func(t *testing.T) {
			tok := loadShared(t, model)
			cases := readLines[goldenCase](t, testdir.Shared(t, "golden", "tokenize", model+".jsonl.gz"))
			if len(cases) < 2000 {
				t.Fatalf("only %d cases", len(cases))
			}
			checkGolden(t, tok, cases)
		})
	}
}

func checkGolden(t *testing.T, tok *Tokenizer, cases []goldenCase) {
	failed := 0
	for i, c := range cases {
		text := string(c.Text)
		enc, err := tok.Encode(text)
		if err != nil {
			t.Fatalf("case %d (%s) %q: %v", i, c.Class, text, err)
		}
		ids, _ := tok.AppendIDs(nil, text, 0)
		ok := true
		check := func(what string, equal bool, got, want any) {
			if !equal && ok {
				t.Errorf("case %d (%s) %q: %s\n got %v\nwant %v", i, c.Class, text, what, got, want)
				ok = false
			}
		}
		check("ids", slices.Equal(enc.IDs, c.IDs), enc.IDs, c.IDs)
		check("AppendIDs", slices.Equal(ids, c.IDs), ids, c.IDs)
		check("tokens", slices.Equal(enc.Tokens(), c.Tokens), enc.Tokens(), c.Tokens)
		words, special := make([]int, len(c.Words)), make([]uint8, len(c.Special))
		for i, w := range c.Words {
			words[i] = -1
			if w != nil {
				words[i] = *w
			}
		}
		for i, s := range c.Special {
			special[i] = uint8(s)
		}
		check("word ids", slices.Equal(enc.WordIDs, words), enc.WordIDs, words)
		check("special tokens mask", slices.Equal(enc.SpecialTokensMask, special), enc.SpecialTokensMask, special)
		if utf8.ValidString(text) {
			check("offsets", slices.Equal(enc.Offsets, c.Offsets), enc.Offsets, c.Offsets)
		} else {
			checkOffsets(t, enc, text)
		}
		if !ok {
			if failed++; failed > 10 {
				t.Fatal("too many failures")
			}
		}
	}
}

// checkOffsets holds what is true of the offsets of every text.
func checkOffsets(tb testing.TB, enc *Encoding, text string) {
	tb.Helper()
	for i, o := range enc.Offsets {
		if o[0] < 0 || o[0] > o[1] || o[1] > len(text) {
			tb.Errorf("%q: offsets %v of token %d are not inside the text of %d bytes", text, o, i, len(text))
		}
	}
}

type truncationCase struct {
	Strategy  string    `json:"strategy"`
	Direction string    `json:"direction"`
	MaxLength int       `json:"max_length"`
	Stride    int       `json:"stride"`
	A         string    `json:"a"`
	B         *string   `json:"b"`
	IDs       []int32   `json:"ids"`
	TypeIDs   []int32   `json:"type_ids"`
	Overflow  [][]int32 `json:"overflow"`
	Error     string    `json:"error"`
}

var strategies = map[string]Strategy{"longest_first": LongestFirst, "only_first": OnlyFirst, "only_second": OnlySecond}
var directions = map[string]Direction{"right": Right, "left": Left}

func TestTruncationGolden(t *testing.T) {
	t.Parallel()
	tok := loadShared(t, "all-MiniLM-L6-v2")
	cases := readLines[truncationCase](t, testdir.Shared(t, "golden", "tokenize", "truncation.jsonl.gz"))
	if len(cases) < 1000 {
		t.Fatalf("only %d cases", len(cases))
	}
	checkTruncation(t, tok, cases)
}

func checkTruncation(t *testing.T, tok *Tokenizer, cases []truncationCase) {
	sentinels := []struct {
		text string
		err  error
	}{
		{"Second sequence not provided", ErrNoSecond},
		{"too short", ErrTooShort},
		{"stride", ErrStride},
	}
	for i, c := range cases {
		opts := EncodeOptions{
			MaxLength: c.MaxLength, Strategy: strategies[c.Strategy], Direction: directions[c.Direction],
			Stride: c.Stride, Overflow: true,
		}
		var enc *Encoding
		var err error
		if c.B == nil {
			enc, err = tok.EncodeWith(c.A, opts)
		} else {
			enc, err = tok.EncodePair(c.A, *c.B, opts)
		}
		if c.Error != "" {
			matched := false
			for _, s := range sentinels {
				if strings.Contains(c.Error, s.text) {
					matched = errors.Is(err, s.err)
					break
				}
			}
			if !matched {
				t.Errorf("case %d %+v: got error %v, want %q", i, opts, err, c.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("case %d %+v: %v", i, opts, err)
			continue
		}
		if !slices.Equal(enc.IDs, c.IDs) || !slices.Equal(enc.TypeIDs, c.TypeIDs) {
			t.Errorf("case %d %+v:\n got %v %v\nwant %v %v", i, opts, enc.IDs, enc.TypeIDs, c.IDs, c.TypeIDs)
		}
		var overflow [][]int32
		for _, o := range enc.Overflow {
			overflow = append(overflow, o.IDs)
		}
		if !slices.EqualFunc(overflow, c.Overflow, slices.Equal[[]int32]) {
			t.Errorf("case %d %+v: overflow\n got %v\nwant %v", i, opts, overflow, c.Overflow)
		}
		if c.B == nil && c.Direction == "right" && c.Stride == 0 {
			ids, _ := tok.AppendIDs([]int32{7}, c.A, c.MaxLength)
			if !slices.Equal(ids[1:], c.IDs) || ids[0] != 7 {
				t.Errorf("case %d: AppendIDs %v, want 7 and %v", i, ids, c.IDs)
			}
		}
	}
}

// Tokenizers of today's checkpoints give the ids that transformers gives.
func TestGoldenNext(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(testdir.Shared(t, "golden", "next"), "*", "tokenizer.json"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("%d directories, %v", len(dirs), err)
	}
	for _, path := range dirs {
		dir := filepath.Dir(path)
		var want struct {
			Texts []string
			IDs   [][]int32
		}
		data, err := os.ReadFile(filepath.Join(dir, "expected_texts.json"))
		if err == nil {
			err = json.Unmarshal(data, &want)
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(want.IDs) == 0 {
			continue
		}
		tok, err := Load(os.DirFS(dir))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(dir), err)
			continue
		}
		for i, ids := range want.IDs {
			got, _ := tok.AppendIDs(nil, want.Texts[i], tok.ModelMaxLength())
			if filepath.Base(dir) == "model2vec" { // which leaves unknown tokens out
				unknown, _ := tok.ID("[UNK]")
				got = slices.DeleteFunc(got, func(id int32) bool { return id == unknown })
			}
			if !slices.Equal(got, ids) {
				t.Errorf("%s: %q: ids %v, want %v", filepath.Base(dir), want.Texts[i], got, ids)
			}
		}
	}
}
