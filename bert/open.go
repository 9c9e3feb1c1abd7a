package bert

import (
	"context"
	"fmt"
	"os"

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
	o := hub.Options{CacheDir: options.Hub.CacheDir, Endpoint: options.Hub.Endpoint, Token: options.Hub.Token, Offline: options.Hub.Offline}
	if report := options.Hub.Progress; report != nil {
		o.Progress = func(p hub.Progress) { report(p.File, p.Done, p.Total) }
	}
	dir, err := hub.Resolve(ctx, name, o)
	if err != nil {
		return nil, fmt.Errorf("bert: opening a model: %w", err)
	}
	if options.Name == "" {
		options.Name = name
	}
	return Load(dir, options)
}
