package cohort

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"strings"
)

// bagModel embeds a text as the sum of a fixed random direction for each of
// its words: texts that share words are near, on every machine alike.
type bagModel struct {
	dim  int
	fail error  // returned after failAt texts
	at   int    // see fail
	nan  string // a text with this word gets a NaN
	name string
}

func (m *bagModel) Dim() int {
	if m.dim == 0 {
		return 32
	}
	return m.dim
}
func (m *bagModel) Name() string   { return "bag" + m.name }
func (m *bagModel) Digest() string { return "digest of bag" + m.name }

func (m *bagModel) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		n := 0
		v := make([]float32, m.Dim()) // reused, as the contract allows
		for t := range texts {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			if n++; m.fail != nil && n > m.at {
				yield(nil, m.fail)
				return
			}
			m.embed(v, t)
			if !yield(v, nil) {
				return
			}
		}
	}
}

func (m *bagModel) embed(v []float32, t string) {
	clear(v)
	for _, w := range strings.Fields(strings.ToLower(t)) {
		if m.nan != "" && w == m.nan {
			v[0] = float32nan()
		}
		h := fnv.New64a()
		h.Write([]byte(w))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		for i := range v {
			v[i] += float32(r.NormFloat64())
		}
	}
}

func float32nan() float32 { z := float32(0); return z / z }

// topics are words that only users of one kind write.
var topics = [][]string{
	{"camera", "lens", "photo", "zoom", "flash", "picture"},
	{"battery", "charge", "power", "plug", "cable", "adapter"},
	{"delivery", "parcel", "courier", "late", "shipping", "box"},
}

// topicTexts makes users of len(topics) kinds, n of each, with several texts.
func topicTexts(n, each int) []Text {
	r := rand.New(rand.NewPCG(7, 7))
	var out []Text
	for u := range n * len(topics) {
		kind := u % len(topics)
		for range each {
			var w []string
			for range 6 {
				w = append(w, topics[kind][r.IntN(6)])
			}
			out = append(out, Text{User: fmt.Sprintf("u%02d", u), Text: "the " + strings.Join(w, " ")})
		}
	}
	return out
}
