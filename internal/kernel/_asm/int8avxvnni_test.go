package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestVPDPBUSDEncoding compares the bytes for all registers with what llvm-mc reads
// in them.
func TestVPDPBUSDEncoding(t *testing.T) {
	tool, err := exec.LookPath("llvm-mc")
	if err != nil {
		tool, err = exec.LookPath("llvm-mc-19") // Debian's name
	}
	if err != nil {
		if os.Getenv("COHORT_REQUIRE_LLVM") != "" {
			t.Fatal(err)
		}
		t.Skip("no llvm-mc to compare encodings with")
	}
	var code, want strings.Builder
	for w := range 16 {
		for a := range 16 {
			for acc := range 16 {
				for _, b := range vpdpbusdVEX(w, a, acc) {
					fmt.Fprintf(&code, "%#02x ", b)
				}
				fmt.Fprintln(&code)
				fmt.Fprintf(&want, "{vex} vpdpbusd %%ymm%d, %%ymm%d, %%ymm%d\n", w, a, acc)
			}
		}
	}
	cmd := exec.Command(tool, "--disassemble", "-triple=x86_64", "-mattr=+avxvnni")
	cmd.Stdin = strings.NewReader(code.String())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "{vex}" {
			got = append(got, strings.Join(fields, " "))
		}
	}
	lines := strings.Split(strings.TrimSpace(want.String()), "\n")
	if len(got) != len(lines) {
		t.Fatalf("%d instructions, want %d", len(got), len(lines))
	}
	for i, line := range lines {
		if got[i] != line {
			t.Fatalf("%s is read as %s", line, got[i])
		}
	}
}
