package sentiment

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func smallBlend(t *testing.T) (*Blend, []string, *mat.Dense, []bool) {
	t.Helper()
	x, positive := crossed(1600)
	texts := make([]string, len(positive))
	for i, p := range positive {
		texts[i] = "的"
		if p && i%3 == 0 {
			texts[i] = "的好"
		}
	}
	b, err := FitBlend(t.Context(), texts, x, positive, BlendOptions{Network: NetworkOptions{Units: 8, Members: 1, Scale: 1, Penalty: 1e-3, Epochs: 300}, Grams: GramOptions{Bits: 8}})
	if err != nil {
		t.Fatal(err)
	}
	return b, texts, x, positive
}

func TestBlendSavedAndRead(t *testing.T) {
	b, texts, x, positive := smallBlend(t)
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadBlend(data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := b.Feelings(t.Context(), texts, x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Feelings(t.Context(), texts, x)
	if err != nil {
		t.Fatal(err)
	}
	hits, sure := 0, 0.0
	for i := range want {
		if want[i] != got[i] {
			t.Fatalf("text %d: %v, saved and read %v", i, want[i], got[i])
		}
		if want[i].Value > 0 == positive[i] {
			hits++
		}
		sure += (1 + math.Abs(want[i].Value)) / 2
	}
	if hits < 1440 {
		t.Errorf("%d of 1600 right", hits)
	}
	t.Logf("%d of 1600 right, %.1f expected by its own probabilities", hits, sure)
	if _, err := b.Feelings(t.Context(), texts[:3], x); !errors.Is(err, ErrDim) {
		t.Errorf("3 texts, 1600 vectors: %v", err)
	}
	if _, err := b.Feelings(t.Context(), texts, mat.NewDense(len(texts), 2, nil)); !errors.Is(err, ErrDim) {
		t.Errorf("other vectors: %v", err)
	}
}

func TestReadBlendRefuses(t *testing.T) {
	b, _, _, _ := smallBlend(t)
	data, err := json.Marshal(b.Rounded()) // in 16 bits
	if err != nil {
		t.Fatal(err)
	}
	whole := string(data)
	for name, s := range map[string]string{
		"nothing":     "",
		"no parts":    `{"model":"m"}`,
		"bits":        strings.Replace(whole, `"bits":8`, `"bits":9`, 1),
		"huge bits":   strings.Replace(whole, `"bits":8`, `"bits":62`, 1),
		"no n-grams":  strings.Replace(whole, `"longest":3`, `"longest":0`, 1),
		"odd bytes":   strings.Replace(whole, `"int16":"`, `"int16":"AA==`, 1),
		"huge step":   strings.Replace(whole, `"step":`, `"step":1e300,"x":`, 1),
		"short layer": strings.Replace(whole, `"out":`, `"x":`, 1),
	} {
		if _, err := ReadBlend([]byte(s)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v, want ErrFormat", name, err)
		}
	}
}
