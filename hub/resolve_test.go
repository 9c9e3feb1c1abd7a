package hub

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// tree returns all files and links below dir, without the locks.
func tree(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if !d.IsDir() && !strings.HasPrefix(rel, ".locks") {
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return names
}

func checkFiles(t *testing.T, dir string, h *fakeHub, names ...string) {
	t.Helper()
	slices.Sort(names)
	if got := tree(t, dir); !slices.Equal(got, names) {
		t.Errorf("the snapshot has %q, want %q", got, names)
	}
	for _, name := range names {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(got, h.files[name]) {
			t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, len(h.files[name]))
		}
	}
}

func TestResolveDownloads(t *testing.T) {
	h := newFakeHub(t, sentenceModel(t))
	o := h.options(t)
	last := map[string]Progress{}
	o.Progress = func(p Progress) {
		if p.Model != "org/name" || p.Done < last[p.File].Done || p.Total != int64(len(h.files[p.File])) {
			t.Errorf("progress %+v after %+v", p, last[p.File])
		}
		last[p.File] = p
	}
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	wanted := []string{
		"config.json", "tokenizer.json", "model.safetensors", "modules.json", "sentence_bert_config.json",
		"config_sentence_transformers.json", "special_tokens_map.json", "tokenizer_config.json", "vocab.txt",
		"1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors",
	}
	checkFiles(t, dir, h, wanted...)
	if f, err := safetensors.OpenDir(dir); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
	for _, name := range wanted {
		if p := last[name]; p.Done != p.Total || p.Total == 0 {
			t.Errorf("last progress of %s is %+v", name, p)
		}
	}

	// The layout is the one that other tools read.
	repo := filepath.Join(o.CacheDir, "models--org--name")
	if dir != filepath.Join(repo, "snapshots", testCommit) {
		t.Errorf("directory %s", dir)
	}
	if ref, err := os.ReadFile(filepath.Join(repo, "refs", "main")); err != nil || string(ref) != testCommit {
		t.Errorf("refs/main is %q, %v", ref, err)
	}
	if runtime.GOOS != "windows" {
		for name, want := range map[string]string{
			"model.safetensors":     "../../blobs/" + digest("model.safetensors", h.files["model.safetensors"]),
			"1_Pooling/config.json": "../../../blobs/" + digest("config.json", h.files["1_Pooling/config.json"]),
		} {
			if got, err := os.Readlink(filepath.Join(dir, name)); err != nil || got != want {
				t.Errorf("%s links to %q, %v; want %q", name, got, err, want)
			}
		}
	}
	blobs := tree(t, filepath.Join(repo, "blobs"))
	var want []string
	for _, name := range wanted {
		want = append(want, digest(name, h.files[name]))
	}
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(blobs, want) {
		t.Errorf("blobs %q, want %q", blobs, want)
	}

	// From now on the network is not needed.
	before := len(h.requests(""))
	if again, err := Resolve(t.Context(), "org/name", o); err != nil || again != dir {
		t.Errorf("again: %q, %v", again, err)
	}
	if n := len(h.requests("")); n != before {
		t.Errorf("%d requests for a model that is complete", n-before)
	}
}

func TestResolvePlainAndSharded(t *testing.T) {
	for name, files := range map[string]map[string][]byte{"plain": plainModel(t), "sharded": shardedModel(t)} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, files)
			o := h.options(t)
			dir, err := Resolve(t.Context(), "org/name", o)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for f := range files {
				names = append(names, f)
			}
			checkFiles(t, dir, h, names...)
			if f, err := safetensors.OpenDir(dir); err != nil {
				t.Error(err)
			} else {
				f.Close()
			}
			// That there is no modules.json is known now.
			h.Close()
			if _, err := Resolve(t.Context(), "org/name", o); err != nil {
				t.Errorf("again: %v", err)
			}
		})
	}
}

// A model that another tool left half there is completed.
func TestResolveCompletes(t *testing.T) {
	h := newFakeHub(t, sentenceModel(t))
	o := h.options(t)
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"model.safetensors", "1_Pooling/config.json", "config.json", "2_Dense/model.safetensors"} {
		name := filepath.Join(dir, filepath.FromSlash(gone))
		// The link and the blob; then the link alone.
		blob, err := filepath.EvalSymlinks(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, remove := range [][]string{{name, blob}, {name}, {blob}} {
			for _, r := range remove {
				os.Remove(r)
			}
			before := len(h.requests("GET"))
			if _, err := Resolve(t.Context(), "org/name", o); err != nil {
				t.Fatalf("%s: %v", gone, err)
			}
			if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, h.files[gone]) {
				t.Errorf("%s: %d bytes, %v", gone, len(got), err)
			}
			want := 1
			if len(remove) == 1 && remove[0] == name {
				want = 0
			}
			if n := len(h.requests("GET")) - before; n > want {
				t.Errorf("%s: %d downloads, want %d", gone, n, want)
			}
		}
	}
}

