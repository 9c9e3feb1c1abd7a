package hub

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// snapshotDir is the directory of a model at a commit.
func (s *settings) snapshotDir(m model, commit string) string {
	return filepath.Join(s.CacheDir, m.folder(), "snapshots", commit)
}

// cachedCommit returns the commit of the model's revision in the cache.
func (s *settings) cachedCommit(m model) (string, bool) {
	repo := filepath.Join(s.CacheDir, m.folder())
	commit := m.revision
	if text, err := readSmall(os.DirFS(repo), path.Join("refs", m.revision), 4096); err == nil {
		commit = strings.TrimSpace(string(text))
	}
	if strings.Contains(commit, "/") || !safePath(commit) {
		return "", false
	}
	info, err := os.Stat(s.snapshotDir(m, commit))
	return commit, err == nil && info.IsDir()
}

// knownAbsent reports whether some tool has recorded that the model has no such
// file.
func (s *settings) knownAbsent(m model, commit, file string) bool {
	_, err := os.Stat(filepath.Join(s.CacheDir, m.folder(), ".no_exist", commit, filepath.FromSlash(file)))
	return err == nil
}

// store writes to one model's part of the cache. All writes go through root,
// which does not let names or links lead out of the cache.
type store struct {
	root          *os.Root
	m             model
	commit        string
	symlink, link func(oldname, newname string) error // root's methods; tests make them fail
}

// openStore opens the cache's directory, creating it if necessary.
func (s *settings) openStore(m model, commit string) (*store, error) {
	if err := os.MkdirAll(s.CacheDir, 0o755); err != nil {
		return nil, cacheError(m, "", err)
	}
	root, err := os.OpenRoot(s.CacheDir)
	if err != nil {
		return nil, cacheError(m, "", err)
	}
	st := &store{root: root, m: m, commit: commit, symlink: root.Symlink, link: root.Link}
	if s.hooks.symlink != nil {
		st.symlink, st.link = s.hooks.symlink, s.hooks.link
	}
	return st, nil
}

func cacheError(m model, file string, err error) error {
	e := &Error{Model: m.String(), File: file}
	if isDiskFull(err) {
		e.Err = fmt.Errorf("%w: %w", ErrDiskFull, err)
		e.Detail = "free some space, or put the cache elsewhere with HF_HOME; the download will resume"
		return e
	}
	e.Err = fmt.Errorf("%w: %w", ErrCache, err)
	e.Detail = "check its permissions, or put it elsewhere with HF_HOME"
	return e
}

func (st *store) blob(key string) string { return path.Join(st.m.folder(), "blobs", key) }

func (st *store) snapshot(file string) string {
	return path.Join(st.m.folder(), "snapshots", st.commit, file)
}

// has reports whether the snapshot has the file, with the right size if that is
// known.
func (st *store) has(f remoteFile) bool { return st.isSize(st.snapshot(f.name), f.size) }

func (st *store) isSize(name string, size int64) bool {
	info, err := st.root.Stat(filepath.FromSlash(name))
	return err == nil && info.Mode().IsRegular() && (size < 0 || info.Size() == size)
}

func (st *store) open(name string, flag int) (*os.File, error) {
	name = filepath.FromSlash(name)
	if err := st.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	return st.root.OpenFile(name, flag, 0o644)
}

// write puts a small file in place, atomically.
func (st *store) write(name string, data []byte) error {
	tmp := besides(name)
	f, err := st.open(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return st.replace(tmp, name, errors.Join(err, f.Close()))
}

// replace renames tmp to name, or removes it if err is not nil.
func (st *store) replace(tmp, name string, err error) error {
	if err == nil {
		err = st.root.Rename(filepath.FromSlash(tmp), filepath.FromSlash(name))
	}
	if err != nil {
		_ = st.root.Remove(filepath.FromSlash(tmp))
	}
	return err
}

// besides returns an unused temporary name in the directory of name.
func besides(name string) string {
	return path.Join(path.Dir(name), fmt.Sprintf(".%.40s.%016x.tmp", path.Base(name), rand.Uint64()))
}

// place makes the snapshot's file a relative link to the blob. If the system
// has no links or does not permit them, it becomes a hard link or a copy.
func (st *store) place(file, key string) error {
	name := st.snapshot(file)
	if err := st.root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o755); err != nil {
		return err
	}
	target := strings.Repeat("../", 2+strings.Count(file, "/")) + "blobs/" + key
	if old, err := st.root.Readlink(filepath.FromSlash(name)); err == nil && filepath.ToSlash(old) == target {
		return nil
	}
	tmp := besides(name)
	if err := st.symlink(filepath.FromSlash(target), filepath.FromSlash(tmp)); err == nil {
		return st.replace(tmp, name, nil)
	}
	if err := st.link(filepath.FromSlash(st.blob(key)), filepath.FromSlash(tmp)); err == nil {
		return st.replace(tmp, name, nil)
	}
	return st.copy(st.blob(key), tmp, name)
}

func (st *store) copy(from, tmp, to string) error {
	in, err := st.root.Open(filepath.FromSlash(from))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := st.open(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return st.replace(tmp, to, errors.Join(err, out.Close()))
}

// setRef records the revision's commit.
func (st *store) setRef() error {
	if st.m.revision == st.commit {
		return nil
	}
	name := path.Join(st.m.folder(), "refs", st.m.revision)
	if old, err := st.root.ReadFile(filepath.FromSlash(name)); err == nil && string(old) == st.commit {
		return nil
	}
	return st.write(name, []byte(st.commit))
}

// setAbsent records that the model has no such file, to avoid further requests.
func (st *store) setAbsent(file string) error {
	name := path.Join(st.m.folder(), ".no_exist", st.commit, file)
	if _, err := st.root.Stat(filepath.FromSlash(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return st.write(name, nil)
}
