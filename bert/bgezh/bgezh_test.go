package bgezh_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/npy"
)

// Nothing was rounded, so the embedded model must reach the encoder's own accuracy.
func TestGolden(t *testing.T) {
	dir := testdir.Shared(t, "golden", "embed", "bge-small-zh-v1.5")
	data, err := os.ReadFile(dir + "/texts.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	file, err := safetensors.Open(dir + "/embeddings.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tensor, _ := file.Lookup("embeddings_f64")
	want, err := tensor.Float64()
	if err != nil {
		t.Fatal(err)
	}
	model, err := bgezh.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	emb, err := model.Embed(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i := range texts {
		for j, v := range emb.Row(i) {
			worst = max(worst, math.Abs(float64(v)-want[i*emb.Dim()+j]))
		}
	}
	t.Logf("%d texts: largest deviation %.3g", len(texts), worst)
	if worst > 2e-6 {
		t.Errorf("largest deviation %.3g, want at most 2e-6", worst)
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
	model, err := bgezh.Load(bert.Options{})
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
	model, err := bgezh.Load(bert.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	emb, err := model.Embed(context.Background(), []string{"电池很快就没电了", "充一次电用不了多久", "快递送得很快"})
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
	// 3 vectors of length 512
	// the two about power are nearer: true
}
