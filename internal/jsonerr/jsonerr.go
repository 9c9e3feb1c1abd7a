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
		got, _, _ := strings.Cut(typ.Value, " ") // "number 12", "string"
		return fmt.Errorf("byte %d: a JSON %s, want a Go %s", typ.Offset, got, typ.Type)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("not JSON, it ends too early: %w", err)
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return errors.New("a field that is not known")
	case errors.As(err, &path):
		return err
	}
	return errors.New("not the JSON wanted") // such as a time that is none
}
