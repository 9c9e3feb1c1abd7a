package bert

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

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

func TestOpenFromCache(t *testing.T) {
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
	m, err := Open(t.Context(), "some/tiny", Options{Hub: Hub{CacheDir: cache, Offline: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Name() != "some/tiny" {
		t.Errorf("name %q", m.Name())
	}
	text := []string{"the screen is broken"}
	if !slices.Equal(mustEmbed(t, m, text).data, mustEmbed(t, loadTiny(t, Options{}), text).data) {
		t.Error("the model from the cache gives other vectors")
	}
	if _, err := Open(t.Context(), "some/other", Options{Hub: Hub{CacheDir: cache, Offline: true}}); err == nil || !strings.Contains(err.Error(), "some/other") {
		t.Errorf("a model that is not there: %v", err)
	}
	local, err := Open(t.Context(), tiny, Options{})
	if err != nil {
		t.Fatal(err)
	}
	local.Close()
}

func TestOpenFromServerThatHasNothing(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	_, err := Open(t.Context(), "some/tiny", Options{Hub: Hub{CacheDir: t.TempDir(), Endpoint: server.URL}})
	if err == nil || !strings.Contains(err.Error(), "some/tiny") {
		t.Errorf("error %v", err)
	}
}
