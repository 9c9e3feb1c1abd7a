package bert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"strconv"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// saveSettings adds all files except the weights. weight [dim, dim], if not nil,
// becomes a module of its own.
func (m *Model) saveSettings(out *saved, weight []float32) error {
	p := m.pipeline
	if err := m.copyModules(out); err != nil {
		return err
	}
	if m.Static() {
		if err := m.saveStatic(out); err != nil {
			return err
		}
	} else if err := m.saveConfig(out); err != nil {
		return err
	}
	var list []json.RawMessage
	chain, err := readJSON(m.dir, modulesFile, &list)
	if err != nil {
		return err
	}
	entries := make([]moduleEntry, len(list))
	for i, data := range list {
		if err := unmarshalFile(modulesFile, data, &entries[i]); err != nil {
			return err
		}
	}
	o := m.options
	switch {
	case m.Static():
		if !chain { // as sentence-transformers needs, and model2vec has
			entries = append(entries, moduleOf(0, "StaticEmbedding", "."))
			if p.normalised {
				entries = append(entries, moduleOf(1, "Normalize", "1_Normalize"))
			}
		}
	case !chain:
		if o.Pooling == 0 && o.Dim == 0 && weight == nil { // Python makes the same chain
			if o.MaxLength == 0 {
				return nil
			}
			return m.editFile(out, path.Join(p.transformer, tokenizerConfigFile), map[string]any{"model_max_length": o.MaxLength})
		}
		if p.multi != nil && p.multi.stanford {
			return fmt.Errorf("%w: Stanford's layout of ColBERT has no place for Options.Dim and Options.Pooling", ErrUnsupported)
		}
		entries = []moduleEntry{moduleOf(0, "Transformer", ""), moduleOf(1, "Pooling", "1_Pooling")}
	}
	if !m.Static() {
		if o.Pooling != 0 || !chain {
			entries = withPooling(entries)
			if err := m.savePooling(out, entries); err != nil {
				return err
			}
		}
		if err := m.saveTransformer(out); err != nil {
			return err
		}
	}
	if o.Dim != 0 {
		if err := m.editFile(out, promptsFile, map[string]any{"truncate_dim": o.Dim}); err != nil {
			return err
		}
	}
	if rows := m.dim; weight != nil || o.Dim != 0 && p.normalised && o.Dim < p.lastWidth() {
		if entries, err = saveLinear(out, entries, mapOf(weight, rows, p.lastWidth()), rows); err != nil {
			return err
		}
	}
	changed := len(entries) != len(list)
	for i := range entries {
		if e := &entries[i]; e.Name == "" { // Python wants one
			e.Name, changed = strconv.Itoa(i), true
		}
	}
	if !changed {
		return nil
	}
	return addFile(out, modulesFile, entries)
}

// copyModules adds the files of the directory and of its modules that are not
// weights of the encoder.
func (m *Model) copyModules(out *saved) error {
	p := m.pipeline
	if err := out.copyDir(".", false); err != nil {
		return err
	}
	if p.transformer != "." {
		if err := out.copyDir(p.transformer, false); err != nil {
			return err
		}
	}
	for _, dir := range p.modules {
		if dir == "." || dir == p.transformer {
			continue
		}
		if err := out.copyDir(dir, true); err != nil {
			return err
		}
	}
	return nil
}

// saveConfig adds config.json.
func (m *Model) saveConfig(out *saved) error {
	name := path.Join(m.pipeline.transformer, configFile)
	out.files[name] = m.files[0] // what was read, though the file may have changed
	var fields map[string]json.RawMessage
	if err := unmarshalFile(configFile, m.files[0], &fields); err != nil {
		return err
	}
	changes := inFloat32(fields)
	if m.ownDecoder() {
		changes["tie_word_embeddings"] = false
	}
	return edit(out, name, fields, changes)
}

// editFile is edit for a file of the model's directory.
func (m *Model) editFile(out *saved, name string, changes map[string]any) error {
	var fields map[string]json.RawMessage
	if _, err := readJSON(m.dir, name, &fields); err != nil {
		return err
	}
	return edit(out, name, fields, changes)
}

// moduleOf returns an entry of modules.json.
func moduleOf(i int, kind, dir string) moduleEntry {
	return moduleEntry{Index: i, Name: strconv.Itoa(i), Path: dir, Type: "sentence_transformers.models." + kind}
}

// withPooling returns the entries of a chain, with a pooling after the encoder
// if there is none.
func withPooling(entries []moduleEntry) []moduleEntry {
	for _, e := range entries {
		if path.Ext(e.Type) == ".Pooling" {
			return entries
		}
	}
	return append(entries, moduleOf(len(entries), "Pooling", strconv.Itoa(len(entries))+"_Pooling"))
}

