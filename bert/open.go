package bert

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/seed-56ee9438/cohort/internal/hub"
)

// Hub says where Open finds models. The zero value follows the environment as
// Python's huggingface_hub does: HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN,
// HF_HUB_OFFLINE.
type Hub struct {
	CacheDir string // directory of the cache
	Endpoint string // address of the hub
	Token    string // for private and gated models
	Offline  bool   // never use the network
	// Progress, if not nil, is called while files are downloaded: done of
	// total bytes of one of them, total being -1 where it is not known.
	Progress func(file string, done, total int64)
}

// Open loads a model by its name on the Hugging Face hub, "organisation/name"
// or "organisation/name@revision". It is taken from the local cache that other
// tools share; what is missing there is downloaded first. Nothing but ctx and
// the hub's answers bounds how long that takes. The name of an existing
// directory is loaded as by [Load].
func Open(ctx context.Context, name string, options Options) (*Model, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return Load(name, options)
	}
	dir, err := hub.Resolve(ctx, name, options.Hub.options())
	if err != nil {
		return nil, fmt.Errorf("bert: opening a model: %w", err)
	}
	if options.Name == "" {
		options.Name = name
	}
	return Load(dir, options)
}

// CachedModel is a model in the Hugging Face cache at one commit.
type CachedModel struct {
	Name         string    `json:"name"`              // "organisation/name", as Open takes it
	Commit       string    `json:"commit"`            // hash that the snapshot is of
	Refs         []string  `json:"refs"`              // revisions that stand at the commit, such as "main"
	Path         string    `json:"path"`              // directory of the snapshot
	Size         int64     `json:"size"`              // bytes of its files
	Modified     time.Time `json:"modified"`          // when its newest file was written
	Architecture string    `json:"model_type"`        // of config.json, such as "bert"; "" if that cannot be read
	Missing      []string  `json:"missing,omitempty"` // files that loading would need and that are not there
}

// Cached returns the models of every kind in the Hugging Face cache, complete
// or not, ordered by name and commit, whatever tool put them there. The network
// is not used. A cache that does not exist holds no models.
func Cached(ctx context.Context, where Hub) ([]CachedModel, error) {
	found, err := hub.List(ctx, where.options())
	if err != nil {
		return nil, fmt.Errorf("bert: listing models: %w", err)
	}
	models := make([]CachedModel, len(found))
	for i, m := range found {
		models[i] = CachedModel(m)
	}
	return models, nil
}

func (h Hub) options() hub.Options {
	o := hub.Options{CacheDir: h.CacheDir, Endpoint: h.Endpoint, Token: h.Token, Offline: h.Offline}
	if h.Progress != nil {
		o.Progress = func(p hub.Progress) { h.Progress(p.File, p.Done, p.Total) }
	}
	return o
}