func TestResolveRevisions(t *testing.T) {
	for revision, escaped := range map[string]string{
		"main": "main", "v1.0": "v1.0", "refs/pr/1": "refs/pr/1", testCommit: testCommit,
	} {
		h := newFakeHub(t, plainModel(t))
		o := h.options(t)
		for _, name := range []string{"org/name@" + revision, "org/name"} {
			o.Revision = revision
			dir, err := Resolve(t.Context(), name, o)
			if err != nil {
				t.Fatalf("%s: %v", revision, err)
			}
			if filepath.Base(dir) != testCommit {
				t.Errorf("%s: %s", revision, dir)
			}
		}
		if got := h.requests("LIST"); !slices.Equal(got, []string{"LIST " + escaped}) {
			t.Errorf("%s: asked %q", revision, got)
		}
		_, err := os.Stat(filepath.Join(o.CacheDir, "models--org--name", "refs", filepath.FromSlash(revision)))
		if exists := err == nil; exists == (revision == testCommit) {
			t.Errorf("%s: ref exists: %v", revision, exists)
		}
	}
	// The hub must not pass another commit off as the one asked for.
	h := newFakeHub(t, plainModel(t))
	other := strings.Repeat("f", 40)
	if _, err := Resolve(t.Context(), "org/name@"+other, h.options(t)); !errors.Is(err, ErrListing) {
		t.Errorf("another commit: %v", err)
	}
}

// foreignCache is a cache as huggingface_hub leaves it.
func foreignCache(t *testing.T, files map[string][]byte) string {
	t.Helper()
	cache := t.TempDir()
	repo := filepath.Join(cache, "models--org--name")
	for name, data := range files {
		blob := filepath.Join(repo, "blobs", digest(name, data))
		link := filepath.Join(repo, "snapshots", testCommit, filepath.FromSlash(name))
		for _, dir := range []string{filepath.Dir(blob), filepath.Dir(link)} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(blob, data, 0o444); err != nil {
			t.Fatal(err)
		}
		target, err := filepath.Rel(filepath.Dir(link), blob)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, link); err != nil {
			if runtime.GOOS == "windows" {
				if err = os.WriteFile(link, data, 0o644); err == nil {
					continue
				}
			}
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(repo, "refs", "main"), testCommit)
	return cache
}

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// unreachable is an endpoint where nobody listens.
func unreachable(t *testing.T) string {
	h := newFakeHub(t, nil)
	h.Close()
	return h.URL
}

func TestResolveForeignCache(t *testing.T) {
	sentence := sentenceModel(t)
	for name := range sentence { // only what such a tool downloads
		if strings.Contains(name, "..") {
			delete(sentence, name)
		}
	}
	want := filepath.Join("models--org--name", "snapshots", testCommit)

	t.Run("complete", func(t *testing.T) {
		cache := foreignCache(t, sentence)
		for _, name := range []string{"org/name", "org/name@main", "org/name@" + testCommit} {
			dir, err := Resolve(t.Context(), name, Options{CacheDir: cache, Endpoint: unreachable(t)})
			if err != nil || dir != filepath.Join(cache, want) {
				t.Errorf("%s: %q, %v", name, dir, err)
			}
		}
	})
	t.Run("without modules.json", func(t *testing.T) {
		cache := foreignCache(t, plainModel(t))
		o := Options{CacheDir: cache, Endpoint: unreachable(t), Retries: -1}
		// Online, it is not silently taken for a model that has none.
		_, err := Resolve(t.Context(), "org/name", o)
		if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "HF_HUB_OFFLINE=1 uses it as it is") {
			t.Errorf("unreachable: %v", err)
		}
		o.Offline = true
		if dir, err := Resolve(t.Context(), "org/name", o); err != nil || dir != filepath.Join(cache, want) {
			t.Errorf("offline: %q, %v", dir, err)
		}
		// Some tools note what does not exist.
		writeFile(t, filepath.Join(cache, "models--org--name", ".no_exist", testCommit, "modules.json"), "")
		o.Offline = false
		if dir, err := Resolve(t.Context(), "org/name", o); err != nil || dir != filepath.Join(cache, want) {
			t.Errorf("known absent: %q, %v", dir, err)
		}
	})
	t.Run("a name without organisation", func(t *testing.T) {
		cache := foreignCache(t, sentence)
		if err := os.Rename(filepath.Join(cache, "models--org--name"), filepath.Join(cache, "models--bert-base-uncased")); err != nil {
			t.Fatal(err)
		}
		if _, err := Resolve(t.Context(), "bert-base-uncased", Options{CacheDir: cache, Offline: true}); err != nil {
			t.Error(err)
		}
	})
	t.Run("the environment's cache", func(t *testing.T) {
		cache := foreignCache(t, sentence)
		clearEnv(t)
		t.Setenv("HF_HUB_CACHE", cache)
		t.Setenv("HF_HUB_OFFLINE", "1")
		if dir, err := Resolve(t.Context(), "org/name", Options{}); err != nil || dir != filepath.Join(cache, want) {
			t.Errorf("%q, %v", dir, err)
		}
	})
}

