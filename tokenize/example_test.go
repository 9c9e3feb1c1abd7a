package tokenize_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/tokenize"
)

var vocab = []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##want", "##ed", "runn", "##ing", ",", "caf", "##e"}

func ExampleFromVocab() {
	tok, err := tokenize.FromVocab(vocab, tokenize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "UNwanted, café"
	enc, err := tok.Encode(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, token := range enc.Tokens() {
		from, to := enc.Offsets[i][0], enc.Offsets[i][1]
		fmt.Printf("%d %s %q\n", enc.IDs[i], token, text[from:to])
	}
	// Output:
	// 2 [CLS] ""
	// 5 un "UN"
	// 6 ##want "want"
	// 7 ##ed "ed"
	// 10 , ","
	// 11 caf "caf"
	// 12 ##e "é"
	// 3 [SEP] ""
}

func ExampleTokenizer_AppendIDs() {
	tok, err := tokenize.FromVocab(vocab, tokenize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tok.AppendIDs(nil, "running, unwanted", 5))
	// Output: [2 8 9 10 3] true
}

func ExampleTokenizer_EncodePair() {
	tok, err := tokenize.FromVocab(vocab, tokenize.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	enc, err := tok.EncodePair("running", "unwanted café", tokenize.EncodeOptions{MaxLength: 7, Strategy: tokenize.OnlySecond})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(enc.Tokens(), enc.TypeIDs, enc.Truncated)
	// Output: [[CLS] runn ##ing [SEP] un ##want [SEP]] [0 0 0 0 1 1 1] true
}
