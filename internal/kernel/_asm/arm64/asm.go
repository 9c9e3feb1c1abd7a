package main

import (
	"bytes"
	"fmt"
	"go/format"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// gp is a general register, vec a vector register.
type (
	gp  int
	vec int
)

func (r gp) String() string { return fmt.Sprintf("R%d", int(r)) }

// f, s, d and so on return a vector register's name in Go's assembler.
func (v vec) f() string          { return fmt.Sprintf("F%d", int(v)) }
func (v vec) s4() string         { return fmt.Sprintf("V%d.S4", int(v)) }
func (v vec) d2() string         { return fmt.Sprintf("V%d.D2", int(v)) }
func (v vec) b16() string        { return fmt.Sprintf("V%d.B16", int(v)) }
func (v vec) lane(i int) string  { return fmt.Sprintf("V%d.S[%d]", int(v), i) }
func (v vec) laneD(i int) string { return fmt.Sprintf("V%d.D[%d]", int(v), i) }

// A function may use all vector registers, and the general registers not
// reserved by Go, the linker or the system: not R18 (the platform's), R27 (the
// assembler's) and those above. The linker uses R16 and R17 only between
// functions.
const vectorRegisters = 32

var generalRegisters = []gp{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24, 25, 26}

// asm writes a file of assembly and the Go file that declares its functions.
type asm struct {
	text, stubs bytes.Buffer

	// Of the function under construction.
	name    string
	frame   int // bytes of the stack
	body    bytes.Buffer
	args    map[string]argument
	size    int // of the arguments and the result
	labels  int
	freeGP  []gp
	freeVec []vec
	doc     string
	sig     string

	// Constants, each repeated over 16 bytes, in order of first use, and the
	// file's other data.
	constants []uint32
	place     map[uint32]int
	others    []data
}

// argument is a parameter's position on the stack.
type argument struct {
	offset int
	kind   string
}

// function begins a function. The signature is Go's, with a type for each
// parameter; a result must be named ret.
func (a *asm) function(name, signature, doc string) {
	a.name, a.sig, a.doc, a.frame = name, signature, doc, 0
	a.body.Reset()
	a.args = make(map[string]argument)
	a.freeGP = append([]gp(nil), generalRegisters...)
	a.freeVec = nil
	for v := range vectorRegisters {
		a.freeVec = append(a.freeVec, vec(v))
	}
	params, result, _ := strings.Cut(strings.TrimPrefix(signature, "("), ")")
	offset := 0
	place := func(name, kind string) {
		size := 8
		if kind == "float32" || kind == "uint32" {
			size = 4
		}
		offset = (offset + size - 1) / size * size
		a.args[name] = argument{offset, kind}
		offset += size
	}
	for _, p := range strings.Split(params, ", ") {
		name, kind, _ := strings.Cut(p, " ")
		place(name, kind)
	}
	if result = strings.TrimSpace(result); result != "" {
		offset = (offset + 7) / 8 * 8
		place("ret", result)
	}
	a.size = offset
}

// end finishes the function.
func (a *asm) end() {
	fmt.Fprintf(&a.text, "\n// func %s%s\nTEXT ·%s(SB), NOSPLIT, $%d-%d\n%s", a.name, a.sig, a.name, a.frame, a.size, a.body.Bytes())
	fmt.Fprintf(&a.stubs, "\n// %s %s\n//\n//go:noescape\nfunc %s%s\n", a.name, a.doc, a.name, a.sig)
}

// f writes an instruction that Go's assembler supports.
func (a *asm) f(format string, operands ...any) {
	fmt.Fprintf(&a.body, "\t"+format+"\n", operands...)
}

// v writes an instruction from the table of encodings. The operands are in the
// order of Arm's syntax, the destination first: registers or numbers.
func (a *asm) v(e *encoding, operands ...any) {
	n := make([]int, len(operands))
	for i, o := range operands {
		switch o := o.(type) {
		case vec:
			n[i] = int(o)
		case int:
			n[i] = o
		default:
			panic(fmt.Sprintf("%s: operand %v", e.syntax, o))
		}
	}
	word, text := e.encode(n...)
	a.f("WORD $0x%08x // %s", word, text)
}

// label returns a new label, to be placed by mark.
func (a *asm) label(name string) string {
	a.labels++
	return fmt.Sprintf("%s%d", name, a.labels)
}

func (a *asm) mark(label string) { fmt.Fprintf(&a.body, "%s:\n", label) }

// gp returns a general register that is not in use.
func (a *asm) gp() gp {
	if len(a.freeGP) == 0 {
		panic(a.name + ": no general register is left")
	}
	r := a.freeGP[0]
	a.freeGP = a.freeGP[1:]
	return r
}

// vec returns a vector register that is not in use.
func (a *asm) vec() vec {
	if len(a.freeVec) == 0 {
		panic(a.name + ": no vector register is left")
	}
	v := a.freeVec[0]
	a.freeVec = a.freeVec[1:]
	return v
}

// vecs returns n vector registers.
func (a *asm) vecs(n int) []vec {
	vs := make([]vec, n)
	for i := range vs {
		vs[i] = a.vec()
	}
	return vs
}

// release frees vector registers.
func (a *asm) release(vs ...vec) { a.freeVec = append(vs[:len(vs):len(vs)], a.freeVec...) }

// releaseGP frees general registers.
func (a *asm) releaseGP(rs ...gp) { a.freeGP = append(rs[:len(rs):len(rs)], a.freeGP...) }

// param returns the parameter as an operand.
func (a *asm) param(name string) string {
	p, ok := a.args[name]
	if !ok {
		panic(a.name + " has no parameter " + name)
	}
	return fmt.Sprintf("%s+%d(FP)", name, p.offset)
}

// load returns a parameter in a general register.
func (a *asm) load(name string) gp {
	r := a.gp()
	a.f("MOVD %s, %v", a.param(name), r)
	return r
}

// loadLD returns a leading dimension in bytes; elements have 1<<shift of them.
func (a *asm) loadLD(name string, shift int) gp {
	r := a.load(name)
	if shift > 0 {
		a.f("LSL $%d, %v, %v", shift, r, r)
	}
	return r
}

// loadFloat returns a parameter of type float32 in each lane of a vector.
func (a *asm) loadFloat(name string) vec {
	r := a.vec()
	a.f("FMOVS %s, %s", a.param(name), r.f())
	a.f("VDUP %s, %s", r.lane(0), r.s4())
	return r
}

// loadDouble returns a parameter of type float64 in both lanes of a vector.
func (a *asm) loadDouble(name string) vec {
	r := a.vec()
	a.f("FMOVD %s, %s", a.param(name), r.f())
	a.f("VDUP %s, %s", r.laneD(0), r.d2())
	return r
}

// ret returns from the function.
func (a *asm) ret() { a.f("RET") }

// zero sets vectors to zero.
func (a *asm) zero(vs ...vec) {
	for _, v := range vs {
		a.f("VEOR %s, %s, %s", v.b16(), v.b16(), v.b16())
	}
}

// move copies a vector.
func (a *asm) move(dst, src vec) { a.f("VORR %s, %s, %s", src.b16(), src.b16(), dst.b16()) }

// ldr reads 16 bytes at p + offset.
func (a *asm) ldr(v vec, p gp, offset int) { a.f("FMOVQ %d(%v), %s", offset, p, v.f()) }

// ldrPost reads 16 bytes at p and advances p.
func (a *asm) ldrPost(v vec, p gp) { a.f("FMOVQ.P 16(%v), %s", p, v.f()) }

// str writes 16 bytes at p + offset.
func (a *asm) str(v vec, p gp, offset int) { a.f("FMOVQ %s, %d(%v)", v.f(), offset, p) }

// strPost writes 16 bytes at p and advances p.
func (a *asm) strPost(v vec, p gp) { a.f("FMOVQ.P %s, 16(%v)", v.f(), p) }

// ldp reads 32 bytes at p + offset.
func (a *asm) ldp(v, w vec, p gp, offset int) {
	a.f("FLDPQ %d(%v), (%s, %s)", offset, p, v.f(), w.f())
}

// stp writes 32 bytes at p + offset.
func (a *asm) stp(v, w vec, p gp, offset int) {
	a.f("FSTPQ (%s, %s), %d(%v)", v.f(), w.f(), offset, p)
}

// table returns a register that points to the constants of the file.
func (a *asm) table() gp {
	r := a.gp()
	a.f("MOVD $constants<>(SB), %v", r)
	return r
}

// offset returns the offset of the repeated constant c in the table.
func (a *asm) offset(c float32) int { return a.offsetBits(math.Float32bits(c)) }

func (a *asm) offsetBits(bits uint32) int {
	i, ok := a.place[bits]
	if !ok {
		i = len(a.constants)
		a.constants = append(a.constants, bits)
		a.place[bits] = i
	}
	return 16 * i
}

// constant returns c in each lane of a vector; t points to the table.
func (a *asm) constant(t gp, c float32) vec { return a.constantBits(t, math.Float32bits(c)) }

func (a *asm) constantBits(t gp, bits uint32) vec {
	v := a.vec()
	a.ldr(v, t, a.offsetBits(bits))
	return v
}

// data is a named sequence of 32-bit words.
type data struct {
	name  string
	words []uint32
}

// data returns the symbol of a sequence of words, an even number of them.
func (a *asm) data(name string, words ...uint32) string {
	for _, d := range a.others {
		if d.name == name {
			return name + "<>"
		}
	}
	a.others = append(a.others, data{name, words})
	return name + "<>"
}

// write writes data in the syntax of Go's assembler.
func (d data) write(s *bytes.Buffer) {
	s.WriteString("\n")
	for i := 0; i < len(d.words); i += 2 {
		fmt.Fprintf(s, "DATA %s<>+%d(SB)/8, $0x%08x%08x\n", d.name, 4*i, d.words[i+1], d.words[i])
	}
	fmt.Fprintf(s, "GLOBL %s<>(SB), RODATA|NOPTR, $%d\n", d.name, 4*len(d.words))
}

// write writes the two files of a group to the directory of its package.
func (a *asm) write(dir, pkg, group string) error {
	const head = "// Code generated by _asm/arm64. DO NOT EDIT.\n\n//go:build !purego\n\n"
	var s bytes.Buffer
	s.WriteString(head + "#include \"textflag.h\"\n")
	if len(a.constants) > 0 {
		table := data{name: "constants"}
		for _, bits := range a.constants {
			table.words = append(table.words, bits, bits, bits, bits)
		}
		table.write(&s)
	}
	for _, d := range a.others {
		d.write(&s)
	}
	s.Write(a.text.Bytes())
	stubs, err := format.Source([]byte(head + "package " + pkg + "\n" + a.stubs.String()))
	if err != nil {
		return err
	}
	base := filepath.Join(dir, "z"+group+"_arm64")
	if err := os.WriteFile(base+".s", s.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(base+".go", stubs, 0o644)
}