func TestResolveOffline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		remove, revision, says string
	}{
		"no such revision": {"", "v2", `no revision "v2"`},
		"no weights":       {"model.safetensors", "", "lacks model.safetensors"},
		"no config":        {"config.json", "", "lacks config.json"},
		"no pooling":       {"1_Pooling/config.json", "", "lacks 1_Pooling/config.json"},
		"no dense weights": {"2_Dense/model.safetensors", "", "lacks 2_Dense/model.safetensors"},
	} {
		t.Run(name, func(t *testing.T) {
			files := sentenceModel(t)
			delete(files, c.remove)
			delete(files, "model.safetensors.index.json")
			delete(files, "1_Pooling/../../../../../../etc/passwd")
			h := newFakeHub(t, files)
			o := h.options(t)
			o.CacheDir, o.Offline, o.Revision = foreignCache(t, files), true, c.revision
			_, err := Resolve(t.Context(), "org/name", o)
			if !errors.Is(err, ErrOffline) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "HF_HUB_OFFLINE") || !strings.Contains(err.Error(), "org/name") {
				t.Errorf("got %v", err)
			}
			if n := len(h.requests("")); n != 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
	t.Run("no cache at all", func(t *testing.T) {
		cache := filepath.Join(t.TempDir(), "none")
		if _, err := Resolve(t.Context(), "org/name", Options{CacheDir: cache, Offline: true}); !errors.Is(err, ErrOffline) {
			t.Errorf("got %v", err)
		}
		if _, err := os.Stat(cache); err == nil {
			t.Error("it was made")
		}
	})
	t.Run("a shard is missing", func(t *testing.T) {
		files := shardedModel(t)
		delete(files, "part/model-2.safetensors")
		_, err := Resolve(t.Context(), "org/name", Options{CacheDir: foreignCache(t, files), Offline: true})
		if !errors.Is(err, ErrOffline) || !strings.Contains(err.Error(), "lacks part/model-2.safetensors") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no tokenizer is for the user to say", func(t *testing.T) {
		files := plainModel(t)
		delete(files, "tokenizer.json")
		if _, err := Resolve(t.Context(), "org/name", Options{CacheDir: foreignCache(t, files), Offline: true}); err != nil {
			t.Errorf("got %v", err)
		}
	})
}

func TestResolveCancelled(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Resolve(ctx, "org/name", h.options(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestResolveUnusableModels(t *testing.T) {
	for name, c := range map[string]struct {
		change func(files map[string][]byte)
		kind   error
		says   string
	}{
		"no config":   {func(f map[string][]byte) { delete(f, "config.json") }, ErrNotFound, "not in the layout"},
		"no weights":  {func(f map[string][]byte) { delete(f, "model.safetensors") }, ErrNoWeights, "neither model.safetensors"},
		"pickle only": {func(f map[string][]byte) { delete(f, "model.safetensors"); f["pytorch_model.bin"] = []byte("x") }, ErrNoWeights, "only pytorch_model.bin: convert it"},
		"shard not listed": {func(f map[string][]byte) {
			delete(f, "model.safetensors")
			f["model.safetensors.index.json"] = []byte(`{"weight_map":{"a":"gone.safetensors"}}`)
		}, ErrNotFound, "gone.safetensors"},
		"index is nonsense": {func(f map[string][]byte) {
			delete(f, "model.safetensors")
			f["model.safetensors.index.json"] = []byte(`{"weights":1}`)
		}, ErrListing, "no weight_map"},
		"shard outside": {func(f map[string][]byte) {
			delete(f, "model.safetensors")
			f["model.safetensors.index.json"] = []byte(`{"weight_map":{"a":"../../../x"}}`)
		}, ErrOutside, "../../../x"},
		"shard outside, listed": {func(f map[string][]byte) {
			delete(f, "model.safetensors")
			f["../../../x"] = []byte("x")
			f["model.safetensors.index.json"] = []byte(`{"weight_map":{"a":"../../../x"}}`)
		}, ErrOutside, "../../../x"},
		"modules outside": {func(f map[string][]byte) {
			f["modules.json"] = []byte(`[{"path":"","type":"Transformer"},{"path":"../../../out","type":"x.Dense"}]`)
			f["../../../out/config.json"] = []byte("{}")
		}, ErrOutside, "../../../out"},
		"modules absolute":  {func(f map[string][]byte) { f["modules.json"] = []byte(`[{"path":"/tmp/out","type":"Transformer"}]`) }, ErrOutside, "/tmp/out"},
		"modules nonsense":  {func(f map[string][]byte) { f["modules.json"] = []byte(`{"a":1}`) }, ErrListing, "modules.json"},
		"modules too large": {func(f map[string][]byte) { f["modules.json"] = bytes.Repeat([]byte(" "), maxSmall+1) }, ErrListing, "larger than"},
		"no modules":        {func(f map[string][]byte) { f["modules.json"] = []byte(`[]`) }, ErrListing, "0 modules"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			c.change(h.files)
			o := h.options(t)
			_, err := Resolve(t.Context(), "org/name", o)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "org/name: ") {
				t.Errorf("got %v", err)
			}
			checkContained(t, o)
		})
	}
}

// checkContained makes sure that nothing was written beside the cache.
func checkContained(t *testing.T, o Options) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(o.CacheDir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(o.CacheDir) {
			t.Errorf("%s was written beside the cache", e.Name())
		}
	}
	for _, name := range tree(t, o.CacheDir) {
		if !strings.HasPrefix(name, "models--org--name/") {
			t.Errorf("%s was written outside the model's directory", name)
		}
		if strings.HasSuffix(name, ".tmp") {
			t.Errorf("%s was left behind", name)
		}
	}
}

func TestHostileListing(t *testing.T) {
	for name, body := range map[string]string{
		"commit is a path":  `{"sha":"../../../../out","siblings":[]}`,
		"commit is missing": `{"siblings":[]}`,
		"commit is a word":  `{"sha":"main","siblings":[]}`,
		"not JSON":          `weights`,
		"an array":          `[]`,
		"negative size":     `{"sha":"` + testCommit + `","siblings":[{"rfilename":"config.json","size":-1}]}`,
		"too large":         `{"sha":"` + testCommit + `","x":"` + strings.Repeat("x", maxListing) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			h.list = func(w http.ResponseWriter, _ *http.Request) bool {
				w.Write([]byte(body))
				return true
			}
			o := h.options(t)
			if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrListing) {
				t.Errorf("got %v", err)
			}
			if files := tree(t, o.CacheDir); len(files) != 0 {
				t.Errorf("written: %q", files)
			}
		})
	}
}

