package hub

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

// tiny is the directory of a small model.
const tiny = "../bert/testdata/models/bert"

// copyModel puts a tiny model into dir as links, as the Hugging Face cache does.
func copyModel(t *testing.T, from, snapshot, blobs string) {
	t.Helper()
	for _, d := range []string{snapshot, blobs} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"config.json", "model.safetensors", "tokenizer.json"} {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		blob := filepath.Join(blobs, "blob-"+name)
		if err := os.WriteFile(blob, data, 0o644); err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(snapshot, blob)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(rel, filepath.Join(snapshot, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
}

// A model from the cache is loaded, and named, as it was asked for.
func TestResolvedModelLoads(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	const commit = "0123456789012345678901234567890123456789"
	repo := filepath.Join(cache, "models--some--tiny")
	copyModel(t, tiny, filepath.Join(repo, "snapshots", commit), filepath.Join(repo, "blobs"))
	if err := os.MkdirAll(filepath.Join(repo, "refs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(repo, "refs", "main"), []byte(commit), 0o644); err != nil {
		t.Fatal(err)
	}
	dir, err := Resolve(t.Context(), "some/tiny", Options{CacheDir: cache, Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	m, err := bert.Load(dir, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Name() != "some/tiny" {
		t.Errorf("name %q", m.Name())
	}
	local, err := Resolve(t.Context(), tiny, Options{CacheDir: cache, Offline: true})
	if err != nil || local != tiny {
		t.Fatalf("an existing directory: %q, %v", local, err)
	}
	want, err := bert.Load(local, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	if want.Name() != "bert" {
		t.Errorf("the directory's model is named %q", want.Name())
	}
	text := []string{"the screen is broken"}
	a, err := m.Embed(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	b, err := want.Embed(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.Row(0), b.Row(0)) {
		t.Error("the model from the cache gives other vectors")
	}
}
