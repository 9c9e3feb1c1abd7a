package testdir

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
)

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
	readerType  = reflect.TypeFor[io.Reader]()
	writerType  = reflect.TypeFor[io.Writer]()
)

// MissingArguments calls every exported method of v that can fail, returning an
// error or a sequence with errors, once with zero arguments and, if it takes a
// context, once more with a nil context. It fails for a panic, and for a call
// with a nil context that does not fail. It takes v by name so that messages
// say which one it is. Methods in skip are left out.
func MissingArguments(tb testing.TB, name string, v any, skip ...string) {
	tb.Helper()
	r := reflect.ValueOf(v)
	left := map[string]bool{}
	for _, s := range skip {
		left[s] = true
	}
	if r.Kind() == reflect.Pointer && r.IsNil() {
		for _, s := range []string{"MarshalJSON", "UnmarshalJSON", "GobEncode", "GobDecode"} { // encoders do not call them
			left[s] = true
		}
	}
	for i := range r.NumMethod() {
		if m := r.Type().Method(i); !left[m.Name] {
			MissingArgument(tb, name+"."+m.Name, r.Method(i).Interface())
		}
	}
}

// MissingArgument is MissingArguments for one function.
func MissingArgument(tb testing.TB, name string, function any) {
	tb.Helper()
	f := reflect.ValueOf(function)
	typ := f.Type()
	if !canFail(typ) {
		return
	}
	for _, ctx := range []context.Context{tb.Context(), nil} {
		var in []reflect.Value
		takes := false
		for i := range typ.NumIn() {
			arg := reflect.Zero(typ.In(i))
			switch typ.In(i) {
			case contextType:
				takes = true
				if ctx != nil {
					arg = reflect.ValueOf(ctx)
				}
			case readerType: // without one, all of Go panics
				arg = reflect.ValueOf(strings.NewReader(""))
			case writerType:
				arg = reflect.ValueOf(io.Discard)
			}
			in = append(in, arg)
		}
		if ctx == nil && !takes {
			continue
		}
		failed := call(tb, name, ctx, f, in)
		if ctx == nil && !failed {
			tb.Errorf("%s: no error without a context", name)
		}
	}
}

// canFail reports whether a function returns an error, or a sequence of pairs
// with errors.
func canFail(typ reflect.Type) bool {
	if typ.NumOut() == 0 {
		return false
	}
	out := typ.Out(typ.NumOut() - 1)
	return out == errorType || isFallible(out)
}

// isFallible reports whether a type is an iter.Seq2 of values and errors.
func isFallible(typ reflect.Type) bool {
	return typ.Kind() == reflect.Func && typ.NumIn() == 1 && typ.NumOut() == 0 && typ.In(0).Kind() == reflect.Func && typ.In(0).NumIn() == 2 && typ.In(0).In(1) == errorType
}

// call reports whether a call fails.
func call(tb testing.TB, name string, ctx context.Context, f reflect.Value, in []reflect.Value) (failed bool) {
	tb.Helper()
	defer func() {
		if v := recover(); v != nil {
			tb.Errorf("%s, context %v: panic: %v", name, ctx != nil, v)
			failed = true
		}
	}()
	var out []reflect.Value
	if f.Type().IsVariadic() {
		out = f.CallSlice(in)
	} else {
		out = f.Call(in)
	}
	last := out[len(out)-1]
	if isFallible(last.Type()) && !last.IsNil() {
		yield := reflect.MakeFunc(last.Type().In(0), func(args []reflect.Value) []reflect.Value {
			failed = failed || !args[1].IsNil()
			return []reflect.Value{reflect.ValueOf(false)}
		})
		last.Call([]reflect.Value{yield})
		return failed
	}
	return last.Type() == errorType && !last.IsNil()
}
