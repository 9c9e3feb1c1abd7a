package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/journal"
)

// feelingsName is added to the name of the journal of encoded texts.
const feelingsName = ".sentiment"

// resumedFeelings is a Sentiment whose scores are kept in a journal of their own:
// those of an earlier run come from there.
type resumedFeelings struct {
	cohort.Sentiment
	c *checkpoint
}

// feelings opens the journal of what a classifier says, beside that of encoded
// texts and of the same settings. A nil checkpoint keeps nothing.
func (c *checkpoint) feelings(by *feelingModel) (cohort.Sentiment, *checkpoint, error) {
	if c == nil {
		return by.Classified, nil, nil
	}
	settings := append(c.settings[:len(c.settings):len(c.settings)], journal.Setting{Name: "digest of the sentiment model", Value: by.model.Digest()})
	j, err := journal.Open(c.j.Path()+feelingsName, settings)
	if errors.Is(err, journal.ErrMismatch) {
		err = fmt.Errorf("%w; remove it to begin anew", err)
	}
	if err != nil {
		return nil, nil, err
	}
	own := &checkpoint{j: j, release: func() {}} // the other one's lock is held
	return &resumedFeelings{by.Classified, own}, own, nil
}

// Feelings implements cohort.Sentiment. It is called with the same texts in each
// run.
func (f *resumedFeelings) Feelings(ctx context.Context, texts []string, vectors mat.Matrix) ([]cohort.Feeling, error) {
	e, err := f.c.saved(texts)
	if err != nil {
		return nil, err
	}
	if e != nil {
		return parseFeelings(e)
	}
	out, err := f.Sentiment.Feelings(ctx, texts, vectors)
	if err != nil {
		return nil, err
	}
	d := digest(texts)
	block := journal.Encoded{Texts: d.Len(), Digest: d.Sum()}
	for i := range out {
		block.Data = appendFeeling(block.Data, &out[i])
	}
	return out, f.c.append(&block)
}

// feelingBytes is the size of a feeling in the journal: two float64 and whether
// it is unknown.
const feelingBytes = 17

func appendFeeling(dst []byte, f *cohort.Feeling) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(f.Value))
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(f.StdErr))
	if f.Unknown {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func parseFeelings(e *journal.Encoded) ([]cohort.Feeling, error) {
	if len(e.Data) != feelingBytes*e.Texts {
		return nil, fmt.Errorf("%w: the sentiment of %d texts has %d bytes, want %d", journal.ErrFormat, e.Texts, len(e.Data), feelingBytes*e.Texts)
	}
	out := make([]cohort.Feeling, e.Texts)
	for i := range out {
		b := e.Data[i*feelingBytes:]
		out[i] = cohort.Feeling{
			Value: math.Float64frombits(binary.LittleEndian.Uint64(b)), StdErr: math.Float64frombits(binary.LittleEndian.Uint64(b[8:])), Unknown: b[16] != 0,
		}
	}
	return out, nil
}
