package tensors_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"testing"

	"gorgonia.org/tensor"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/tensors"
)

const tiny = "../testdata/models/bert"

func load(tb testing.TB) *bert.Model {
	tb.Helper()
	m, err := bert.Load(tiny, bert.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { m.Close() })
	return m
}

func TestOf(t *testing.T) {
	m := load(t)
	e, err := m.Embed(t.Context(), []string{"good", "bad", "the hotel"})
	if err != nil {
		t.Fatal(err)
	}
	x := tensors.Of(e)
	if !x.Shape().Eq(tensor.Shape{3, 32}) || &x.Data().([]float32)[0] != &e.Row(0)[0] {
		t.Errorf("shape %v, or a copy", x.Shape())
	}
	none, err := m.Embed(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if x := tensors.Of(none); x != nil {
		t.Errorf("no texts: %v", x)
	}
}

func TestHiddenStates(t *testing.T) {
	m := load(t)
	h, err := m.Encode(t.Context(), []string{"the screen is broken", "", "good"})
	if err != nil {
		t.Fatal(err)
	}
	mask, last := tensors.Mask(h), tensors.Last(h)
	if !last.Shape().Eq(tensor.Shape{3, 6, 32}) || !mask.Shape().Eq(tensor.Shape{3, 6}) {
		t.Fatalf("shapes %v and %v", last.Shape(), mask.Shape())
	}
	if &last.Data().([]float32)[0] != &h.Layers[2][0] {
		t.Error("the tensor is a copy")
	}
	// Mean pooling by gorgonia gives what Embed gives.
	e, err := m.Embed(t.Context(), []string{"the screen is broken", "", "good"})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := last.Sum(1) // padding is zero
	if err != nil {
		t.Fatal(err)
	}
	count, err := mask.Sum(1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		n, err := count.At(i)
		if err != nil {
			t.Fatal(err)
		}
		for j := range 32 {
			v, err := sum.At(i, j)
			if err != nil {
				t.Fatal(err)
			}
			if d := float64(v.(float32)/n.(float32)) - e.At(i, j); math.Abs(d) > 1e-6 {
				t.Fatalf("text %d, feature %d is off by %g", i, j, d)
			}
		}
	}
}

func ExampleLayer() {
	m, err := bert.Load(tiny, bert.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	h, err := m.Encode(context.Background(), []string{"the screen is broken", "good"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(h.Layers), "layers of", tensors.Layer(h, 0).Shape())
	fmt.Println("mask:", tensors.Mask(h).Data())
	// Output:
	// 3 layers of (2, 6, 32)
	// mask: [1 1 1 1 1 1 1 1 1 0 0 0]
}