// poolingFlags are the names of the modes in a Pooling's settings, which every
// version of sentence-transformers reads.
var poolingFlags = []string{
	"pooling_mode_cls_token", "pooling_mode_max_tokens", "pooling_mode_mean_tokens", "pooling_mode_mean_sqrt_len_tokens",
	"pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken",
}

// savePooling writes the settings of the Pooling among the entries.
func (m *Model) savePooling(out *saved, entries []moduleEntry) error {
	all := m.pipeline.pooling()
	if all&PoolPooler != 0 {
		return fmt.Errorf("%w: sentence-transformers has no pooling %v", ErrUnsupported, PoolPooler)
	}
	settings := map[string]any{"word_embedding_dimension": m.config.HiddenSize, "include_prompt": !m.pipeline.skipPrompt}
	for i, name := range poolingFlags {
		settings[name] = all&(PoolCLS<<i) != 0
	}
	for _, e := range entries {
		if path.Ext(e.Type) == ".Pooling" {
			return addFile(out, path.Join(path.Clean(e.Path), "config.json"), settings)
		}
	}
	return nil
}

// saveTransformer changes what sentence_bert_config.json, or the file that older
// versions wrote, says otherwise.
func (m *Model) saveTransformer(out *saved) error {
	name, raw := path.Join(m.pipeline.transformer, transformerFiles()[0]), map[string]json.RawMessage{}
	for _, file := range transformerFiles() {
		file = path.Join(m.pipeline.transformer, file)
		ok, err := readJSON(m.dir, file, &raw)
		if err != nil {
			return err
		}
		if ok {
			name = file
			break
		}
	}
	changes := map[string]any{}
	if m.options.MaxLength != 0 {
		changes["max_seq_length"] = m.options.MaxLength
	}
	for _, field := range []string{"model_args", "model_kwargs"} {
		if isNull(raw[field]) {
			continue
		}
		var fields map[string]any
		var types map[string]json.RawMessage
		if err := unmarshalFile(name, raw[field], &fields); err != nil {
			return err
		}
		if err := unmarshalFile(name, raw[field], &types); err != nil {
			return err
		}
		if c := inFloat32(types); len(c) > 0 {
			maps.Copy(fields, c)
			changes[field] = fields
		}
	}
	return edit(out, name, raw, changes)
}

// mapOf returns the map [rows, width] that takes the first rows of width
// features and then applies weight [rows, rows], which may be nil.
func mapOf(weight []float32, rows, width int) []float32 {
	all := make([]float32, rows*width)
	for j := range rows {
		if weight == nil {
			all[j*width+j] = 1
		} else {
			copy(all[j*width:], weight[j*rows:(j+1)*rows])
		}
	}
	return all
}

// saveLinear appends the modules that multiply the features by weight [rows,
// width] and scale the result to unit length.
func saveLinear(out *saved, entries []moduleEntry, weight []float32, rows int) ([]moduleEntry, error) {
	i, width := len(entries), len(weight)/rows
	dense, norm := strconv.Itoa(i)+"_Dense", strconv.Itoa(i+1)+"_Normalize"
	settings := map[string]any{"in_features": width, "out_features": rows, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}
	if err := addFile(out, path.Join(dense, "config.json"), settings); err != nil {
		return nil, err
	}
	tensor, err := safetensors.Of("linear.weight", []int{rows, width}, weight)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, []safetensors.Tensor{tensor}, map[string]string{"format": "pt"}); err != nil {
		return nil, err
	}
	out.files[path.Join(dense, safetensors.SingleName)] = b.Bytes()
	return append(entries, moduleOf(i, "Dense", dense), moduleOf(i+1, "Normalize", norm)), nil
}

// inFloat32 returns the changes to a JSON object's fields by which the element
// types of a checkpoint become float32.
func inFloat32(fields map[string]json.RawMessage) map[string]any {
	changes := map[string]any{}
	for _, key := range []string{"dtype", "torch_dtype"} {
		if v := fields[key]; !isNull(v) && string(v) != `"float32"` && string(v) != `"torch.float32"` {
			changes[key] = "float32"
		}
	}
	return changes
}

// edit adds the JSON file of that name with some of its fields changed; it need
// not exist. Without changes it is copied as it is.
func edit(out *saved, name string, fields map[string]json.RawMessage, changes map[string]any) error {
	if len(changes) == 0 {
		return nil
	}
	all := map[string]any{}
	for k, v := range fields {
		all[k] = v
	}
	maps.Copy(all, changes)
	return addFile(out, name, all)
}

// addFile adds a JSON file.
func addFile(out *saved, name string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	out.files[name] = data
	return nil
}
