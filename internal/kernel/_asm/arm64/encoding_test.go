package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// disassemble returns what llvm-mc reads in each of the words, in the syntax of
// the table.
func disassemble(t *testing.T, words []uint32) []string {
	t.Helper()
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
	var in bytes.Buffer
	for _, w := range words {
		fmt.Fprintf(&in, "0x%02x 0x%02x 0x%02x 0x%02x\n", w&255, w>>8&255, w>>16&255, w>>24)
	}
	cmd := exec.Command(tool, "--disassemble", "-triple=aarch64", "-mattr=+dotprod,+i8mm")
	cmd.Stdin = &in
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var lines []string
	for _, line := range strings.Split(string(out), "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" && !strings.HasPrefix(line, ".") {
			lines = append(lines, line)
		}
	}
	if len(lines) != len(words) {
		t.Fatalf("%d instructions from %d words:\n%s", len(lines), len(words), out)
	}
	return lines
}

// TestEncodings compares every instruction of the table with llvm-mc, with the
// extremes of each operand and many that are drawn at random.
func TestEncodings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var words []uint32
	var want []string
	for _, e := range encodings {
		names := e.operands()
		for try := range 40 {
			operands := make([]int, len(names))
			for i, name := range names {
				least, most := 0, int(fields[name].most)
				if name == "right" {
					least = 1
				}
				switch try {
				case 0:
					operands[i] = least
				case 1:
					operands[i] = most
				default:
					operands[i] = least + r.IntN(most-least+1)
				}
			}
			word, text := e.encode(operands...)
			words, want = append(words, word), append(want, text)
		}
	}
	for i, got := range disassemble(t, words) {
		if got != want[i] {
			t.Errorf("%#08x is %q, want %q", words[i], got, want[i])
		}
	}
}

// TestGenerated compares every word in the generated files with the text beside
// it.
func TestGenerated(t *testing.T) {
	files, err := filepath.Glob("../../../*/z*_arm64.s")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`^\tWORD \$0x([0-9a-f]{8}) // (.*)$`)
	seen := make(map[string]uint32)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, l := range strings.Split(string(text), "\n") {
			if !strings.Contains(l, "WORD") {
				continue
			}
			m := line.FindStringSubmatch(l)
			if m == nil {
				t.Fatalf("%s:%d: %q is not a word with its text", file, n+1, l)
			}
			word, _ := strconv.ParseUint(m[1], 16, 32)
			seen[m[2]] = uint32(word)
		}
	}
	if len(seen) == 0 {
		t.Fatal("no words in", files)
	}
	var words []uint32
	var want []string
	for text, word := range seen {
		words, want = append(words, word), append(want, text)
	}
	for i, got := range disassemble(t, words) {
		if got != want[i] {
			t.Errorf("%#08x is %q, the file says %q", words[i], got, want[i])
		}
	}
	t.Logf("%d different words in %d files", len(words), len(files))
}
