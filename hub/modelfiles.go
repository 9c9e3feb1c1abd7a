package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

const (
	modulesFile = "modules.json"
	configFile  = "config.json"
	maxSmall    = 1 << 20 // maximum bytes of modules.json and other small files that this package reads
)

// transformerFiles are the files of a transformer's directory that can matter
// for loading it, besides its weights.
var transformerFiles = []string{
	configFile, "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
	"vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model", "spiece.model", "sentence_bert_config.json",
}

// rootFiles may lie in the model's own directory in addition to those.
var rootFiles = []string{modulesFile, "config_sentence_transformers.json"}

// tokenizerFiles are the files that a tokenizer can be loaded from; one of them
// is enough.
var tokenizerFiles = []string{"tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model"}

// module is an entry of modules.json.
type module struct {
	Path string `json:"path"`
	Type string `json:"type"`
}

func (m module) is(kind string) bool { return strings.HasSuffix(m.Type, "."+kind) || m.Type == kind }

// readModules reads modules.json; a model without one is a single transformer.
func readModules(fsys fs.FS) ([]module, error) {
	data, err := readSmall(fsys, modulesFile, maxSmall)
	if errors.Is(err, fs.ErrNotExist) {
		return []module{{Type: "Transformer"}}, nil
	}
	if err != nil {
		return nil, err
	}
	var modules []module
	if err := json.Unmarshal(data, &modules); err != nil {
		return nil, fmt.Errorf("%s: %w", modulesFile, err)
	}
	if len(modules) == 0 || len(modules) > 64 {
		return nil, fmt.Errorf("%s lists %d modules", modulesFile, len(modules))
	}
	for i, m := range modules {
		m.Path = strings.TrimSuffix(m.Path, "/")
		if m.Path != "" && !safePath(m.Path) {
			return nil, fmt.Errorf("%s: path %.100q: %w", modulesFile, m.Path, ErrOutside)
		}
		modules[i].Path = m.Path
	}
	return modules, nil
}

// missing returns the files that the model in fsys needs for loading and lacks;
// alternatives are joined by " or ".
func missing(fsys fs.FS) ([]string, error) {
	modules, err := readModules(fsys)
	if err != nil {
		return nil, err
	}
	var lacks []string
	need := func(dir string, names ...string) {
		for _, name := range names {
			if isFile(fsys, path.Join(dir, name)) {
				return
			}
		}
		for i, name := range names {
			names[i] = path.Join(dir, name)
		}
		lacks = append(lacks, strings.Join(names, " or "))
	}
	for i, m := range modules {
		switch {
		case i == 0 || m.is("Transformer"):
			need(m.Path, configFile)
			need(m.Path, slices.Clone(tokenizerFiles)...)
			lacksWeights, err := missingWeights(fsys, m.Path)
			if err != nil {
				return nil, err
			}
			lacks = append(lacks, lacksWeights...)
		case m.is("Normalize"), m.Path == "":
		case m.is("Dense"), m.is("LayerNorm"):
			need(m.Path, configFile)
			need(m.Path, safetensors.SingleName)
		default:
			need(m.Path, configFile)
		}
	}
	return lacks, nil
}

// missingWeights returns the weights that a transformer's directory lacks.
func missingWeights(fsys fs.FS, dir string) ([]string, error) {
	if isFile(fsys, path.Join(dir, safetensors.SingleName)) {
		return nil, nil
	}
	shards, err := readShards(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return []string{path.Join(dir, safetensors.SingleName)}, nil
	}
	if err != nil {
		return nil, err
	}
	var lacks []string
	for _, s := range shards {
		if !isFile(fsys, s) {
			lacks = append(lacks, s)
		}
	}
	return lacks, nil
}

// readShards returns the paths of the shards named by the index in dir.
func readShards(fsys fs.FS, dir string) ([]string, error) {
	name := path.Join(dir, safetensors.IndexName)
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	shards, err := safetensors.IndexShards(name, f)
	if err != nil {
		return nil, err
	}
	for i, s := range shards {
		if shards[i] = path.Join(dir, s); !safePath(shards[i]) {
			return nil, fmt.Errorf("%s: shard %.100q: %w", name, s, ErrOutside)
		}
	}
	return shards, nil
}

func isFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// readSmall reads a file of at most limit bytes.
func readSmall(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	return data, nil
}
