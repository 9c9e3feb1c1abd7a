package safetensors

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// The names of weights files in model directories.
const (
	SingleName = "model.safetensors"
	IndexName  = "model.safetensors.index.json"
)

const (
	maxIndex  = 64 << 20 // bytes of JSON; the largest published ones have some ten million
	maxShards = 4096
)

// OpenDir opens the weights of a model directory: model.safetensors, or
// otherwise the shards of model.safetensors.index.json. If there is neither,
// the error (ErrNoWeights) says what was found instead, such as a
// pytorch_model.bin.
func OpenDir(dir string) (*File, error) {
	for _, c := range []struct {
		name string
		open func(string) (*File, error)
	}{{SingleName, Open}, {IndexName, OpenIndex}} {
		// Lstat: a dangling link, or an index without its shards, is an error
		// about that file and no reason to look for another.
		if _, err := os.Lstat(filepath.Join(dir, c.name)); err == nil {
			return c.open(filepath.Join(dir, c.name))
		}
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	return nil, noWeights(dir, os.DirFS(dir))
}

// OpenDirFS is OpenDir for the root of fsys.
func OpenDirFS(fsys fs.FS) (*File, error) {
	for _, c := range []struct {
		name string
		open func(fs.FS, string) (*File, error)
	}{{SingleName, OpenFS}, {IndexName, OpenIndexFS}} {
		if present(fsys, c.name) {
			return c.open(fsys, c.name)
		}
	}
	return nil, noWeights("model directory", fsys)
}

func present(fsys fs.FS, name string) bool {
	if b, ok := fsys.(BytesFS); ok {
		if _, ok := b.FileBytes(name); ok {
			return true
		}
	}
	_, err := fs.Stat(fsys, name)
	return err == nil
}

func noWeights(dir string, fsys fs.FS) error {
	detail := fmt.Sprintf("neither %s nor %s is there", SingleName, IndexName)
	for _, name := range []string{"pytorch_model.bin", "pytorch_model.bin.index.json", "model.bin", "tf_model.h5", "flax_model.msgpack", "model.onnx"} {
		if _, err := fs.Stat(fsys, name); err != nil {
			continue
		}
		detail += ", only " + name
		if strings.Contains(name, ".bin") {
			detail += ", a pickle that can run code and is not loaded"
		}
		detail += ": " + convertHint
		break
	}
	return &Error{File: dir, Err: ErrNoWeights, Detail: detail}
}

// OpenIndex opens the shards named by a model.safetensors.index.json as one
// File with all tensors of the index. Shards must lie in the index's directory.
// They may be links, as in the Hugging Face cache, if these stay within the
// directory or, for a directory in .../models--X/snapshots/REVISION, within the
// cache that it belongs to; others give ErrOutside. A tensor that is missing
// from its shard gives ErrIndex; a missing shard wraps fs.ErrNotExist.
func OpenIndex(name string) (*File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	dir := filepath.Dir(name)
	return openIndex(name, f, func(shard string) (*File, error) {
		resolved, err := resolveShard(dir, shard)
		if err != nil {
			return nil, err
		}
		return Open(resolved)
	})
}

// OpenIndexFS is OpenIndex for a file of fsys. Which links are followed is up
// to fsys; shards are only opened by names within the index's directory.
func OpenIndexFS(fsys fs.FS, name string) (*File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return openIndex(name, f, func(shard string) (*File, error) {
		return OpenFS(fsys, path.Join(path.Dir(name), shard))
	})
}

// resolveShard follows links and checks that they do not leave the model.
func resolveShard(dir, shard string) (string, error) {
	name := filepath.Join(dir, filepath.FromSlash(shard))
	resolved, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", err
	}
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	for _, p := range []*string{&root, &resolved} {
		if *p, err = filepath.Abs(*p); err != nil {
			return "", err
		}
	}
	allowed := []string{root}
	if cache, ok := cacheRoot(root); ok {
		allowed = append(allowed, cache)
	}
	for _, a := range allowed {
		if rel, err := filepath.Rel(a, resolved); err == nil && filepath.IsLocal(rel) {
			return resolved, nil
		}
	}
	return "", &Error{File: name, Err: ErrOutside, Detail: fmt.Sprintf("it links to %s, which is neither in the model's directory nor in its cache", resolved)}
}

// cacheRoot returns the Hugging Face cache that contains a snapshot directory
// CACHE/models--ORG--NAME/snapshots/REVISION, or a directory within one.
func cacheRoot(dir string) (string, bool) {
	for {
		snapshots := filepath.Dir(dir)
		if snapshots == dir {
			return "", false
		}
		repo := filepath.Dir(snapshots)
		if filepath.Base(snapshots) == "snapshots" && strings.HasPrefix(filepath.Base(repo), "models--") {
			return filepath.Dir(repo), true
		}
		dir = snapshots
	}
}

// openIndex reads the index and opens its shards as one File.
func openIndex(name string, f fs.File, open func(shard string) (*File, error)) (*File, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := checkRegular(name, info); err != nil {
		return nil, err
	}
	if info.Size() > maxIndex {
		return nil, &Error{File: name, Err: ErrLimit, Detail: fmt.Sprintf("the index has %d bytes, at most %d are read", info.Size(), maxIndex)}
	}
	weights, err := parseIndex(name, f)
	if err != nil {
		return nil, err
	}
	joined := &File{name: name, tensors: make([]Tensor, 0, len(weights.tensor))}
	for _, shard := range weights.shards {
		part, err := open(shard)
		if err != nil {
			joined.Close()
			return nil, fmt.Errorf("%s: shard %s: %w", name, quote(shard), err)
		}
		joined.closers = append(joined.closers, part.closers...)
		if joined.metadata == nil {
			joined.metadata = part.metadata
		}
		for _, t := range weights.of(shard) {
			tensor, ok := part.Lookup(t)
			if !ok {
				joined.Close()
				return nil, &Error{File: name, Tensor: t, Err: ErrIndex, Detail: fmt.Sprintf("the index places it in %s, which does not have it", quote(shard))}
			}
			joined.tensors = append(joined.tensors, tensor)
		}
	}
	sort.Slice(joined.tensors, func(i, j int) bool { return joined.tensors[i].Name < joined.tensors[j].Name })
	return joined, nil
}

