package main

import (
	"fmt"
	"strings"
)

// encoding is an instruction that Go's assembler lacks. Its syntax is that of
// Arm's manual, with operands in braces:
//
//	{d} {n} {m}  the number of a vector register: bits 0, 5 and 16
//	{lane}       the element of m, 32 bits wide: bits 11 (high) and 21
//	{right}      a shift to the right of 32-bit elements: bits 16 to 22
//
// TestEncodings compares all of them with llvm-mc's disassembly of the words.
type encoding struct {
	syntax string
	bits   uint32
}

// encodings lists all instructions made by define.
var encodings []*encoding

func define(syntax string, bits uint32) *encoding {
	e := &encoding{syntax, bits}
	encodings = append(encodings, e)
	return e
}

// Arithmetic on float32 (.4s) and float64 (.2d).
var (
	fadd   = define("fadd v{d}.4s, v{n}.4s, v{m}.4s", 0x4e20d400)
	fsub   = define("fsub v{d}.4s, v{n}.4s, v{m}.4s", 0x4ea0d400)
	fmul   = define("fmul v{d}.4s, v{n}.4s, v{m}.4s", 0x6e20dc00)
	fdiv   = define("fdiv v{d}.4s, v{n}.4s, v{m}.4s", 0x6e20fc00)
	fmax   = define("fmax v{d}.4s, v{n}.4s, v{m}.4s", 0x4e20f400)
	fmin   = define("fmin v{d}.4s, v{n}.4s, v{m}.4s", 0x4ea0f400)
	fminnm = define("fminnm v{d}.4s, v{n}.4s, v{m}.4s", 0x4ea0c400)
	fcmgt  = define("fcmgt v{d}.4s, v{n}.4s, v{m}.4s", 0x6ea0e400)
	fcmge  = define("fcmge v{d}.4s, v{n}.4s, v{m}.4s", 0x6e20e400)
	fcmeq  = define("fcmeq v{d}.4s, v{n}.4s, v{m}.4s", 0x4e20e400)
	fabs   = define("fabs v{d}.4s, v{n}.4s", 0x4ea0f800)
	fneg   = define("fneg v{d}.4s, v{n}.4s", 0x6ea0f800)
	fsqrt  = define("fsqrt v{d}.4s, v{n}.4s", 0x6ea1f800)
	frintn = define("frintn v{d}.4s, v{n}.4s", 0x4e218800)
	faddp  = define("faddp v{d}.4s, v{n}.4s, v{m}.4s", 0x6e20d400)
	faddps = define("faddp s{d}, v{n}.2s", 0x7e30d800)
	fmaxv  = define("fmaxv s{d}, v{n}.4s", 0x6e30f800)
	fminv  = define("fminv s{d}, v{n}.4s", 0x6eb0f800)

	fadd64   = define("fadd v{d}.2d, v{n}.2d, v{m}.2d", 0x4e60d400)
	fsub64   = define("fsub v{d}.2d, v{n}.2d, v{m}.2d", 0x4ee0d400)
	fabs64   = define("fabs v{d}.2d, v{n}.2d", 0x4ee0f800)
	faddp64  = define("faddp v{d}.2d, v{n}.2d, v{m}.2d", 0x6e60d400)
	faddpd   = define("faddp d{d}, v{n}.2d", 0x7e70d800)
	fcvtl    = define("fcvtl v{d}.2d, v{n}.2s", 0x0e617800)
	fcvtl2   = define("fcvtl2 v{d}.2d, v{n}.4s", 0x4e617800)
	fcvtlHS  = define("fcvtl v{d}.4s, v{n}.4h", 0x0e217800)
	fcvtl2HS = define("fcvtl2 v{d}.4s, v{n}.8h", 0x4e217800)
	scvtf    = define("scvtf v{d}.4s, v{n}.4s", 0x4e21d800)
	fcvtns   = define("fcvtns v{d}.4s, v{n}.4s", 0x4e21a800)
	fmlaLane = define("fmla v{d}.4s, v{n}.4s, v{m}.s[{lane}]", 0x4f801000)
	fmulLane = define("fmul v{d}.4s, v{n}.4s, v{m}.s[{lane}]", 0x4f809000)
)

