package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ErrEncoding reports data that are not an Encoding.
var ErrEncoding = errors.New("tokenize: not a saved encoding")

// encodingJSON is the JSON form of an Encoding, with the names of Hugging Face's
// tokenizers.
type encodingJSON struct {
	IDs               []int32        `json:"ids"`
	TypeIDs           []int32        `json:"type_ids"`
	Tokens            []string       `json:"tokens"`
	Offsets           [][2]int       `json:"offsets"`
	SpecialTokensMask []int          `json:"special_tokens_mask"` // []uint8 would be base64
	WordIDs           []int          `json:"word_ids"`
	SequenceIDs       []int          `json:"sequence_ids"`
	Overflow          []encodingJSON `json:"overflowing,omitempty"`
	Truncated         bool           `json:"truncated"`
}

func (e *Encoding) json() encodingJSON {
	out := encodingJSON{IDs: e.IDs, TypeIDs: e.TypeIDs, Tokens: e.Tokens(), Offsets: e.Offsets, WordIDs: e.WordIDs, SequenceIDs: e.SequenceIDs, Truncated: e.Truncated}
	for _, m := range e.SpecialTokensMask {
		out.SpecialTokensMask = append(out.SpecialTokensMask, int(m))
	}
	for i := range e.Overflow {
		out.Overflow = append(out.Overflow, e.Overflow[i].json())
	}
	return out
}

// MarshalJSON writes all of e with the names of Hugging Face's tokenizers: ids,
// type_ids, tokens, offsets, special_tokens_mask, word_ids, sequence_ids,
// overflowing and truncated.
func (e Encoding) MarshalJSON() ([]byte, error) { return json.Marshal(e.json()) }

// UnmarshalJSON reads the output of MarshalJSON. Errors are ErrEncoding and leave
// e unchanged.
func (e *Encoding) UnmarshalJSON(data []byte) error {
	var in encodingJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	out, err := in.encoding()
	if err != nil {
		return err
	}
	*e = out
	return nil
}

func (in *encodingJSON) encoding() (Encoding, error) {
	n := len(in.IDs)
	for name, m := range map[string]int{
		"type_ids": len(in.TypeIDs), "tokens": len(in.Tokens), "offsets": len(in.Offsets),
		"special_tokens_mask": len(in.SpecialTokensMask), "word_ids": len(in.WordIDs), "sequence_ids": len(in.SequenceIDs),
	} {
		if m != n {
			return Encoding{}, fmt.Errorf("%w: %d %s for %d ids", ErrEncoding, m, name, n)
		}
	}
	out := Encoding{IDs: in.IDs, TypeIDs: in.TypeIDs, Offsets: in.Offsets, WordIDs: in.WordIDs, SequenceIDs: in.SequenceIDs, Truncated: in.Truncated, tokens: in.Tokens}
	for i, m := range in.SpecialTokensMask {
		if m != 0 && m != 1 {
			return Encoding{}, fmt.Errorf("%w: element %d of special_tokens_mask is %d, want 0 or 1", ErrEncoding, i, m)
		}
		out.SpecialTokensMask = append(out.SpecialTokensMask, uint8(m))
	}
	for i := range in.Overflow {
		part, err := in.Overflow[i].encoding()
		if err != nil {
			return Encoding{}, err
		}
		out.Overflow = append(out.Overflow, part)
	}
	return out, nil
}

// GobEncode implements gob.GobEncoder, by MarshalJSON.
func (e Encoding) GobEncode() ([]byte, error) { return e.MarshalJSON() }

// GobDecode implements gob.GobDecoder.
func (e *Encoding) GobDecode(data []byte) error { return e.UnmarshalJSON(data) }
