package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
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
	var m bert.CachedModel
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
