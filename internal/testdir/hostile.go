package testdir

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"testing"
	"time"
)

// hostileNumbers are what a number of a kind may hold that no caller means; nil
// for a kind that is no number.
func hostileNumbers(kind reflect.Kind) []any {
	switch kind {
	case reflect.Int, reflect.Int64:
		return []any{int64(1) << 62, int64(1) << 30, int64(math.MaxInt64), int64(math.MinInt64), int64(-1)}
	case reflect.Int32:
		return []any{int64(1) << 30, int64(math.MaxInt32), int64(math.MinInt32), int64(-1)}
	case reflect.Uint64, reflect.Uint:
		return []any{uint64(math.MaxUint64), uint64(1) << 62}
	case reflect.Uint32:
		return []any{uint64(math.MaxUint32)}
	case reflect.Uint8:
		return []any{uint64(255), uint64(9)}
	case reflect.Float64:
		return []any{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, -1.0}
	case reflect.Float32:
		return []any{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat32, -1.0}
	}
	return nil
}

// Most of the bytes that a hostile number may make a call allocate in all, and
// of the time that it may take.
const (
	hostileBytes = 512 << 20
	hostileTime  = 20 * time.Second
)

// HostileNumbers calls use with base, a struct of options, in which one number
// has a value that no caller means: huge, negative, NaN or infinite. It goes
// through all fields, those of structs in it included, so that a field that is
// new is tried, too. It fails for a panic, for an error that is none of the
// typed ones, and where a call takes memory or time out of proportion. It must
// not run in parallel with other tests, whose memory it would count.
func HostileNumbers[O any](tb testing.TB, base O, use func(ctx context.Context, o O) error, typed ...error) {
	tb.Helper()
	tried := 0
	var visit func(name string, at func(reflect.Value) reflect.Value, typ reflect.Type)
	visit = func(name string, at func(reflect.Value) reflect.Value, typ reflect.Type) {
		for _, number := range hostileNumbers(typ.Kind()) {
			o := reflect.New(reflect.TypeOf(base)).Elem()
			o.Set(reflect.ValueOf(base))
			at(o).Set(reflect.ValueOf(number).Convert(typ))
			tried++
			hostile(tb, fmt.Sprintf("%s: %v", name, number), o.Interface().(O), use, typed)
		}
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				if f := typ.Field(i); f.IsExported() {
					visit(name+"."+f.Name, func(v reflect.Value) reflect.Value { return at(v).Field(i) }, f.Type)
				}
			}
		case reflect.Pointer:
			if typ.Elem().Kind() == reflect.Struct && typ.Elem().PkgPath() == reflect.TypeOf(base).PkgPath() {
				visit(name, func(v reflect.Value) reflect.Value {
					p := reflect.New(typ.Elem()) // not the caller's
					if old := at(v); !old.IsNil() {
						p.Elem().Set(old.Elem())
					}
					at(v).Set(p)
					return p.Elem()
				}, typ.Elem())
			}
		case reflect.Slice:
			if typ.Elem().Kind() == reflect.Struct {
				visit(name+"[0]", func(v reflect.Value) reflect.Value {
					list := reflect.MakeSlice(typ, 1, 1)
					if old := at(v); old.Len() > 0 {
						list.Index(0).Set(old.Index(0))
					}
					at(v).Set(list)
					return list.Index(0)
				}, typ.Elem())
			}
			for _, number := range hostileNumbers(typ.Elem().Kind()) {
				o := reflect.New(reflect.TypeOf(base)).Elem()
				o.Set(reflect.ValueOf(base))
				list := reflect.MakeSlice(typ, 2, 2)
				list.Index(1).Set(reflect.ValueOf(number).Convert(typ.Elem()))
				at(o).Set(list)
				tried++
				hostile(tb, fmt.Sprintf("%s: [0 %v]", name, number), o.Interface().(O), use, typed)
			}
		}
	}
	visit(reflect.TypeOf(base).String(), func(v reflect.Value) reflect.Value { return v }, reflect.TypeOf(base))
	if tried == 0 {
		tb.Errorf("%T has no numbers", base)
	}
}

// hostile calls use once and judges what comes of it.
func hostile[O any](tb testing.TB, name string, o O, use func(ctx context.Context, o O) error, typed []error) {
	tb.Helper()
	defer func() {
		if v := recover(); v != nil {
			tb.Errorf("%s: panic: %v", name, v)
		}
	}()
	ctx, cancel := context.WithTimeout(tb.Context(), hostileTime)
	defer cancel()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := use(ctx, o)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > hostileBytes {
		tb.Errorf("%s: %d MB are allocated", name, took>>20)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		tb.Errorf("%s: does not end", name)
		return
	}
	if err == nil {
		return
	}
	for _, t := range typed {
		if errors.Is(err, t) {
			return
		}
	}
	tb.Errorf("%s: an error of no kind: %v", name, err)
}
