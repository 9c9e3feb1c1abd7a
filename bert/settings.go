package bert

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// maxConfigSize is far above any real size. It bounds what is read into memory,
// and so what decoding can take: up to some sixty times as much.
const maxConfigSize = 1 << 20

// readConfigFile reads a small file of a model directory.
func readConfigFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxConfigSize {
		return nil, &ConfigError{File: name, Got: fmt.Sprintf("%d bytes long", info.Size()), Want: fmt.Sprintf("at most %d", maxConfigSize)}
	}
	return fs.ReadFile(fsys, name)
}

// readJSON decodes a file into v. ok is false if there is no such file.
func readJSON(fsys fs.FS, name string, v any) (ok bool, err error) {
	data, err := readConfigFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = unmarshalFile(name, data, v)
	}
	return err == nil, err
}

// readSettings is readJSON for a file in which every setting counts: a key that
// v, a pointer to a struct, has no field for is refused by name, since its
// effect is unknown.
func readSettings(fsys fs.FS, name string, v any) (ok bool, err error) {
	data, err := readConfigFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := unmarshalFile(name, data, v); err != nil {
		return false, err
	}
	if err := onlyKnown(name, data, v); err != nil {
		return false, err
	}
	return true, nil
}

// onlyKnown refuses keys of a JSON object for which v, a pointer to a struct,
// has no field.
func onlyKnown(name string, data []byte, v any) error {
	var got map[string]json.RawMessage
	if err := unmarshalFile(name, data, &got); err != nil {
		return err
	}
	known := keysOf(reflect.TypeOf(v).Elem())
	for _, key := range sortedKeys(got) {
		if !slices.Contains(known, key) {
			return &ConfigError{File: name, Field: key, Got: shortJSON(got[key]), Want: "none of that name; " + strings.Join(known, ", ") + " are known", kind: ErrUnsupported}
		}
	}
	return nil
}

// keysOf returns the keys of a struct's fields, embedded structs' included.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			keys = append(keys, keysOf(f.Type)...)
			continue
		}
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		keys = append(keys, key)
	}
	return keys
}

// shortJSON returns a value shortened for a message.
func shortJSON(raw json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return "a JSON value"
	}
	if b.Len() > 60 {
		return b.String()[:57] + "..."
	}
	return b.String()
}

// isNull reports whether a setting is missing or null.
func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func sortedKeys(m map[string]json.RawMessage) []string { return slices.Sorted(maps.Keys(m)) }
