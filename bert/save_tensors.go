package bert

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// ownDecoder reports whether the head for masked language modelling has a token
// table apart from the encoder's, which training changed and the head's not.
func (m *Model) ownDecoder() bool { return m.treeOf != nil && m.heads.maskedLM != nil }

// saveTensors returns the checkpoint's tensors, with a trained tree's parameters
// in place of those they were loaded from.
func (m *Model) saveTensors() ([]safetensors.Tensor, error) {
	file := m.weights.file
	trained := make(map[string][]float32) // by name in the checkpoint
	if m.treeOf != nil {
		merged := make(map[*nn.Param][]float32) // weights with their adapters; nil for an adapter's own
		m.treeOf.eachLinear(func(l *Linear) {
			if a := l.Adapter; a != nil {
				merged[l.Weight], merged[a.Down], merged[a.Up] = a.merged(values(l.Weight)), nil, nil
			}
		})
		for p, name := range m.treeOf.names {
			data, ok := merged[p]
			switch {
			case !ok:
				data = values(p)
			case data == nil:
				continue
			}
			if err := m.saveParam(trained, name, data); err != nil {
				return nil, err
			}
		}
	}
	var out []safetensors.Tensor
	for _, t := range file.Tensors() {
		if data, ok := trained[t.Name]; ok {
			var err error
			if t, err = safetensors.Of(t.Name, t.Shape, data); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrWeights, err)
			}
		}
		out = append(out, t)
	}
	arch := architectures[m.config.ModelType]
	if name := arch.heads.maskedLM.of(m.weights).decoder + ".weight"; m.ownDecoder() && !m.weights.has(name) {
		table, _ := file.Lookup(m.weights.prefix + arch.names.tokens + ".weight")
		table.Name = name
		out = append(out, table)
	}
	return out, nil
}

// saveParam writes a parameter with a name of [Encoder.Name] to its part of the
// checkpoint's tensor.
func (m *Model) saveParam(trained map[string][]float32, name string, data []float32) error {
	whole, part := partOf(name)
	whole = m.weights.prefix + whole
	for new, old := range map[string]string{".weight": ".gamma", ".bias": ".beta"} { // see treeLoader.layerNorm
		if stem, ok := strings.CutSuffix(whole, new); ok && !m.weights.has(whole) {
			whole = stem + old
		}
	}
	t, ok := m.weights.file.Lookup(whole)
	if !ok || len(t.Shape) == 0 || t.Shape[0] == 0 {
		return &TensorError{File: m.weights.file.Name(), Tensor: whole, Got: "nothing", Want: "the tensor of a trained parameter"}
	}
	to := trained[whole]
	if to == nil {
		v, err := t.Float32()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrWeights, err)
		}
		to = slices.Clone(v)
		trained[whole] = to
	}
	return part.store(to, data, t, m.config.NumAttentionHeads)
}

// rowsOf says which rows of a tensor are a parameter: those from one to another,
// or the queries, keys or values of every head; the zero value is all.
type rowsOf struct {
	from, to int
	third    string // "q", "k" or "v"
}

// partOf splits a parameter's name into that of a tensor and its rows; see
// treeLoader.split and archDeBERTa.
func partOf(name string) (string, rowsOf) {
	if stem, third, ok := strings.Cut(name, "/"); ok {
		return stem, rowsOf{third: third}
	}
	stem, rows, ok := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if !ok {
		return name, rowsOf{}
	}
	first, last, _ := strings.Cut(rows, ":")
	from, _ := strconv.Atoi(first) // they are numbers that split wrote
	to, _ := strconv.Atoi(last)
	return stem, rowsOf{from: from, to: to}
}

// store copies the rows to a tensor's values.
func (r rowsOf) store(to, data []float32, t safetensors.Tensor, heads int) error {
	switch k := strings.Index("qkv", r.third); {
	case r.third != "" && k >= 0 && len(to) == 3*len(data) && len(data)%heads == 0:
		block := len(data) / heads // the rows of a head
		for h := range heads {
			copy(to[(3*h+k)*block:], data[h*block:(h+1)*block])
		}
		return nil
	case r.third == "" && r.to == 0 && len(data) == len(to):
		copy(to, data)
		return nil
	case r.third == "" && r.to > 0:
		if row := len(data) / (r.to - r.from); r.to*row <= len(to) && len(data) == row*(r.to-r.from) {
			copy(to[r.from*row:], data)
			return nil
		}
	}
	return &TensorError{Tensor: t.Name, Got: fmt.Sprintf("a trained parameter of %d values", len(data)), Want: fmt.Sprint(t.Shape)}
}
