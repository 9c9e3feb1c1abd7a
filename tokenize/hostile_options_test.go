package tokenize

import (
	"context"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// Numbers in options that no caller means are refused or limited.
func TestHostileNumbers(t *testing.T) {
	vocabulary := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "tea", "##s"}
	testdir.HostileNumbers(t, Options{}, func(_ context.Context, o Options) error {
		tok, err := FromVocab(vocabulary, o)
		if err == nil {
			_, err = tok.Encode("good teas")
		}
		return err
	})
	tok, err := FromVocab(vocabulary, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []EncodeOptions{{}, {MaxLength: 5}, {MaxLength: 5, Overflow: true, Stride: 1}} {
		testdir.HostileNumbers(t, o, func(_ context.Context, o EncodeOptions) error {
			if _, err := tok.EncodeWith("good teas and good teas", o); err != nil {
				return err
			}
			_, err := tok.EncodePair("good teas and", "tea good tea good", o)
			return err
		}, ErrMaxLength, ErrStride, ErrNoSecond, ErrTooShort)
	}
}
