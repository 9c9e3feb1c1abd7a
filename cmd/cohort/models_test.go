package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/hub"
)

func TestModels(t *testing.T) {
	const commit = "0123456789012345678901234567890123456789"
	cache := t.TempDir()
	put := func(name, data string) {
		t.Helper()
		path := filepath.Join(cache, "models--some--tiny", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("refs/main", commit)
	put("snapshots/"+commit+"/config.json", `{"model_type":"bert"}`)

	r := run(t, "", "models", "--cache-dir", cache, "--json")
	var m hub.CachedModel
	if err := json.Unmarshal([]byte(r.out), &m); r.code != 0 || err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	if m.Name != "some/tiny" || m.Commit != commit || len(m.Refs) != 1 || m.Refs[0] != "main" || m.Architecture != "bert" || m.Size != 21 || len(m.Missing) == 0 {
		t.Errorf("%+v", m)
	}
	// The environment names the cache where no flag does.
	t.Setenv("HF_HUB_CACHE", cache)
	if r := run(t, "", "models"); r.code != 0 || !strings.Contains(r.out, "some/tiny") || !strings.Contains(r.out, "lacks") || !strings.Contains(r.out, m.Path) {
		t.Errorf("%+v", r)
	}
	t.Setenv("HF_HUB_CACHE", filepath.Join(cache, "none"))
	if r := run(t, "", "models", "--json"); r.code != 0 || r.out != "" {
		t.Errorf("no cache: %+v", r)
	}
	if r := run(t, "", "models", "extra"); r.code != 2 {
		t.Errorf("%+v", r)
	}
}

// --model takes a name on the hub: from the cache, without a look at the network.
func TestModelFromHub(t *testing.T) {
	cache := t.TempDir()
	const commit = "0123456789012345678901234567890123456789"
	repo := filepath.Join(cache, "models--some--tiny")
	snapshot := filepath.Join(repo, "snapshots", commit)
	if err := os.CopyFS(snapshot, os.DirFS("../../bert/testdata/models/bert")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(repo, "refs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(repo, "refs", "main"), []byte(commit), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HF_HUB_CACHE", cache)
	t.Setenv("HF_HUB_OFFLINE", "1")
	f := modelFlags{model: "some/tiny"}
	m, err := f.load(t.Context(), f.model)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name() != "some/tiny" {
		t.Errorf("name %q", m.Name())
	}
	m.Close()
	for _, name := range []string{"some/other", "some/tiny@v2"} {
		if _, err := f.load(t.Context(), name); !errors.Is(err, hub.ErrOffline) {
			t.Errorf("%s: %v, want hub.ErrOffline", name, err)
		}
	}
	for _, name := range []string{"minlm", "./some/tiny", "/some/tiny", "some/tiny/more"} {
		if _, err := f.load(t.Context(), name); err == nil || !strings.Contains(err.Error(), "neither a directory") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
