package tokenize

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// kindCase is a line of golden/models/tokenizer-*/expected.jsonl.gz.
type kindCase struct {
	Text    string   `json:"text"`
	IDs     []int32  `json:"ids"`
	Tokens  []string `json:"tokens"`
	Offsets [][2]int `json:"char_offsets"`
}

func TestOtherKindsGolden(t *testing.T) {
	t.Parallel()
	for _, model := range []string{"tokenizer-roberta", "tokenizer-xlm-roberta"} {
		t.Run(model, func(t *testing.T) {
			dir := testdir.Shared(t, "golden", "models", model)
			cases := readLines[kindCase](t, dir+"/expected.jsonl.gz")
			if len(cases) < 500 {
				t.Fatalf("only %d cases", len(cases))
			}
			checkKind(t, loadDir(t, dir), cases)
		})
	}
}

func checkKind(t *testing.T, tok *Tokenizer, cases []kindCase) {
	failed := 0
	for i, c := range cases {
		enc, err := tok.Encode(c.Text)
		if err != nil {
			t.Fatalf("case %d %q: %v", i, c.Text, err)
		}
		ids, _ := tok.AppendIDs(nil, c.Text, 0)
		offsets := make([][2]int, len(enc.Offsets))
		for i, o := range enc.Offsets {
			for j := range o {
				if o[j] < 0 || o[j] > len(c.Text) {
					t.Fatalf("%q: offset %v", c.Text, o)
				}
				offsets[i][j] = utf8.RuneCountInString(c.Text[:o[j]])
			}
		}
		if !slices.Equal(enc.IDs, c.IDs) || !slices.Equal(ids, c.IDs) {
			t.Errorf("case %d %q: ids\n got %v\n     %v\nwant %v", i, c.Text, enc.IDs, ids, c.IDs)
		} else if !slices.Equal(enc.Tokens(), c.Tokens) {
			t.Errorf("case %d %q: tokens\n got %q\nwant %q", i, c.Text, enc.Tokens(), c.Tokens)
		} else if !slices.Equal(offsets, c.Offsets) {
			t.Errorf("case %d %q: offsets\n got %v\nwant %v\n bytes %v", i, c.Text, offsets, c.Offsets, enc.Offsets)
		} else {
			continue
		}
		if failed++; failed > 5 {
			t.Fatal("too many failures")
		}
	}
}

// The path in one pass must give what the chain of components gives.
func TestPathsAgree(t *testing.T) {
	t.Parallel()
	for _, model := range []string{"all-MiniLM-L6-v2", "bge-small-zh-v1.5"} {
		tok := loadShared(t, model)
		for _, tok := range []*Tokenizer{tok, tok.WithLowercase()} {
			slow := *tok
			slow.bert = nil
			if tok.bert == nil {
				t.Fatal("not on the fast path")
			}
			for _, c := range readLines[goldenCase](t, testdir.Shared(t, "golden", "tokenize", model+".jsonl.gz")) {
				a, err := tok.Encode(string(c.Text))
				if err != nil {
					t.Fatal(err)
				}
				b, err := slow.Encode(string(c.Text))
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(a.IDs, b.IDs) || !slices.Equal(a.Offsets, b.Offsets) || !slices.Equal(a.WordIDs, b.WordIDs) {
					t.Fatalf("%q:\n%v %v %v\n%v %v %v", c.Text, a.IDs, a.Offsets, a.WordIDs, b.IDs, b.Offsets, b.WordIDs)
				}
			}
		}
	}
}
