package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/npy"
)

// The flags of embed say what the options of bert's calls say.
func TestEmbedCall(t *testing.T) {
	t.Parallel()
	const dir = "../../bert/testdata/models/bert"
	m, err := bert.Load(dir, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	long := strings.Repeat("the hotel is good and ", 40)
	texts := []string{"the screen", strings.TrimSpace(long)}
	in := strings.Join(texts, "\n") + "\n"
	embed := func(flags ...string) ([]float32, int, string) {
		out := filepath.Join(t.TempDir(), "e.npy")
		var trouble bytes.Buffer
		a := &app{in: strings.NewReader(in), out: &trouble, err: &trouble}
		code := a.run(t.Context(), append([]string{"embed", "--model", dir, "--in", "-", "--out", out}, flags...))
		if code != 0 {
			return nil, code, trouble.String()
		}
		x, err := npy.ReadMatrix(out)
		if err != nil {
			t.Fatal(err)
		}
		rows, cols := x.Dims()
		var got []float32
		for i := range rows {
			for j := range cols {
				got = append(got, float32(x.At(i, j)))
			}
		}
		return got, 0, trouble.String()
	}
	for _, c := range []struct {
		flags []string
		o     bert.EmbedOptions
	}{
		{nil, bert.EmbedOptions{}},
		{[]string{"--dim", "5"}, bert.EmbedOptions{Dim: 5}},
		{[]string{"--prompt", "where is "}, bert.EmbedOptions{Prompt: "where is "}},
		{[]string{"--max-length", "10"}, bert.EmbedOptions{MaxLength: 10}},
		{[]string{"--overlength", "mean"}, bert.EmbedOptions{Overlength: bert.MeanOfChunks}},
		{[]string{"--as", "query"}, bert.EmbedOptions{}}, // the model has no prompts
	} {
		want, err := m.EmbedWith(t.Context(), texts, c.o)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := want.RawFloat32()
		if got, code, msg := embed(c.flags...); code != 0 || !slices.Equal(got, data) {
			t.Errorf("%q: status %d, or other vectors: %s", c.flags, code, msg)
		}
	}
	if _, code, msg := embed("--overlength", "error"); code != 1 || !strings.Contains(msg, "text 1 has 202 tokens") || strings.Contains(msg, "hotel") {
		t.Errorf("a text that is too long: status %d, %s", code, msg)
	}
	for _, flags := range [][]string{{"--overlength", "x"}, {"--as", "query", "--prompt", "a"}, {"--dim", "-1"}, {"--max-length", "-1"}, {"--as", "none"}, {"--overlength", "mean", "--stats"}} {
		if _, code, _ := embed(flags...); code != 2 {
			t.Errorf("%q: status %d, want 2", flags, code)
		}
	}
}
