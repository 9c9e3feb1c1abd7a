package cohort

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
)

// Centres that follow are the means of all users that they have seen; without a
// memory that is what a run over all of them gives. IDs and names stay, also in
// a file, and the Segmenter that was asked does not change.
func TestFollow(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(12, 3)
	first, second := texts[:len(texts)/2], texts[len(texts)/2:]
	model := &bag.Model{}
	opt := Options{Model: model, K: 3, Bootstrap: -1}
	m, err := Fit(t.Context(), Slice(first), opt)
	if err != nil {
		t.Fatal(err)
	}
	before := m.Centres()
	next, placed, err := m.Follow(t.Context(), Slice(second), Options{Model: model}, 0)
	if err != nil {
		t.Fatal(err)
	}
	same, err := m.Assign(t.Context(), Slice(second), Options{Model: model})
	if err != nil {
		t.Fatal(err)
	}
	for i := range same {
		if same[i] != placed[i] {
			t.Fatalf("user %d: placed %+v, assigned %+v", i, placed[i], same[i])
		}
	}
	whole, err := Fit(t.Context(), Slice(texts), opt)
	if err != nil {
		t.Fatal(err)
	}
	distance := func(a, b []float32) (d float64) {
		for i := range a {
			d += math.Pow(float64(a[i]-b[i]), 2)
		}
		return math.Sqrt(d)
	}
	for i, c := range next.Centres().Segments {
		if c.ID != before.Segments[i].ID || next.Name(c.ID) != m.Name(c.ID) || next.Name(c.ID) == "" {
			t.Errorf("segment %d became %d, %q became %q", before.Segments[i].ID, c.ID, m.Name(before.Segments[i].ID), next.Name(c.ID))
		}
		if distance(c.Vector, before.Segments[i].Vector) < 1e-3 {
			t.Errorf("centre %d did not move", c.ID)
		}
		nearest := math.Inf(1)
		for _, w := range whole.Centres().Segments {
			nearest = min(nearest, distance(c.Vector, w.Vector))
		}
		if nearest > 1e-5 {
			t.Errorf("centre %d is %v from those of all users", c.ID, nearest)
		}
		if distance(m.Centres().Segments[i].Vector, before.Segments[i].Vector) != 0 {
			t.Errorf("centre %d of the first Segmenter moved", c.ID)
		}
	}
	var file bytes.Buffer
	if err := next.Save(&file); err != nil {
		t.Fatal(err)
	}
	read, err := LoadSegmenter(&file)
	if err != nil {
		t.Fatal(err)
	}
	forgetful, _, err := read.Follow(t.Context(), Slice(second), Options{Model: model}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if distance(forgetful.Centres().Segments[0].Vector, next.Centres().Segments[0].Vector) < 1e-3 {
		t.Error("a memory of one user has no effect")
	}
	if _, _, err := m.Follow(t.Context(), Slice(second), Options{Model: model}, -1); !errors.Is(err, ErrOptions) {
		t.Errorf("negative memory: %v", err)
	}
}
