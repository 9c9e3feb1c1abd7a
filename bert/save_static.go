package bert

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// saveStatic adds the settings of a static model that its options changed: of
// model2vec in config.json, otherwise in tokenizer.json.
func (m *Model) saveStatic(out *saved) error {
	s, dir, n := m.pipeline.static, m.pipeline.transformer, m.options.MaxLength
	if s.config == nil {
		if n == 0 {
			return nil
		}
		name := path.Join(dir, "tokenizer.json")
		data, err := fs.ReadFile(m.dir, name) // larger than settings may be
		if err != nil {
			return err
		}
		var fields map[string]json.RawMessage
		if err := unmarshalFile(name, data, &fields); err != nil {
			return err
		}
		truncation := map[string]any{"direction": "Right", "strategy": "LongestFirst", "stride": 0}
		if old := fields["truncation"]; !isNull(old) {
			if err := unmarshalFile(name, old, &truncation); err != nil {
				return err
			}
		}
		truncation["max_length"] = n
		return edit(out, name, fields, map[string]any{"truncation": truncation})
	}
	name := path.Join(dir, configFile)
	out.files[name] = s.config
	var fields map[string]json.RawMessage
	if err := unmarshalFile(name, s.config, &fields); err != nil {
		return err
	}
	changes := map[string]any{}
	if v := fields["embedding_dtype"]; !isNull(v) && string(v) != `"float32"` {
		changes["embedding_dtype"] = "float32"
	}
	if n != 0 {
		changes["max_length"] = n
	}
	return edit(out, name, fields, changes)
}

// saveTensors returns the table in float32 and the rest, whose precision counts,
// as it is.
func (s *staticTable) saveTensors() ([]safetensors.Tensor, error) {
	var out []safetensors.Tensor
	for _, t := range s.file.Tensors() {
		if t.Name == s.name {
			var err error
			if t, err = safetensors.Of(t.Name, t.Shape, s.rows); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrWeights, err)
			}
		}
		out = append(out, t)
	}
	return out, nil
}
