package tokenize

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// The rules that real SentencePiece models carry must do here what they do in
// the reference, for every code point.
func TestCharsmapOfRealModels(t *testing.T) {
	t.Parallel()
	rules, err := io.ReadAll(testdir.Gunzip(t, "testdata/charsmap/nmt_nfkc.bin.gz"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := parseCharsmap(rules)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	lines := bufio.NewScanner(testdir.Gunzip(t, "testdata/charsmap/expected.tsv.gz"))
	for lines.Scan() {
		text, result, _ := strings.Cut(lines.Text(), "\t")
		want[unquote(t, text)] = unquote(t, result)
	}
	if len(want) < 5000 {
		t.Fatalf("only %d expected results", len(want))
	}
	wrong := 0
	check := func(in, want string) {
		if got := n.normalize(align(in, 0, len(in))).text; got != want {
			if wrong++; wrong <= 20 {
				t.Errorf("%+q: got %+q, want %+q", in, got, want)
			}
		}
	}
	for in, out := range want {
		check(in, out)
	}
	for r := range rune(0x110000) {
		if r >= 0xD800 && r < 0xE000 {
			continue
		}
		in := string(r)
		if _, changes := want[in]; !changes {
			check(in, in)
		}
	}
	t.Logf("%d changes and every other code point, %d wrong", len(want), wrong)

	// The same through a tokenizer file.
	tok, err := ParseJSON([]byte(fmt.Sprintf(`{"normalizer":{"type":"Precompiled","precompiled_charsmap":%q},"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["A",-1],["1",-1]]}}`, base64.StdEncoding.EncodeToString(rules))))
	if err != nil {
		t.Fatal(err)
	}
	e, err := tok.Encode("Ａ①")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(e.IDs, e.Offsets); got != "[1 2] [[0 3] [3 6]]" {
		t.Errorf("got %s", got)
	}
}

func unquote(t *testing.T, s string) string {
	t.Helper()
	u, err := strconv.Unquote(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return u
}
