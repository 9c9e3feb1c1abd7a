// Package gobform keeps encoding/gob from losing zeros. Gob leaves out fields that
// are zero and looks through pointers, so a pointer to 0 is read back as nil, which
// in results means that a number is not known.
package gobform

import (
	"bytes"
	"encoding/gob"
	"reflect"
)

// shadow is a struct type with the fields of typ, in which slices of one element
// take the place of pointers to numbers. It has none of typ's methods.
func shadow(typ reflect.Type) reflect.Type {
	fields := make([]reflect.StructField, typ.NumField())
	for i := range fields {
		f := typ.Field(i)
		fields[i] = reflect.StructField{Name: f.Name, Type: f.Type}
		if toNumber(f.Type) {
			fields[i].Type = reflect.SliceOf(f.Type.Elem())
		}
	}
	return reflect.StructOf(fields)
}

func toNumber(typ reflect.Type) bool {
	return typ.Kind() == reflect.Pointer && typ.Elem().Kind() <= reflect.Complex128
}

// Encode returns the gob of a struct whose fields are all exported, for its method
// GobEncode.
func Encode(v any) ([]byte, error) {
	from := reflect.ValueOf(v)
	to := reflect.New(shadow(from.Type())).Elem()
	for i := range from.NumField() {
		f := from.Field(i)
		switch {
		case !toNumber(f.Type()):
			to.Field(i).Set(f)
		case !f.IsNil():
			to.Field(i).Set(reflect.Append(to.Field(i), f.Elem()))
		}
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).EncodeValue(to)
	return b.Bytes(), err
}

// Decode sets *p, a struct, to what Encode has written, for its method GobDecode.
// An error leaves it as it was.
func Decode(data []byte, p any) error {
	to := reflect.ValueOf(p).Elem()
	from := reflect.New(shadow(to.Type())).Elem()
	if err := gob.NewDecoder(bytes.NewReader(data)).DecodeValue(from); err != nil {
		return err
	}
	for i := range to.NumField() {
		f := from.Field(i)
		switch {
		case !toNumber(to.Field(i).Type()):
			to.Field(i).Set(f)
		case f.Len() == 0:
			to.Field(i).SetZero()
		default:
			to.Field(i).Set(f.Index(0).Addr())
		}
	}
	return nil
}
