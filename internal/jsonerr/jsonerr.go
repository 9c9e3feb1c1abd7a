// Package jsonerr words the errors of encoding/json without what the file
// holds: a field's name, a number or a character of a wrong file may be
// personal.
package jsonerr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strings"
)

// Hide returns an error that says what is wrong and where, for an error of
// encoding/json's decoding; those of files are returned as they are.
func Hide(err error) error {
	var syntax *json.SyntaxError
	var path *fs.PathError
	var typ *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON at byte %d", syntax.Offset)
	case errors.As(err, &typ):
		return fmt.Errorf("byte %d: %s, want %s", typ.Offset, found(typ.Value), wanted(typ.Type))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("not JSON, it ends too early: %w", err)
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return errors.New("a field that is not known")
	case errors.As(err, &path):
		return err
	}
	return errors.New("not the JSON wanted") // such as a time that is none
}

// found names what stands in a file, given the decoder's "string", "array" or
// "number 12", without the number.
func found(value string) string {
	kind, digits, _ := strings.Cut(value, " ")
	switch kind {
	case "number":
		if strings.ContainsAny(digits, ".eE") {
			return "a number with a fraction or exponent"
		}
		if len(strings.TrimLeft(digits, "-")) > 18 {
			return "a number of 19 digits or more"
		}
		return "a number"
	case "bool":
		return "true or false"
	case "array", "object":
		return "an " + kind
	}
	return "a " + kind
}

// wanted names what a file should hold where a value of t is made of it.
func wanted(t reflect.Type) string {
	switch k := t.Kind(); {
	case k == reflect.Pointer:
		return wanted(t.Elem())
	case k >= reflect.Int && k <= reflect.Int64:
		return "a whole number"
	case k >= reflect.Uint && k <= reflect.Uintptr:
		return "a whole number of 0 or more"
	case k == reflect.Float32 || k == reflect.Float64:
		return "a number"
	case k == reflect.Bool:
		return "true or false"
	case k == reflect.String:
		return "a string"
	case k == reflect.Slice || k == reflect.Array:
		return "an array"
	case k == reflect.Map || k == reflect.Struct:
		return "an object"
	}
	return "another kind of value"
}
