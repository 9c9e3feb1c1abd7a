package bert

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// answers are a model's outputs as far as it has any: hidden states, vectors and
// the logits of its head, of ids and, if it has a tokenizer, of texts.
func answers(t *testing.T, m *Model) [][]float32 {
	t.Helper()
	if m.Static() || m.pipeline.kind != denseVectors {
		var out [][]float32
		for _, task := range []Task{AnyTask, Query, Document} {
			v, err := allVectors(t, m, task)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, v)
		}
		return out
	}
	in := slices.DeleteFunc(trainInputs(m.config), func(x Input) bool { return len(x.IDs) == 0 })
	h, err := m.EncodeIDs(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	e, err := m.EmbedIDs(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	out := append(h.Layers, e.data)
	if l, err := m.Logits(t.Context(), in); err == nil {
		out = append(out, l.Texts...)
	} else if !errors.Is(err, ErrNoHead) {
		t.Fatal(err)
	}
	if m.tokenizer != nil {
		out = append(out, mustEmbed(t, m, someTexts(9, 40)).data)
	}
	return out
}

// saveAndLoad saves a model and loads the directory with those options.
func saveAndLoad(t *testing.T, m *Model, o Options) *Model {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new", "model")
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	back, err := Load(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { back.Close() })
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files beside the model's directory: %v", len(left)-1, err)
	}
	return back
}

func sameAnswers(t *testing.T, got, want *Model) {
	t.Helper()
	a, b := answers(t, got), answers(t, want)
	if len(a) != len(b) {
		t.Fatalf("%d outputs after saving, %d before", len(a), len(b))
	}
	for i := range a {
		if !slices.Equal(a[i], b[i]) {
			t.Errorf("output %d of %d differs after saving", i, len(a))
		}
	}
	if got.Dim() != want.Dim() || got.MaxLength() != want.MaxLength() || !slices.Equal(got.PoolingModes(), want.PoolingModes()) {
		t.Errorf("dimension %d, length %d, pooling %v; before %d, %d, %v", got.Dim(), got.MaxLength(), got.PoolingModes(), want.Dim(), want.MaxLength(), want.PoolingModes())
	}
}

// Models of every architecture, heads included, come back with the same outputs.
func TestSaveEveryArchitecture(t *testing.T) {
	t.Parallel()
	dirs := goldenModels(t)
	for name, dir := range nextDirs(t, configFile) {
		dirs[name] = dir
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			o := Options{NoTokenizer: true, Threads: 1}
			if _, err := os.Stat(filepath.Join(dir, "tokenizer.json")); err == nil {
				o.NoTokenizer = false
			}
			m, err := Load(dir, o)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			back := saveAndLoad(t, m, o)
			sameAnswers(t, back, m)
			if back.Static() && back.Digest() != m.Digest() {
				t.Error("another digest")
			}
		})
	}
}

// What the options changed becomes a setting of the directory.
func TestSaveOptions(t *testing.T) {
	t.Parallel()
	plain := func() fstest.MapFS { return modelFiles(t, tiny) }
	chain := func() fstest.MapFS { fsys, _ := chainModel(t); return fsys }
	pooled := func() fstest.MapFS {
		return sentenceModel(t, map[string]any{"embedding_dimension": 32, "pooling_mode": []string{"lasttoken", "cls"}, "include_prompt": false}, "Normalize")
	}
	nested := func() fstest.MapFS {
		out := fstest.MapFS{}
		for name, f := range chain() {
			if path := filepath.Dir(name); path == "." && name != modulesFile && name != promptsFile {
				name = "0_Transformer/" + name
			}
			out[name] = f
		}
		return out
	}
	setPath := func(fsys fstest.MapFS) fstest.MapFS {
		fsys[modulesFile] = &fstest.MapFile{Data: bytes.Replace(fsys[modulesFile].Data, []byte(`"path":""`), []byte(`"path":"0_Transformer"`), 1)}
		return fsys
	}
	for name, c := range map[string]struct {
		fsys    fstest.MapFS
		options Options
		same    bool // the digest stays
	}{
		"plain":                      {plain(), Options{}, true},
		"chain":                      {chain(), Options{}, true},
		"modes in their own order":   {pooled(), Options{}, true},
		"nested":                     {setPath(nested()), Options{}, true},
		"nested, shorter":            {setPath(nested()), Options{Dim: 5, MaxLength: 7, Pooling: PoolMax}, false},
		"int8":                       {chain(), Options{Precision: Int8}, true},
		"pooling":                    {plain(), Options{Pooling: PoolCLS | PoolWeightedMean | PoolLastToken}, true},
		"pooling of a chain":         {pooled(), Options{Pooling: PoolMeanSqrtLen | PoolMax}, true},
		"length":                     {plain(), Options{MaxLength: 6}, true},
		"length of a chain":          {chain(), Options{MaxLength: 6}, true},
		"features":                   {plain(), Options{Dim: 9}, true},
		"features of unit vectors":   {chain(), Options{Dim: 9}, false},
		"all features":               {chain(), Options{Dim: 32}, true},
		"features, length, pooling":  {pooled(), Options{Dim: 40, MaxLength: 9, Pooling: PoolMax | PoolMean}, false},
		"threads and tokens a batch": {chain(), Options{Threads: 2, BatchTokens: 16}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := LoadFS(c.fsys, c.options)
			if err != nil {
				t.Fatal(err)
			}
			back := saveAndLoad(t, m, Options{Precision: c.options.Precision})
			sameAnswers(t, back, m)
			if same := back.Digest() == m.Digest(); same != c.same {
				t.Errorf("the digest is the same: %v, want %v", same, c.same)
			}
			if got, want := back.Prompts(), m.Prompts(); len(got) != len(want) {
				t.Errorf("prompts %q, want %q", got, want)
			}
			again := saveAndLoad(t, back, Options{Precision: c.options.Precision})
			sameAnswers(t, again, m)
			if again.Digest() != back.Digest() {
				t.Error("saving what was saved changed it")
			}
		})
	}
}

