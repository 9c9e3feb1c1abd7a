package bert

import (
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// This file judges int8 models when they are loaded: see engine.KeepFloat32.

// Models are judged by short texts of tokens that lie evenly over the vocabulary,
// so that what is kept depends on the model alone, and by twice as many and
// longer ones if these show a need. The wider a model, the more evenly errors spread, and the
// longer a text takes: there are as many as take about the same time.
const (
	judgedWeights         = 85_000_000 // times texts: 8 for all-MiniLM-L6-v2
	leastTexts, mostTexts = 8, 200
	fewTokens, moreTokens = 7, 40 // of the longest
)

// KeptFloat32 returns the names of the parts that a model loaded with Int8 keeps
// in float32, since its activations have outliers that int8 would lose the
// others for: "layers.3.down" is a product of the fourth layer, "embeddings" the
// tables of tokens and positions. It is empty for most models, and for those
// loaded with Float32. docs/models.md says how parts are chosen.
func (m *Model) KeptFloat32() []string { return slices.Clone(m.kept) }

// keepFloat32 judges the packed encoder; e is the tree it was packed from, or nil
// if that is the checkpoint.
func (m *Model) keepFloat32(e *Encoder) error {
	if m.options.Precision != Int8 || m.Static() {
		return nil
	}
	src := m.checkpointSource()
	if e != nil {
		src = treeSource(e)
	}
	n := min(max(judgedWeights/m.encoder.LayerWeights(), leastTexts), mostTexts)
	var err error
	m.kept, err = m.encoder.KeepFloat32(m.judgedTexts(n, fewTokens), func() *engine.Sequences { return m.judgedTexts(2*n, moreTokens) }, src)
	return err
}

// judgedTexts returns n texts of 1 to most words or tokens by which the model is
// judged.
func (m *Model) judgedTexts(n, most int) *engine.Sequences {
	s := new(engine.Sequences)
	s.Reset()
	ids, next := make([]int32, 0, most), 0
	for t := range n {
		ids = ids[:0]
		for range 1 + t%most {
			// Steps of the golden ratio: evenly, and not in the order of the ids.
			next++
			ids = append(ids, int32(math.Mod(float64(next)*math.Phi, 1)*float64(m.config.VocabSize)))
		}
		if m.tokenizer != nil {
			words := make([]string, len(ids))
			for i, id := range ids {
				words[i] = m.tokenizer.Decode([]int32{id})
			}
			m.tokenise(s, "", strings.Join(words, " "))
			continue
		}
		s.IDs = append(s.IDs, ids[:min(len(ids), m.maxLength)]...)
		s.End()
	}
	return s
}

// checkpointSource reads the parameters of a model that has been loaded from its
// checkpoint once more.
func (m *Model) checkpointSource() engine.Source {
	l := m.treeLoader()
	relative := sync.OnceValue(func() (p relativePositions) {
		if vectors, norm := l.loadRelativeEmbeddings(); l.err == nil {
			p = newRelativePositions(vectors, norm)
		}
		return p
	})
	return engine.Source{
		Inputs: func() (*engine.InputWeights, error) { return l.loadAllInputs(Float32) },
		Layer: func(i int) (*engine.LayerWeights, error) {
			l.release()
			positions, layer := relative(), l.loadLayer(l.config.sharedLayer(i))
			if l.err != nil {
				return nil, l.err
			}
			w := layer.weights(l.config)
			positions.add(w, layer, l.config)
			return w, nil
		},
	}
}

// treeSource reads the parameters of a tree in memory.
func treeSource(t *Encoder) engine.Source {
	relative := newRelativePositions(t.RelativeEmbeddings, t.RelativeNorm)
	return engine.Source{
		Inputs: func() (*engine.InputWeights, error) { return t.inputs(Float32), nil },
		Layer: func(i int) (*engine.LayerWeights, error) {
			w := t.Layers[i].weights(t.config)
			relative.add(w, t.Layers[i], t.config)
			return w, nil
		},
	}
}
