package minilm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/npy"
)

// The embedded weights are rounded to float16; this measures what that does to
// the reference embeddings, which were computed in float64 from float32 weights.
func TestRoundingError(t *testing.T) {
	dir := testdir.Shared(t, "golden", "embed", "all-MiniLM-L6-v2")
	texts, want := golden(t, dir)
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	emb, err := model.Embed(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	worst, worstCosine := 0.0, 1.0
	for i := range texts {
		var dot, norm float64
		for j, v := range emb.Row(i) {
			w := want[i*emb.Dim()+j]
			worst = max(worst, math.Abs(float64(v)-w))
			dot += float64(v) * w
			norm += float64(v) * float64(v)
		}
		worstCosine = min(worstCosine, dot/math.Sqrt(norm))
	}
	t.Logf("%d texts: largest deviation %.3g, smallest cosine %.8f", len(texts), worst, worstCosine)
	if worst > 5e-4 || worstCosine < 0.99999 {
		t.Errorf("largest deviation %.3g, smallest cosine %.8f; the documentation promises 5e-4 and 0.99999", worst, worstCosine)
	}
}

func golden(t *testing.T, dir string) (texts []string, want []float64) {
	t.Helper()
	data, err := os.ReadFile(dir + "/texts.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.Open(dir + "/embeddings.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tensor, ok := file.Lookup("embeddings_f64")
	if !ok {
		t.Fatal("no embeddings_f64")
	}
	if want, err = tensor.Float64(); err != nil {
		t.Fatal(err)
	}
	return texts, want
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := minilm.Load(bert.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Truth from the very weights that are embedded, by bench/peers/reference.py in
// float64.
func TestReference(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/texts.txt")
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	want, err := npy.ReadMatrix("testdata/embeddings.npy")
	if err != nil {
		t.Fatal(err)
	}
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := model.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if n, d := want.Dims(); n != len(texts) || d != model.Dim() {
		t.Fatalf("the golden is [%d, %d], want [%d, %d]", n, d, len(texts), model.Dim())
	}
	worst := 0.0
	for i := range texts {
		for j, v := range got.Row(i) {
			worst = max(worst, math.Abs(float64(v)-want.At(i, j)))
		}
	}
	t.Logf("%d texts: largest deviation %.3g", len(texts), worst)
	if worst > 2e-6 {
		t.Errorf("largest deviation %.3g, want at most 2e-6", worst)
	}
}

func Example() {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	emb, err := model.Embed(context.Background(), []string{
		"The battery dies within hours.",
		"It will not hold a charge.",
		"Delivery was quick.",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	dot := func(i, j int) (s float32) {
		for k, v := range emb.Row(i) {
			s += v * emb.Row(j)[k]
		}
		return s
	}
	fmt.Printf("%d vectors of length %d\n", emb.Len(), emb.Dim())
	fmt.Println("the two about power are nearer:", dot(0, 1) > dot(0, 2))
	// Output:
	// 3 vectors of length 384
	// the two about power are nearer: true
}
