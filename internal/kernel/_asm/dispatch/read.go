package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sets are the instruction sets, as suffixes of function names, in the order of
// package kernel's type isa.
var sets = []string{"AVX2", "AVXVNNI", "AVX512", "DualFMA", "VNNI", "NEON", "DotProd", "I8MM"}

// function is an implementation of an operation: its name and, for a tile, its
// size.
type function struct {
	name, set  string
	rows, cols int // 0: not a tile
	mask       bool
}

// param is a parameter's name and type, as written in Go.
type param struct{ name, kind string }

// signature is what all implementations of an operation have in common; result
// is "" for none.
type signature struct {
	params []param
	result string
}

// operation is a kernel with its implementations.
type operation struct {
	name    string
	kernels []function
	signature
}

// kernelName matches the parts of names: operation, rows and columns,
// instruction set.
var kernelName = regexp.MustCompile(`^([a-z]\w*?)(?:(\d+)x(\d+))?(` + strings.Join(sets, "|") + `)$`)

// read returns the operations declared in files, by name.
func read(files []string) (map[string]*operation, error) {
	ops := make(map[string]*operation)
	set := token.NewFileSet()
	for _, path := range files {
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body != nil {
				continue
			}
			if err := add(ops, f); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	for _, op := range ops {
		slices.SortFunc(op.kernels, func(a, b function) int {
			if a.set != b.set {
				return slices.Index(sets, b.set) - slices.Index(sets, a.set) // the best first
			}
			if a.cols != b.cols {
				return a.cols - b.cols
			}
			return b.rows - a.rows
		})
	}
	return ops, nil
}

// add adds the implementation declared by f.
func add(ops map[string]*operation, f *ast.FuncDecl) error {
	m := kernelName.FindStringSubmatch(f.Name.Name)
	if m == nil {
		return fmt.Errorf("the name %s does not end in an instruction set (%s)", f.Name.Name, strings.Join(sets, ", "))
	}
	k := function{name: f.Name.Name, set: m[4]}
	if m[2] != "" {
		k.rows, _ = strconv.Atoi(m[2])
		k.cols, _ = strconv.Atoi(m[3])
	}
	s := signatureOf(f.Type)
	if last := len(s.params) - 1; last >= 0 && s.params[last] == (param{"mask", "uint32"}) {
		s.params[last], k.mask = param{"cols", "int"}, true
	}
	op := ops[m[1]]
	if op == nil {
		op = &operation{name: m[1], signature: s}
		ops[m[1]] = op
	} else if err := op.sameAs(k.name, s); err != nil {
		return err
	}
	op.kernels = append(op.kernels, k)
	return nil
}

func signatureOf(t *ast.FuncType) signature {
	var s signature
	for _, field := range t.Params.List {
		for _, name := range field.Names {
			s.params = append(s.params, param{name.Name, typeName(field.Type)})
		}
	}
	if t.Results != nil {
		s.result = typeName(t.Results.List[0].Type)
	}
	return s
}

func typeName(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		return "*" + typeName(star.X)
	}
	return e.(*ast.Ident).Name
}

// sameAs returns an error unless s is the operation's signature.
func (op *operation) sameAs(name string, s signature) error {
	if !slices.Equal(op.params, s.params) || op.result != s.result {
		return fmt.Errorf("%s%v and %s%v differ in their parameters", op.kernels[0].name, op.signature, name, s)
	}
	return nil
}

// tiles returns each instruction set's implementation with the most rows and
// columns, or none if the operation has no tiles.
func (op *operation) tiles() []function {
	var largest []function
	for _, k := range op.kernels {
		if k.rows == 0 {
			continue
		}
		if n := len(largest); n == 0 || largest[n-1].set != k.set {
			largest = append(largest, k)
		} else if k.cols > largest[n-1].cols {
			largest[n-1] = k
		}
	}
	return largest
}

// sets returns the operation's instruction sets, the best first.
func (op *operation) sets() []string {
	var names []string
	for _, k := range op.kernels {
		if !slices.Contains(names, k.set) {
			names = append(names, k.set)
		}
	}
	return names
}
