package bert

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// Save writes the model to dir, a directory that does not exist or is empty, in
// the form that Load and Python's sentence-transformers and transformers load:
// config.json, model.safetensors, the tokenizer's files and, if there are any,
// modules.json with the files it refers to. It works for any loaded model,
// however it was loaded: the directory that it came from is read once more and
// must not have changed. dir appears when it is complete; after an error nothing
// is left behind.
//
// What is saved is the model as it is used, so that the directory loaded with
// zero Options gives the same vectors: Options.Pooling, Dim and MaxLength become
// settings of the directory. Threads, BatchTokens, Precision, Progress and Name
// belong to the process and are not saved.
//
// Weights are saved in float32, in which they are used, and config.json says
// so: Python would otherwise compute in the checkpoint's own float16 or
// bfloat16. This holds under Int8 too, whose weights are derived from the
// checkpoint's when it is loaded. Tensors that the model does not use are kept.
// The trained parameters of WithEncoder replace those of the checkpoint, merged
// with their adapters. If no weight or setting had to be changed, Digest stays the same.
//
// A static model of model2vec stays one, whose vectors model2vec makes as this
// package does. sentence-transformers reads the directory, too, but has no
// maximum length for such models, and counts unknown tokens.
//
// Errors wrap ErrClosed, fs.ErrExist if dir is not empty, and ErrUnsupported if
// the model has something that the directory's format cannot express
// (PoolPooler as one of the Options; Dim or Pooling for ColBERT in Stanford's
// layout).
func (m *Model) Save(dir string) error { return m.save(dir, nil) }

// SaveMapped is [Model.Save] for a model whose vectors are multiplied by weight
// [Dim, Dim] (a vector v becomes weight·v) and then scaled to unit length: a
// metric learned on top of the model, say. The directory gets a Dense module
// without bias or activation and a Normalize, for which Python's
// sentence-transformers needs nothing else either.
//
// Further errors: a model of sparse or multi-vectors is an ErrVectorKind; a weight
// of another shape, and values that are not finite in float32, wrap ErrInput.
func (m *Model) SaveMapped(dir string, weight mat.Matrix) error {
	if err := m.loaded(); err != nil {
		return err
	}
	if err := m.gives(denseVectors); err != nil {
		return err
	}
	if weight == nil {
		return fmt.Errorf("%w: saving a model: weight is nil, want [%d, %d]", ErrInput, m.dim, m.dim)
	}
	rows, cols := weight.Dims()
	if rows != m.dim || cols != m.dim {
		return fmt.Errorf("%w: saving a model: weight [%d, %d], want [%d, %d]", ErrInput, rows, cols, m.dim, m.dim)
	}
	all := make([]float32, 0, rows*cols)
	for i := range rows {
		for j := range cols {
			v := float32(weight.At(i, j))
			if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
				return fmt.Errorf("%w: saving a model: weight (%d, %d) is %v in float32, want a finite number", ErrInput, i, j, v)
			}
			all = append(all, v)
		}
	}
	return m.save(dir, all)
}

// save is Save, with an optional map [Dim, Dim] of the vectors.
func (m *Model) save(dir string, weight []float32) error {
	if err := m.loaded(); err != nil {
		return err
	}
	if err := m.runner.Enter(); err != nil {
		return err
	}
	defer m.runner.Leave()
	out := saved{from: m.dir, files: make(map[string][]byte)}
	if err := m.saveSettings(&out, weight); err != nil {
		return fmt.Errorf("saving a model: %w", err)
	}
	save := m.saveTensors
	if m.Static() {
		save, out.exact = m.pipeline.static.saveTensors, true
	}
	tensors, err := save()
	if err != nil {
		return fmt.Errorf("saving a model: %w", err)
	}
	if err := out.write(dir, path.Join(m.pipeline.transformer, safetensors.SingleName), tensors); err != nil {
		return fmt.Errorf("saving a model: %w", err)
	}
	return nil
}

// saved is a directory to be written: files that are copied from another one,
// and files with contents of their own.
type saved struct {
	from   fs.FS
	copied []string          // paths
	files  map[string][]byte // by path; takes precedence
	exact  bool              // tensors keep their element types
}

// write writes all of it, with the weights at that path, beside dir, and renames
// that to dir.
func (s *saved) write(dir, weights string, tensors []safetensors.Tensor) (err error) {
	dir = filepath.Clean(dir)
	switch entries, err := os.ReadDir(dir); {
	case err == nil && len(entries) > 0:
		return &fs.PathError{Op: "write", Path: dir, Err: fmt.Errorf("%w: the directory is not empty", fs.ErrExist)}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*.part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(part) // err is more informative
		}
	}()
	if err := os.Chmod(part, 0o755); err != nil { // MkdirTemp's 0700 would surprise others
		return err
	}
	for _, name := range s.copied {
		if s.files[name] != nil {
			continue
		}
		if s.files[name], err = fs.ReadFile(s.from, name); err != nil {
			return err
		}
	}
	for name, data := range s.files {
		file := filepath.Join(part, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
	}
	file := filepath.Join(part, filepath.FromSlash(weights))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	write := safetensors.WriteFileFloat32
	if s.exact {
		write = safetensors.WriteFile
	}
	if err := write(file, tensors, map[string]string{"format": "pt"}); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(part, dir)
}

// copyDir adds the files of a directory that belong to a model: settings,
// vocabularies, code that only Python runs, and what tells of licence and
// origin. Of weights it adds only those of a module.
func (s *saved) copyDir(dir string, module bool) error {
	entries, err := fs.ReadDir(s.from, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // older versions wrote no directory for a module without settings
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasSuffix(name, ".index.json") {
			continue
		}
		kinds := []string{".json", ".txt", ".model", ".py", ".jinja", ".md"}
		if module {
			kinds = append(kinds, ".safetensors")
		}
		stem, _, _ := strings.Cut(name, ".")
		if slices.Contains(kinds, path.Ext(name)) || name == stanfordFile || slices.Contains([]string{"LICENSE", "LICENCE", "NOTICE", "COPYING"}, stem) {
			s.copied = append(s.copied, path.Join(dir, name))
		}
	}
	return nil
}
