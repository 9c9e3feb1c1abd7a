package main

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// function is an assembly function of package kernel.
type function struct {
	name string
	code []byte
}

// loop is the loop in which a function spends the most time.
type loop struct {
	name, operation, set string // gemm6x16NEON, gemm, NEON
	rows                 int    // of a tile; 0: not a tile
	code                 []string
	products             int // how many of the instructions are multiplyAdd
}

// fullTile reports whether no other loop of the operation has more rows.
func (l loop) fullTile(loops []loop) bool {
	return !slices.ContainsFunc(loops, func(o loop) bool {
		return o.operation == l.operation && o.set == l.set && o.rows > l.rows
	})
}

// kernelName matches the parts of names, as in dispatch.
var kernelName = regexp.MustCompile(`^([a-z]\w*?)(?:(\d+)x(\d+))?(NEON|DotProd|I8MM)$`)

// readFunctions returns the assembly functions in an executable for arm64, by
// name.
func readFunctions(path string) ([]function, error) {
	file, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		return nil, err
	}
	var functions []function
	for _, s := range symbols {
		_, name, ok := strings.Cut(s.Name, "/internal/kernel.")
		name = strings.TrimSuffix(name, ".abi0")
		if !ok || !kernelName.MatchString(name) || elf.ST_TYPE(s.Info) != elf.STT_FUNC || int(s.Section) >= len(file.Sections) {
			continue
		}
		section := file.Sections[s.Section]
		code := make([]byte, s.Size)
		if _, err := section.ReadAt(code, int64(s.Value-section.Addr)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		functions = append(functions, function{name, code})
	}
	if len(functions) == 0 {
		return nil, fmt.Errorf("%s has no functions of the arm64 kernels", path)
	}
	slices.SortFunc(functions, func(a, b function) int { return strings.Compare(a.name, b.name) })
	// Wrappers for Go's calling convention have the same name and no loop.
	return functions, nil
}

// backward returns how many instructions the branch w jumps back, or 0 if it is
// not a conditional branch backward.
func backward(w uint32) int {
	var offset int32
	switch {
	case w>>24 == 0x54, w>>25 == 0x34>>1, w>>25 == 0xb4>>1: // B.cond, CBZ and CBNZ
		offset = int32(w<<8) >> 13
	case w>>25 == 0x36>>1, w>>25 == 0xb6>>1: // TBZ and TBNZ
		offset = int32(w<<13) >> 18
	}
	return int(max(0, -offset))
}

// innerLoops returns the loops of code that contain no other loop, as ranges of
// words.
func innerLoops(code []byte) [][2]int {
	var all [][2]int
	for i := 0; i+4 <= len(code); i += 4 {
		if back := backward(binary.LittleEndian.Uint32(code[i:])); back > 0 {
			all = append(all, [2]int{i/4 - back, i/4 + 1})
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(l [2]int) bool {
		return slices.ContainsFunc(all, func(o [2]int) bool { return o != l && o[0] >= l[0] && o[1] <= l[1] })
	})
}

// multiplyAdd is the instruction of each instruction set's products and of
// their peak loop.
var multiplyAdd = map[string]string{"NEON": "fmla", "DotProd": "sdot", "I8MM": "usmmla"}

// count returns how many of the instructions have this name.
func count(code []string, name string) int {
	n := 0
	for _, line := range code {
		if strings.Fields(line)[0] == name {
			n++
		}
	}
	return n
}

// hotLoops returns for each function the inner loop with the most multiply-adds
// or, if there are none, with the most instructions; functions of other
// packages with the same operations are ignored.
func hotLoops(m *model, functions []function) ([]loop, error) {
	var loops []loop
	for _, f := range functions {
		match := kernelName.FindStringSubmatch(f.name)
		best := loop{name: f.name, operation: match[1], set: match[4]}
		if match[2] != "" {
			if _, err := fmt.Sscan(match[2], &best.rows); err != nil {
				return nil, err
			}
		}
		for _, at := range innerLoops(f.code) {
			code, err := m.disassemble(f.code[4*at[0] : 4*at[1]])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.name, err)
			}
			if n := count(code, multiplyAdd[best.set]); best.code == nil || n > best.products || n == best.products && len(code) > len(best.code) {
				best.code, best.products = code, n
			}
		}
		if best.code != nil {
			loops = append(loops, best)
		}
	}
	return loops, nil
}