// weightMap is the index's weight_map, ordered by shard and then by tensor.
type weightMap struct {
	shards []string
	tensor []placed
}

type placed struct{ shard, name string }

// of returns the tensors of one shard.
func (w *weightMap) of(shard string) []string {
	first := sort.Search(len(w.tensor), func(i int) bool { return w.tensor[i].shard >= shard })
	var names []string
	for _, t := range w.tensor[first:] {
		if t.shard != shard {
			break
		}
		names = append(names, t.name)
	}
	return names
}

// parseIndex parses {"metadata": {...}, "weight_map": {"tensor": "shard", ...}}.
func parseIndex(name string, r io.Reader) (*weightMap, error) {
	p := &indexParser{
		name:    name,
		scanner: &scanner{src: io.LimitReader(r, maxIndex), budget: maxText},
		shards:  map[string]string{},
	}
	err := p.parse()
	var syntax *syntaxError
	var own *Error
	switch {
	case errors.As(err, &own):
		return nil, err
	case errors.As(err, &syntax):
		return nil, p.fail("", ErrIndex, "%s", err)
	case errors.Is(err, errBudget):
		return nil, p.fail("", ErrLimit, "%s", err)
	case err != nil:
		return nil, fmt.Errorf("%s: reading the index: %w", name, err)
	}
	return p.finish()
}

// indexParser collects the entries of an index.
type indexParser struct {
	name string // of the index, for messages
	*scanner
	w      weightMap
	shards map[string]string // one copy of each name
	hasMap bool
}

func (p *indexParser) fail(tensor string, kind error, format string, args ...any) error {
	return &Error{File: p.name, Tensor: tensor, Err: kind, Detail: fmt.Sprintf(format, args...)}
}

func (p *indexParser) parse() error {
	err := p.object(func(key []byte) error {
		if string(key) != "weight_map" {
			return p.skip(2)
		}
		if p.hasMap {
			return p.fail("", ErrDuplicate, "the index has weight_map twice")
		}
		p.hasMap = true
		return p.object(p.entry)
	})
	if err != nil {
		return err
	}
	return p.end()
}

// entry adds one tensor and its shard.
func (p *indexParser) entry(key []byte) error {
	tensor, err := p.keep(key)
	if err != nil {
		return err
	}
	if len(p.w.tensor) == maxTensors {
		return p.fail("", ErrLimit, "more than %d tensors", maxTensors)
	}
	if c, _ := p.skipSpace(); c != '"' {
		return p.fail(tensor, ErrIndex, "found %s, want a shard's file name", printable(c))
	}
	text, err := p.str()
	if err != nil {
		return err
	}
	shard, ok := p.shards[string(text)]
	if !ok {
		if shard, err = p.keep(text); err != nil {
			return err
		}
		if wrong := checkShardName(shard); wrong != "" {
			return p.fail(tensor, ErrOutside, "shard %s %s", quote(shard), wrong)
		}
		if len(p.shards) == maxShards {
			return p.fail("", ErrLimit, "more than %d shards", maxShards)
		}
		p.shards[shard] = shard
	}
	p.w.tensor = append(p.w.tensor, placed{shard, tensor})
	return nil
}

// finish sorts the map. A tensor that occurs twice, with two shards or the
// same, is refused.
func (p *indexParser) finish() (*weightMap, error) {
	w := &p.w
	switch {
	case !p.hasMap:
		return nil, p.fail("", ErrIndex, "it has no weight_map")
	case len(w.tensor) == 0:
		return nil, p.fail("", ErrIndex, "its weight_map is empty")
	}
	sort.Slice(w.tensor, func(i, j int) bool { return w.tensor[i].name < w.tensor[j].name })
	for i := 1; i < len(w.tensor); i++ {
		if w.tensor[i].name == w.tensor[i-1].name {
			return nil, p.fail(w.tensor[i].name, ErrDuplicate, "the index names this tensor twice")
		}
	}
	sort.SliceStable(w.tensor, func(i, j int) bool { return w.tensor[i].shard < w.tensor[j].shard })
	for shard := range p.shards {
		w.shards = append(w.shards, shard)
	}
	sort.Strings(w.shards)
	return w, nil
}

// IndexShards reads an index and returns the shards that it names, sorted:
// slash-separated paths within the index's directory. name is for messages.
func IndexShards(name string, r io.Reader) ([]string, error) {
	w, err := parseIndex(name, r)
	if err != nil {
		return nil, err
	}
	return w.shards, nil
}

// checkShardName returns what is wrong with a shard's name, or "". The rules
// are the same on every system: no drive letters, no backslashes.
func checkShardName(shard string) string {
	switch {
	case shard == "":
		return "is empty"
	case strings.ContainsAny(shard, "\\:\x00"):
		return `may not contain '\', ':' or NUL`
	case !fs.ValidPath(shard) || shard == ".":
		return "is not a plain path within the model's directory"
	case !filepath.IsLocal(filepath.FromSlash(shard)):
		return "is not a path within the model's directory on this system"
	}
	return ""
}
