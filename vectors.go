package cohort

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
)

// vectorsOnly stands for the unknown model of vectors with so many features.
type vectorsOnly int

func (d vectorsOnly) Dim() int { return int(d) }

func (d vectorsOnly) Name() string { return "vectors" }

func (d vectorsOnly) Digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "cohort vectors 1\ndim %d\n", int(d)))
	return hex.EncodeToString(sum[:])
}

func (d vectorsOnly) EmbedSeq(context.Context, iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		yield(nil, errors.New("cohort: vectors without a model cannot embed texts"))
	}
}
