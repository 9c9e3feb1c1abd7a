package hub

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// CachedModel is a model in the cache at one commit.
type CachedModel struct {
	Name         string    `json:"name"`              // "org/name", as in Resolve
	Commit       string    `json:"commit"`            // hash of the snapshot's commit
	Refs         []string  `json:"refs"`              // revisions that point to the commit, such as "main"
	Path         string    `json:"path"`              // directory of the snapshot
	Size         int64     `json:"size"`              // total bytes of its files
	Modified     time.Time `json:"modified"`          // modification time of its newest file
	Architecture string    `json:"model_type"`        // from config.json, such as "bert"; "" if that cannot be read
	Missing      []string  `json:"missing,omitempty"` // files that loading needs and that are missing
}

// List returns the models in the cache, ordered by name and commit, whichever
// tool put them there and whether or not they are complete. If the cache does
// not exist, there are no models.
func List(ctx context.Context, o Options) ([]CachedModel, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	s, err := newSettings(o)
	if err != nil {
		return nil, err
	}
	if s.CacheDir, err = filepath.Abs(s.CacheDir); err != nil {
		return nil, cacheError(model{}, "", err)
	}
	folders, err := os.ReadDir(s.CacheDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &Error{Err: ErrCache, Detail: err.Error()}
	}
	var models []CachedModel
	for _, folder := range folders {
		id, ok := modelID(folder.Name())
		if !ok {
			continue
		}
		repo := filepath.Join(s.CacheDir, folder.Name())
		refs := readRefs(repo)
		snapshots, err := os.ReadDir(filepath.Join(repo, "snapshots"))
		if err != nil {
			continue // begun, but nothing has arrived
		}
		for _, snapshot := range snapshots {
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
			c := CachedModel{Name: id, Commit: snapshot.Name(), Path: filepath.Join(repo, "snapshots", snapshot.Name()), Refs: refs[snapshot.Name()]}
			if info, err := os.Stat(c.Path); err != nil || !info.IsDir() {
				continue
			}
			c.measure()
			models = append(models, c)
		}
	}
	slices.SortFunc(models, func(a, b CachedModel) int {
		return 2*strings.Compare(a.Name, b.Name) + strings.Compare(a.Commit, b.Commit)
	})
	return models, nil
}

// readRefs returns the revisions that point to each commit.
func readRefs(repo string) map[string][]string {
	refs := map[string][]string{}
	fsys := os.DirFS(repo)
	_ = fs.WalkDir(fsys, "refs", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be read is not a ref
		}
		if d.IsDir() {
			return nil
		}
		if text, err := readSmall(fsys, name, 4096); err == nil {
			commit := strings.TrimSpace(string(text))
			refs[commit] = append(refs[commit], strings.TrimPrefix(name, "refs/"))
		}
		return nil
	})
	return refs
}

// measure fills in what the snapshot's files show.
func (c *CachedModel) measure() {
	fsys := os.DirFS(c.Path)
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be read is not counted
		}
		if d.IsDir() {
			return nil
		}
		if info, err := fs.Stat(fsys, name); err == nil && info.Mode().IsRegular() { // through the link
			c.Size += info.Size()
			if info.ModTime().After(c.Modified) {
				c.Modified = info.ModTime()
			}
		}
		return nil
	})
	dir := ""
	if modules, err := readModules(fsys); err == nil {
		dir = modules[0].Path
	}
	var config struct {
		ModelType string `json:"model_type"`
	}
	if data, err := readSmall(fsys, path.Join(dir, configFile), maxSmall); err == nil && json.Unmarshal(data, &config) == nil {
		c.Architecture = config.ModelType
	}
	lacks, err := missing(fsys)
	if err != nil {
		lacks = []string{err.Error()}
	}
	c.Missing = lacks
}
