package hub

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestList(t *testing.T) {
	t.Parallel()
	files := sentenceModel(t)
	delete(files, "1_Pooling/../../../../../../etc/passwd")
	cache := foreignCache(t, files)
	size := int64(0)
	for _, data := range files {
		size += int64(len(data))
	}
	repo := filepath.Join(cache, "models--org--name")
	writeFile(t, filepath.Join(repo, "refs", "refs", "pr", "1"), testCommit+"\n")
	// An older snapshot of which only the configuration is there, a model that
	// has barely begun, one without an organisation, and things that are no models.
	old := strings.Repeat("a", 40)
	writeFile(t, filepath.Join(repo, "snapshots", old, "config.json"), `{"model_type":"roberta"}`)
	writeFile(t, filepath.Join(cache, "models--just--begun", "blobs", "x.incomplete"), "x")
	writeFile(t, filepath.Join(cache, "models--bert-base-uncased", "snapshots", old, "config.json"), `nonsense`)
	writeFile(t, filepath.Join(cache, "models--bert-base-uncased", "snapshots", "a file"), "")
	writeFile(t, filepath.Join(cache, "datasets--org--data", "snapshots", old, "data.csv"), "")
	writeFile(t, filepath.Join(cache, "version.txt"), "1")
	writeFile(t, filepath.Join(cache, ".locks", "models--org--name", "x.lock"), "")

	got, err := List(t.Context(), Options{CacheDir: cache})
	if err != nil {
		t.Fatal(err)
	}
	want := []CachedModel{
		{Name: "bert-base-uncased", Commit: old, Size: 8, Missing: []string{"tokenizer.json or vocab.txt or vocab.json or sentencepiece.bpe.model or spiece.model", "model.safetensors"}},
		{Name: "org/name", Commit: testCommit, Refs: []string{"main", "refs/pr/1"}, Size: size, Architecture: "bert"},
		{Name: "org/name", Commit: old, Size: 24, Architecture: "roberta", Missing: []string{"tokenizer.json or vocab.txt or vocab.json or sentencepiece.bpe.model or spiece.model", "model.safetensors"}},
	}
	if len(got) != len(want) {
		t.Fatalf("%d models: %+v", len(got), got)
	}
	for i, g := range got {
		w := want[i]
		slices.Sort(g.Refs)
		if g.Name != w.Name || g.Commit != w.Commit || !slices.Equal(g.Refs, w.Refs) || g.Size != w.Size || g.Architecture != w.Architecture || !slices.Equal(g.Missing, w.Missing) {
			t.Errorf("got  %+v\nwant %+v", g, w)
		}
		if info, err := os.Stat(g.Path); err != nil || !info.IsDir() || g.Modified.IsZero() {
			t.Errorf("%s: path %q, %v, modified %v", g.Name, g.Path, err, g.Modified)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := List(ctx, Options{CacheDir: cache}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got, err := List(t.Context(), Options{CacheDir: filepath.Join(cache, "none")}); err != nil || got != nil {
		t.Errorf("no cache: %v, %v", got, err)
	}
	if _, err := List(t.Context(), Options{CacheDir: filepath.Join(cache, "version.txt")}); !errors.Is(err, ErrCache) {
		t.Errorf("a file: %v", err)
	}
}

// What Resolve downloads, List lists.
func TestListDownloaded(t *testing.T) {
	h := newFakeHub(t, sentenceModel(t))
	o := h.options(t)
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	got, err := List(t.Context(), o)
	if err != nil || len(got) != 1 || got[0].Name != "org/name" || got[0].Path != dir || len(got[0].Missing) != 0 || !slices.Equal(got[0].Refs, []string{"main"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// A cancelled call's error is both the caller's cause and context.Canceled.
func TestCauseOfCancelling(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	if err := os.MkdirAll(filepath.Join(cache, "models--org--name", "snapshots", strings.Repeat("a", 40)), 0o755); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(boom)
	_, listing := List(ctx, Options{CacheDir: cache})
	_, resolving := Resolve(ctx, "org/other", Options{CacheDir: cache, Endpoint: unreachable(t)})
	for name, err := range map[string]error{"List": listing, "Resolve": resolving} {
		if !errors.Is(err, boom) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
