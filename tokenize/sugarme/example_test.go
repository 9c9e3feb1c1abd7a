package sugarme_test

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/tokenize/sugarme"
)

func ExampleParseJSON() {
	t, err := sugarme.ParseJSON([]byte(`{
		"normalizer": {"type": "BertNormalizer"},
		"pre_tokenizer": {"type": "BertPreTokenizer"},
		"model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
			"max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "segment": 1, "##s": 2, "of": 3, "users": 4}}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := t.Encode("Segments of users")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.IDs, e.Offsets)
	// Output: [1 2 3 4] [[0 7] [7 8] [9 11] [12 17]]
}
