package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/seed-56ee9438/cohort/internal/persist"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Write writes m. A reduction by UMAP needs the vectors of the users it was
// fitted on, so the file grows with them.
func Write(w io.Writer, m *Segmenter) error {
	info := m.Info
	info.Noise, info.Segments = m.Placer.Noise, nil
	var tensors []safetensors.Tensor
	var failed error
	add := func(t safetensors.Tensor, err error) {
		failed = errors.Join(failed, err)
		tensors = append(tensors, t)
	}
	var flat, anchors []float32
	for _, c := range m.Placer.Centres {
		flat, anchors = append(flat, c.Vector...), append(anchors, c.Anchor...)
		s := segment{ID: c.ID, Name: c.Name, Users: c.Users, Radius: c.Radius}
		if !math.IsNaN(c.Width) {
			s.Width = &c.Width
		}
		info.Segments = append(info.Segments, s)
	}
	k := len(info.Segments)
	add(safetensors.Of("centres", []int{k, info.Dim}, flat))
	if p := m.Placer.Space.By; p != nil {
		parts, err := reduce.TakeApart(p)
		if err != nil {
			return fmt.Errorf("cohort: this reduction cannot be saved: %w", err)
		}
		for _, t := range parts.Tensors {
			if t.F64 != nil {
				add(safetensors.Of("reduce."+t.Name, t.Shape, t.F64))
			} else {
				add(safetensors.Of("reduce."+t.Name, t.Shape, t.F32))
			}
		}
		info.Reduce = parts
	}
	if j := m.Placer.Space.Join; j != nil {
		add(safetensors.Of("features.mean", []int{len(j.Mean)}, j.Mean))
	}
	if s := m.Placer.Space; s.By != nil || s.Join != nil {
		add(safetensors.Of("anchors", []int{k, info.placedDim()}, anchors))
	}
	if failed != nil {
		return failed
	}
	info.Version = info.version()
	meta, err := json.Marshal(info)
	if err != nil {
		return err
	}
	return safetensors.Write(w, tensors, map[string]string{key: string(meta), digestKey: persist.Digest(tensors, string(meta))})
}
