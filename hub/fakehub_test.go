package hub

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

const testCommit = "0123456789abcdef0123456789abcdef01234567"

// fakeHub answers as the Hugging Face Hub does, for one model, and misbehaves
// as a test tells it to.
type fakeHub struct {
	*httptest.Server
	id     string
	commit string
	files  map[string][]byte

	// list and file may answer a request themselves and return true.
	list func(w http.ResponseWriter, r *http.Request) bool
	file func(w http.ResponseWriter, r *http.Request, name string) bool
	// noBlobs leaves sizes and digests out of the listing.
	noBlobs bool

	mu   sync.Mutex
	seen []string // "METHOD name [range]" of requests for files, "LIST revision" of others
	auth []string // their Authorization headers
}

func newFakeHub(t testing.TB, files map[string][]byte) *fakeHub {
	h := &fakeHub{id: "org/name", commit: testCommit, files: files}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// options are for a fresh cache and impatient retries.
func (h *fakeHub) options(t testing.TB) Options {
	return Options{CacheDir: filepath.Join(t.TempDir(), "hub"), Endpoint: h.URL, Token: "hf_secret", RetryWait: time.Millisecond, StallTimeout: 10 * time.Second}
}

func (h *fakeHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.auth = append(h.auth, r.Header.Get("Authorization"))
	list, file := h.list, h.file
	h.mu.Unlock()
	if rest, ok := strings.CutPrefix(r.URL.Path, "/api/models/"+h.id+"/revision/"); ok {
		h.note("LIST " + rest)
		if list == nil || !list(w, r) {
			w.Header().Set("Content-Type", "application/json")
			w.Write(h.listing())
		}
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, "/"+h.id+"/resolve/"+h.commit+"/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	h.note(strings.TrimSpace(r.Method + " " + name + " " + r.Header.Get("Range")))
	if file != nil && file(w, r, name) {
		return
	}
	h.serveFile(w, r, name)
}

func (h *fakeHub) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	data, ok := h.files[name]
	if !ok {
		w.Header().Set("X-Error-Code", "EntryNotFound")
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("X-Repo-Commit", h.commit)
	w.Header().Set("ETag", `"`+digest(name, data)+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func (h *fakeHub) note(s string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen = append(h.seen, s)
}

// requests returns those that begin with the prefix.
func (h *fakeHub) requests(prefix string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []string
	for _, s := range h.seen {
		if strings.HasPrefix(s, prefix) {
			found = append(found, s)
		}
	}
	return found
}

func isLFS(name string) bool { return strings.HasSuffix(name, ".safetensors") }

func digest(name string, data []byte) string {
	if isLFS(name) {
		sum := sha256.Sum256(data)
		return hex.EncodeToString(sum[:])
	}
	sum := sha1.Sum(append([]byte(fmt.Sprintf("blob %d\x00", len(data))), data...))
	return hex.EncodeToString(sum[:])
}

func (h *fakeHub) listing() []byte {
	type lfs struct {
		SHA256      string `json:"sha256"`
		Size        int    `json:"size"`
		PointerSize int    `json:"pointerSize"`
	}
	type sibling struct {
		Name   string `json:"rfilename"`
		Size   *int   `json:"size,omitempty"`
		BlobID string `json:"blobId,omitempty"`
		LFS    *lfs   `json:"lfs,omitempty"`
	}
	var siblings []sibling
	for name, data := range h.files {
		s := sibling{Name: name}
		if !h.noBlobs {
			n := len(data)
			s.Size = &n
			s.BlobID = digest("", []byte("pointer of "+name))
			if isLFS(name) {
				s.LFS = &lfs{digest(name, data), n, 134}
			} else {
				s.BlobID = digest(name, data)
			}
		}
		siblings = append(siblings, s)
	}
	slices.SortFunc(siblings, func(a, b sibling) int { return strings.Compare(a.Name, b.Name) })
	data, err := json.Marshal(map[string]any{"id": h.id, "sha": h.commit, "private": false, "gated": false, "siblings": siblings})
	if err != nil {
		panic(err)
	}
	return data
}

// weights is a real safetensors file of about n bytes with the tensors "a" to
// the given last letter.
func weights(t testing.TB, n int, names ...string) []byte {
	t.Helper()
	var tensors []safetensors.Tensor
	for i, name := range names {
		values := make([]float32, n/4/len(names))
		for j := range values {
			values[j] = float32(i + j%1000)
		}
		tensor, err := safetensors.Of(name, []int{len(values)}, values)
		if err != nil {
			t.Fatal(err)
		}
		tensors = append(tensors, tensor)
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, tensors, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// plainModel is a transformer without modules.json.
func plainModel(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"config.json":       []byte(`{"model_type":"bert","architectures":["BertModel"]}`),
		"tokenizer.json":    []byte(`{"model":{"type":"WordPiece"}}`),
		"model.safetensors": weights(t, 3<<20, "a"),
	}
}

// sentenceModel is a sentence-transformers model as they come, with everything
// beside it that is not needed.
func sentenceModel(t testing.TB) map[string][]byte {
	files := plainModel(t)
	for name, text := range map[string]string{
		"modules.json":                           `[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},{"idx":2,"name":"2","path":"2_Dense","type":"sentence_transformers.models.Dense"},{"idx":3,"name":"3","path":"3_Normalize","type":"sentence_transformers.models.Normalize"}]`,
		"sentence_bert_config.json":              `{"max_seq_length":256}`,
		"config_sentence_transformers.json":      `{}`,
		"special_tokens_map.json":                `{"s":1}`,
		"tokenizer_config.json":                  `{"t":1}`,
		"vocab.txt":                              "[PAD]\n[UNK]\n",
		"1_Pooling/config.json":                  `{"pooling_mode_mean_tokens":true}`,
		"2_Dense/config.json":                    `{"in_features":2}`,
		"README.md":                              "# Model",
		".gitattributes":                         "*.bin filter=lfs",
		"pytorch_model.bin":                      "PK\x03\x04",
		"onnx/model.onnx":                        "onnx",
		"tf_model.h5":                            "\x89HDF",
		"sentencepiece.bpe.model":                "spm",
		"checkpoint-1/model.safetensors":         "another",
		"openvino/openvino_model.xml":            "<xml>",
		"data_config.json":                       "{}",
		"train_script.py":                        "import os",
		"model.safetensors.index.json":           `{"weight_map":{"a":"unused.safetensors"}}`,
		"unused.safetensors":                     "unused",
		"2_Dense/pytorch_model.bin":              "PK\x03\x04",
		"1_Pooling/../../../../../../etc/passwd": "hostile, and not asked for",
	} {
		files[name] = []byte(text)
	}
	files["2_Dense/model.safetensors"] = weights(t, 64, "linear.weight")
	return files
}

// shardedModel has its weights in two shards, one of them in a folder.
func shardedModel(t testing.TB) map[string][]byte {
	files := plainModel(t)
	delete(files, "model.safetensors")
	files["model.safetensors.index.json"] = []byte(`{"weight_map":{"a":"model-1.safetensors","b":"part/model-2.safetensors"}}`)
	files["model-1.safetensors"] = weights(t, 1<<20, "a")
	files["part/model-2.safetensors"] = weights(t, 1<<20, "b")
	return files
}
