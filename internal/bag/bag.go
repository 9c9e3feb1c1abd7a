// Package bag provides a model and texts for tests. It reads no files, and
// similarities between its texts are known in advance.
package bag

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/seed-56ee9438/cohort/corpus"
)

// Model embeds a text as the sum of a fixed random direction for each of its
// words, so texts that share words are near one another, on every machine. It
// is a cohort.Embedder.
type Model struct {
	Features int    // length of a vector; 0: 32
	Fail     error  // returned after At texts, if it is set
	At       int    // see Fail
	NaN      string // a text with this word gets a NaN
	Version  string // part of the name and the digest
}

// Dim returns the number of features.
func (m *Model) Dim() int {
	if m.Features == 0 {
		return 32
	}
	return m.Features
}

// Name returns the model's name.
func (m *Model) Name() string { return "bag" + m.Version }

// Digest differs between models of different versions.
func (m *Model) Digest() string { return "digest of bag" + m.Version }

// EmbedSeq yields one vector per text and reuses its memory.
func (m *Model) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		n := 0
		v := make([]float32, m.Dim())
		for t := range texts {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			if n++; m.Fail != nil && n > m.At {
				yield(nil, m.Fail)
				return
			}
			m.embed(v, t)
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (m *Model) embed(v []float32, t string) {
	clear(v)
	for w := range strings.FieldsSeq(strings.ToLower(t)) {
		if m.NaN != "" && w == m.NaN {
			v[0] = float32(math.NaN())
		}
		h := fnv.New64a()
		h.Write([]byte(w))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		for i := range v {
			v[i] += float32(r.NormFloat64())
		}
	}
}

// Topics are words that only users of one kind write.
var Topics = [][]string{
	{"camera", "lens", "photo", "zoom", "flash", "picture"},
	{"battery", "charge", "power", "plug", "cable", "adapter"},
	{"delivery", "parcel", "courier", "late", "shipping", "box"},
}

// Texts returns texts by n users for each of the Topics in turn, each texts per
// user.
func Texts(n, each int) []corpus.Text {
	r := rand.New(rand.NewPCG(7, 7))
	var out []corpus.Text
	for u := range n * len(Topics) {
		kind := u % len(Topics)
		for range each {
			var w []string
			for range 6 {
				w = append(w, Topics[kind][r.IntN(6)])
			}
			out = append(out, corpus.Text{User: fmt.Sprintf("u%02d", u), Text: "the " + strings.Join(w, " ")})
		}
	}
	return out
}
