package safetensors

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// shard returns a file with float32 tensors of one element each: the value.
func shard(t testing.TB, values map[string]float32) []byte {
	t.Helper()
	var tensors []Tensor
	for name, v := range values {
		tensor, err := Of(name, []int{1}, []float32{v})
		if err != nil {
			t.Fatal(err)
		}
		tensors = append(tensors, tensor)
	}
	var b bytes.Buffer
	if err := Write(&b, tensors, map[string]string{"format": "pt"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeFiles(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func link(t testing.TB, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		if runtime.GOOS == "windows" {
			t.Skipf("links need a privilege here: %v", err)
		}
		t.Fatal(err)
	}
}

func checkJoined(t *testing.T, f *File, want map[string]float32) {
	t.Helper()
	var names []string
	for name, v := range want {
		names = append(names, name)
		tensor, ok := f.Lookup(name)
		if !ok {
			t.Errorf("no tensor %q", name)
			continue
		}
		if got, err := tensor.Float32(); err != nil || len(got) != 1 || got[0] != v {
			t.Errorf("%q = %v, %v; want %v", name, got, err, v)
		}
	}
	slices.Sort(names)
	if !slices.Equal(f.Names(), names) {
		t.Errorf("names %q, want %q", f.Names(), names)
	}
	if f.Metadata()["format"] != "pt" {
		t.Errorf("metadata %q", f.Metadata())
	}
}

func TestOpenIndex(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{
		IndexName:        []byte(`{"metadata":{"total_size":12,"x":[1,{"y":null}]},"weight_map":{"b":"s1.safetensors","a":"s1.safetensors","c":"sub/s2.safetensors"}}`),
		"s1.safetensors": shard(t, map[string]float32{"a": 1, "b": 2, "not in the map": 9}),
		// The map is the authority: this shard's "a" is not the model's.
		"sub/s2.safetensors": shard(t, map[string]float32{"c": 3, "a": 99}),
	}
	want := map[string]float32{"a": 1, "b": 2, "c": 3}
	dir := t.TempDir()
	writeFiles(t, dir, files)
	mapFS := fstest.MapFS{}
	for name, data := range files {
		mapFS[name] = &fstest.MapFile{Data: data}
	}
	for name, open := range map[string]func() (*File, error){
		"OpenIndex":             func() (*File, error) { return OpenIndex(filepath.Join(dir, IndexName)) },
		"OpenDir":               func() (*File, error) { return OpenDir(dir) },
		"OpenIndexFS":           func() (*File, error) { return OpenIndexFS(mapFS, IndexName) },
		"OpenDirFS":             func() (*File, error) { return OpenDirFS(mapFS) },
		"OpenDirFS of a folder": func() (*File, error) { return OpenDirFS(os.DirFS(dir)) },
	} {
		t.Run(name, func(t *testing.T) {
			f, err := open()
			if err != nil {
				t.Fatal(err)
			}
			checkJoined(t, f, want)
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// indexRefusals are indexes over the shard s.safetensors, which has "a", and
// the damaged bad.safetensors.
var indexRefusals = []struct {
	name, index string
	kind        error
	says        string
}{
	{"empty", ``, ErrIndex, "want '{'"},
	{"not JSON", `weights`, ErrIndex, "want '{'"},
	{"array", `[]`, ErrIndex, "want '{'"},
	{"cut short", `{"weight_map":{"a":"s.safet`, ErrIndex, "unexpected end"},
	{"junk after", `{"weight_map":{"a":"s.safetensors"}}x`, ErrIndex, "after the end"},
	{"no weight_map", `{"metadata":{}}`, ErrIndex, "no weight_map"},
	{"empty weight_map", `{"weight_map":{}}`, ErrIndex, "empty"},
	{"weight_map a list", `{"weight_map":["s.safetensors"]}`, ErrIndex, "want '{'"},
	{"weight_map twice", `{"weight_map":{"a":"s.safetensors"},"weight_map":{"a":"s.safetensors"}}`, ErrDuplicate, "weight_map twice"},
	{"tensor twice", `{"weight_map":{"a":"s.safetensors","a":"s.safetensors"}}`, ErrDuplicate, `tensor "a"`},
	{"tensor in two shards", `{"weight_map":{"a":"s.safetensors","a":"t.safetensors"}}`, ErrDuplicate, `tensor "a"`},
	{"shard a number", `{"weight_map":{"a":1}}`, ErrIndex, "want a shard's file name"},
	{"shard null", `{"weight_map":{"a":null}}`, ErrIndex, "want a shard's file name"},
	{"shard missing", `{"weight_map":{"a":"absent.safetensors"}}`, fs.ErrNotExist, "absent.safetensors"},
	{"tensor not in its shard", `{"weight_map":{"a":"s.safetensors","z":"s.safetensors"}}`, ErrIndex, `tensor "z"`},
	{"shard is a web page", `{"weight_map":{"a":"s.safetensors","b":"bad.safetensors"}}`, ErrHTML, "bad.safetensors"},
	{"shard is a directory", `{"weight_map":{"a":"folder"}}`, ErrNotSafetensors, "is a directory"},
	{"empty name", `{"weight_map":{"a":""}}`, ErrOutside, "is empty"},
	{"parent directory", `{"weight_map":{"a":"../s.safetensors"}}`, ErrOutside, `"../s.safetensors"`},
	{"parent directory inside", `{"weight_map":{"a":"folder/../../s.safetensors"}}`, ErrOutside, "not a plain path"},
	{"detour that stays", `{"weight_map":{"a":"folder/../s.safetensors"}}`, ErrOutside, "not a plain path"},
	{"parent directory escaped", `{"weight_map":{"a":"\u002e\u002e\u002fs.safetensors"}}`, ErrOutside, "not a plain path"},
	{"absolute", `{"weight_map":{"a":"/etc/passwd"}}`, ErrOutside, `"/etc/passwd"`},
	{"dot", `{"weight_map":{"a":"."}}`, ErrOutside, "not a plain path"},
	{"backslashes", `{"weight_map":{"a":"..\\s.safetensors"}}`, ErrOutside, "may not contain"},
	{"drive", `{"weight_map":{"a":"C:s.safetensors"}}`, ErrOutside, "may not contain"},
	{"NUL", `{"weight_map":{"a":"s.safetensors\u0000"}}`, ErrOutside, "may not contain"},
	{"nested 2000 deep", `{"metadata":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `,"weight_map":{"a":"s.safetensors"}}`, ErrIndex, "nested deeper"},
}

func TestOpenIndexRefused(t *testing.T) {
	t.Parallel()
	for _, c := range indexRefusals {
		t.Run(c.name, func(t *testing.T) {
			files := map[string][]byte{
				"model/" + IndexName:        []byte(c.index),
				"model/s.safetensors":       shard(t, map[string]float32{"a": 1}),
				"s.safetensors":             shard(t, map[string]float32{"a": 1}), // outside
				"model/bad.safetensors":     []byte("<!DOCTYPE html>"),
				"model/folder/README":       []byte("x"),
				"model/folder/absent/.keep": nil,
			}
			dir := t.TempDir()
			writeFiles(t, dir, files)
			index := filepath.Join(dir, "model", IndexName)
			for name, open := range map[string]func() (*File, error){
				"OpenIndex":   func() (*File, error) { return OpenIndex(index) },
				"OpenDir":     func() (*File, error) { return OpenDir(filepath.Dir(index)) },
				"OpenIndexFS": func() (*File, error) { return OpenIndexFS(os.DirFS(dir), "model/"+IndexName) },
				"OpenDirFS":   func() (*File, error) { return OpenDirFS(os.DirFS(filepath.Dir(index))) },
			} {
				f, err := open()
				switch {
				case err == nil:
					f.Close()
					t.Errorf("%s: it loaded", name)
				case !errors.Is(err, c.kind):
					t.Errorf("%s: got %v, want %v", name, err, c.kind)
				case !strings.Contains(err.Error(), IndexName) || !strings.Contains(err.Error(), c.says):
					t.Errorf("%s: %q does not name the index and say %q", name, err, c.says)
				}
			}
		})
	}
}

// A cache as Hugging Face tools leave it: shards are links to ../../blobs.
func TestOpenIndexInCache(t *testing.T) {
	cache := t.TempDir()
	repo := filepath.Join(cache, "models--org--name")
	snapshot := filepath.Join(repo, "snapshots", "0123abc")
	writeFiles(t, repo, map[string][]byte{
		"blobs/1": shard(t, map[string]float32{"a": 1}),
		"blobs/2": shard(t, map[string]float32{"b": 2}),
		"blobs/i": []byte(`{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}}`),
	})
	link(t, filepath.Join("..", "..", "blobs", "1"), filepath.Join(snapshot, "s1.safetensors"))
	link(t, filepath.Join("..", "..", "blobs", "2"), filepath.Join(snapshot, "s2.safetensors"))
	link(t, filepath.Join("..", "..", "blobs", "i"), filepath.Join(snapshot, IndexName))
	f, err := OpenDir(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	checkJoined(t, f, map[string]float32{"a": 1, "b": 2})
	f.Close()

	// A relative path to it, and one through a link to the snapshot.
	t.Chdir(repo)
	link(t, snapshot, filepath.Join(cache, "shortcut"))
	for _, dir := range []string{filepath.Join("snapshots", "0123abc"), filepath.Join("..", "shortcut")} {
		f, err := OpenDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		checkJoined(t, f, map[string]float32{"a": 1, "b": 2})
		f.Close()
	}
}

func TestOpenIndexLinks(t *testing.T) {
	t.Parallel()
	index := []byte(`{"weight_map":{"a":"s.safetensors"}}`)
	weights := shard(t, map[string]float32{"a": 1})
	for _, c := range []struct {
		name, dir, file string // the model's directory, and where the weights lie
		outside         bool
	}{
		{"within the directory", "model", "model/real/w", false},
		{"beside a plain directory", "model", "elsewhere/w", true},
		{"a sibling whose name begins alike", "model", "model2/w", true},
		{"blobs of the cache", "hub/models--o--n/snapshots/r", "hub/models--o--n/blobs/w", false},
		{"blobs of the cache, for a module", "hub/models--o--n/snapshots/r/0_Transformer", "hub/models--o--n/blobs/w", false},
		{"out of the cache, for a module", "hub/models--o--n/snapshots/r/0_Transformer", "secret/w", true},
		{"another model of the cache", "hub/models--o--n/snapshots/r", "hub/models--o--m/blobs/w", false},
		{"out of the cache", "hub/models--o--n/snapshots/r", "secret/w", true},
		{"beside the cache, name begins alike", "hub/models--o--n/snapshots/r", "hub2/w", true},
		{"snapshots of something else", "hub/other/snapshots/r", "hub/blobs/w", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			writeFiles(t, root, map[string][]byte{c.dir + "/" + IndexName: index, c.file: weights})
			dir := filepath.Join(root, filepath.FromSlash(c.dir))
			target, err := filepath.Rel(dir, filepath.Join(root, filepath.FromSlash(c.file)))
			if err != nil {
				t.Fatal(err)
			}
			link(t, target, filepath.Join(dir, "s.safetensors"))
			f, err := OpenDir(dir)
			if c.outside {
				if !errors.Is(err, ErrOutside) {
					t.Errorf("got %v, want %v", err, ErrOutside)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkJoined(t, f, map[string]float32{"a": 1})
			f.Close()
		})
	}
	t.Run("a directory that is a link out", func(t *testing.T) {
		root := t.TempDir()
		writeFiles(t, root, map[string][]byte{
			"model/" + IndexName: []byte(`{"weight_map":{"a":"sub/s.safetensors"}}`), "out/s.safetensors": weights,
		})
		link(t, filepath.Join("..", "out"), filepath.Join(root, "model", "sub"))
		if _, err := OpenDir(filepath.Join(root, "model")); !errors.Is(err, ErrOutside) {
			t.Errorf("got %v, want %v", err, ErrOutside)
		}
	})
}

func TestOpenDir(t *testing.T) {
	t.Parallel()
	weights := shard(t, map[string]float32{"a": 1})
	t.Run("one file wins over the index", func(t *testing.T) {
		dir := t.TempDir()
		writeFiles(t, dir, map[string][]byte{SingleName: weights, IndexName: []byte("nonsense")})
		f, err := OpenDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	})
	for name, c := range map[string]struct{ file, says string }{
		"nothing":     {"config.json", "neither model.safetensors nor model.safetensors.index.json"},
		"pickle":      {"pytorch_model.bin", "pytorch_model.bin, a pickle that can run code and is not loaded: convert it once"},
		"tensorflow":  {"tf_model.h5", "only tf_model.h5: convert it once"},
		"onnx export": {"model.onnx", "only model.onnx"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, map[string][]byte{c.file: []byte("x")})
			for _, open := range []func() (*File, error){
				func() (*File, error) { return OpenDir(dir) },
				func() (*File, error) { return OpenDirFS(os.DirFS(dir)) },
			} {
				if _, err := open(); !errors.Is(err, ErrNoWeights) || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	t.Run("no directory", func(t *testing.T) {
		if _, err := OpenDir(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("dangling link", func(t *testing.T) {
		dir := t.TempDir()
		link(t, "gone", filepath.Join(dir, SingleName))
		if _, err := OpenDir(dir); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), SingleName) {
			t.Errorf("got %v", err)
		}
	})
}

// Hostile indexes are read within the same bounds as headers.
func TestIndexMemory(t *testing.T) {
	if testing.Short() || raceEnabled { // one goroutine and much slower there
		t.Skip("builds large indexes")
	}
	build := func(before string, n int, part func(i int) string, after string) []byte {
		var b bytes.Buffer
		b.WriteString(before)
		for i := range n {
			b.WriteString(part(i))
		}
		b.WriteString(after)
		return b.Bytes()
	}
	for name, index := range map[string][]byte{
		"many tensors":    build(`{"weight_map":{`, 400_000, func(i int) string { return fmt.Sprintf(`"%d":"s",`, i) }, `"":"s"}}`),
		"many shards":     build(`{"weight_map":{`, 400_000, func(i int) string { return fmt.Sprintf(`"%d":"%d",`, i, i) }, `"":"s"}}`),
		"long name":       build(`{"weight_map":{"`, 1<<20, func(int) string { return "0123456789abcdef" }, `":"s"}}`),
		"long shard":      build(`{"weight_map":{"a":"`, 1<<20, func(int) string { return "0123456789abcdef" }, `"}}`),
		"beyond the size": build(`{"weight_map":{"a":"s"}}`, 1+maxIndex/16, func(int) string { return "                " }, ``),
	} {
		path := filepath.Join(t.TempDir(), IndexName)
		if err := os.WriteFile(path, index, 0o644); err != nil {
			t.Fatal(err)
		}
		got := testdir.Allocated(func() {
			if _, err := OpenIndex(path); !errors.Is(err, ErrLimit) {
				t.Errorf("%s: got %v", name, err)
			}
		})
		if got > 64<<20 {
			t.Errorf("%s: %d MB allocated", name, got>>20)
		}
	}
}

// The shards of the shared material are the same model as its single file.
func TestSharedShards(t *testing.T) {
	t.Parallel()
	whole, err := OpenDir(testdir.Shared(t, "golden", "models", "bert"))
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	parts, err := OpenDir(testdir.Shared(t, "golden", "models", "bert-sharded"))
	if err != nil {
		t.Fatal(err)
	}
	defer parts.Close()
	if !slices.Equal(whole.Names(), parts.Names()) {
		t.Fatalf("names differ: %q and %q", whole.Names(), parts.Names())
	}
	for _, name := range whole.Names() {
		a, _ := whole.Lookup(name)
		b, _ := parts.Lookup(name)
		if !slices.Equal(a.Shape, b.Shape) {
			t.Errorf("%s: %v and %v", name, a.Shape, b.Shape)
		}
	}
}
