package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/npy"
	"github.com/seed-56ee9438/cohort/quantize"
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
	for _, name := range poolings[:6] { // the model has no pooler
		p, err := bert.ParsePooling(name + "+max")
		if err != nil {
			t.Fatal(err)
		}
		other, err := bert.Load(dir, bert.Options{Pooling: p})
		if err != nil {
			t.Fatal(err)
		}
		want, err := other.Embed(t.Context(), texts)
		other.Close()
		if err != nil {
			t.Fatal(err)
		}
		data, _ := want.RawFloat32()
		if got, code, msg := embed("--pooling", name+"+max"); code != 0 || !slices.Equal(got, data) {
			t.Errorf("pooling %s: status %d, or other vectors: %s", name, code, msg)
		}
	}
	if _, code, msg := embed("--overlength", "error"); code != 1 || !strings.Contains(msg, "text 1 has 202 tokens") || strings.Contains(msg, "hotel") {
		t.Errorf("a text that is too long: status %d, %s", code, msg)
	}
	for _, flags := range [][]string{{"--overlength", "x"}, {"--as", "query", "--prompt", "a"}, {"--dim", "-1"}, {"--max-length", "-1"}, {"--as", "none"}, {"--overlength", "mean", "--stats"}, {"--pooling", "recency"}, {"--pooling", "mean+"}} {
		if _, code, _ := embed(flags...); code != 2 {
			t.Errorf("%q: status %d, want 2", flags, code)
		}
	}
}

// --dtype writes what package quantize makes of the vectors.
func TestEmbedDtype(t *testing.T) {
	t.Parallel()
	const dir = "../../bert/testdata/models/bert"
	m, err := bert.Load(dir, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	var texts []string
	for i := range 9000 { // several blocks of the second reading
		texts = append(texts, strings.Repeat("hotel ", i%5)+"good")
	}
	e, err := m.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	r, err := quantize.RangesOf(e)
	if err != nil {
		t.Fatal(err)
	}
	given := quantize.Ranges{Min: make([]float32, e.Dim()), Max: make([]float32, e.Dim())}
	file := filepath.Join(t.TempDir(), "ranges.npy")
	both := mat.NewDense(2, e.Dim(), nil)
	for j := range e.Dim() {
		given.Min[j], given.Max[j] = -0.5, 0.5
		both.Set(0, j, -0.5)
		both.Set(1, j, 0.5)
	}
	if err := npy.WriteMatrix(file, both); err != nil {
		t.Fatal(err)
	}
	codes, err1 := quantize.Int8(e, r)
	fixed, err2 := quantize.Int8(e, given)
	halves, err3 := quantize.Float16(e)
	bits, err4 := quantize.SignedBinary(e)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		flags []string
		want  any
		kind  string
	}{
		{[]string{"--dtype", "int8"}, codes, "|i1"}, {[]string{"--dtype", "int8", "--ranges", file}, fixed, "|i1"},
		{[]string{"--dtype", "float16"}, halves, "<f2"}, {[]string{"--dtype", "binary"}, bits, "|i1"},
	} {
		var out, trouble bytes.Buffer
		a := &app{in: strings.NewReader(strings.Join(texts, "\n") + "\n"), out: &out, err: &trouble}
		if code := a.run(t.Context(), append([]string{"embed", "--model", dir, "--in", "-", "--out", "-"}, c.flags...)); code != 0 {
			t.Fatalf("%q: %s", c.flags, trouble.String())
		}
		want, err := binary.Append(nil, binary.LittleEndian, c.want)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(out.Bytes()[:128], []byte(c.kind)) || !bytes.HasSuffix(out.Bytes(), want) || out.Len() > len(want)+128 {
			t.Errorf("%q: other bytes than package quantize's", c.flags)
		}
	}
	for _, flags := range [][]string{{"--dtype", "x"}, {"--dtype", "float16", "--ranges", file}} {
		a := &app{in: strings.NewReader("a"), out: io.Discard, err: io.Discard}
		if code := a.run(t.Context(), append([]string{"embed", "--model", dir, "--in", "-", "--out", "-"}, flags...)); code != 2 {
			t.Errorf("%q: status %d, want 2", flags, code)
		}
	}
}
