package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

// writeInts writes a two-dimensional NumPy file of int64.
func writeInts(t *testing.T, rows [][]int64) string {
	t.Helper()
	h := fmt.Sprintf("{'descr': '<i8', 'fortran_order': False, 'shape': (%d, %d), }", len(rows), len(rows[0]))
	h += strings.Repeat(" ", (64-(11+len(h))%64)%64) + "\n"
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(h)))
	b = append(b, h...)
	for _, row := range rows {
		for _, v := range row {
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		}
	}
	path := filepath.Join(t.TempDir(), "x.npy")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// encoded runs the verb and returns shape and values.
func encoded(t *testing.T, args ...string) (string, []float32) {
	t.Helper()
	var out, errs bytes.Buffer
	args = append([]string{"encode", "--out", "-"}, args...)
	if code := (&app{in: strings.NewReader(""), out: &out, err: &errs}).run(t.Context(), args); code != 0 {
		t.Fatalf("%q: status %d: %s", args, code, errs.String())
	}
	data := out.Bytes()
	size := int(binary.LittleEndian.Uint16(data[8:]))
	_, shape, _ := strings.Cut(string(data[10:10+size]), "'shape': ")
	shape, _, _ = strings.Cut(shape, ", }")
	var values []float32
	for b := data[10+size:]; len(b) > 0; b = b[4:] {
		values = append(values, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return shape, values
}

// Ids give what the library gives, in rows as they came, padding on either side.
func TestEncode(t *testing.T) {
	t.Parallel()
	const dir = "../../bert/testdata/models/"
	ids := writeInts(t, [][]int64{{2, 7, 9, 3, 0}, {0, 0, 2, 8, 3}})
	mask := writeInts(t, [][]int64{{1, 1, 1, 1, 0}, {0, 0, 1, 1, 1}})
	types := writeInts(t, [][]int64{{0, 0, 1, 1, 0}, {0, 0, 0, 0, 1}})
	texts := []bert.Input{{IDs: []int32{2, 7, 9, 3}, TypeIDs: []int32{0, 0, 1, 1}}, {IDs: []int32{2, 8, 3}, TypeIDs: []int32{0, 0, 1}}}

	m, err := bert.Load(dir+"bert", bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	h, err := m.EncodeIDs(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	shape, got := encoded(t, "--model", dir+"bert", "--ids", ids, "--mask", mask, "--types", types)
	if shape != "(2, 5, 32)" {
		t.Fatalf("shape %s", shape)
	}
	last := h.Layers[len(h.Layers)-1]
	for f := range 32 {
		if got[f] != last[f] || got[4*32+f] != 0 || got[5*32+f] != 0 || got[7*32+f] != last[h.Tokens*32+f] {
			t.Fatalf("feature %d: %g %g %g %g", f, got[f], got[4*32+f], got[5*32+f], got[7*32+f])
		}
	}
	for head, want := range map[string]string{"bert-sequence-classification": "(2, 3)", "bert-token-classification": "(2, 5, 5)", "bert-question-answering": "(2, 5, 2)", "bert-masked-lm": "(2, 5, 600)"} {
		m, err := bert.Load(dir+head, bert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		logits, err := m.Logits(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		shape, got := encoded(t, "--model", dir+head, "--head", "--ids", ids, "--mask", mask, "--types", types)
		if shape != want && head != "bert-masked-lm" || got[0] != logits.Texts[0][0] {
			t.Errorf("%s: shape %s, want %s; first %g, want %g", head, shape, want, got[0], logits.Texts[0][0])
		}
		m.Close()
	}
	narrow := writeInts(t, [][]int64{{1, 1}, {1, 1}})
	for want, args := range map[string][]string{
		"the shape of": {"--model", dir + "bert", "--ids", ids, "--mask", narrow},
		"no such head": {"--model", dir + "bert", "--ids", ids, "--mask", mask, "--head"},
		"auto looks":   {"--model", "auto", "--ids", ids, "--mask", mask},
		"--mask is":    {"--model", dir + "bert", "--ids", ids},
	} {
		var errs bytes.Buffer
		if code := (&app{in: strings.NewReader(""), out: io.Discard, err: &errs}).run(t.Context(), append([]string{"encode", "--out", "-"}, args...)); code == 0 || !strings.Contains(errs.String(), want) {
			t.Errorf("%q: status %d, %s", args, code, errs.String())
		}
	}
}