// Arithmetic on integers.
var (
	mlsLane  = define("mls v{d}.4s, v{n}.4s, v{m}.s[{lane}]", 0x6f804000)
	uminv    = define("uminv s{d}, v{n}.4s", 0x6eb1a800)
	sminv    = define("sminv s{d}, v{n}.4s", 0x4eb1a800)
	sshr     = define("sshr v{d}.4s, v{n}.4s, #{right}", 0x4f000400)
	addp     = define("addp v{d}.4s, v{n}.4s, v{m}.4s", 0x4ea0bc00)
	sxtlBH   = define("sshll v{d}.8h, v{n}.8b, #0", 0x0f08a400)
	sxtl2BH  = define("sshll2 v{d}.8h, v{n}.16b, #0", 0x4f08a400)
	sxtlHS   = define("sshll v{d}.4s, v{n}.4h, #0", 0x0f10a400)
	sxtl2HS  = define("sshll2 v{d}.4s, v{n}.8h, #0", 0x4f10a400)
	sqxtn    = define("sqxtn v{d}.4h, v{n}.4s", 0x0e614800)
	sqxtn2   = define("sqxtn2 v{d}.8h, v{n}.4s", 0x4e614800)
	sqxtun   = define("sqxtun v{d}.8b, v{n}.8h", 0x2e212800)
	smullB   = define("smull v{d}.8h, v{n}.8b, v{m}.8b", 0x0e20c000)
	smull2B  = define("smull2 v{d}.8h, v{n}.16b, v{m}.16b", 0x4e20c000)
	smlalB   = define("smlal v{d}.8h, v{n}.8b, v{m}.8b", 0x0e208000)
	smlal2B  = define("smlal2 v{d}.8h, v{n}.16b, v{m}.16b", 0x4e208000)
	smlalH   = define("smlal v{d}.4s, v{n}.4h, v{m}.4h", 0x0e608000)
	smlal2H  = define("smlal2 v{d}.4s, v{n}.8h, v{m}.8h", 0x4e608000)
	sadalpHS = define("sadalp v{d}.4s, v{n}.8h", 0x4e606800)
)

// FEAT_DotProd and FEAT_I8MM.
var (
	sdotLane = define("sdot v{d}.4s, v{n}.16b, v{m}.4b[{lane}]", 0x4f80e000)
	usmmla   = define("usmmla v{d}.4s, v{n}.16b, v{m}.16b", 0x4e80ac00)
)

// fields gives the position of an operand's value in a word, by the operand's
// name.
var fields = map[string]struct {
	most  uint32
	place func(v uint32) uint32
}{
	"d":     {31, func(v uint32) uint32 { return v }},
	"n":     {31, func(v uint32) uint32 { return v << 5 }},
	"m":     {31, func(v uint32) uint32 { return v << 16 }},
	"lane":  {3, func(v uint32) uint32 { return v>>1<<11 | v&1<<21 }},
	"right": {32, func(v uint32) uint32 { return (64 - v) << 16 }},
}

// operands returns the names of the operands in the order of the syntax.
func (e *encoding) operands() []string {
	var names []string
	for rest := e.syntax; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return names
		}
		var name string
		name, rest, _ = strings.Cut(after, "}")
		names = append(names, name)
	}
}

// encode returns the word of the instruction with these operands, and its text.
func (e *encoding) encode(operands ...int) (word uint32, text string) {
	names := e.operands()
	if len(names) != len(operands) {
		panic(fmt.Sprintf("%s with %d operands", e.syntax, len(operands)))
	}
	word, text = e.bits, e.syntax
	for i, name := range names {
		f, v := fields[name], operands[i]
		if v < 0 || uint32(v) > f.most {
			panic(fmt.Sprintf("%s: %s is %d", e.syntax, name, v))
		}
		word |= f.place(uint32(v))
		text = strings.Replace(text, "{"+name+"}", fmt.Sprint(v), 1)
	}
	return word, text
}