// A link planted in the cache does not lead writing out of it.
func TestPlantedLinks(t *testing.T) {
	for _, planted := range []string{"models--org--name", "models--org--name/blobs", "models--org--name/snapshots", "models--org--name/snapshots/" + testCommit, "models--org--name/refs"} {
		t.Run(planted, func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			o := h.options(t)
			out := t.TempDir()
			name := filepath.Join(o.CacheDir, filepath.FromSlash(planted))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(out, name); err != nil {
				t.Skip(err)
			}
			if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrCache) {
				t.Errorf("got %v", err)
			}
			if files := tree(t, out); len(files) != 0 {
				t.Errorf("written outside: %q", files)
			}
		})
	}
}

func TestCacheInTheWay(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	o := h.options(t)
	writeFile(t, o.CacheDir, "a file where the cache should be")
	_, err := Resolve(t.Context(), "org/name", o)
	if !errors.Is(err, ErrCache) || !strings.Contains(err.Error(), "HF_HOME") {
		t.Errorf("got %v", err)
	}
}

// Without links (Windows without the privilege, some network drives) files
// become hard links, or else copies.
func TestResolveWithoutLinks(t *testing.T) {
	for name, hardLinks := range map[string]bool{"hard links": true, "copies": false} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, sentenceModel(t))
			m, err := parseName("org/name", "")
			if err != nil {
				t.Fatal(err)
			}
			s, err := newSettings(h.options(t))
			if err != nil {
				t.Fatal(err)
			}
			s.hooks.symlink = func(string, string) error { return errors.New("no symbolic links here") }
			s.hooks.link = func(string, string) error { return errors.New("no hard links here") }
			if hardLinks {
				s.hooks.link = func(oldname, newname string) error {
					return os.Link(filepath.Join(s.CacheDir, oldname), filepath.Join(s.CacheDir, newname))
				}
			}
			dir, err := s.resolve(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{"model.safetensors", "1_Pooling/config.json"} {
				info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(file)))
				if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(h.files[file])) {
					t.Errorf("%s: %v, %v", file, info, err)
				}
			}
			before := len(h.requests(""))
			if _, err := s.resolve(t.Context(), m); err != nil || len(h.requests("")) != before {
				t.Errorf("again: %v, %d requests", err, len(h.requests(""))-before)
			}
			checkContained(t, s.Options)
		})
	}
}
