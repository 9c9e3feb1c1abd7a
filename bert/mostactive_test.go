package bert

import (
	"reflect"
	"testing"
)

// The weights that max_active_dims keeps.
func TestMostActive(t *testing.T) {
	t.Parallel()
	r := sparseRow{indices: []int32{3, 5, 8, 9, 40}, values: []float32{0.5, 2, -3, 0.5, 1}}
	for n, want := range map[int]sparseRow{
		0: r, 5: r, 9: r,
		1: {indices: []int32{8}, values: []float32{-3}},
		3: {indices: []int32{5, 8, 40}, values: []float32{2, -3, 1}},
		4: {indices: []int32{3, 5, 8, 40}, values: []float32{0.5, 2, -3, 1}}, // of equal ones the first
	} {
		if got := r.top(n); !reflect.DeepEqual(got, want) {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
}

// The same in a model: those weights of its vectors, for queries and documents.
func TestMostActiveOfModel(t *testing.T) {
	t.Parallel()
	fsys := goldenFS(t, "splade-inference-free")
	texts := []string{"the screen is broken and slow", "good"}
	all, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	setConfig(t, fsys, promptsFile, map[string]any{"max_active_dims": 3})
	some, err := LoadFS(fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if all.Digest() == some.Digest() {
		t.Error("equal digests")
	}
	for _, task := range []Task{Query, Document} {
		x, err := all.EmbedSparseAs(t.Context(), texts, task, EmbedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		y, err := some.EmbedSparseAs(t.Context(), texts, task, EmbedOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range texts {
			var row, got sparseRow
			row.indices, row.values = x.Row(i)
			got.indices, got.values = y.Row(i)
			if want := row.top(3); !reflect.DeepEqual(got, want) {
				t.Errorf("task %d, text %d: %v, want %v", task, i, got, want)
			}
		}
	}
}