// Models without an encoder, and of other than dense vectors, are saved with
// what the options and the kind of their files change.
func TestSaveOtherKinds(t *testing.T) {
	t.Parallel()
	old := goldenFS(t, "model2vec") // before it wrote modules.json
	delete(old, modulesFile)
	setConfig(t, old, configFile, map[string]any{"model_type": "model2vec"})
	for name, c := range map[string]struct {
		fsys    fstest.MapFS
		options Options
	}{
		"static, shorter":          {goldenFS(t, "st6-static-embedding"), Options{MaxLength: 4, Dim: 5}},
		"model2vec, shorter":       {goldenFS(t, "model2vec"), Options{MaxLength: 4, Dim: 5}},
		"model2vec, longer":        {goldenFS(t, "model2vec"), Options{MaxLength: 900}},
		"model2vec before modules": {old, Options{Dim: 7}},
		"quantised":                {quantisedStatic(t), Options{}},
		"sparse, shorter":          {goldenFS(t, "splade-inference-free"), Options{MaxLength: 5}},
		"multi, shorter":           {goldenFS(t, "multi-vector-colbert"), Options{MaxLength: 9}},
		"PyLate, shorter":          {goldenFS(t, "multi-vector-pylate"), Options{MaxLength: 9}},
		"Stanford, shorter":        {goldenFS(t, "multi-vector-stanford"), Options{MaxLength: 9}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mustLoadFS(t, c.fsys, c.options)
			back := saveAndLoad(t, m, Options{})
			sameAnswers(t, back, m)
			again := saveAndLoad(t, back, Options{})
			sameAnswers(t, again, m)
			if again.Digest() != back.Digest() {
				t.Error("saving what was saved changed it")
			}
		})
	}
}

// quantisedStatic is a model2vec model in the form for small files: vectors of
// int8, shared by tokens, with a float64 weight each.
func quantisedStatic(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := goldenFS(t, "model2vec")
	file, err := safetensors.OpenDirFS(fsys)
	if err != nil {
		t.Fatal(err)
	}
	from, _ := file.Lookup("embeddings")
	tokens, dim := from.Shape[0], from.Shape[1]
	const rows = 9
	vectors, mapping, weights := make([]int8, rows*dim), make([]int64, tokens), make([]float64, tokens)
	for i := range vectors {
		vectors[i] = int8(i * 37)
	}
	for i := range tokens {
		mapping[i], weights[i] = int64(i*5%rows), 1/(3+float64(i))
	}
	var list []safetensors.Tensor
	for name, make := range map[string]func() (safetensors.Tensor, error){
		"embeddings": func() (safetensors.Tensor, error) {
			return safetensors.Of("embeddings", []int{rows, dim}, vectors)
		},
		"mapping": func() (safetensors.Tensor, error) { return safetensors.Of("mapping", []int{tokens}, mapping) },
		"weights": func() (safetensors.Tensor, error) { return safetensors.Of("weights", []int{tokens}, weights) },
	} {
		tensor, err := make()
		if err != nil {
			t.Fatal(name, err)
		}
		list = append(list, tensor)
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, list, nil); err != nil {
		t.Fatal(err)
	}
	fsys[safetensors.SingleName] = &fstest.MapFile{Data: b.Bytes()}
	setConfig(t, fsys, configFile, map[string]any{"embedding_dtype": "int8"})
	return fsys
}

