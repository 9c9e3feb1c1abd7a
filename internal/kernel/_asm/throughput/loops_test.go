package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	nop  = 0xd503201f
	sdot = 0x4f82e020 // sdot v0.4s, v1.16b, v2.4b[0]
	fmla = 0x4f821020 // fmla v0.4s, v1.4s, v2.s[0]
)

// branch returns b.ne to so many instructions back.
func branch(back int) uint32 { return 0x54000001 | uint32(-back)&(1<<19-1)<<5 }

func code(words ...uint32) []byte {
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

func TestBackward(t *testing.T) {
	for w, want := range map[uint32]int{
		branch(5):  5,
		branch(-5): 0,         // forward
		0xb5ffff80: 4,         // cbnz x0, #-16
		0x35ffffe0: 1,         // cbnz w0, #-4
		0x3707ffc0: 2,         // tbnz w0, #0, #-8
		0xb40000c0: 0,         // cbz x0, #24
		0x17ffffff: 0, nop: 0, // b #-4 closes no loop that this looks for
	} {
		if got := backward(w); got != want {
			t.Errorf("%#08x goes back %d, want %d", w, got, want)
		}
	}
}

func TestInnerLoops(t *testing.T) {
	// An outer loop of two inner ones, and one by itself.
	got := innerLoops(code(nop, nop, nop, branch(1), nop, nop, branch(2), branch(6), nop, nop, branch(1)))
	if want := [][2]int{{2, 4}, {4, 7}, {9, 11}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func tools(t *testing.T) *model {
	t.Helper()
	m, err := newModel()
	if err != nil {
		if os.Getenv("COHORT_REQUIRE_LLVM") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return m
}

// The loop with the multiply-adds of the function's instruction set is found.
func TestHotLoops(t *testing.T) {
	m := tools(t)
	loops, err := hotLoops(m, []function{
		{"gemmInputs2x16NEON", code(fmla, nop, nop, nop, branch(3), nop, fmla, fmla, branch(2))},
		{"int8Gemm3x16DotProd", code(fmla, fmla, branch(2), sdot, branch(1))},
		{"noLoopNEON", code(fmla)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(loops) != 2 {
		t.Fatalf("%d loops, want 2", len(loops))
	}
	for i, want := range []loop{
		{name: "gemmInputs2x16NEON", operation: "gemmInputs", set: "NEON", rows: 2, products: 2},
		{name: "int8Gemm3x16DotProd", operation: "int8Gemm", set: "DotProd", rows: 3, products: 1},
	} {
		got := loops[i]
		if got.name != want.name || got.operation != want.operation || got.set != want.set || got.rows != want.rows || got.products != want.products {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// A chain of multiply-adds that wait for each other is slower than the peak, and
// a check says so.
func TestTable(t *testing.T) {
	m := tools(t)
	chain := loop{name: "gemmInputs6x16NEON", operation: "gemmInputs", set: "NEON", rows: 6, products: 4}
	peak := loop{name: "peakNEON", operation: "peak", set: "NEON"}
	for i := range 24 {
		peak.code = append(peak.code, fmt.Sprintf("fmla v%d.4s, v30.4s, v31.s[0]", i))
		peak.products++
	}
	for range 4 {
		chain.code = append(chain.code, "fmla v0.4s, v1.4s, v2.s[0]")
	}
	var out strings.Builder
	err := table(&out, m, []loop{chain, peak}, map[string]loop{"NEON": peak}, false, true)
	if err == nil || !strings.Contains(err.Error(), "gemmInputs6x16NEON on neoverse-n1") {
		t.Errorf("the check says %v of\n%s", err, out.String())
	}
	m = tools(t) // a model remembers what loops take by their names
	fast := peak
	fast.name, fast.operation, fast.rows = "gemmInputs6x16NEON", "gemmInputs", 6
	out.Reset()
	if err := table(&out, m, []loop{fast, peak}, map[string]loop{"NEON": peak}, false, true); err != nil {
		t.Errorf("%v of\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "| gemmInputs6x16NEON | 24 | 100 % | 100 % | 100 % | 100 % | 100 % |") {
		t.Errorf("not all of the peak:\n%s", out.String())
	}
}

func TestReadFunctionsRefuses(t *testing.T) {
	if _, err := readFunctions("loops.go"); err == nil {
		t.Error("a source file was read as an executable")
	}
	if _, err := pipe(nil, "no-such-tool"); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("%v, want that there is no such tool", err)
	}
}
