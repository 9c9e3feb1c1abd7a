package hub

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// Resolve returns the directory of the named model: "org/name", or
// "org/name@revision" for a branch, tag or commit other than main. A cached
// model is used without network access. Otherwise the missing files are
// downloaded first, but only those needed for loading: configuration,
// tokenizer, safetensors weights, and the directories named in modules.json.
//
// The directory is a snapshot of one commit and must not be modified. If name
// is an existing directory, it is returned as it is.
//
// The total duration of a download is limited only by ctx; Options.StallTimeout
// limits how long the server may send nothing.
func Resolve(ctx context.Context, name string, o Options) (dir string, err error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return name, nil
	}
	m, err := parseName(name, o.Revision)
	if err != nil {
		return "", err
	}
	s, err := newSettings(o)
	if err != nil {
		return "", err
	}
	if s.CacheDir, err = filepath.Abs(s.CacheDir); err != nil {
		return "", cacheError(m, "", err)
	}
	return s.resolve(ctx, m)
}

func (s *settings) resolve(ctx context.Context, m model) (dir string, err error) {
	cached := s.lookup(m)
	if cached.usable && cached.sure {
		return cached.dir, nil
	}
	if s.Offline {
		if cached.usable {
			return cached.dir, nil
		}
		return "", &Error{Model: m.String(), Err: ErrOffline, Detail: fmt.Sprintf("%s; unset HF_HUB_OFFLINE, or copy the model into the cache", cached.why)}
	}
	l, err := s.list(ctx, m)
	if err != nil {
		var e *Error
		if cached.usable && errors.Is(err, ErrUnreachable) && errors.As(err, &e) {
			e.Detail = fmt.Sprintf("%s has the model, but nothing there tells whether it has a %s, which changes its embeddings; HF_HUB_OFFLINE=1 uses it as it is; %s", cached.dir, modulesFile, e.Detail)
		}
		return "", err
	}
	st, err := s.openStore(m, l.commit)
	if err != nil {
		return "", err
	}
	defer st.root.Close()
	if err := s.complete(ctx, st, l); err != nil {
		return "", err
	}
	return s.snapshotDir(m, l.commit), nil
}

// lookedUp is the state of a model in the cache.
type lookedUp struct {
	dir    string
	usable bool   // a model can be loaded from dir
	sure   bool   // and it is known to be complete
	why    string // if not usable: what is missing
}

func (s *settings) lookup(m model) lookedUp {
	commit, ok := s.cachedCommit(m)
	if !ok {
		return lookedUp{why: fmt.Sprintf("%s has no revision %q of it", s.CacheDir, m.revision)}
	}
	c := lookedUp{dir: s.snapshotDir(m, commit)}
	fsys := os.DirFS(c.dir)
	lacks, err := missing(fsys)
	if err != nil {
		c.why = fmt.Sprintf("%s: %v", c.dir, err)
		return c
	}
	// Whether a model can do without a tokenizer is for the caller to decide.
	needed := slices.DeleteFunc(slices.Clone(lacks), func(f string) bool { return strings.Contains(f, " or ") })
	c.usable = len(needed) == 0
	c.sure = len(lacks) == 0 && (isFile(fsys, modulesFile) || s.knownAbsent(m, commit, modulesFile))
	if !c.usable {
		c.why = fmt.Sprintf("%s lacks %s", c.dir, strings.Join(needed, ", "))
	}
	return c
}

// complete downloads what loading the listed model needs, and then records the
// revision's commit: until then the snapshot does not count as the revision's.
func (s *settings) complete(ctx context.Context, st *store, l *listing) error {
	if isCommit(st.m.revision) && st.m.revision != l.commit {
		return &Error{Model: st.m.String(), Err: ErrListing, Detail: fmt.Sprintf("asked for one commit, the hub describes %s", l.commit)}
	}
	// get downloads a file if the model has it.
	get := func(name string) (bool, error) {
		f, ok := l.files[name]
		if !ok {
			return false, nil
		}
		d := &download{settings: s, st: st, f: f}
		return true, d.get(ctx)
	}
	dir := os.DirFS(s.snapshotDir(st.m, st.commit))
	for _, name := range rootFiles {
		found, err := get(name)
		if err != nil {
			return err
		}
		if !found {
			if err := st.setAbsent(name); err != nil {
				return cacheError(st.m, name, err)
			}
		}
	}
	modules, err := readModules(dir)
	if err != nil {
		return s.contentError(st.m, modulesFile, err)
	}
	for i, m := range modules {
		if i == 0 || m.is("Transformer") {
			if err := s.completeTransformer(st, l, m.Path, get); err != nil {
				return err
			}
			continue
		}
		if m.Path == "" {
			continue
		}
		for _, name := range []string{configFile, safetensors.SingleName} {
			if _, err := get(path.Join(m.Path, name)); err != nil {
				return err
			}
		}
	}
	if err := st.setRef(); err != nil {
		return cacheError(st.m, "refs/"+st.m.revision, err)
	}
	return nil
}

func (s *settings) completeTransformer(st *store, l *listing, dir string, get func(string) (bool, error)) error {
	_, hasJSON := l.files[path.Join(dir, "tokenizer.json")]
	for _, name := range transformerFiles {
		if hasJSON && (strings.HasSuffix(name, ".model") || name == "vocab.json" || name == "merges.txt") {
			continue // tokenizer.json contains all that these do
		}
		found, err := get(path.Join(dir, name))
		if err != nil {
			return err
		}
		if !found && name == configFile {
			return &Error{Model: st.m.String(), File: path.Join(dir, configFile), Err: ErrNotFound, Detail: "the model has no such file: it is not in the layout of transformers or sentence-transformers"}
		}
	}
	if found, err := get(path.Join(dir, safetensors.SingleName)); found || err != nil {
		return err
	}
	index := path.Join(dir, safetensors.IndexName)
	found, err := get(index)
	if err != nil {
		return err
	}
	if !found {
		return noWeights(st.m, l, dir)
	}
	shards, err := readShards(os.DirFS(s.snapshotDir(st.m, st.commit)), dir)
	if err != nil {
		return s.contentError(st.m, index, err)
	}
	for _, shard := range shards {
		found, err := get(shard)
		if err != nil {
			return err
		}
		if !found {
			return &Error{Model: st.m.String(), File: shard, Err: ErrNotFound, Detail: index + " names this shard, but the model does not have it"}
		}
	}
	return nil
}

// contentError returns the error for a file whose contents cannot be used.
func (s *settings) contentError(m model, file string, err error) error {
	kind := ErrListing
	if errors.Is(err, ErrOutside) || errors.Is(err, safetensors.ErrOutside) {
		kind = ErrOutside
	}
	return &Error{Model: m.String(), File: file, Err: fmt.Errorf("%w: %w", kind, err)}
}

func noWeights(m model, l *listing, dir string) error {
	detail := "the model has neither " + safetensors.SingleName + " nor " + safetensors.IndexName
	for _, name := range []string{"pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"} {
		if _, ok := l.files[path.Join(dir, name)]; ok {
			detail += ", only " + name + ": convert it once, with save_pretrained of the transformers Python package, which writes safetensors, or look among the model's revisions (such as refs/pr/1) for one that has them"
			break
		}
	}
	return &Error{Model: m.String(), File: path.Join(dir, safetensors.SingleName), Err: ErrNoWeights, Detail: detail}
}