// Weights of other types are saved in float32, and the settings say so.
func TestSaveInFloat32(t *testing.T) {
	t.Parallel()
	for dtype, convert := range map[string]func(name string, shape []int, v []float32) (safetensors.Tensor, error){
		"float16": safetensors.OfFloat16, "bfloat16": safetensors.OfBFloat16,
		"float64": func(name string, shape []int, v []float32) (safetensors.Tensor, error) {
			wide := make([]float64, len(v))
			for i, x := range v {
				wide[i] = float64(x) * (1 + 1e-12)
			}
			return safetensors.Of(name, shape, wide)
		},
	} {
		fsys, settings := chainModel(t)
		editWeights(t, fsys, func(from safetensors.Tensor) []safetensors.Tensor {
			v, err := from.Float32()
			if err != nil {
				return []safetensors.Tensor{from}
			}
			to, err := convert(from.Name, from.Shape, v)
			if err != nil {
				t.Fatal(err)
			}
			return []safetensors.Tensor{to}
		})
		setConfig(t, fsys, configFile, map[string]any{"torch_dtype": dtype, "dtype": dtype})
		addJSON(t, fsys, "sentence_bert_config.json", changed(settings["sentence_bert_config.json"], "model_args", map[string]any{"torch_dtype": dtype}))
		m, err := LoadFS(fsys, Options{})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "model")
		if err := m.Save(dir); err != nil {
			t.Fatal(err)
		}
		back, err := Load(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer back.Close()
		sameAnswers(t, back, m)
		for _, name := range back.weights.file.Names() {
			if got, _ := back.weights.file.Lookup(name); got.DType == safetensors.F16 || got.DType == safetensors.BF16 || got.DType == safetensors.F64 {
				t.Errorf("%s: %s is saved as %v", dtype, name, got.DType)
			}
		}
		for _, name := range []string{configFile, "sentence_bert_config.json"} {
			if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || bytes.Contains(data, []byte(dtype)) || !bytes.Contains(data, []byte(`"float32"`)) {
				t.Errorf("%s: %s says %s (%v)", dtype, name, data, err)
			}
		}
	}
}

// Trained parameters replace the checkpoint's, whatever a checkpoint calls them
// and whether they are the whole of a tensor or rows of one.
func TestSaveTrained(t *testing.T) {
	t.Parallel()
	dirs := encoderModels(t)
	for name, dir := range nextDirs(t, "expected_f64.safetensors") {
		dirs[name] = dir
	}
	train := func(t *testing.T, m *Model, adapters bool) {
		tree, err := m.Encoder()
		if err != nil {
			t.Fatal(err)
		}
		e := tree.Trainable()
		if adapters {
			if _, err := e.AddAdapters(AdapterOptions{Rank: 2}); err != nil {
				t.Fatal(err)
			}
		}
		for p, name := range e.names {
			for i, v := range values(p) {
				values(p)[i] = v + float32(len(name)+i%7)/1000
			}
		}
		trained, err := m.WithEncoder(e)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Equal(answers(t, trained)[1], answers(t, m)[1]) {
			t.Fatal("training changed nothing")
		}
		back := saveAndLoad(t, trained, Options{NoTokenizer: true})
		sameAnswers(t, back, trained)
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) { train(t, loadGoldenModel(t, dir, Options{}), false) })
	}
	t.Run("adapters", func(t *testing.T) { train(t, loadTiny(t, Options{NoTokenizer: true}), true) })
	t.Run("old names", func(t *testing.T) {
		fsys := modelFiles(t, tiny)
		editWeights(t, fsys, func(from safetensors.Tensor) []safetensors.Tensor {
			for new, old := range map[string]string{"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"} {
				if stem, ok := bytes.CutSuffix([]byte(from.Name), []byte(new)); ok {
					return []safetensors.Tensor{renamed(t, from, string(stem)+old)}
				}
			}
			return []safetensors.Tensor{from}
		})
		m, err := LoadFS(fsys, Options{NoTokenizer: true})
		if err != nil {
			t.Fatal(err)
		}
		train(t, m, false)
	})
}

func TestSaveRefuses(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	used := t.TempDir()
	if err := os.WriteFile(filepath.Join(used, "notes"), []byte("keep"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{used, tiny} {
		if err := m.Save(dir); !errors.Is(err, fs.ErrExist) {
			t.Errorf("a directory with files: %v", err)
		}
	}
	if left, _ := os.ReadDir(used); len(left) != 1 {
		t.Errorf("%d files, want the one that was there", len(left))
	}
	if err := m.Save(filepath.Join(used, "notes", "model")); err == nil {
		t.Error("below a file: no error")
	}
	pooler, err := LoadFS(modelFiles(t, tiny), Options{Pooling: PoolPooler})
	if err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	if err := pooler.Save(filepath.Join(empty, "model")); !errors.Is(err, ErrUnsupported) {
		t.Errorf("the pooler: %v", err)
	}
	files := modelFiles(t, tiny)
	gone, err := LoadFS(files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	files["vocab.txt"] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("nowhere")}
	if err := gone.Save(filepath.Join(empty, "model")); err == nil {
		t.Error("a file that cannot be read: no error")
	}
	if left, _ := os.ReadDir(empty); len(left) != 0 {
		t.Errorf("%d files are left of what failed", len(left))
	}
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	if err := gone.Save(filepath.Join(empty, "model")); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed model: %v", err)
	}
	for _, none := range []*Model{nil, {}} {
		if err := none.Save(filepath.Join(empty, "model")); !errors.Is(err, ErrInput) {
			t.Errorf("no model: %v", err)
		}
	}
	if err := m.Save(empty); err != nil {
		t.Errorf("an empty directory: %v", err)
	}
}
